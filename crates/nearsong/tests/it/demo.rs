use std::fs;

use crate::nearsong::Nearsong;

const SMALL: [&str; 5] = ["demo", "--tracks", "1000", "--plays", "500"];

/// What was printed, without the times.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.rfind(" (") {
        Some(at) if line.ends_with(')') && (line.contains(" ms)") || line.contains(" s)")) => line[..at].to_owned(),
        _ if line.starts_with("Done in ") => String::new(),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_works_in_one_command_in_a_folder_of_its_own() {
    let nearsong = Nearsong::new();
    let said = nearsong.ok(&SMALL);
    for words in [
        "made up",
        "A catalogue is made up",
        "The zip is imported",
        "A model is trained",
        "What to listen to next",
        "Because of",
        "signs in at a stand-in",
        "recent plays",
        "was made there with 2 calls and holds",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(!nearsong.data().exists(), "the data directory itself is left alone");
    let names: Vec<String> =
        fs::read_dir(nearsong.home()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["data-demo"]);
    assert!(fs::read_to_string(nearsong.home().join("data-demo/MADE-UP.txt")).unwrap().contains("made up"));
    let folder = nearsong.path("data-demo/data");
    assert!(said.contains(&folder), "it says where to go on");
    nearsong.ok(&["--data-dir", &folder, "recommend", "--mood", "calm", "--adventurous", "0.8"]);
    assert!(nearsong.ok(&["--data-dir", &folder, "doctor"]).contains("Everything is sound"));
}

#[test]
fn the_demo_can_be_repeated_and_tells_the_same() {
    let nearsong = Nearsong::new();
    let first = without_times(&nearsong.ok(&SMALL));
    assert_eq!(without_times(&nearsong.ok(&SMALL)), first);
    let other = without_times(&nearsong.ok(&[SMALL.as_slice(), &["--seed", "2"]].concat()));
    assert_ne!(other, first, "another seed makes other music");
}

#[test]
fn a_folder_that_no_demo_made_is_not_touched() {
    let nearsong = Nearsong::new();
    let mine = nearsong.put("data-demo/holiday.txt", "mine");
    let message = nearsong.run(&SMALL).failed(2);
    assert!(message.contains("nothing was touched") && message.contains("--data-dir"), "{message}");
    assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
    assert_eq!(fs::read_dir(nearsong.home().join("data-demo")).unwrap().count(), 1);
}

#[test]
fn sizes_out_of_range_are_wrong_usage() {
    let nearsong = Nearsong::new();
    // 100,000 plays are more than two years can hold.
    for args in [["--tracks", "10"], ["--plays", "5"], ["--tracks", "many"], ["--plays", "100000"]] {
        assert_eq!(nearsong.run(&[["demo"].as_slice(), &args].concat()).code, Some(2));
    }
    nearsong.ok(&["demo", "--tracks", "1000", "--plays", "87600"]);
}

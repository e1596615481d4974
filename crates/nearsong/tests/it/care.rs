use std::fs;

use crate::{
    made_up::NOW,
    nearsong::{Nearsong, files_in},
};

#[test]
fn doctor_finds_nothing_wrong_in_what_is_sound() {
    for nearsong in [Nearsong::new(), Nearsong::prepared()] {
        assert!(nearsong.ok(&["doctor"]).ends_with("Everything is sound.\n"));
        let checks = nearsong.json(&["doctor", "--json"]);
        assert!(checks.as_array().unwrap().iter().all(|check| check["ok"] == true), "{checks}");
    }
}

#[test]
fn doctor_finds_damage_in_every_kind_of_file_and_says_what_to_do() {
    for part in ["datasets/", "features/part", "models/"] {
        let nearsong = Nearsong::prepared();
        let (name, mut bytes) = nearsong.files().into_iter().find(|(name, _)| name.starts_with(part)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        nearsong.put(&format!("data/{name}"), bytes);
        let said = nearsong.run(&["doctor"]);
        assert_eq!(said.code, Some(1), "{part}: {}", said.out);
        let file = name.rsplit('/').next().unwrap();
        assert!(said.out.contains("!!") && said.out.contains(file), "{part}: {}", said.out);
        assert!(said.failed(1).contains("found something wrong"));
    }
}

#[test]
fn doctor_finds_a_log_that_was_cut_short() {
    let nearsong = Nearsong::prepared();
    let (name, bytes) = nearsong.files().into_iter().find(|(name, _)| name.contains("_delta_log/")).unwrap();
    nearsong.put(&format!("data/{name}"), &bytes[..bytes.len() / 2]);
    let said = nearsong.run(&["doctor"]);
    assert!(said.code == Some(1) && said.out.contains(&name), "{}", said.out);
}

#[test]
fn doctor_reports_what_it_cannot_open_rather_than_fail_itself() {
    let nearsong = Nearsong::prepared();
    nearsong.put("data/nearsong.db", "this is no database, but long enough to be looked at as one".repeat(50));
    let said = nearsong.run(&["doctor"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("nearsong.db") && said.out.contains("restore a backup"), "{}", said.out);
    nearsong.put("data/config.toml", "[recommend]\nlimitt = 3\n");
    assert!(nearsong.run(&["doctor"]).out.contains("limitt"));
}

#[test]
fn a_backup_restored_elsewhere_recommends_the_same() {
    let nearsong = Nearsong::prepared();
    nearsong.put("data/config.toml", "[recommend]\nlimit = 12\n");
    let list = nearsong.ok(&["recommend", "--json", "--as-of", NOW]);
    let backup = nearsong.path("backup.zip");
    let said = nearsong.ok(&["backup", &backup]);
    assert!(said.contains("restore"), "{said}");
    let elsewhere = nearsong.path("deep/elsewhere");
    nearsong.ok(&["--data-dir", &elsewhere, "restore", &backup]);
    assert_eq!(nearsong.ok(&["--data-dir", &elsewhere, "recommend", "--json", "--as-of", NOW]), list);
    assert!(nearsong.ok(&["--data-dir", &elsewhere, "doctor"]).contains("Everything is sound"));
    assert_eq!(files_in(&nearsong.home().join("deep/elsewhere/models")), files_in(&nearsong.data().join("models")));
}

#[test]
fn nothing_is_overwritten_by_a_backup_or_a_restore() {
    let nearsong = Nearsong::prepared();
    let backup = nearsong.path("backup.zip");
    nearsong.ok(&["backup", &backup]);
    let bytes = fs::read(&backup).unwrap();
    nearsong.refuses(2, &["backup", &backup], &["backup.zip exists already"]);
    assert!(fs::read(&backup).unwrap() == bytes);
    nearsong.refuses(2, &["restore", &backup], &["data"]);
    let mine = nearsong.put("other/holiday.txt", "mine");
    let message = nearsong.run(&["--data-dir", &nearsong.path("other"), "restore", &backup]).failed(2);
    assert!(message.contains("other"), "{message}");
    assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
}

#[test]
fn a_damaged_backup_restores_nothing() {
    let nearsong = Nearsong::prepared();
    let backup = nearsong.path("backup.zip");
    nearsong.ok(&["backup", &backup]);
    let bytes = fs::read(&backup).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for damaged in [&flipped[..], &bytes[..bytes.len() - 100], b"PK no zip at all", b""] {
        let file = nearsong.put("damaged.zip", damaged);
        let message = nearsong.run(&["--data-dir", &nearsong.path("new"), "restore", &file]).failed(1);
        assert!(message.contains("damaged.zip"), "{message}");
        assert!(!nearsong.home().join("new").exists(), "nothing is left behind");
        let names: Vec<_> = fs::read_dir(nearsong.home()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.len() <= 3, "nothing beside it either: {names:?}");
    }
    let missing = nearsong.run(&["--data-dir", &nearsong.path("new"), "restore", &nearsong.path("missing.zip")]);
    assert!(missing.code == Some(1) || missing.code == Some(2), "{:?}", missing.code);
    assert!(missing.err.contains("missing.zip"), "{}", missing.err);
}

#[test]
fn the_settings_are_shown_written_out_and_obeyed() {
    let nearsong = Nearsong::prepared();
    let defaults = nearsong.ok(&["config", "show"]);
    assert!(defaults.contains("not there: these are the defaults") && defaults.contains("limit = 30"), "{defaults}");
    nearsong.ok(&["config", "init"]);
    let shown = nearsong.ok(&["config", "show"]);
    let values = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
    assert_eq!(values(&shown), values(&defaults), "the file that is written says what holds anyway");
    nearsong.refuses(2, &["config", "init"], &["config.toml is there already"]);
    nearsong.put("data/config.toml", "[recommend]\nlimit = 4\nmax_per_artist = 1\n");
    assert_eq!(nearsong.recommend(&[]).len(), 4);
    assert_eq!(nearsong.recommend(&["--limit", "6"]).len(), 6, "what is typed wins");
}

#[test]
fn a_mistake_in_the_settings_is_named_with_its_line() {
    for (text, words) in [
        ("[recommend]\nlimitt = 3\n", ["config.toml", "line 2", "limitt"]),
        ("[recommend]\nlimit = 0\n", ["config.toml", "recommend.limit", "1 to 10000"]),
        ("[recommend]\nadventurous = 7\n", ["config.toml", "line 2", "7"]),
        ("[recommend\n", ["config.toml", "line 1", "nearsong config init"]),
        ("[colours]\n", ["config.toml", "line 1", "colours"]),
    ] {
        let nearsong = Nearsong::prepared();
        nearsong.put("data/config.toml", text);
        let message = nearsong.run(&["recommend"]).failed(2);
        words.iter().for_each(|word| assert!(message.contains(word), "{word} in {message}"));
    }
}

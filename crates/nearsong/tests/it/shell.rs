use std::io::Write as _;

use std::{
    io::Read,
    process::{Command, Stdio},
};

use crate::{
    made_up::{NOW, made_up},
    nearsong::{Nearsong, Said},
};

const COMMANDS: [&[&str]; 32] = [
    &["demo"],
    &["catalog"],
    &["catalog", "add"],
    &["catalog", "fetch"],
    &["catalog", "status"],
    &["catalog", "remove"],
    &["import"],
    &["recommend"],
    &["features"],
    &["features", "list"],
    &["features", "show"],
    &["features", "diff"],
    &["features", "export"],
    &["train"],
    &["models"],
    &["models", "list"],
    &["models", "show"],
    &["models", "diff"],
    &["models", "promote"],
    &["models", "rollback"],
    &["evaluate"],
    &["listeners"],
    &["listeners", "list"],
    &["listeners", "set-time-zone"],
    &["status"],
    &["doctor"],
    &["backup"],
    &["restore"],
    &["config"],
    &["config", "show"],
    &["config", "init"],
    &["completions"],
];

#[test]
fn the_help_of_every_command_teaches_by_example() {
    let nearsong = Nearsong::new();
    for command in COMMANDS {
        let help = nearsong.ok(&[command, &["--help"]].concat());
        let example = format!("nearsong {}", command.join(" "));
        let is_example =
            |line: &&str| line.starts_with("  ") && line.contains("nearsong ") && line.contains(command[0]);
        let lines: Vec<&str> = help.lines().filter(|line| !line.starts_with("Usage")).collect();
        assert!(lines.iter().any(is_example), "no example of “{example}” in:\n{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{command:?} is too wide");
    }
    let help = nearsong.ok(&["--help"]);
    for words in ["nearsong demo", "nearsong import my_spotify_data.zip", "Exit codes"] {
        assert!(help.contains(words), "{words} in {help}");
    }
    assert!(!nearsong.data().exists(), "asking for help makes no data directory");
}

#[test]
fn completions_are_printed_for_every_shell_and_are_sound() {
    let nearsong = Nearsong::new();
    for (shell, words) in [("bash", "_nearsong()"), ("zsh", "#compdef nearsong"), ("fish", "complete -c nearsong")] {
        let script = nearsong.ok(&["completions", shell]);
        assert!(script.contains(words) && script.contains("recommend"), "{shell}");
        let file = nearsong.put(shell, script);
        let checked = Command::new(shell).args(["-n", &file]).output();
        match checked {
            Ok(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => std::io::stderr()
                .write_all(
                    format!("SKIPPED: the {shell} completions are not checked by {shell}: it is not installed\n")
                        .as_bytes(),
                )
                .unwrap(),
        }
    }
    assert_eq!(nearsong.run(&["completions", "cobol"]).code, Some(2));
}

#[test]
fn wrong_usage_has_its_own_exit_code_and_shows_the_way() {
    let nearsong = Nearsong::new();
    for args in [["recomend"].as_slice(), &[], &["import"], &["catalog", "add"], &["recommend", "--limit", "many"]] {
        let said = nearsong.run(args);
        assert_eq!(said.code, Some(2), "{args:?}");
        assert!(said.err.contains("--help") || said.err.contains("Usage"), "{args:?}: {}", said.err);
    }
    assert!(nearsong.run(&["recomend"]).err.contains("recommend"), "what was probably meant");
    assert!(nearsong.ok(&["--version"]).starts_with("nearsong "));
}

#[test]
fn when_piped_there_are_neither_escape_codes_nor_progress() {
    let nearsong = Nearsong::new();
    let catalogue = nearsong.put("made-up.csv.gz", &made_up().catalogue);
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    for args in [
        ["catalog", "add", &catalogue].as_slice(),
        &["import", &zip],
        &["train"],
        &["recommend", "--as-of", NOW],
        &["status"],
        &["doctor"],
        &["demo", "--tracks", "1000", "--plays", "200"],
    ] {
        let said = nearsong.run(args);
        assert_eq!(said.err, "", "{args:?}");
        assert!(!said.ok().contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn quiet_says_only_what_was_asked_for() {
    let nearsong = Nearsong::prepared();
    let loud = nearsong.ok(&["recommend", "--as-of", NOW]);
    let quiet = nearsong.ok(&["--quiet", "recommend", "--as-of", NOW]);
    assert!(loud.starts_with(&quiet) && loud.len() > quiet.len());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let nearsong = Nearsong::prepared();
    let request = format!("{{\"id\":1,\"seeds\":[\"{}\"],\"n\":500}}\n", made_up().world.tracks[0].id);
    let batch = nearsong.put("requests.jsonl", request.repeat(50));
    for args in [
        ["recommend", "--limit", "3000", "--max-per-artist", "0", "--as-of", NOW].as_slice(),
        &["recommend", "--json", "--limit", "3000", "--max-per-artist", "0", "--as-of", NOW],
        &["recommend", "--csv", "--limit", "3000", "--max-per-artist", "0", "--as-of", NOW],
        &["recommend", "--jspf", "--limit", "3000", "--max-per-artist", "0", "--as-of", NOW],
        &["--quiet", "recommend", "--batch", &batch],
        &["features", "list", "--json"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = nearsong.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Closed before anything is written: the first write finds nobody.
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_standard_output_is_a_failure() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return std::io::stderr()
            .write_all(b"SKIPPED: a_full_standard_output_is_a_failure: there is no /dev/full\n")
            .unwrap();
    };
    let nearsong = Nearsong::prepared();
    for args in [["status"].as_slice(), &["recommend", "--json", "--as-of", NOW], &["completions", "bash"]] {
        let output = nearsong.command(args).stdout(full.try_clone().unwrap()).output().unwrap();
        let said = Said::from(output);
        let code = said.code;
        assert!(code == Some(1) || code == Some(4), "{args:?}: {code:?}");
        said.failed(code.unwrap());
    }
}

#[test]
fn the_data_directory_follows_flag_environment_and_home_in_this_order() {
    let nearsong = Nearsong::new();
    let where_kept = |command: &mut Command| {
        let said: Said = command.output().unwrap().into();
        said.ok().lines().next().unwrap().trim_start_matches("Everything is kept in ").to_owned()
    };
    let home = nearsong.home();
    let mut command = nearsong.command(&["--data-dir", "here", "status"]);
    assert_eq!(where_kept(&mut command), "here");
    assert_eq!(where_kept(&mut nearsong.command(&["status"])), home.join("data").display().to_string());
    let mut command = nearsong.command(&["status"]);
    command.env_remove("NEARSONG_DATA_DIR");
    assert_eq!(where_kept(&mut command), home.join(".local/share/nearsong").display().to_string());
    command.env("XDG_DATA_HOME", home.join("xdg"));
    assert_eq!(where_kept(&mut command), home.join("xdg/nearsong").display().to_string());
    let mut homeless = nearsong.command(&["status"]);
    homeless.env_remove("NEARSONG_DATA_DIR").env_remove("HOME");
    assert!(Said::from(homeless.output().unwrap()).failed(2).contains("--data-dir"));
}

#[test]
#[cfg(unix)]
fn what_is_kept_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let nearsong = Nearsong::new();
    nearsong.ok(&["status"]);
    assert_eq!(std::fs::metadata(nearsong.data()).unwrap().permissions().mode() & 0o777, 0o700);
}

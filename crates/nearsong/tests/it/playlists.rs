use std::{process::Stdio, thread, time::Duration};

use crate::{
    nearsong::Nearsong,
    spotify::{connect, stand_in},
};

#[test]
fn a_ready_made_playlist_goes_to_a_file_and_is_told_about() {
    let nearsong = Nearsong::prepared();
    let ready = nearsong.ok(&["playlists", "ready-made"]);
    assert!(ready.contains("discovery-monday") && ready.contains("genre-"), "{ready}");
    let file = nearsong.path("discovery.m3u8");
    let said = nearsong.ok(&["playlists", "add", "discovery-monday", "--file", &file, "--length", "12"]);
    assert!(said.contains("12 songs, every monday 06:00"), "{said}");
    let preview = nearsong.ok(&["playlists", "preview", "discovery-monday"]);
    assert!(preview.contains("Because of") && preview.contains("Nothing was written"), "{preview}");
    assert!(!std::path::Path::new(&file).exists());
    let said = nearsong.ok(&["playlists", "refresh", "discovery-monday"]);
    assert!(said.contains("edition 1: 12 songs: 12 came, 0 stayed, 0 went."), "{said}");
    let first = std::fs::read_to_string(&file).unwrap();
    assert_eq!(first.matches("https://open.spotify.com/track/").count(), 12);

    let pinned = nearsong.ok(&["playlists", "pin", "discovery-monday", "2"]);
    assert!(pinned.contains("stays in"), "{pinned}");
    nearsong.ok(&["playlists", "ban", "discovery-monday", "1"]);
    nearsong.ok(&["playlists", "edit", "discovery-monday", "--length", "10", "--order", "smooth-energy"]);
    let said = nearsong.ok(&["playlists", "refresh", "discovery-monday"]);
    assert!(said.contains("edition 2: 10 songs: 9 came, 1 stayed, 11 went."), "{said}");
    assert!(nearsong.ok(&["playlists", "history", "discovery-monday"]).contains("9 came, 1 stayed"));
    assert!(nearsong.ok(&["playlists", "diff", "discovery-monday", "1", "2"]).contains("+ "));
    assert!(nearsong.ok(&["playlists", "bans"]).contains("said so"));
    nearsong.ok(&["playlists", "undo", "discovery-monday", "1"]);
    let back = std::fs::read_to_string(&file).unwrap();
    let links =
        |text: &str| text.lines().filter(|line| line.starts_with("https")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(links(&back), links(&first)[1..], "without the song that was banned since");
    let shown = nearsong.ok(&["playlists", "show", "discovery-monday"]);
    assert!(shown.contains("Edition 3 (brings edition 1 back)"), "{shown}");
    nearsong.ok(&["playlists", "pause", "discovery-monday"]);
    assert!(nearsong.ok(&["playlists", "list"]).contains("paused"));
    assert!(nearsong.ok(&["playlists", "remove", "discovery-monday"]).contains("with 3 editions"));
    assert!(nearsong.ok(&["doctor"]).contains("Everything is sound"));
}

#[test]
fn what_is_due_is_done_once_and_said() {
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    connect(&nearsong, &spotify);
    nearsong.ok(&["playlists", "add", "calm", "--spotify"]);
    let said = nearsong.ok(&["refresh"]);
    assert!(said.contains("sync me: ") && said.contains("refresh me/calm: “calm”, edition 1"), "{said}");
    assert_eq!(nearsong.ok(&["refresh"]), "Nothing is due.\n");
    assert_eq!(spotify.playlists()[0].name, "Calm");
    let jobs = nearsong.ok(&["jobs", "list"]);
    assert!(jobs.contains("me/calm") && jobs.contains("waiting"), "{jobs}");
    assert!(
        nearsong
            .ok(&["metrics"])
            .contains("nearsong_job_runs_total{kind=\"refresh\",subject=\"me/calm\",outcome=\"ok\"} 1")
    );
    nearsong.ok(&["jobs", "cancel", "refresh", "me/calm"]);
    nearsong.refuses(2, &["jobs", "retry", "refresh", "me/none"], &["nearsong jobs list"]);
    spotify.revoke("ana");
    spotify.expire_access_tokens();
    nearsong.ok(&["jobs", "retry", "refresh", "me/calm"]);
    let failed = nearsong.run(&["refresh"]).failed(4);
    assert!(failed.contains("did not go well"), "{failed}");
    assert!(nearsong.ok(&["playlists", "list"]).contains("waits for a sign-in"));
}

#[test]
fn rules_that_cannot_be_followed_are_said_and_nothing_is_kept() {
    let nearsong = Nearsong::prepared();
    let add = |more: &[&'static str]| [&["playlists", "add", "mine", "--file", "mine.csv"], more].concat();
    nearsong.refuses(2, &add(&["--when", "sometimes"]), &["every monday 06:00"]);
    nearsong.refuses(2, &add(&["--kind", "mood"]), &["--mood"]);
    nearsong.refuses(2, &add(&["--genre", "no-such-genre"]), &["no-such-genre"]);
    nearsong.refuses(2, &["playlists", "add", "mine"], &["--spotify"]);
    nearsong.refuses(2, &["playlists", "add", "mine", "--file", "mine.doc"], &[".m3u8"]);
    nearsong.refuses(2, &["playlists", "show", "mine"], &["there are none yet"]);
    assert_eq!(nearsong.ok(&["playlists", "list"]).lines().count(), 1);
}

#[test]
fn a_round_that_is_killed_at_any_moment_is_finished_by_the_next_one() {
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    connect(&nearsong, &spotify);
    nearsong.ok(&[
        "playlists",
        "add",
        "long",
        "--spotify",
        "--length",
        "250",
        "--max-per-artist",
        "0",
        "--may-repeat",
        "true",
    ]);
    nearsong.ok(&["refresh"]);
    let mut n_interrupted = 0;
    for kill in 0..30_u64 {
        nearsong.ok(&["playlists", "edit", "long", "--length", &(130 + kill * 3).to_string()]);
        nearsong.ok(&["jobs", "retry", "refresh", "me/long"]);
        let mut child = nearsong.command(&["refresh"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(7 * (kill * 7 % 30)));
        n_interrupted += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        assert!(!spotify.playlists()[0].uris.is_empty(), "never empty");
    }
    nearsong.run(&["refresh"]).ok();
    let view = nearsong.json(&["playlists", "show", "long", "--json"]);
    let songs: Vec<String> = view["newest"]["songs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|song| song["track_id"].as_str().unwrap().to_owned())
        .collect();
    let playlists = spotify.playlists();
    let held: Vec<&str> = playlists[0].uris.iter().map(|uri| uri.rsplit(':').next().unwrap()).collect();
    assert_eq!((playlists.len(), held), (1, songs.iter().map(String::as_str).collect()));
    assert!(view["newest"]["published_at"].is_i64());
    assert!(n_interrupted > 5, "{n_interrupted} of 30 were at work when they were killed");
    assert!(nearsong.ok(&["doctor"]).contains("Everything is sound"));
}

#[test]
fn serving_does_what_is_due_and_ends_when_asked() {
    let nearsong = Nearsong::prepared();
    let file = nearsong.path("calm.csv");
    nearsong.ok(&["playlists", "add", "calm", "--file", &file]);
    let mut child = nearsong.command(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
    for _ in 0..200 {
        thread::sleep(Duration::from_millis(50));
        if std::path::Path::new(&file).exists() {
            break;
        }
    }
    assert!(std::path::Path::new(&file).exists(), "the playlist was made");
    let asked = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(130));
}

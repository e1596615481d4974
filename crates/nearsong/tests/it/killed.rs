use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nearsong_standin::ExportPlan;
use nearsong_types::Moment;

use crate::{
    made_up::{NOW, NOW_SECONDS, made_up, tomigelo_csv},
    nearsong::{Nearsong, Said},
};

/// Bytes in the write-ahead log and in the database: both grow while an import writes.
fn written(nearsong: &Nearsong) -> u64 {
    let size = |name: &str| fs::metadata(nearsong.data().join(name)).map_or(0, |found| found.len());
    size("nearsong.db-wal") + size("nearsong.db")
}

#[test]
fn an_import_that_is_killed_in_the_middle_was_never_there() {
    let nearsong = Nearsong::prepared();
    let zip = nearsong.path("large.zip");
    let plan = ExportPlan { ends_at: Moment::from_seconds(NOW_SECONDS), days: 3_000, n_plays: 200_000 };
    made_up().listener.write_export(Path::new(&zip), &plan).unwrap();
    let args = ["--listener", "ana", "import", "--time-zone", "Asia/Tokyo", &zip];
    let before = nearsong.state();
    let mut n_killed = 0;
    for after_ms in [20, 60, 120, 240, 480] {
        let mut child = nearsong.command(&args).spawn().unwrap();
        thread::sleep(Duration::from_millis(after_ms));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(nearsong.state(), before, "killed after {after_ms} ms");
        n_killed += 1;
    }
    assert!(n_killed >= 2, "it was at work when it was killed");
    let said = nearsong.ok(&["--listener", "ana", "import", &zip]);
    assert!(said.contains(" new, ") && !said.contains(" 0 new"), "{said}");
    assert_eq!(nearsong.ok(&["doctor"]).matches("!!").count(), 0);
}

#[test]
fn an_import_that_is_killed_while_it_is_being_kept_is_there_whole_or_not_at_all() {
    let nearsong = Nearsong::prepared();
    let zip = nearsong.path("large.zip");
    let plan = ExportPlan { ends_at: Moment::from_seconds(NOW_SECONDS), days: 1_500, n_plays: 100_000 };
    made_up().listener.write_export(Path::new(&zip), &plan).unwrap();
    let at_start = written(&nearsong);
    let mut child = nearsong.command(&["--listener", "ana", "import", &zip]).spawn().unwrap();
    let started = Instant::now();
    while written(&nearsong) <= at_start + (1 << 20) && child.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_secs(60), "the import neither writes nor ends");
        thread::yield_now();
    }
    // It may have ended just now.
    let _ = child.kill();
    child.wait().unwrap();
    let listeners = nearsong.json(&["listeners", "list", "--json"]);
    let kept = listeners.as_array().unwrap().iter().find(|listener| listener["name"] == "ana").cloned();
    let report = nearsong.json(&["--listener", "ana", "import", "--json", &zip]);
    let n_new = report["n_new"].as_u64().unwrap();
    assert_eq!(n_new == 0, kept.is_some_and(|ana| ana["n_plays"].as_u64().unwrap() > 90_000), "{n_new}");
    assert!(n_new == 0 || n_new > 90_000, "{n_new}");
    assert_eq!(nearsong.ok(&["doctor"]).matches("!!").count(), 0);
}

#[test]
fn a_dataset_whose_adding_is_killed_in_the_middle_was_never_there() {
    let nearsong = Nearsong::prepared();
    let ids: Vec<String> = (0..60_000).map(|n| format!("{n:022}")).collect();
    let rows: Vec<(&str, &[(&str, &str)])> = ids.iter().map(|id| (id.as_str(), &[][..])).collect();
    let file = nearsong.put("large.csv", tomigelo_csv(&rows));
    let asked = |nearsong: &Nearsong| {
        let asked =
            [["status", "--json"].as_slice(), &["catalog", "status", "--json"], &["features", "list", "--json"]];
        asked.map(|args| nearsong.ok(args))
    };
    let before = asked(&nearsong);
    let mut n_killed = 0;
    for after_ms in [5, 40, 80, 120, 160, 200, 240] {
        let mut child = nearsong.command(&["catalog", "add", "--no-train", &file]).spawn().unwrap();
        thread::sleep(Duration::from_millis(after_ms));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let now = asked(&nearsong);
        if now != before {
            // Killed after the last step: then all of it is there.
            assert!(now[0].contains("large.csv") && now[1].contains("large.csv"), "neither before nor after: {now:?}");
            break;
        }
        n_killed += 1;
    }
    assert!(n_killed > 0, "it was never killed in time");
    nearsong.ok(&["catalog", "add", &file]);
    assert_eq!(nearsong.json(&["status", "--json"])["catalog"]["datasets"].as_array().unwrap().len(), 2);
    nearsong.ok(&["recommend", "--as-of", NOW]);
}

/// Playlists to learn from, kept without training on them.
fn with_playlists() -> Nearsong {
    let nearsong = Nearsong::prepared();
    let ids: Vec<&str> = made_up().world.tracks.iter().map(|track| track.id.as_str()).collect();
    let rows = (0..60).flat_map(|user| (0..30).map(move |at| (user, (user * 7 + at * 3) % 200)));
    let csv: String = rows.map(|(user, track)| format!("{user},{}\n", ids[track])).collect();
    let file = nearsong.put("playlists.csv", format!("user,item\n{csv}"));
    nearsong.ok(&["interactions", "add", "--no-train", &file]);
    nearsong
}

/// A training that would go on for minutes, at work: it holds the lock.
fn long_training(nearsong: &Nearsong) -> Child {
    let args = ["train", "als", "--set", "iterations=1000", "--set", "factors=512", "--promote"];
    let child = nearsong.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while fs::read_to_string(nearsong.data().join("lock")).unwrap().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(60), "it never began");
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(300));
    child
}

#[cfg(unix)]
#[test]
fn a_training_that_is_stopped_by_ctrl_c_ends_soon_and_leaves_nothing_behind() {
    let nearsong = with_playlists();
    let before = nearsong.state();
    for signal in ["-INT", "-TERM"] {
        let child = long_training(&nearsong);
        let stopped = Instant::now();
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let said: Said = child.wait_with_output().unwrap().into();
        assert!(stopped.elapsed() < Duration::from_secs(10), "{:?}", stopped.elapsed());
        assert!(said.failed(130).contains("cancelled; what was under way was taken back"));
        assert_eq!(nearsong.state(), before);
        assert_eq!(fs::read(nearsong.data().join("lock")).unwrap(), b"", "nobody is at work");
        assert_eq!(nearsong.ok(&["doctor"]).matches("!!").count(), 0);
    }
    assert!(nearsong.ok(&["train", "item-knn"]).contains("Model 2: item-knn"));
}

#[test]
fn a_training_that_is_killed_leaves_nothing_behind() {
    let nearsong = with_playlists();
    let before = nearsong.state();
    let mut child = long_training(&nearsong);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(nearsong.state(), before);
    assert_eq!(nearsong.ok(&["doctor"]).matches("!!").count(), 0);
    // As if it had been killed a moment later, while it wrote: whoever changes something next takes that away.
    let cut = nearsong.data().join(format!("models/2.model.{}-0.partial", child.id()));
    fs::write(&cut, "half a model").unwrap();
    assert_eq!(nearsong.run(&["doctor"]).code, Some(1));
    nearsong.ok(&["train", "item-knn"]);
    assert!(!cut.exists());
    assert_eq!(nearsong.ok(&["doctor"]).matches("!!").count(), 0);
}

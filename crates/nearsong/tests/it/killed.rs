use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use nearsong_standin::ExportPlan;
use nearsong_types::Moment;

use crate::{
    made_up::{NOW, NOW_SECONDS, made_up, tomigelo_csv},
    nearsong::Nearsong,
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
    let before = nearsong.state();
    let mut n_writing = 0;
    // Later and later: while reading the catalogue, while writing little, while writing much.
    for grown in [0, 1 << 12, 4 << 20] {
        let at_start = written(&nearsong);
        let args = ["--listener", "ana", "import", "--time-zone", "Asia/Tokyo", &zip];
        let mut child = nearsong.command(&args).spawn().unwrap();
        let started = Instant::now();
        while written(&nearsong) < at_start + grown && child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < Duration::from_secs(60), "the import neither writes nor ends");
            thread::sleep(Duration::from_millis(1));
        }
        if grown == 0 {
            thread::sleep(Duration::from_millis(15));
        }
        n_writing += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(nearsong.state(), before, "killed after {grown} bytes were written");
    }
    assert_eq!(n_writing, 3, "it was at work each time it was killed");
    let said = nearsong.ok(&["--listener", "ana", "import", &zip]);
    assert!(said.contains("plays for ana"), "{said}");
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

use std::fs;

use nearsong_types::Moment;

use super::*;
use crate::{DatasetRecord, NewModel, interactions};

const AT: Moment = Moment::from_seconds(1_700_000_000);

fn well() -> (tempfile::TempDir, DataDir) {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
    let mut store = Store::open(&data).unwrap();
    let from = directory.path().join("tracks.csv");
    fs::write(&from, "track_id\n").unwrap();
    let kept = data.keep_dataset_file(&from).unwrap();
    let dataset = DatasetRecord {
        name: "tracks.csv".to_owned(),
        schema: "114k".to_owned(),
        sha256: kept.sha256,
        is_made_up: true,
        size_bytes: kept.size_bytes,
        n_rows: 0,
        trust: 0,
        added_at: AT,
        file_name: kept.file_name,
        source_url: None,
    };
    store.add_dataset(&dataset).unwrap();
    let model = NewModel {
        algorithm: "audio-knn".to_owned(),
        params_json: "{}".to_owned(),
        seed: 1,
        snapshot_version: 0,
        data_fingerprint: String::new(),
        metrics_json: "{}".to_owned(),
        created_at: AT,
    };
    store.add_model(&model, b"weights").unwrap();
    store.add_interactions(&interactions::tests::new("a set"), &interactions::tests::set(1.0)).unwrap();
    (directory, data)
}

/// The advice of all that is not well.
fn advice(data: &DataDir) -> Vec<String> {
    doctor(data).into_iter().filter(|check| !check.ok).map(|check| check.advice.unwrap()).collect()
}

#[test]
fn a_healthy_directory_has_no_findings_and_an_empty_one_neither() {
    let (_directory, data) = well();
    assert_eq!(advice(&data), [""; 0]);
    assert_eq!(doctor(&data).len(), 8);
    let empty = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&empty.path().join("new")).unwrap();
    assert_eq!(advice(&data), [""; 0]);
    assert!(!data.database().exists(), "looking makes no database");
}

/// Does one damage to a healthy directory; it must be the one finding and its advice must say `expected`.
fn check(damage: impl Fn(&DataDir), expected: &str) {
    let (_directory, data) = well();
    damage(&data);
    let advice = advice(&data);
    assert_eq!(advice.len(), 1, "{advice:?}");
    assert!(advice[0].contains(expected), "{advice:?}");
}

#[test]
fn each_damage_is_found_and_comes_with_advice() {
    check(|data| fs::write(data.models().join("1.model"), "weighty").unwrap(), "train again");
    check(|data| fs::remove_file(data.models().join("1.model")).unwrap(), "missing");
    check(|data| fs::write(data.datasets().join(&names_in(&data.datasets()).unwrap()[0]), "").unwrap(), "add it again");
    check(|data| fs::write(data.tables().join("0.table.7-0.partial"), "").unwrap(), "delete");
    check(|data| fs::write(data.features().join("part-00000-0.zstd.parquet"), "").unwrap(), "delete");
    check(|data| fs::write(data.database(), "x".repeat(5000)).unwrap(), "restore a backup");
    let set = |data: &DataDir| data.interactions().join(&names_in(&data.interactions()).unwrap()[0]);
    check(|data| fs::write(set(data), "").unwrap(), "add it again");
    check(|data| fs::remove_file(set(data)).unwrap(), "missing");
    check(|data| fs::write(data.interactions().join("0-lost.interactions"), "").unwrap(), "delete");
    check(|data| fs::write(data.models().join("9.model"), "").unwrap(), "delete");
    let log = |data: &DataDir| data.features().join("_delta_log");
    check(
        |data| {
            fs::create_dir(log(data)).unwrap();
            fs::write(log(data).join("00000000000000000000.json"), "{\"add\":").unwrap();
        },
        "make the features again",
    );
    let orphan = "PRAGMA foreign_keys = off; INSERT INTO promotion (model_id, promoted_at, reason) VALUES (9, 0, '')";
    check(|data| Connection::open(data.database()).unwrap().execute_batch(orphan).unwrap(), "promotion refers to");
    check(
        |data| Connection::open(data.database()).unwrap().pragma_update(None, "user_version", 99).unwrap(),
        "update Nearsong",
    );
}

#[cfg(unix)]
#[test]
fn an_open_directory_is_a_finding() {
    use std::os::unix::fs::PermissionsExt;
    check(|data| fs::set_permissions(data.root(), fs::Permissions::from_mode(0o755)).unwrap(), "chmod 700");
}

use std::io::Write;

use nearsong_types::{CatalogTrack, Manifest, Moment, Track};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{FeatureStore, NewModel, Store, backup, doctor, interactions};

const AT: Moment = Moment::from_seconds(1_700_000_000);

/// A data directory with something of everything, and its backup.
fn backed_up() -> (tempfile::TempDir, DataDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
    let mut store = Store::open(&data).unwrap();
    store.add_listener("anna", "UTC", AT).unwrap();
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
    let id = "0000000000000000000001".parse().unwrap();
    let tracks = [CatalogTrack { track: Track::new(id), recording_id: id, sources: 0 }];
    let manifest = Manifest {
        fingerprint: String::new(),
        pipeline_version: 1,
        inputs: Vec::new(),
        n_tracks: 1,
        n_recordings: 1,
        n_with_audio: 0,
        faults: Vec::new(),
    };
    FeatureStore::open(&data).write(&tracks, &manifest, AT).unwrap();
    fs::write(data.config(), "limit = 30\n").unwrap();
    fs::write(data.models().join("2.model.1-0.partial"), "half").unwrap();
    fs::write(data.tables().join("0.table"), "a cache").unwrap();
    let to = directory.path().join("backup.zip");
    // The store is still open and its last rows are only in the log beside the database.
    let report = backup(&data, &data.lock("backup").unwrap(), &to, AT).unwrap();
    assert_eq!(report.n_files, 6, "database, configuration, interactions, model, Parquet, log");
    (directory, data, to)
}

fn untouched(into: &Path) -> bool {
    let parent = names_in(into.parent().unwrap()).unwrap();
    !into.exists() && !parent.iter().any(|name| name.ends_with(PARTIAL))
}

#[test]
fn a_restored_directory_holds_what_was_backed_up() {
    let (directory, data, from) = backed_up();
    let into = directory.path().join("restored");
    fs::create_dir(&into).unwrap();
    restore(&from, &into, &RestoreLimits::default()).unwrap();
    let restored = DataDir::open_or_create(&into).unwrap();
    let store = Store::open(&restored).unwrap();
    assert_eq!(store.listeners().unwrap(), Store::open(&data).unwrap().listeners().unwrap());
    let model = store.models().unwrap().remove(0);
    assert_eq!(store.load_model(&model).unwrap(), b"weights");
    let set = store.interaction_sets().unwrap().remove(0);
    assert_eq!(store.load_interactions(&set).unwrap(), interactions::tests::set(1.0));
    assert_eq!(FeatureStore::open(&restored).read(0).unwrap().len(), 1);
    assert_eq!(fs::read_to_string(restored.config()).unwrap(), "limit = 30\n");
    let unwell: Vec<_> = doctor(&restored).into_iter().filter(|check| !check.ok).collect();
    assert_eq!(unwell, []);
}

#[test]
fn nothing_is_overwritten() {
    let (directory, data, from) = backed_up();
    let before = fs::read(&from).unwrap();
    let again = backup(&data, &data.lock("backup").unwrap(), &from, AT);
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    assert_eq!(fs::read(&from).unwrap(), before);
    let into_data = restore(&from, data.root(), &RestoreLimits::default());
    assert!(matches!(into_data, Err(StoreError::Conflict { .. })));
    let into_file = restore(&from, &from, &RestoreLimits::default());
    assert!(matches!(into_file, Err(StoreError::Conflict { .. })));
    let names = names_in(directory.path()).unwrap();
    assert_eq!(names, ["backup.zip", "data"]);
}

#[test]
fn a_damaged_backup_changes_nothing() {
    let (directory, _data, from) = backed_up();
    let into = directory.path().join("restored");
    let whole = fs::read(&from).unwrap();
    let is_refused = |bytes: &[u8]| {
        fs::write(&from, bytes).unwrap();
        matches!(restore(&from, &into, &RestoreLimits::default()), Err(StoreError::Corrupt { path, .. }) if path == from)
    };
    assert!(is_refused(&whole[..whole.len() / 2]) && untouched(&into), "cut off");
    assert!(is_refused(b"not a zip") && untouched(&into));
    let mut n_refused = 0;
    for position in (0..whole.len()).step_by(97) {
        let mut flipped = whole.clone();
        flipped[position] ^= 4;
        if is_refused(&flipped) {
            n_refused += 1;
            assert!(untouched(&into), "byte {position}");
        } else {
            // A bit of a date or an attribute says nothing about the content.
            assert!(into.exists(), "byte {position}: neither refused nor restored");
            fs::remove_dir_all(&into).unwrap();
        }
    }
    assert!(n_refused > whole.len() / 97 / 2, "{n_refused}");
}

/// A zip with a list of contents and these files.
fn made(path: &Path, contents: &str, files: &[(&str, &[u8])]) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in files.iter().copied().chain([(CONTENTS, contents.as_bytes())]) {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn list_of(path: &str, size_bytes: u64) -> String {
    let sha256 = crate::fingerprint::sha256_hex(b"x");
    format!(
        r#"{{"format":1,"schema":1,"made_at":0,"files":[{{"path":"{path}","size_bytes":{size_bytes},"sha256":"{sha256}"}}]}}"#
    )
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (from, into) = (directory.path().join("b.zip"), directory.path().join("restored"));
    for path in [
        "../evil",
        "/etc/evil",
        "models/../../evil",
        "evil",
        "lock",
        "models/deep/evil",
        "C:/evil",
        "models/.evil",
        "models//x",
    ] {
        made(&from, &list_of(path, 1), &[(path, b"x")]);
        let error = restore(&from, &into, &RestoreLimits::default()).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{path}: {error}");
        assert!(error.to_string().contains("no path of a data directory"), "{path}: {error}");
        assert!(untouched(&into));
    }
}

#[test]
fn files_that_are_not_as_listed_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (from, into) = (directory.path().join("b.zip"), directory.path().join("restored"));
    let bomb = vec![b'x'; 1 << 20];
    let refused = |contents: &str, files: &[(&str, &[u8])]| {
        made(&from, contents, files);
        let error = restore(&from, &into, &RestoreLimits::default()).unwrap_err();
        assert!(untouched(&into), "{error}");
        error
    };
    let one = list_of("models/1.model", 1);
    assert!(refused(&one, &[("models/1.model", &bomb)]).to_string().contains("found more"));
    assert!(refused(&one, &[("models/1.model", b"")]).to_string().contains("found only 0"));
    assert!(refused(&one, &[("models/1.model", b"y")]).to_string().contains("SHA-256"));
    assert!(refused(&one, &[("models/1.model", b"x"), ("models/2.model", b"x")]).to_string().contains("found 3"));
    assert!(refused(&one, &[]).to_string().contains("found 1"));
    assert!(refused(&one, &[("models/1.model", b"x")]).to_string().contains("database cannot be read"));
    assert!(refused("{", &[]).to_string().contains(CONTENTS));
    let newer = one.replace("\"schema\":1", "\"schema\":99");
    assert!(matches!(refused(&newer, &[]), StoreError::NewerSchema { found: 99, .. }));
    let huge = list_of("models/1.model", u64::MAX);
    assert!(matches!(refused(&huge, &[("models/1.model", b"x")]), StoreError::Invalid { .. }));
}

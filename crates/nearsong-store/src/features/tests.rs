use std::io::Write as _;

use std::{process::Command, sync::Barrier, thread};

use nearsong_types::{AudioFeature, InputFile, Track, TrackId};
use proptest::prelude::*;

use super::*;

fn store() -> (tempfile::TempDir, FeatureStore) {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
    (directory, FeatureStore::open(&data))
}

fn manifest(tracks: &[CatalogTrack], names: &[&str]) -> Manifest {
    let input = |name: &&str| InputFile {
        name: (*name).to_owned(),
        schema: "114k".to_owned(),
        sha256: "ab".repeat(32),
        is_made_up: true,
        n_rows: 5,
        n_tracks: 4,
        faults: Vec::new(),
    };
    Manifest {
        fingerprint: "cd".repeat(32),
        pipeline_version: 1,
        inputs: names.iter().map(input).collect(),
        n_tracks: tracks.len() as u64,
        n_recordings: 1,
        n_with_audio: 1,
        faults: Vec::new(),
    }
}

fn track_id(number: u32) -> TrackId {
    format!("{number:022}").parse().unwrap()
}

/// One track with everything and one of which only the id is known.
fn two_tracks() -> Vec<CatalogTrack> {
    let mut track = Track::new(track_id(1));
    track.title = Some("Ágætis byrjun".to_owned());
    track.artists = vec!["Sigur Rós".to_owned(), "Hildur".to_owned()];
    track.album = Some("Ágætis byrjun".to_owned());
    track.release_date = Some("1999-06-12".to_owned());
    track.duration_ms = Some(u32::MAX);
    track.explicit = Some(false);
    track.popularity = Some(61);
    track.genres = vec!["ambient".to_owned()];
    for feature in AudioFeature::ALL {
        track.audio.set(feature, Some(0.25));
    }
    (track.key, track.is_major, track.time_signature) = (Some(11), Some(true), Some(7));
    let full = CatalogTrack { track, recording_id: track_id(1), sources: 0b11 };
    vec![full, CatalogTrack { track: Track::new(track_id(2)), recording_id: track_id(1), sources: 0b10 }]
}

fn at(seconds: i64) -> Moment {
    Moment::from_seconds(seconds)
}

#[test]
fn every_version_stays_readable_by_number_and_by_moment() {
    let (_directory, store) = store();
    assert_eq!(store.latest().unwrap(), None);
    let (both, none) = (two_tracks(), Vec::new());
    let names = ["tracks.csv", "tracks.csv"];
    assert_eq!(store.write(&both, &manifest(&both, &names), at(10)).unwrap(), 0);
    assert_eq!(store.write(&none, &manifest(&none, &[]), at(20)).unwrap(), 1);
    assert_eq!(store.read(0).unwrap(), both);
    assert_eq!(store.read(1).unwrap(), none);
    assert!(matches!(store.read(2), Err(StoreError::NotFound { .. })));

    let versions = store.versions().unwrap();
    assert_eq!(versions[0].manifest, manifest(&both, &names));
    assert_eq!(store.latest().unwrap().as_ref(), versions.last());
    let number = |at| store.as_of(at).unwrap().map(|version| version.version);
    assert_eq!([at(9), at(10), at(19), at(20), at(99)].map(number), [None, Some(0), Some(0), Some(1), Some(1)]);
}

#[test]
fn the_same_tracks_give_the_same_bytes() {
    let (_directory, store) = store();
    let both = two_tracks();
    for seconds in [10, 20] {
        store.write(&both, &manifest(&both, &["a", "b"]), at(seconds)).unwrap();
    }
    let versions = store.versions().unwrap();
    assert_eq!(versions[0].sha256, versions[1].sha256);
    assert_ne!(versions[0].file, versions[1].file);
}

#[test]
fn tracks_that_do_not_fit_their_manifest_are_refused() {
    let (_directory, store) = store();
    let both = two_tracks();
    let refused = |manifest| matches!(store.write(&both, &manifest, at(1)), Err(StoreError::Invalid { .. }));
    assert!(refused(manifest(&both, &["one"])), "a track names a second source");
    assert!(refused(manifest(&[], &["one", "two"])), "another number of tracks");
    assert!(refused(manifest(&both, &["x"; 65])), "more sources than bits");
    assert_eq!(store.versions().unwrap(), []);
    let mut all = both.clone();
    all[0].sources = u64::MAX;
    store.write(&all, &manifest(&all, &["x"; 64]), at(1)).unwrap();
    assert_eq!(store.read(0).unwrap(), all);
}

#[test]
fn of_two_writers_of_one_version_one_is_refused() {
    let (_directory, store) = store();
    let both = two_tracks();
    let manifest = manifest(&both, &["a", "b"]);
    let barrier = Barrier::new(2);
    let commit = |seconds| {
        let file = write::write_file(&store.table, 0, &both, &manifest).unwrap();
        barrier.wait();
        log::commit(&store.table, 0, None, file, &manifest, at(seconds)).is_ok()
    };
    let n_kept = thread::scope(|scope| {
        let writers = [scope.spawn(|| commit(1)), scope.spawn(|| commit(2))];
        writers.map(|writer| writer.join().unwrap()).into_iter().filter(|&kept| kept).count()
    });
    assert_eq!(n_kept, 1);
    assert_eq!(store.versions().unwrap().len(), 1);
    assert_eq!(store.read(0).unwrap(), both);
}

#[test]
fn a_damaged_file_is_named_whatever_happened_to_it() {
    let (_directory, store) = store();
    let both = two_tracks();
    store.write(&both, &manifest(&both, &["a", "b"]), at(1)).unwrap();
    let file = store.latest().unwrap().unwrap().file;
    let whole = fs::read(&file).unwrap();
    let is_named = || matches!(store.read(0), Err(StoreError::Corrupt { path, .. }) if path == file);
    for position in [0, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[position] ^= 1;
        fs::write(&file, flipped).unwrap();
        assert!(is_named(), "flipped bit in byte {position}");
    }
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(is_named(), "cut off");
    fs::remove_file(&file).unwrap();
    assert!(is_named(), "missing");
}

#[test]
fn a_damaged_log_is_named_and_hides_only_its_version() {
    let (_directory, store) = store();
    let both = two_tracks();
    for seconds in 1..4 {
        store.write(&both, &manifest(&both, &["a", "b"]), at(seconds)).unwrap();
    }
    let entry = store.table.join("_delta_log/00000000000000000001.json");
    let whole = fs::read(&entry).unwrap();
    let is_named = || matches!(store.versions(), Err(StoreError::Corrupt { path, .. }) if path == entry);
    for damaged in [&whole[..whole.len() / 2], b"", b"\xff\xfe", b"[[[[", b"{\"add\":{\"path\":7}}"] {
        fs::write(&entry, damaged).unwrap();
        assert!(is_named(), "{}", String::from_utf8_lossy(damaged));
    }
    fs::remove_file(&entry).unwrap();
    assert!(is_named(), "missing");
    assert_eq!(store.read(0).unwrap(), both);
    assert_eq!(store.read(2).unwrap(), both);
}

#[test]
fn a_path_in_the_log_that_leads_elsewhere_is_refused() {
    let (_directory, store) = store();
    let both = two_tracks();
    store.write(&both, &manifest(&both, &["a", "b"]), at(1)).unwrap();
    let entry = store.table.join("_delta_log/00000000000000000000.json");
    let text = fs::read_to_string(&entry).unwrap().replace("\"path\":\"", "\"path\":\"../");
    fs::write(&entry, text).unwrap();
    assert!(matches!(store.read(0), Err(StoreError::Corrupt { path, .. }) if path == entry));
}

#[test]
fn compiled_tables_are_kept_by_version() {
    let (_directory, store) = store();
    assert_eq!(store.load_table(3).unwrap(), None);
    store.save_table(3, b"old").unwrap();
    store.save_table(3, b"table").unwrap();
    assert_eq!(store.load_table(3).unwrap().unwrap(), b"table");
}

/// Opens the table with PyPI's `deltalake`, pandas and pyarrow, and compares what they see.
const PYTHON_READER: &str = r#"
import sys, json, deltalake, pandas, pyarrow.parquet
table = sys.argv[1]
for version, rows in ((0, 2), (1, 1)):
    delta = deltalake.DeltaTable(table, version=version)
    assert delta.version() == version and delta.protocol().min_reader_version == 1, delta.protocol()
    assert delta.protocol().min_writer_version == 2
    frame = delta.to_pandas()
    assert len(frame) == rows and len(frame.columns) == 23, frame
    (file,) = delta.file_uris()
    direct = pandas.read_parquet(file)
    assert list(direct.columns) == list(frame.columns) and len(direct) == rows
    pyarrow.parquet.ParquetFile(file).read().validate(full=True)
old = deltalake.DeltaTable(table, version=0).to_pandas()
full, bare = old.iloc[0], old.iloc[1]
assert full.title == "Ágætis byrjun" and list(full.artists) == ["Sigur Rós", "Hildur"], full
assert full.duration_ms == 4294967295 and full.tempo == 0.25 and full["mode"] == 1 and full.explicit == False
assert list(full.sources) == ["a.csv", "a.csv #2"] and list(bare.sources) == ["a.csv #2"], full.sources
assert bare.isna().sum() == 18 and list(bare.genres) == [], bare
filtered = deltalake.DeltaTable(table, version=0).to_pandas(filters=[("popularity", ">=", 61)])
assert len(filtered) == 1
history = deltalake.DeltaTable(table).history()
assert [entry["version"] for entry in history] == [1, 0], history
assert json.loads(json.dumps(history[0]))["nearsong"]["manifest"]["n_tracks"] == 1
print("opened", deltalake.__version__, pandas.__version__)
"#;

#[test]
fn deltalake_and_pandas_open_every_version() {
    let (_directory, store) = store();
    let both = two_tracks();
    store.write(&both, &manifest(&both, &["a.csv", "a.csv"]), at(1_700_000_000)).unwrap();
    let one = &both[..1];
    store.write(one, &manifest(one, &["a.csv", "b.csv"]), at(1_700_000_060)).unwrap();
    let Some(python) = python_with_deltalake() else {
        std::io::stderr()
            .write_all(
                b"SKIPPED: deltalake_and_pandas_open_every_version: no python3 with deltalake, pandas and pyarrow\n",
            )
            .unwrap();
        return;
    };
    let output = Command::new(python).args(["-c", PYTHON_READER]).arg(&store.table).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && output.stdout.starts_with(b"opened"), "{said}");
}

#[expect(clippy::disallowed_methods, reason = "the interpreter with these packages differs from machine to machine")]
fn python_with_deltalake() -> Option<String> {
    let python = std::env::var("NEARSONG_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let tried = Command::new(&python).args(["-c", "import deltalake, pandas, pyarrow"]).output();
    tried.is_ok_and(|output| output.status.success()).then_some(python)
}

fn any_texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("\\PC{0,8}", 0..4)
}

prop_compose! {
    fn any_track()(
        number in any::<u32>(),
        texts in (prop::option::of("\\PC{0,12}"), prop::option::of("\\PC{0,12}"), prop::option::of("[0-9-]{4,10}")),
        lists in (any_texts(), any_texts()),
        numbers in (any::<Option<u32>>(), any::<Option<u8>>(), any::<Option<u8>>(), any::<Option<u8>>()),
        flags in (any::<Option<bool>>(), any::<Option<bool>>()),
        audio in prop::array::uniform9(prop::option::of(0.0..1.0f32)),
        sources in 0..8u64,
    ) -> CatalogTrack {
        let mut track = Track::new(track_id(number));
        (track.title, track.album, track.release_date) = texts;
        (track.artists, track.genres) = lists;
        (track.duration_ms, track.popularity, track.key, track.time_signature) = numbers;
        (track.explicit, track.is_major) = flags;
        for (feature, value) in AudioFeature::ALL.into_iter().zip(audio) {
            track.audio.set(feature, value);
        }
        CatalogTrack { track, recording_id: track_id(number / 2), sources }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_tracks_come_back_as_they_were(tracks in prop::collection::vec(any_track(), 0..30)) {
        let (_directory, store) = store();
        store.write(&tracks, &manifest(&tracks, &["a", "b", "c"]), at(1)).unwrap();
        prop_assert_eq!(store.read(0).unwrap(), tracks);
    }
}

#[test]
fn more_rows_than_one_group_come_back_in_order() {
    let (_directory, store) = store();
    let row = |number| CatalogTrack { track: Track::new(track_id(number)), recording_id: track_id(number), sources: 0 };
    let tracks: Vec<_> = (0..70_000).map(row).collect();
    store.write(&tracks, &manifest(&tracks, &[]), at(1)).unwrap();
    assert!(store.read(0).unwrap() == tracks);
}

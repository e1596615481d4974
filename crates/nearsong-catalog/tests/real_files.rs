//! The faults that were measured in the real files with other tools, counted again.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::io::Write as _;

use std::path::PathBuf;

use nearsong_catalog::{Dataset, Fault, ReadLimits, Schema, compile, merge, read_dataset};
use nearsong_types::{RecordingTable, Silent};

/// The shared data beside the checkout, or a loud word that the test was skipped.
fn shared(test: &str, file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(file);
    if !path.exists() {
        std::io::stderr()
            .write_all(format!("SKIPPED: {test}: no shared data beside the checkout\n").as_bytes())
            .unwrap();
        return None;
    }
    Some(path)
}

fn read(test: &str, file: &str) -> Option<Dataset> {
    Some(read_dataset(&shared(test, file)?, &ReadLimits::default(), &Silent).unwrap())
}

fn check_counts(dataset: &Dataset, expected: &[(Fault, u64)]) {
    for &(fault, count) in expected {
        assert_eq!(dataset.quality.count(fault), count, "{}", fault.fault());
    }
    assert_eq!(dataset.quality.n_refused(), 0);
}

#[test]
fn the_114k_dataset_has_the_faults_that_were_measured() {
    let Some(dataset) = read("the_114k_dataset", "spotify_tracks_114k.csv.gz") else { return };
    assert_eq!(dataset.schema, Schema::Tracks114k);
    assert_eq!((dataset.n_rows, dataset.tracks.len()), (114_000, 89_741));
    assert_eq!(dataset.sha256, "42b10569460e3f9e64b6c3a9cfff6e52f1dbbb5eac4397d7036d08aa88f1a03e");
    check_counts(
        &dataset,
        &[
            (Fault::RepeatedId, 16_641),
            (Fault::SurplusRow, 24_259),
            (Fault::IdenticalRow, 450),
            (Fault::SeveralGenres, 16_299),
            (Fault::PopularityDiffers, 720),
            (Fault::OtherwiseDiffers, 0),
            (Fault::NoNames, 1),
            (Fault::ZeroDuration, 1),
            (Fault::NotAnalysed, 157),
            (Fault::ZeroTempo, 157),
            (Fault::ZeroValence, 176),
            (Fault::ZeroEnergy, 1),
            (Fault::ZeroTimeSignature, 163),
            (Fault::OneTimeSignature, 973),
            (Fault::ShortDuration, 17),
            (Fault::LongDuration, 81),
            (Fault::LoudnessAboveZero, 90),
            (Fault::ZeroInstrumentalness, 38_763), // 34.0 % of rows
            (Fault::ZeroPopularity, 9_448),        // 10.5 % of ids
            (Fault::SameNamesGroup, 4_657),
            (Fault::SameNames, 13_054),
            (Fault::SameSound, 9_284),
            (Fault::NonAsciiArtists, 6_810),
            (Fault::NonAsciiAlbum, 11_786),
            (Fault::NonAsciiTitle, 12_634),
            (Fault::EdgeSpaces, 8),
            (Fault::NumberLikeTitle, 141),
            (Fault::LongArtists, 289),
            (Fault::LongAlbum, 117),
            (Fault::LongTitle, 132),
        ],
    );
    let quality = &dataset.quality;
    assert_eq!(quality.longest_duration_ms, 5_237_295);
    assert_eq!(quality.loudness_range_db, Some((-49.531, 4.532)));
    assert_eq!(quality.most_artists, 38);
    let n_with = |n_genres| dataset.tracks.iter().filter(|track| track.genres.len() == n_genres).count();
    let expected = [73_442, 11_424, 2_955, 1_361, 431, 104, 21, 2, 1];
    assert_eq!(std::array::from_fn(|position| n_with(position + 1)), expected);
}

#[test]
fn the_tomigelo_dataset_has_the_faults_that_were_measured() {
    let Some(dataset) = read("the_tomigelo_dataset", "tomigelo_april2019_partial10k.csv.gz") else { return };
    assert_eq!(dataset.schema, Schema::Tomigelo);
    assert_eq!((dataset.n_rows, dataset.tracks.len()), (10_000, 9_989));
    check_counts(
        &dataset,
        &[
            (Fault::SurplusRow, 11),
            (Fault::ZeroTempo, 4),
            (Fault::ZeroTimeSignature, 4),
            (Fault::NotAnalysed, 4),
            (Fault::ShortDuration, 21),
            (Fault::LoudnessAboveZero, 3),
            (Fault::MissingTitle, 0),
            (Fault::MissingArtist, 0),
            (Fault::MissingAudio, 0),
            (Fault::ZeroPopularity, 1_217), // 12.2 %
        ],
    );
}

#[test]
fn the_two_csv_files_merge_to_the_tracks_that_were_measured() {
    let Some(one) = read("the_two_csv_files", "spotify_tracks_114k.csv.gz") else { return };
    let Some(other) = read("the_two_csv_files", "tomigelo_april2019_partial10k.csv.gz") else { return };
    let merged = merge(vec![one, other]).unwrap();
    assert_eq!(merged.tracks.len(), 99_680);
    assert_eq!(merged.faults[0].count, 50, "ids in both");
    let table = compile(&merged.tracks);
    assert_eq!(table.n_items() as u64, merged.n_recordings);
    assert_eq!(table.n_genres(), 114);
    assert_eq!(RecordingTable::from_bytes(&table.to_bytes()).unwrap(), table);
}

#[test]
fn the_wide_parquet_is_read_whole() {
    let Some(dataset) = read("the_wide_parquet", "tracks_wide_491k.parquet") else { return };
    assert_eq!(dataset.schema, Schema::Wide);
    assert_eq!((dataset.n_rows, dataset.tracks.len()), (491_319, 491_319));
    check_counts(
        &dataset,
        &[
            (Fault::ZeroTempo, 312),
            (Fault::NotAnalysed, 312),
            (Fault::MissingTitle, 100_770),
            (Fault::MissingArtist, 123_710),
            (Fault::SourcesDisagree, 1_062),
            (Fault::ZeroTimeSignature, 298),
            (Fault::OneTimeSignature, 3_725),
        ],
    );
    let artists = |id: &str| {
        let id = id.parse().unwrap();
        let position = dataset.tracks.binary_search_by_key(&id, |track| track.id).unwrap();
        dataset.tracks[position].artists.clone()
    };
    assert_eq!(artists("000TJlEJQ3nafsm1hBWpoj"), ["Tyler, The Creator", "42 Dugg"]);
    assert_eq!(artists("000Iz0K615UepwSJ5z2RE5"), ["Paul Kalkbrenner", "Pig&Dan"]);
    assert_eq!(artists("000x2qE0ZI3hodeVrnJK8A"), ["Heart"]);
    assert_eq!(artists("000xQL6tZNLJzIrtIgxqSl"), ["Zayn", "PARTYNEXTDOOR"]);
    let groups =
        dataset.tracks.iter().filter(|track| track.artists.first().is_some_and(|name| name == "Earth")).count();
    let whole =
        dataset.tracks.iter().filter(|track| track.artists.iter().any(|name| name == "Earth, Wind & Fire")).count();
    assert!(whole > groups, "“Earth, Wind & Fire” stays one artist");
}

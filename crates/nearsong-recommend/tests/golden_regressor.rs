//! `knn-regressor` against scikit-learn's `KNeighborsRegressor(weights="distance")`: the same preferences to 1e-5.
//!
//! The expected values and where they come from are in `golden/knn_regressor.json`; `bench/golden/knn_regressor.py` wrote them.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{collections::BTreeMap, sync::Arc};

use nearsong_recommend::{Adventure, Algorithm, Model, ScoreRequest, Taste, TrainConfig, TrainingData};
use nearsong_types::{AudioFeature, AudioFeatures, ItemIdx, RecordingTable, Silent, TrackId};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-5;

/// The file that the script wrote.
#[derive(Deserialize)]
struct Golden {
    features: Vec<AudioFeature>,
    max_neighbors: u32,
    /// Features by recording.
    audio: Vec<[f32; AudioFeature::COUNT]>,
    /// Recordings that were listened to, with the preference for each.
    preferences: Vec<(u32, f32)>,
    /// Other recordings, with the preference that scikit-learn predicts.
    expected: Vec<(u32, f64)>,
}

#[test]
fn preferences_agree_with_scikit_learn() {
    let golden: Golden = serde_json::from_str(include_str!("golden/knn_regressor.json")).unwrap();
    assert_eq!(golden.features, AudioFeature::ALL, "the script and Nearsong store features in one order");
    let predicted = predict(&golden);
    let found: Vec<f64> = golden.expected.iter().map(|(row, _)| f64::from(predicted[row])).collect();
    let expected: Vec<f64> = golden.expected.iter().map(|&(_, value)| value).collect();
    assert!(expected.len() > 200, "only {} values to compare", expected.len());
    assert_close(&found, &expected);
}

/// The regressor's score of every recording that was not listened to.
fn predict(golden: &Golden) -> BTreeMap<u32, f32> {
    let table = Arc::new(table(&golden.audio));
    let config = TrainConfig::of(Algorithm::KnnRegressor);
    let config = config.with("max_neighbors", &golden.max_neighbors.to_string()).unwrap();
    let scorer =
        Model::train(&config, &TrainingData::catalogue(&table), 42, &Silent).unwrap().bind(Arc::clone(&table)).unwrap();
    let taste = Taste::new(golden.preferences.iter().map(|&(row, weight)| (ItemIdx(row), weight)), []);
    let mut allowed = vec![true; table.n_items()];
    golden.preferences.iter().for_each(|&(row, _)| allowed[row as usize] = false);
    let request = ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
    let scored = scorer.best(&request, table.n_items()).unwrap();
    assert_eq!(scored.len(), golden.audio.len() - golden.preferences.len(), "every other recording has a score");
    scored.into_iter().map(|scored| (scored.item.0, scored.score)).collect()
}

/// Recordings of which nothing but the sound is known.
fn table(audio: &[[f32; AudioFeature::COUNT]]) -> RecordingTable {
    let mut table = RecordingTable::default();
    for (row, values) in (0u32..).zip(audio) {
        let id: TrackId = format!("{row:022}").parse().unwrap();
        table.track_ids.push(id);
        table.titles.push("");
        table.artists.push_row([]);
        table.genres.push_row([]);
        table.albums.push_row([]);
        table.audio.push(AudioFeatures::from_raw(*values).unwrap());
        table.popularities.push(u8::MAX);
        table.years.push(0);
        table.durations_ms.push(0);
        table.explicits.push(u8::MAX);
        table.track_items.push((id, ItemIdx(row)));
    }
    table
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    let largest = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max);
    for (position, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference <= TOLERANCE,
            "value {position}: {found}, scikit-learn {expected}; largest difference {largest}"
        );
    }
}

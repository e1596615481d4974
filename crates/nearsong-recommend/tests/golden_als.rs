//! `als` against numpy: for the same vectors of the recordings, the same scores of a taste to 1e-4.
//!
//! The expected values and where they come from are in `golden/als.json`; `bench/golden/factors.py` wrote them.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod nameless;

use std::sync::Arc;

use nearsong_recommend::{Adventure, Model, ScoreRequest, Scorer, Taste};
use nearsong_types::{Artifact, ItemIdx, Silent};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-4;

/// The file that the script wrote.
#[derive(Deserialize)]
struct Golden {
    n_items: u32,
    mean_size: f32,
    /// By item.
    vectors: Vec<Vec<f32>>,
    /// Items with their weights.
    tastes: Vec<Vec<(u32, f32)>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    config: serde_json::Value,
    /// By taste and item.
    scores: Vec<Vec<f64>>,
}

#[test]
fn scores_of_a_taste_agree_with_numpy() {
    let golden: Golden = serde_json::from_str(include_str!("golden/als.json")).unwrap();
    for case in &golden.cases {
        let scorer = scorer(&golden, case);
        for (taste, expected) in golden.tastes.iter().zip(&case.scores) {
            let taste = Taste::new(taste.iter().map(|&(row, weight)| (ItemIdx(row), weight)), []);
            let allowed = vec![true; golden.n_items as usize];
            let request =
                ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
            let found = scorer.scores(&request).unwrap();
            assert_eq!(found.len(), expected.len());
            for (item, (&found, &expected)) in found.iter().zip(expected).enumerate() {
                let difference = (f64::from(found) - expected).abs();
                assert!(difference <= TOLERANCE, "{}, item {item}: {found}, numpy {expected}", case.config);
            }
        }
    }
}

/// A model with the vectors of the file, put together as its bytes are.
fn scorer(golden: &Golden, case: &Case) -> Box<dyn Scorer> {
    let width = golden.vectors[0].len();
    let outer = |at: usize| golden.vectors.iter().map(|vector| vector[at / width] * vector[at % width]).sum();
    let gram: Vec<f32> = (0..width * width).map(outer).collect();
    let mut artifact = Artifact::new("als", 1);
    artifact.put_bytes("config", case.config.to_string().as_bytes());
    artifact.put("n_items", &[u64::from(golden.n_items)]);
    artifact.put("mean_size", &[golden.mean_size]);
    artifact.put("items", &(0..golden.n_items).collect::<Vec<u32>>());
    artifact.put("factors", &golden.vectors.concat());
    artifact.put("gram", &gram);
    let model = Model::from_bytes(&artifact.to_bytes()).unwrap();
    model.bind(Arc::new(nameless::table(golden.n_items))).unwrap()
}

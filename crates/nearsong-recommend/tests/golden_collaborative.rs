//! `item-knn` and `rp3beta` against scipy and `ease` against numpy: the same scores, to 1e-5 and 1e-4.
//!
//! The expected values and where they come from are in `golden/item_knn.json`, `golden/rp3beta.json` and `golden/ease.json`;
//! `bench/golden/collaborative.py` and `bench/golden/factors.py` wrote them.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod nameless;

use std::sync::Arc;

use nearsong_recommend::{Adventure, Algorithm, Model, ScoreRequest, Taste, TrainConfig, TrainingData};
use nearsong_types::{Interaction, Interactions, ItemIdx, MatchedInteractions, Silent};
use serde::Deserialize;

/// The file that the script wrote.
#[derive(Deserialize)]
struct Golden {
    n_items: u32,
    /// Items of every owner.
    owners: Vec<Vec<u32>>,
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
fn item_knn_agrees_with_scipy() {
    compare(Algorithm::ItemKnn, include_str!("golden/item_knn.json"), 1e-5);
}

#[test]
fn rp3beta_agrees_with_scipy() {
    compare(Algorithm::Rp3Beta, include_str!("golden/rp3beta.json"), 1e-5);
}

#[test]
fn ease_agrees_with_numpy() {
    compare(Algorithm::Ease, include_str!("golden/ease.json"), 1e-4);
}

fn compare(algorithm: Algorithm, golden: &str, tolerance: f64) {
    let golden: Golden = serde_json::from_str(golden).unwrap();
    let (table, interactions) = (Arc::new(nameless::table(golden.n_items)), interactions(&golden));
    for case in &golden.cases {
        let config = TrainConfig::from_json(algorithm, &case.config.to_string()).unwrap();
        let data = TrainingData { table: &table, interactions: Some(&interactions) };
        let scorer = Model::train(&config, &data, 42, &Silent).unwrap().bind(Arc::clone(&table)).unwrap();
        for (taste, expected) in golden.tastes.iter().zip(&case.scores) {
            let taste = Taste::new(taste.iter().map(|&(row, weight)| (ItemIdx(row), weight)), []);
            let allowed = vec![true; table.n_items()];
            let request =
                ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
            let found = scorer.scores(&request).unwrap();
            assert_eq!(found.len(), expected.len());
            for (item, (&found, &expected)) in found.iter().zip(expected).enumerate() {
                let difference = (f64::from(found) - expected).abs();
                assert!(difference <= tolerance, "{}, item {item}: {found}, expected {expected}", case.config);
            }
        }
    }
}

fn interactions(golden: &Golden) -> MatchedInteractions {
    let mut by_item = Interactions::new(golden.n_items as usize);
    for items in &golden.owners {
        by_item.push_owner(items.iter().map(|&item| Interaction { item, weight: 1.0, at: None }));
    }
    MatchedInteractions { by_item, by_artist: Interactions::new(0) }
}

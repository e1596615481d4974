//! The metrics against scikit-learn and plain Python: the same values to 1e-9.
//!
//! The expected values and where they come from are in `golden/metrics.json`; `bench/golden/metrics.py` wrote them.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{collections::BTreeMap, time::Duration};

use nearsong_evaluate::{Choice, Evaluation, Metric, Protocol, Question, Settings, Split, evaluate};
use nearsong_recommend::{Contributions, ScoreRequest, Scored, Scorer};
use nearsong_types::{
    AudioFeatures, Cancelled, Interactions, ItemIdx, MatchedInteractions, RecordingTable, Silent, TrackId,
};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;

/// The file that the script wrote.
#[derive(Deserialize)]
struct Golden {
    /// Main artist of each recording.
    artists: Vec<u32>,
    /// Popularity of each recording.
    popularities: Vec<u8>,
    lists: Vec<List>,
    /// Figures by name, of the lists taken together.
    over_all_lists: BTreeMap<String, f64>,
}

/// One list and what is expected of it, by name.
#[derive(Deserialize)]
struct List {
    shown: Vec<u32>,
    hidden: Vec<u32>,
    ranked: Vec<u32>,
    expected: BTreeMap<String, f64>,
}

/// Gives the lists of the file: whoever shows the songs of a list gets its ranking.
struct Scripted {
    table: RecordingTable,
    lists: BTreeMap<Vec<u32>, Vec<u32>>,
}

impl Scorer for Scripted {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, _request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        unreachable!("only lists are asked for")
    }

    fn best(&self, request: &ScoreRequest<'_>, n: usize) -> Result<Vec<Scored>, Cancelled> {
        let shown: Vec<u32> = request.taste.items().iter().map(|(item, _)| item.0).collect();
        let ranked = self.lists[&shown].iter().take(n);
        Ok(ranked.map(|&item| Scored { item: ItemIdx(item), score: 1.0 }).collect())
    }

    fn contributions(&self, _request: &ScoreRequest<'_>, _items: &[ItemIdx]) -> Vec<Contributions> {
        unreachable!("nobody asks why")
    }
}

/// Recordings of which the main artist and the popularity are known.
fn table(golden: &Golden) -> RecordingTable {
    let mut table = RecordingTable::default();
    for ((row, &artist), &popularity) in (0u32..).zip(&golden.artists).zip(&golden.popularities) {
        let id: TrackId = format!("{row:022}").parse().unwrap();
        table.track_ids.push(id);
        table.titles.push("Song");
        table.artists.push_row([artist]);
        table.genres.push_row([]);
        table.albums.push_row([]);
        table.audio.push(AudioFeatures::NONE);
        table.popularities.push(popularity);
        table.years.push(0);
        table.durations_ms.push(0);
        table.explicits.push(u8::MAX);
        table.track_items.push((id, ItemIdx(row)));
    }
    table.artist_names = (0..=*golden.artists.iter().max().unwrap()).map(|_| "Artist").collect();
    table
}

/// Every list of the file as an answer, measured by every metric that the file knows.
fn evaluated(golden: &Golden) -> Evaluation {
    let table = table(golden);
    let sorted = |items: &[u32]| {
        let mut items = items.to_vec();
        items.sort_unstable();
        items
    };
    let question = |(list, owner): (&List, u32)| Question {
        owner,
        shown: list.shown.iter().map(|&item| (item, 1.0)).collect(),
        shown_artists: vec![],
        hidden: list.hidden.clone(),
    };
    let split = Split {
        protocol: Protocol::continuation(1, Choice::Random),
        seed: 0,
        train: MatchedInteractions {
            by_item: Interactions::new(table.n_items()),
            by_artist: Interactions::new(table.n_artists()),
        },
        questions: golden.lists.iter().zip(0..).map(question).collect(),
    };
    let lists = golden.lists.iter().map(|list| (sorted(&list.shown), list.ranked.clone())).collect();
    let settings = Settings {
        n: table.n_items(),
        metrics: golden.lists[0].expected.keys().map(|name| name.parse().unwrap()).collect(),
        coverage_at: vec![1, 5, 10, 20, 100, 500],
        n_resamples: 0,
        n_timed: 0,
        ..Settings::default()
    };
    evaluate(&Scripted { table, lists }, &split, &settings, &Silent, &|| Duration::ZERO).unwrap()
}

#[track_caller]
fn assert_close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= TOLERANCE, "{what}: {found}, expected {expected}");
}

#[test]
fn metrics_agree_with_independent_implementations() {
    let golden: Golden = serde_json::from_str(include_str!("golden/metrics.json")).unwrap();
    let evaluation = evaluated(&golden);
    let mut n_compared = 0;
    for (number, list) in golden.lists.iter().enumerate() {
        for (name, &expected) in &list.expected {
            let metric: Metric = name.parse().unwrap();
            assert_close(evaluation.values[&metric][number], expected, &format!("{name} of list {number}"));
            n_compared += 1;
        }
    }
    assert!(n_compared > 600, "only {n_compared} values to compare");
    assert_eq!(golden.over_all_lists.len(), 12);
    for (name, &expected) in &golden.over_all_lists {
        assert_close(evaluation.figure(name).unwrap().value, expected, name);
    }
}

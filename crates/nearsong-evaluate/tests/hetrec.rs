//! The most popular artists recommended to everybody, on Last.fm's data of HetRec 2011: the figures that another
//! implementation measured with another random split.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{
    collections::BTreeMap,
    io::{Read, Write as _},
    path::PathBuf,
    time::Duration,
};

use nearsong_evaluate::{Metric, Protocol, Settings, Split, evaluate};
use nearsong_recommend::{Contributions, ScoreRequest, Scorer};
use nearsong_types::{
    AudioFeatures, Cancelled, Interaction, Interactions, ItemIdx, MatchedInteractions, RecordingTable, Silent, TrackId,
};

/// Measured elsewhere: recall@20 0.1041 and NDCG@20 0.0990.
const RECALL: f64 = 0.1041;
const NDCG: f64 = 0.0990;
/// Another draw of what is hidden moves them by so much.
const TOLERANCE: f64 = 0.004;

/// The rows of the file, or a loud word that it is not there.
fn rows() -> Option<Vec<[u32; 3]>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"))
        .join("hetrec2011-lastfm/user_artists.dat.gz");
    let Ok(file) = std::fs::File::open(path) else {
        std::io::stderr()
            .write_all(b"SKIPPED: user_artists.dat.gz is not there, so nothing is proven of it\n")
            .unwrap();
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let row = |line: &str| {
        let cells: Vec<u32> = line.split('\t').map(|cell| cell.trim().parse().unwrap()).collect();
        <[u32; 3]>::try_from(cells).unwrap()
    };
    Some(text.lines().skip(1).map(row).collect())
}

/// Every artist as a recording of his own.
fn table(n_artists: u32) -> RecordingTable {
    let mut table = RecordingTable::default();
    for row in 0..n_artists {
        let id: TrackId = format!("{row:022}").parse().unwrap();
        table.track_ids.push(id);
        table.titles.push("");
        table.artists.push_row([row]);
        table.genres.push_row([]);
        table.albums.push_row([]);
        table.audio.push(AudioFeatures::NONE);
        table.popularities.push(u8::MAX);
        table.years.push(0);
        table.durations_ms.push(0);
        table.explicits.push(u8::MAX);
        table.track_items.push((id, ItemIdx(row)));
    }
    table.artist_names = (0..n_artists).map(|_| "").collect();
    table
}

/// Scores every recording by the number of its owners.
struct MostPopular {
    table: RecordingTable,
    n_owners: Vec<u32>,
}

impl Scorer for MostPopular {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        let scores = self.n_owners.iter().zip(request.allowed);
        Ok(scores.map(|(&count, &allowed)| if allowed { count as f32 } else { 0.0 }).collect())
    }

    fn contributions(&self, _request: &ScoreRequest<'_>, _items: &[ItemIdx]) -> Vec<Contributions> {
        unreachable!("nobody asks why")
    }
}

#[test]
fn the_most_popular_artists_are_as_good_as_others_measured() {
    let Some(rows) = rows() else { return };
    let mut artists: BTreeMap<u32, u32> = rows.iter().map(|&[_, artist, _]| (artist, 0)).collect();
    artists.values_mut().zip(0..).for_each(|(row, at)| *row = at);
    let mut owners: BTreeMap<u32, Vec<Interaction>> = BTreeMap::new();
    for &[user, artist, weight] in &rows {
        let entry = Interaction { item: artists[&artist], weight: weight as f32, at: None };
        owners.entry(user).or_default().push(entry);
    }
    let table = table(artists.len() as u32);
    let mut by_item = Interactions::new(artists.len());
    owners.into_values().for_each(|entries| by_item.push_owner(entries));
    assert_eq!((by_item.n_owners(), by_item.n_items(), by_item.n_entries()), (1_892, 17_632, 92_834));
    let data = MatchedInteractions { by_artist: by_item.clone(), by_item };

    let split = Split::new(&data, &table, Protocol::per_owner(), 42).unwrap();
    let scorer = MostPopular { n_owners: split.train.by_item.owners_per_item(), table };
    let settings = Settings { n: 20, n_timed: 0, ..Settings::default() };
    let evaluation = evaluate(&scorer, &split, &settings, &Silent, &|| Duration::ZERO).unwrap();
    for (metric, expected) in [(Metric::Recall(20), RECALL), (Metric::Ndcg(20), NDCG)] {
        let figure = evaluation.figure(&metric.to_string()).unwrap();
        assert!((figure.value - expected).abs() < TOLERANCE, "{figure:?}, measured elsewhere {expected}");
    }
}

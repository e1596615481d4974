//! Lists and their reasons in words, as a table and as JSON.

use std::collections::BTreeMap;

use nearsong_app::{Because, Heard, RankedSong, Recommendation, Recommender, reason_words, shared_words};
use nearsong_types::ItemIdx;
use serde::Serialize;

use crate::render::{fitted, plain, song_length, wrapped};

const TITLE_WIDTH: usize = 44;
const ARTIST_WIDTH: usize = 34;
const REASON_INDENT: usize = 5;
const LINE_WIDTH: usize = 96;

/// The list for a terminal: rank, title, artists, length, and the reason below.
pub fn list_table(recommender: &Recommender, made: &Recommendation) -> String {
    let table = &recommender.table;
    let mut text = String::new();
    for (rank, song) in (1..).zip(&made.list.songs) {
        let rank: usize = rank;
        let length = table.duration_ms(song.item).map(song_length).unwrap_or_default();
        text.push_str(&format!(
            "{rank:>3}  {}  {}  {length:>6}\n",
            fitted(&plain(table.title(song.item)), TITLE_WIDTH),
            fitted(&plain(&table.artist_line(song.item)), ARTIST_WIDTH)
        ));
        text.push_str(&wrapped(&plain(&reason_words(table, &made.made_for, song)), REASON_INDENT, LINE_WIDTH));
    }
    if made.list.songs.is_empty() {
        text.push_str("No song passes what you asked for. Ask for less.\n");
    }
    text
}

/// A list as JSON.
#[derive(Serialize)]
pub struct ListJson {
    model: i64,
    algorithm: String,
    features_version: u64,
    made_up: bool,
    asked: usize,
    songs: Vec<SongJson>,
}

#[derive(Serialize)]
struct SongJson {
    rank: usize,
    track_id: String,
    uri: String,
    title: String,
    artists: Vec<String>,
    duration_ms: Option<u32>,
    score: f32,
    parts: BTreeMap<&'static str, f32>,
    reason: String,
    because: Vec<BecauseJson>,
    last_heard_micros: Option<i64>,
}

#[derive(Serialize)]
struct BecauseJson {
    track_id: Option<String>,
    title: Option<String>,
    artist: Option<String>,
    adds: f32,
    shared: Vec<String>,
}

/// The list with every part of every score.
pub fn list_json(recommender: &Recommender, made: &Recommendation) -> ListJson {
    let model = &recommender.model;
    ListJson {
        model: model.id.number(),
        algorithm: model.model.algorithm.clone(),
        features_version: model.model.snapshot_version,
        made_up: recommender.is_made_up,
        asked: made.n_asked,
        songs: (1..).zip(&made.list.songs).map(|(rank, song)| song_json(recommender, made, rank, song)).collect(),
    }
}

fn song_json(recommender: &Recommender, made: &Recommendation, rank: usize, song: &RankedSong) -> SongJson {
    let (table, item) = (&recommender.table, song.item);
    let id = table.track_ids[item.at()];
    let parts = song.reason.parts.iter().map(|(part, value)| (part.name(), value)).collect();
    SongJson {
        rank,
        track_id: id.to_string(),
        uri: id.uri(),
        title: table.title(item).to_owned(),
        artists: table.artists_of(item).map(|artist| table.artist_name(artist).to_owned()).collect(),
        duration_ms: table.duration_ms(item),
        score: song.score,
        parts,
        reason: reason_words(table, &made.made_for, song),
        because: song.reason.because.iter().map(|because| because_json(recommender, item, because)).collect(),
        last_heard_micros: song.last_heard.map(nearsong_types::Moment::micros),
    }
}

fn because_json(recommender: &Recommender, item: ItemIdx, because: &Because) -> BecauseJson {
    let table = &recommender.table;
    let (heard_item, artist) = match because.heard {
        Heard::Item(heard) => (Some(heard), table.main_artist(heard)),
        Heard::Artist(artist) => (None, Some(artist)),
    };
    BecauseJson {
        track_id: heard_item.map(|heard| table.track_ids[heard.at()].to_string()),
        title: heard_item.map(|heard| table.title(heard).to_owned()),
        artist: artist.map(|artist| table.artist_name(artist).to_owned()),
        adds: because.adds,
        shared: shared_words(table, item, because),
    }
}

//! Lists and their reasons in words, as a table and as JSON.

use std::collections::BTreeMap;

use nearsong_app::{Basis, Because, Heard, RankedSong, Recommendation, Recommender, Shared, date_in};
use nearsong_types::ItemIdx;
use serde::Serialize;

use crate::render::{fitted, plain, song_length, wrapped};

const MAX_NAMED: usize = 2;
const MAX_GENRES: usize = 2;
const MAX_SHARED: usize = 3;
const MAX_TRAITS: usize = 3;
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
        text.push_str(&wrapped(&plain(&reason_words(recommender, made, song)), REASON_INDENT, LINE_WIDTH));
    }
    if made.list.songs.is_empty() {
        text.push_str("No song passes what you asked for. Ask for less.\n");
    }
    text
}

/// Why a song is in the list, in one line.
pub fn reason_words(recommender: &Recommender, made: &Recommendation, song: &RankedSong) -> String {
    let heard_before = song
        .last_heard
        .map(|at| format!("You know it: last heard {}. ", date_in(at, &made.made_for.time_zone)))
        .unwrap_or_default();
    if song.reason.because.is_empty() {
        return format!("{heard_before}Well known at large.");
    }
    let clause = |because: &Because| {
        let heard = heard_words(recommender, made, because.heard);
        format!("{heard}: {}", shared_words(recommender, song.item, because))
    };
    let clauses: Vec<String> = song.reason.because.iter().take(MAX_NAMED).map(clause).collect();
    format!("{heard_before}Because of {}.", clauses.join("; and of "))
}

/// `Title (Artist, heard 14 times)`.
fn heard_words(recommender: &Recommender, made: &Recommendation, heard: Heard) -> String {
    let table = &recommender.table;
    match heard {
        Heard::Artist(artist) => table.artist_name(artist).to_owned(),
        Heard::Item(item) => {
            let artist = table.main_artist(item).map(|artist| table.artist_name(artist)).unwrap_or_default();
            let plays = match (&made.made_for.basis, made.made_for.n_plays.get(&item)) {
                (Basis::Listening { .. }, Some(1)) => ", heard once".to_owned(),
                (Basis::Listening { .. }, Some(2)) => ", heard twice".to_owned(),
                (Basis::Listening { .. }, Some(n)) => format!(", heard {n} times"),
                _ => String::new(),
            };
            let title = if table.title(item).is_empty() { "a song without a title" } else { table.title(item) };
            format!("{title} ({artist}{plays})")
        }
    }
}

fn shared_words(recommender: &Recommender, item: ItemIdx, because: &Because) -> String {
    let words: Vec<String> = because
        .shared
        .iter()
        .filter_map(|shared| one_shared(recommender, item, because.heard, shared))
        .take(MAX_SHARED)
        .collect();
    if words.is_empty() { "a little of everything".to_owned() } else { words.join(", ") }
}

fn one_shared(recommender: &Recommender, item: ItemIdx, heard: Heard, shared: &Shared) -> Option<String> {
    let table = &recommender.table;
    Some(match shared {
        Shared::Artist(artist) => match heard {
            Heard::Artist(_) => "same artist".to_owned(),
            Heard::Item(heard) if [item, heard].iter().all(|&of| table.main_artist(of) == Some(*artist)) => {
                "same artist".to_owned()
            }
            Heard::Item(_) => format!("with {}", table.artist_name(*artist)),
        },
        Shared::Circle(heard, artist) => {
            format!("{} and {} move in the same circles", table.artist_name(*artist), table.artist_name(*heard))
        }
        Shared::Genres(genres) => {
            genres.iter().take(MAX_GENRES).map(|&genre| table.genre_name(genre)).collect::<Vec<_>>().join(" and ")
        }
        Shared::RelatedGenres => "related genres".to_owned(),
        Shared::Album(album) => format!("on the same album, {}", table.album_names.get(album.at())),
        Shared::Compilation(album) => format!("both on {}", table.album_names.get(album.at())),
        Shared::Together => "often listened to together".to_owned(),
        Shared::Sound(traits) if traits.is_empty() => return None,
        Shared::Sound(traits) => {
            format!("both {}", traits.iter().take(MAX_TRAITS).map(|word| word.word()).collect::<Vec<_>>().join(", "))
        }
        Shared::Years => "from the same years".to_owned(),
    })
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
        reason: reason_words(recommender, made, song),
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
        shared: because
            .shared
            .iter()
            .filter_map(|shared| one_shared(recommender, item, because.heard, shared))
            .collect(),
    }
}

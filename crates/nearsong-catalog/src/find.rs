use nearsong_types::{ArtistIdx, GenreIdx, ItemIdx, RecordingTable, TrackId};
use rayon::prelude::*;

use crate::{
    artist_key,
    fold::fold_name,
    genre_name,
    match_song::by_popularity,
    song_key,
    title::fold_title,
    trigram::{Shared, Trigrams},
};

/// What a person's words may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T = ItemIdx> {
    /// This one.
    One(T),
    /// Any of these, the likeliest first: ask.
    Ambiguous(Vec<T>),
    /// None; these sound nearest, the nearest first.
    Nothing {
        /// At most a handful, perhaps none.
        nearest: Vec<T>,
    },
}

const MOST_SHOWN: usize = 10;
/// Likeness from which a song may be the one that was meant.
const LIKELY: f32 = 0.7;
/// Likeness from which a song is worth suggesting.
const NEAR: f32 = 0.3;
/// How far the best must lie before the next to be taken without asking.
const CLEAR_LEAD: f32 = 0.12;

/// Finds a song by track id, URI or link, by `artist - title`, `title - artist`, or title alone.
///
/// Exact names (spelling as forgiving as [`song_key`]) come first, then names that are nearly the same. An id that the
/// catalogue does not hold is nothing, not a name.
pub fn find(table: &RecordingTable, query: &str) -> Found {
    let query = query.trim();
    if let Ok(id) = query.parse::<TrackId>() {
        match table.item_of_track(id) {
            Some(item) => return Found::One(item),
            None if query.len() > TrackId::LEN => return Found::Nothing { nearest: Vec::new() },
            None => {}
        }
    }
    let readings = readings(query);
    let mut named: Vec<ItemIdx> =
        readings.iter().flat_map(|&(title, artist)| table.items_named(song_key(title, artist))).collect();
    if named.is_empty() {
        let alike = Alike::to(table, query, &readings);
        if !alike.iter().any(|alike| alike.is_exact) {
            return decide(alike.into_iter().map(|alike| (alike.likeness, alike.item)).collect());
        }
        named = alike.into_iter().filter(|alike| alike.is_exact).map(|alike| alike.item).collect();
    }
    named.sort_by_key(|&item| by_popularity(table, item));
    named.dedup();
    named.truncate(MOST_SHOWN);
    match named[..] {
        [one] => Found::One(one),
        _ => Found::Ambiguous(named),
    }
}

/// Every way to read the query as (title, artist).
fn readings(query: &str) -> Vec<(&str, &str)> {
    let mut readings = Vec::new();
    for dash in [" - ", " – ", " — "] {
        for (at, _) in query.match_indices(dash) {
            let (left, right) = (query[..at].trim(), query[at + dash.len()..].trim());
            if !left.is_empty() && !right.is_empty() {
                readings.extend([(right, left), (left, right)]);
            }
        }
    }
    readings
}

/// A recording that may be the one that was meant.
struct Alike {
    likeness: f32,
    item: ItemIdx,
    /// The query is its title, spelling aside.
    is_exact: bool,
}

impl Alike {
    /// The recordings whose names are near a query, the nearest first.
    fn to(table: &RecordingTable, query: &str, readings: &[(&str, &str)]) -> Vec<Self> {
        let title = fold_title(query);
        let whole = Trigrams::of(&fold_name(query));
        let artists = artists_shared(table, &whole);
        let readings: Vec<(Trigrams, Vec<f32>)> = readings
            .iter()
            .map(|&(title, artist)| (Trigrams::of(&fold_title(title)), artist_likeness(table, artist)))
            .collect();
        let alike = |item: ItemIdx| {
            let folded = fold_title(table.title(item));
            let credited = table.artists.row(item.at());
            let of_title = whole.shared_with(&folded);
            let with_artist = credited.iter().map(|&artist| whole.likeness(of_title + artists[artist as usize]));
            let alone = whole.likeness(of_title);
            // Where a dash says which is which, title and artist must both be near: one cannot stand in for the other.
            let likeness = if readings.is_empty() {
                with_artist.fold(alone, f32::max)
            } else {
                readings.iter().fold(alone, |best, (typed, of_artist)| {
                    let artist = credited.iter().map(|&artist| of_artist[artist as usize]).fold(0.0, f32::max);
                    best.max((typed.likeness(typed.shared_with(&folded)) * artist).sqrt())
                })
            };
            Self { likeness, item, is_exact: folded == title }
        };
        let items: Vec<ItemIdx> = table.items().filter(|&item| !table.title(item).is_empty()).collect();
        let mut all: Vec<Self> =
            items.into_par_iter().map(alike).filter(|alike| alike.is_exact || alike.likeness >= NEAR).collect();
        all.par_sort_by(|a, b| {
            let by_likeness = b.likeness.total_cmp(&a.likeness);
            by_likeness.then_with(|| by_popularity(table, a.item).cmp(&by_popularity(table, b.item)))
        });
        all
    }
}

fn artists_shared(table: &RecordingTable, typed: &Trigrams) -> Vec<Shared> {
    let of = |artist: usize| typed.shared_with(&fold_name(table.artist_names.get(artist)));
    (0..table.n_artists()).into_par_iter().map(of).collect()
}

fn artist_likeness(table: &RecordingTable, typed: &str) -> Vec<f32> {
    let typed = Trigrams::of(&fold_name(typed));
    artists_shared(table, &typed).into_iter().map(|shared| typed.likeness(shared)).collect()
}

/// Chooses among alike things, the likest first.
fn decide<T>(mut alike: Vec<(f32, T)>) -> Found<T> {
    alike.truncate(MOST_SHOWN);
    let best = alike.first().map_or(0.0, |&(likeness, _)| likeness);
    if best < LIKELY {
        return Found::Nothing { nearest: alike.into_iter().map(|(_, thing)| thing).collect() };
    }
    alike.retain(|&(likeness, _)| likeness > best - CLEAR_LEAD);
    let mut things: Vec<T> = alike.into_iter().map(|(_, thing)| thing).collect();
    if things.len() == 1 { Found::One(things.remove(0)) } else { Found::Ambiguous(things) }
}

/// Finds an artist by name: exactly (spelling as forgiving as [`artist_key`]), then nearly.
pub fn find_artist(table: &RecordingTable, name: &str) -> Found<ArtistIdx> {
    if let Some(artist) = table.artist_named(artist_key(name)) {
        return Found::One(artist);
    }
    let likeness = artist_likeness(table, name);
    let mut alike: Vec<(f32, ArtistIdx)> =
        likeness.into_iter().zip((0..).map(ArtistIdx)).filter(|&(likeness, _)| likeness >= NEAR).collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    decide(alike)
}

/// Finds a genre by name: in any spelling, with or without hyphens; else the nearest are suggested and none is chosen.
pub fn find_genre(table: &RecordingTable, name: &str) -> Found<GenreIdx> {
    let typed = genre_name(name);
    let genres: Vec<(GenreIdx, &str)> = (0..).map(GenreIdx).zip(table.genre_names.iter()).collect();
    let squeezed = |name: &str| name.replace('-', "");
    let exact = genres.iter().find(|&&(_, genre)| genre == typed);
    if let Some(&(genre, _)) = exact.or_else(|| genres.iter().find(|&&(_, genre)| squeezed(genre) == squeezed(&typed)))
    {
        return Found::One(genre);
    }
    let trigrams = Trigrams::of(&typed.replace('-', " "));
    let likeness = |genre: &str| {
        let holds_word = !typed.is_empty() && genre.split('-').any(|word| word == typed);
        trigrams.likeness(trigrams.shared_with(&genre.replace('-', " "))) + f32::from(u8::from(holds_word))
    };
    let mut alike: Vec<(f32, GenreIdx)> = genres
        .into_iter()
        .map(|(row, genre)| (likeness(genre), row))
        .filter(|&(likeness, _)| likeness >= NEAR)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    alike.truncate(MOST_SHOWN);
    Found::Nothing { nearest: alike.into_iter().map(|(_, genre)| genre).collect() }
}

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nearsong_types::RecordingTable;

use crate::sparse::{SparseRows, SparseSums};

/// A credit line longer than this (a sampler's, an orchestra's) says nothing about who is near to whom.
const MAX_CREDITS: usize = 40;
/// Albums of more main artists than this are catalogues, not compilations.
const MAX_COMPILED: usize = 60;
/// Fewer artists may by chance have given their own albums one title.
const MIN_COMPILED: usize = 4;
/// A title of this many words is no chance.
const TELLING_WORDS: usize = 4;

/// How near artists are to each other: they share credits, or stand on the same compilations.
///
/// Each artist is nearest to themselves. Rows have length 1, so that a row's product with another is the cosine of two artists' surroundings.
///
/// # Shapes
/// `n_artists` rows and columns.
pub(super) fn near_artists(table: &RecordingTable) -> SparseRows {
    let credits = shared_credits(table);
    let compilations = shared_compilations(table);
    let mut near = SparseRows::default();
    for artist in 0..table.n_artists() {
        let mut row: BTreeMap<u32, f32> = BTreeMap::from([(artist as u32, 1.0)]);
        for (other, value) in credits.row(artist).chain(compilations.row(artist)) {
            *row.entry(other as u32).or_default() += value;
        }
        near.push_row(row);
    }
    near.normalize_rows();
    near
}

fn shared_credits(table: &RecordingTable) -> SparseRows {
    let mut sums = SparseSums::default();
    for item in table.items() {
        let artists = table.artists.row(item.at());
        if artists.len() > MAX_CREDITS {
            continue;
        }
        for (position, &a) in artists.iter().enumerate() {
            for &b in artists[position + 1..].iter().filter(|&&b| b != a) {
                sums.add_symmetric(a, b, 1.0);
            }
        }
    }
    let mut rows = sums.into_rows(table.n_artists(), f32::ln_1p);
    rows.normalize_symmetric();
    rows
}

/// Albums of one title by several main artists are taken for one compilation; a compilation of few artists says more.
fn shared_compilations(table: &RecordingTable) -> SparseRows {
    let mut sums = SparseSums::default();
    for (_, artists) in compilations(table).into_iter().filter(|(title, artists)| is_compilation(title, artists.len()))
    {
        let weight = 1.0 / (1.0 + artists.len() as f32).ln();
        let artists: Vec<u32> = artists.into_iter().collect();
        for (position, &a) in artists.iter().enumerate() {
            for &b in &artists[position + 1..] {
                sums.add_symmetric(a, b, weight);
            }
        }
    }
    let mut rows = sums.into_rows(table.n_artists(), |value| value);
    rows.normalize_symmetric();
    rows
}

fn compilations(table: &RecordingTable) -> BTreeMap<String, BTreeSet<u32>> {
    let titles: Vec<String> = table.album_names.iter().map(str::to_lowercase).collect();
    let mut artists: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for item in table.items() {
        let Some(artist) = table.main_artist(item) else { continue };
        for &album in table.albums.row(item.at()) {
            let title = &titles[album as usize];
            if !says_nothing(title) {
                artists.entry(title.clone()).or_default().insert(artist.0);
            }
        }
    }
    artists
}

fn is_compilation(title: &str, n_artists: usize) -> bool {
    let least = if title.split_whitespace().count() >= TELLING_WORDS { 2 } else { MIN_COMPILED };
    (least..=MAX_COMPILED).contains(&n_artists)
}

/// Whether many unrelated albums bear such a title.
fn says_nothing(title: &str) -> bool {
    const COMMON: [&str; 19] = [
        "greatest hits",
        "best of",
        "hits",
        "live",
        "unplugged",
        "essential",
        "singles",
        "collection",
        "gold",
        "platinum",
        "anthology",
        "untitled",
        "ep",
        "remixes",
        "acoustic",
        "christmas",
        "album",
        "demo",
        "covers",
    ];
    let title = title.strip_prefix("the ").unwrap_or(title);
    let title = title.strip_prefix("very ").unwrap_or(title);
    COMMON.iter().any(|common| title.strip_prefix(common).is_some_and(|rest| rest.chars().count() <= 12))
}

use std::{cmp::Reverse, collections::HashMap};

use nearsong_types::{ArtistIdx, CatalogTrack, MatchKey, Names};
use rayon::prelude::*;

use crate::{fold::fold_name, match_key::folded_artist_key};

/// Artists as rows: one per key, so that spellings of one name are one artist.
pub(crate) struct Artists {
    /// The spelling that most tracks use; rows ascend by it.
    pub(crate) names: Names,
    /// The folded name of every row.
    pub(crate) folded: Vec<String>,
    /// Key of every row, ascending by key.
    pub(crate) keys: Vec<(MatchKey, ArtistIdx)>,
    /// Rows of every track's artists, the main artist first, no duplicates.
    pub(crate) of_track: Vec<Vec<u32>>,
}

struct Spelling<'a> {
    key: MatchKey,
    n_tracks: Reverse<u32>,
    name: &'a str,
    folded: String,
}

impl Artists {
    pub(crate) fn number(tracks: &[CatalogTrack]) -> Self {
        let mut n_tracks: HashMap<&str, u32> = HashMap::new();
        for name in tracks.iter().flat_map(|track| &track.track.artists) {
            *n_tracks.entry(name).or_default() += 1;
        }
        let counted: Vec<(&str, u32)> = n_tracks.into_iter().collect();
        let mut spellings: Vec<Spelling<'_>> = counted
            .into_par_iter()
            .map(|(name, n)| {
                let folded = fold_name(name);
                Spelling { key: folded_artist_key(&folded), n_tracks: Reverse(n), name, folded }
            })
            .collect();
        spellings.par_sort_unstable_by_key(|spelling| (spelling.key, spelling.n_tracks, spelling.name));
        let mut artists: Vec<&[Spelling<'_>]> = spellings.chunk_by(|a, b| a.key == b.key).collect();
        artists.par_sort_unstable_by_key(|artist| (artist[0].name, artist[0].key));

        let mut keys: Vec<_> = artists.iter().zip(0..).map(|(artist, row)| (artist[0].key, ArtistIdx(row))).collect();
        keys.par_sort_unstable();
        let spelled = |(artist, row): (&&[Spelling<'_>], u32)| {
            artist.iter().map(|spelling| (spelling.name.to_owned(), row)).collect::<Vec<_>>()
        };
        let rows: HashMap<String, u32> = artists.iter().zip(0..).flat_map(spelled).collect();
        Self {
            names: artists.iter().map(|artist| artist[0].name).collect(),
            folded: artists.iter().map(|artist| artist[0].folded.clone()).collect(),
            keys,
            of_track: tracks.par_iter().map(|track| rows_of(&track.track.artists, &rows)).collect(),
        }
    }
}

fn rows_of(names: &[String], rows: &HashMap<String, u32>) -> Vec<u32> {
    let mut of_track = Vec::with_capacity(names.len());
    for name in names {
        let row = rows[name];
        if !of_track.contains(&row) {
            of_track.push(row);
        }
    }
    of_track
}

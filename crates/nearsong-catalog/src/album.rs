use std::collections::HashMap;

use nearsong_types::{CatalogTrack, Names};
use rayon::prelude::*;

use crate::title::fold_title;

/// Albums as rows: one per main artist and folded title.
pub(crate) struct Albums {
    pub(crate) names: Names,
    /// Row of every track's album.
    pub(crate) of_track: Vec<Option<u32>>,
}

impl Albums {
    /// Numbers the albums by main artist, then folded title; of several spellings the shortest is shown, then the first
    /// in the alphabet. `main_artists` holds every track's main artist row.
    pub(crate) fn number(tracks: &[CatalogTrack], main_artists: &[Option<u32>]) -> Self {
        let title = |track: &CatalogTrack| track.track.album.as_deref().map(fold_title);
        let folded: Vec<Option<String>> = tracks.par_iter().map(title).collect();
        let mut shown: HashMap<(Option<u32>, &str), &str> = HashMap::new();
        for (position, track) in tracks.iter().enumerate() {
            let (Some(album), Some(folded)) = (track.track.album.as_deref(), folded[position].as_deref()) else {
                continue;
            };
            let name = shown.entry((main_artists[position], folded)).or_insert(album);
            if (album.len(), album) < (name.len(), *name) {
                *name = album;
            }
        }
        let mut keys: Vec<(Option<u32>, &str)> = shown.keys().copied().collect();
        keys.par_sort_unstable();
        let names = keys.iter().map(|key| shown[key]).collect();
        let rows: HashMap<(Option<u32>, &str), u32> = keys.into_iter().zip(0..).collect();
        let row = |position: usize| Some(rows[&(main_artists[position], folded[position].as_deref()?)]);
        let of_track = (0..tracks.len()).into_par_iter().map(row).collect();
        Self { names, of_track }
    }
}

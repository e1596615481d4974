use std::ops::RangeInclusive;

use nearsong_types::{AudioFeature, GenreIdx, ItemIdx, RecordingTable};
use rayon::prelude::*;

use crate::Mood;

/// What a recording must be to be offered. An empty filter lets every titled recording pass.
///
/// A range on a value that is not known does not pass: whoever asks for 90 to 120 BPM wants to be sure of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// At least one of these genres; empty asks for none.
    pub genres: Vec<GenreIdx>,
    /// None of these genres.
    pub not_genres: Vec<GenreIdx>,
    /// Within a mood's region.
    pub mood: Option<Mood>,
    /// Ranges of audio features in their own units, both ends included.
    pub audio: Vec<(AudioFeature, RangeInclusive<f32>)>,
    /// `Some(false)`: no explicit lyrics (unknown passes); `Some(true)`: only explicit ones.
    pub explicit: Option<bool>,
    /// Years of release, both ends included.
    pub years: Option<RangeInclusive<u16>>,
}

impl Filters {
    /// Which recordings pass.
    ///
    /// # Shapes
    /// One entry per item of the table.
    pub fn passing(&self, table: &RecordingTable) -> Vec<bool> {
        (0..table.n_items() as u32).into_par_iter().map(|item| self.passes(table, ItemIdx(item))).collect()
    }

    fn passes(&self, table: &RecordingTable, item: ItemIdx) -> bool {
        // A recording without a title or an artist can be learned from, but not shown to a person.
        !table.title(item).is_empty()
            && table.main_artist(item).is_some()
            && self.passes_genres(table, item)
            && self.passes_audio(table, item)
            && self.mood.is_none_or(|mood| in_mood(table, item, mood))
            && match self.explicit {
                None => true,
                Some(false) => table.is_explicit(item) != Some(true),
                Some(true) => table.is_explicit(item) == Some(true),
            }
            && self.years.as_ref().is_none_or(|years| table.year(item).is_some_and(|year| years.contains(&year)))
    }

    fn passes_genres(&self, table: &RecordingTable, item: ItemIdx) -> bool {
        (self.genres.is_empty() || table.genres_of(item).any(|genre| self.genres.contains(&genre)))
            && !table.genres_of(item).any(|genre| self.not_genres.contains(&genre))
    }

    fn passes_audio(&self, table: &RecordingTable, item: ItemIdx) -> bool {
        let audio = &table.audio[item.at()];
        self.audio.iter().all(|(feature, range)| audio.get(*feature).is_some_and(|value| range.contains(&value)))
    }
}

fn in_mood(table: &RecordingTable, item: ItemIdx, mood: Mood) -> bool {
    let audio = &table.audio[item.at()];
    let region = mood.region();
    let known_in =
        |feature, range: &RangeInclusive<f32>| audio.get(feature).is_some_and(|value| range.contains(&value));
    known_in(AudioFeature::Valence, &region.valence)
        && known_in(AudioFeature::Energy, &region.energy)
        && known_in(AudioFeature::Danceability, &(region.min_danceability..=1.0))
        && known_in(AudioFeature::Instrumentalness, &(region.min_instrumentalness..=1.0))
}

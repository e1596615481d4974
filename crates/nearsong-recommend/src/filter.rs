use std::ops::RangeInclusive;

use nearsong_types::{ArtistIdx, AudioFeature, GenreIdx, ItemIdx, RecordingTable};
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
    /// By one of these main artists; ascending.
    pub artists: Option<Vec<ArtistIdx>>,
}

impl Filters {
    /// Which recordings pass.
    ///
    /// # Shapes
    /// One entry per item of the table.
    pub fn passing(&self, table: &RecordingTable) -> Vec<bool> {
        (0..table.n_items() as u32).into_par_iter().map(|item| self.passes(table, ItemIdx(item))).collect()
    }

    /// Whether one recording passes.
    pub fn passes(&self, table: &RecordingTable, item: ItemIdx) -> bool {
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
            && self.artists.as_ref().is_none_or(|artists| {
                table.main_artist(item).is_some_and(|artist| artists.binary_search(&artist).is_ok())
            })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{group, item, table};

    fn passing(filters: Filters) -> Vec<ItemIdx> {
        let table = table();
        let passing = filters.passing(&table);
        assert_eq!(passing.len(), table.n_items());
        table.items().filter(|item| passing[item.at()]).collect()
    }

    #[test]
    fn an_empty_filter_lets_all_titled_recordings_pass() {
        assert_eq!(passing(Filters::default()).len(), table().n_items());
        let mut untitled = table();
        untitled.titles = (0..untitled.n_items()).map(|_| "").collect();
        assert!(Filters::default().passing(&untitled).iter().all(|passes| !passes));
    }

    #[test]
    fn genres_are_asked_for_and_kept_away() {
        let some = passing(Filters { genres: vec![GenreIdx(1), GenreIdx(3)], ..Filters::default() });
        assert!(!some.is_empty() && some.iter().all(|&item| [1, 3].contains(&group(item))));
        let others = passing(Filters { not_genres: vec![GenreIdx(1)], ..Filters::default() });
        assert!(!others.is_empty() && others.iter().all(|&item| group(item) != 1));
    }

    #[test]
    fn ranges_ask_for_known_values_within_them() {
        let table = table();
        let found = passing(Filters { audio: vec![(AudioFeature::Energy, 0.3..=0.6)], ..Filters::default() });
        let expected = table.items().filter(|item| {
            table.audio[item.at()].get(AudioFeature::Energy).is_some_and(|energy| (0.3..=0.6).contains(&energy))
        });
        assert!(!found.is_empty());
        assert_eq!(found, expected.collect::<Vec<_>>());
    }

    #[test]
    fn moods_are_regions() {
        let table = table();
        for mood in Mood::ALL {
            for found in passing(Filters { mood: Some(mood), ..Filters::default() }) {
                let audio = &table.audio[found.at()];
                assert!(mood.region().valence.contains(&audio.get(AudioFeature::Valence).unwrap()), "{mood}");
                assert!(mood.region().energy.contains(&audio.get(AudioFeature::Energy).unwrap()), "{mood}");
            }
        }
    }

    #[test]
    fn explicit_lyrics_are_kept_away_or_asked_for() {
        let clean = passing(Filters { explicit: Some(false), ..Filters::default() });
        assert!(!clean.contains(&item(0, 0, 6)) && clean.contains(&item(0, 0, 5)));
        let only = passing(Filters { explicit: Some(true), ..Filters::default() });
        assert!(only.contains(&item(0, 0, 6)) && !only.contains(&item(0, 0, 5)));
    }

    #[test]
    fn years_are_those_of_release() {
        let found = passing(Filters { years: Some(1995..=2000), ..Filters::default() });
        assert!(!found.is_empty() && found.iter().all(|&item| [1, 2].contains(&group(item))));
    }
}

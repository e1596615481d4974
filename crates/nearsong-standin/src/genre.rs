mod table;

pub(crate) use table::GENRES;

/// Genres that share artists, listeners and ways of naming things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Rock,
    Heavy,
    Club,
    Electronic,
    HipHop,
    Soul,
    Pop,
    Folk,
    Jazz,
    Classical,
    Latin,
    Islands,
    Africa,
    East,
}

impl Family {
    /// Section of the word lists by which English-speaking artists of the family are named.
    pub(crate) fn name_section(self) -> &'static str {
        match self {
            Self::Rock => "name.band",
            Self::Heavy => "name.metal",
            Self::Club | Self::Electronic => "name.dj",
            Self::HipHop => "name.mc",
            Self::Jazz => "name.jazz",
            Self::Classical => "name.ensemble",
            Self::Pop | Self::East => "name.pop",
            Self::Soul | Self::Folk | Self::Latin | Self::Islands | Self::Africa => "name.person",
        }
    }

    /// Section of the word lists with titles that only this family has.
    pub(crate) fn title_section(self) -> &'static str {
        match self {
            Self::Rock => "title.rock",
            Self::Heavy => "title.heavy",
            Self::Club => "title.club",
            Self::Electronic => "title.electronic",
            Self::HipHop => "title.hiphop",
            Self::Soul | Self::Islands => "title.soul",
            Self::Pop | Self::Latin | Self::Africa | Self::East => "title.pop",
            Self::Folk => "title.folk",
            Self::Jazz => "title.jazz",
            Self::Classical => "title.classical",
        }
    }

    /// How many of a hundred tracks have a guest.
    pub(crate) fn guest_percent(self) -> u64 {
        match self {
            Self::HipHop => 38,
            Self::Club | Self::Latin | Self::Islands => 24,
            Self::Soul | Self::Africa => 18,
            Self::Classical | Self::Jazz => 14,
            _ => 8,
        }
    }
}

/// What is typical of a genre. Figures are in the manner of the public 114k dataset's averages for such genres.
#[derive(Debug)]
pub(crate) struct Genre {
    pub(crate) name: &'static str,
    pub(crate) family: Family,
    /// How much music of this genre there is beside the others.
    pub(crate) weight: u64,
    /// Per cent: danceability, energy; dB: loudness; per cent: speechiness, acousticness, instrumentalness, liveness, valence.
    pub(crate) sound: [i8; 8],
    /// Beats per minute, slowest and fastest that are usual.
    pub(crate) tempo_bpm: (i64, i64),
    /// Per cent of tracks in a major key.
    pub(crate) major_percent: u64,
    /// Per cent of tracks marked explicit.
    pub(crate) explicit_percent: u64,
    /// Seconds, shortest and longest that are usual.
    pub(crate) seconds: (i64, i64),
    /// Languages of its scenes, more usual ones several times.
    pub(crate) tongues: &'static [&'static str],
}

/// The energy that is typical of a genre, in per cent.
pub(crate) fn typical_energy(genre: usize) -> i64 {
    i64::from(GENRES[genre].sound[1])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{draw::Draw, lexicon::Lexicon};

    #[test]
    fn the_table_is_sound() {
        let names: HashSet<_> = GENRES.iter().map(|genre| genre.name).collect();
        assert_eq!(names.len(), GENRES.len());
        assert!((40..=70).contains(&GENRES.len()), "{}", GENRES.len());
        for genre in &GENRES {
            let shares = genre.sound.iter().enumerate().filter(|&(at, _)| at != 2).all(|(_, &share)| share >= 0);
            assert!(shares && genre.sound[2] < 0, "{}", genre.name);
            assert!(genre.tempo_bpm.0 < genre.tempo_bpm.1 && genre.seconds.0 < genre.seconds.1, "{}", genre.name);
            assert!(genre.weight > 0 && genre.major_percent <= 100 && genre.explicit_percent <= 100, "{}", genre.name);
        }
    }

    #[test]
    fn every_language_and_family_has_names_and_titles() {
        let (lexicon, mut draw) = (Lexicon::new(), Draw::new(1, 0));
        for genre in &GENRES {
            lexicon.text(genre.family.name_section(), &mut draw);
            lexicon.text(genre.family.title_section(), &mut draw);
            for tongue in genre.tongues.iter().filter(|&&tongue| tongue != "en") {
                for kind in ["person", "title"] {
                    lexicon.text(&format!("{tongue}.{kind}"), &mut draw);
                }
            }
        }
    }
}

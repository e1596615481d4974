use std::{fmt, ops::RangeInclusive, str::FromStr};

/// A named region of valence (how positive) and energy (how intense), after the quadrants of Russell's circumplex
/// model of affect (J. A. Russell, "A circumplex model of affect", Journal of Personality and Social Psychology 39, 1980, p. 1161).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Positive and quiet.
    Calm,
    /// Positive and lively.
    Happy,
    /// Very lively, whatever the feeling.
    Energetic,
    /// Negative and quiet.
    Melancholy,
    /// Negative and lively.
    Angry,
    /// Positive, lively and made for dancing.
    Party,
    /// Quiet and without words.
    Focus,
}

/// What a mood asks of a recording; each range in the feature's own unit, both ends included.
#[derive(Debug, Clone, PartialEq)]
pub struct MoodRegion {
    /// Valence, 0..1.
    pub valence: RangeInclusive<f32>,
    /// Energy, 0..1.
    pub energy: RangeInclusive<f32>,
    /// Least danceability, 0..1.
    pub min_danceability: f32,
    /// Least instrumentalness, 0..1.
    pub min_instrumentalness: f32,
}

impl Mood {
    /// All moods, in the order in which help lists them.
    pub const ALL: [Self; 7] =
        [Self::Calm, Self::Happy, Self::Energetic, Self::Melancholy, Self::Angry, Self::Party, Self::Focus];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Happy => "happy",
            Self::Energetic => "energetic",
            Self::Melancholy => "melancholy",
            Self::Angry => "angry",
            Self::Party => "party",
            Self::Focus => "focus",
        }
    }

    /// The region it stands for.
    pub fn region(self) -> MoodRegion {
        let (valence, energy, min_danceability, min_instrumentalness) = match self {
            Self::Calm => (0.3..=1.0, 0.0..=0.45, 0.0, 0.0),
            Self::Happy => (0.6..=1.0, 0.45..=1.0, 0.0, 0.0),
            Self::Energetic => (0.0..=1.0, 0.75..=1.0, 0.0, 0.0),
            Self::Melancholy => (0.0..=0.35, 0.0..=0.5, 0.0, 0.0),
            Self::Angry => (0.0..=0.4, 0.7..=1.0, 0.0, 0.0),
            Self::Party => (0.45..=1.0, 0.6..=1.0, 0.65, 0.0),
            Self::Focus => (0.0..=1.0, 0.0..=0.6, 0.0, 0.5),
        };
        MoodRegion { valence, energy, min_danceability, min_instrumentalness }
    }
}

impl fmt::Display for Mood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no mood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{found}” is no mood that Nearsong knows; there are calm, happy, energetic, melancholy, angry, party and focus"
)]
pub struct UnknownMood {
    /// The word.
    pub found: String,
}

impl FromStr for Mood {
    type Err = UnknownMood;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim().to_lowercase();
        Self::ALL.into_iter().find(|mood| mood.name() == word).ok_or_else(|| UnknownMood { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_is_found_by_its_name_and_listed_in_the_error() {
        let error = "dreamy".parse::<Mood>().unwrap_err().to_string();
        for mood in Mood::ALL {
            assert_eq!(mood.name().to_uppercase().parse(), Ok(mood));
            assert!(error.contains(mood.name()), "{mood} is missing in: {error}");
        }
    }
}

use std::ops::RangeInclusive;

use nearsong_catalog::{Found, find_genre};
use nearsong_recommend::{Adventure, Filters, ListRules, Mood, Wish};
use nearsong_types::{AudioFeature, GenreIdx, RecordingTable, TrackId};

use crate::{AppError, ExplicitRule, RecommendConfig};

/// The largest list that can be asked for.
pub const MAX_LIMIT: usize = 10_000;

/// What was asked for, as it was typed; what is left out comes from the settings.
#[derive(Debug, Clone, Default)]
pub struct WishText {
    /// Songs to start from instead of the listening.
    pub like: Vec<String>,
    /// Songs to keep away from.
    pub not_like: Vec<String>,
    /// Genres, any of them.
    pub genres: Vec<String>,
    /// Genres, none of them.
    pub not_genres: Vec<String>,
    /// A mood by name.
    pub mood: Option<String>,
    /// `FROM..TO`, 0..1.
    pub energy: Option<String>,
    /// `FROM..TO` in BPM.
    pub tempo: Option<String>,
    /// `FROM..TO` in years.
    pub years: Option<String>,
    /// 0..1.
    pub adventurous: Option<f32>,
    /// 0 for no limit.
    pub max_per_artist: Option<usize>,
    /// yes, no or only.
    pub explicit: Option<String>,
    /// Days.
    pub not_heard_for_days: Option<u32>,
    /// Nothing ever heard.
    pub new_only: bool,
    /// Only songs by artists who are liked.
    pub loved_artists_only: bool,
    /// Days after which a play counts half; the usual where it is not said.
    pub half_life_days: Option<f64>,
    /// Songs never to be offered.
    pub never: Vec<TrackId>,
    /// Songs never to be offered, and that speak against what is like them.
    pub disliked: Vec<TrackId>,
    /// Length of the list.
    pub limit: Option<usize>,
}

impl WishText {
    /// Understands what was asked for.
    ///
    /// # Errors
    /// [`AppError::Unusable`], [`AppError::Mood`], [`AppError::Dial`], each naming what was found and what can be asked for.
    pub fn understand(&self, table: &RecordingTable, defaults: &RecommendConfig) -> Result<Wish, AppError> {
        let limit = self.limit.unwrap_or(defaults.limit);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(AppError::Unusable(format!("--limit is 1 to {MAX_LIMIT}, found {limit}")));
        }
        let adventure = self.adventurous.map_or(Ok(defaults.adventurous), Adventure::new)?;
        let max_per_artist = self.max_per_artist.unwrap_or(defaults.max_per_artist);
        Ok(Wish {
            filters: self.filters(table, defaults)?,
            adventure,
            rules: ListRules {
                n: limit,
                max_per_artist: (max_per_artist > 0).then_some(max_per_artist),
                allows_artist_runs: false,
            },
            allows_heard: !self.new_only && adventure.position() < 1.0,
        })
    }

    fn filters(&self, table: &RecordingTable, defaults: &RecommendConfig) -> Result<Filters, AppError> {
        let explicit = self.explicit.as_deref().map_or(Ok(defaults.explicit), str::parse)?;
        let mut audio = Vec::new();
        for (feature, name, text) in
            [(AudioFeature::Energy, "--energy", &self.energy), (AudioFeature::Tempo, "--tempo", &self.tempo)]
        {
            if let Some(text) = text {
                let (low, high) = feature.range();
                audio.push((feature, range(name, text, low, high)?));
            }
        }
        let years = self.years.as_deref().map(|text| range("--years", text, 1000.0, 9999.0)).transpose()?;
        Ok(Filters {
            genres: genres(table, &self.genres)?,
            not_genres: genres(table, &self.not_genres)?,
            mood: self.mood.as_deref().map(str::parse::<Mood>).transpose()?,
            audio,
            explicit: match explicit {
                ExplicitRule::Yes => None,
                ExplicitRule::No => Some(false),
                ExplicitRule::Only => Some(true),
            },
            years: years.map(|years| *years.start() as u16..=*years.end() as u16),
            artists: None,
        })
    }
}

/// Reads `0.6..0.9`, `90..`, `..120` or `0.8` (exactly that).
fn range(name: &str, text: &str, low: f32, high: f32) -> Result<RangeInclusive<f32>, AppError> {
    let unusable = || AppError::Unusable(format!("{name} takes FROM..TO between {low} and {high}, found “{text}”"));
    let number = |text: &str, open: f32| match text.trim() {
        "" => Ok(open),
        text => text.parse::<f32>().map_err(|_| unusable()),
    };
    let (from, to) = match text.split_once("..") {
        Some((from, to)) => (number(from, low)?, number(to.trim_start_matches('='), high)?),
        None if text.trim().is_empty() => return Err(unusable()),
        None => (number(text, low)?, number(text, high)?),
    };
    let sound = from <= to && (low..=high).contains(&from) && (low..=high).contains(&to);
    sound.then_some(from..=to).ok_or_else(unusable)
}

fn genres(table: &RecordingTable, names: &[String]) -> Result<Vec<GenreIdx>, AppError> {
    names.iter().map(|name| genre(table, name)).collect()
}

fn genre(table: &RecordingTable, name: &str) -> Result<GenreIdx, AppError> {
    match find_genre(table, name) {
        Found::One(genre) => Ok(genre),
        Found::Ambiguous(nearest) | Found::Nothing { nearest } => {
            let nearest: Vec<&str> = nearest.iter().map(|&genre| table.genre_name(genre)).collect();
            let hint =
                if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", nearest.join(", ")) };
            Err(AppError::Unusable(format!("the catalogue has no genre “{name}”{hint}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_checked() {
        let energy = |text| range("--energy", text, 0.0, 1.0).map(|range| (*range.start(), *range.end()));
        assert_eq!(energy("0.6..0.9").unwrap(), (0.6, 0.9));
        assert_eq!(energy("0.6..").unwrap(), (0.6, 1.0));
        assert_eq!(energy("..0.4").unwrap(), (0.0, 0.4));
        assert_eq!(energy("0.5").unwrap(), (0.5, 0.5));
        for text in ["0.9..0.6", "1.5..2", "a..b", "", "NaN..1", "0.1-0.2"] {
            assert!(energy(text).unwrap_err().to_string().contains("--energy takes FROM..TO"), "{text}");
        }
    }
}

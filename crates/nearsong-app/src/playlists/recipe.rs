use std::path::PathBuf;

use nearsong_recommend::ListOrder;
use serde::{Deserialize, Serialize};

use super::Schedule;
use crate::{AppError, PlaylistFormat, WishText};

/// Longest playlist that a recipe makes.
const MAX_LENGTH: usize = 500;

/// In a playlist of discoveries a play counts half after so many days: it is made anew every week, for the taste of these months.
const DISCOVERY_HALF_LIFE_DAYS: f64 = 60.0;

/// The rules that a playlist is made by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// What the playlist is called where people see it.
    pub title: String,
    /// What kind of list.
    pub kind: RecipeKind,
    /// Songs to start from, for [`RecipeKind::MoreLike`].
    pub like: Vec<String>,
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
    /// yes, no or only.
    pub explicit: Option<String>,
    /// From familiar (0) to adventurous (1).
    pub adventurous: Option<f32>,
    /// Songs, 1..=500.
    pub length: usize,
    /// Most songs by one artist; 0 for no limit.
    pub max_per_artist: Option<usize>,
    /// Nothing heard in so many days.
    pub not_heard_for_days: Option<u32>,
    /// Whether songs of earlier editions may come again.
    pub may_repeat: bool,
    /// The order of the songs.
    pub order: ListOrder,
    /// When it is made anew; see [`Schedule`].
    pub when: String,
    /// Whether it is written to Spotify.
    pub spotify: bool,
    /// The file that it is written to: `.m3u8`, `.jspf` or `.csv`.
    pub file: Option<PathBuf>,
}

/// What kind of list a recipe makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipeKind {
    /// Songs near to the taste that were never heard.
    #[default]
    Discovery,
    /// Songs near to some that are named.
    MoreLike,
    /// Songs of a mood, new ones and such as were not heard lately.
    Mood,
    /// Songs of genres, new ones and such as were not heard lately.
    Genre,
    /// What was heard much once and not lately.
    Forgotten,
    /// Songs that were never heard, by artists who were.
    LovedArtists,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            title: String::new(),
            kind: RecipeKind::default(),
            like: Vec::new(),
            genres: Vec::new(),
            not_genres: Vec::new(),
            mood: None,
            energy: None,
            tempo: None,
            years: None,
            explicit: None,
            adventurous: None,
            length: 30,
            max_per_artist: None,
            not_heard_for_days: None,
            may_repeat: false,
            order: ListOrder::AsRanked,
            when: "every monday 06:00".to_owned(),
            spotify: false,
            file: None,
        }
    }
}

impl Recipe {
    /// Reads what the store kept.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where a later Nearsong wrote it.
    pub(crate) fn from_json(text: &str) -> Result<Self, AppError> {
        serde_json::from_str(text).map_err(|error| {
            AppError::Unusable(format!("the playlist's rules cannot be read ({error}): update Nearsong"))
        })
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a recipe is plain data with text names")
    }

    /// Checks what can be checked without a catalogue.
    ///
    /// # Errors
    /// [`AppError::Unusable`] naming what is wrong and what can be asked for.
    pub fn check(&self) -> Result<(), AppError> {
        let wrong = |words: &str| Err(AppError::Unusable(words.to_owned()));
        self.schedule()?;
        match self.kind {
            RecipeKind::MoreLike if self.like.is_empty() => {
                return wrong("“more like” needs songs: --like \"artist - title\"");
            }
            RecipeKind::Mood if self.mood.is_none() => return wrong("a mood playlist needs one: --mood calm"),
            RecipeKind::Genre if self.genres.is_empty() => return wrong("a genre playlist needs one: --genre jazz"),
            _ => {}
        }
        if self.title.trim().is_empty() {
            return wrong("a playlist needs a title");
        }
        if !(1..=MAX_LENGTH).contains(&self.length) {
            return Err(AppError::Unusable(format!("--length is 1 to {MAX_LENGTH}, found {}", self.length)));
        }
        if !self.spotify && self.file.is_none() {
            return wrong("say where the playlist goes: --spotify, --file FILE.m3u8, or both");
        }
        self.file_format().map(|_| ())
    }

    /// When it is made anew.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where the text is no schedule.
    pub fn schedule(&self) -> Result<Schedule, AppError> {
        self.when.parse()
    }

    /// The form of its file, by the ending.
    pub(crate) fn file_format(&self) -> Result<Option<PlaylistFormat>, AppError> {
        let Some(file) = &self.file else { return Ok(None) };
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "m3u8" | "m3u" => Ok(Some(PlaylistFormat::M3u)),
            "jspf" => Ok(Some(PlaylistFormat::Jspf)),
            "csv" => Ok(Some(PlaylistFormat::Csv)),
            _ => Err(AppError::Unusable(format!(
                "{}: expected a file that ends in .m3u8, .jspf or .csv",
                file.display()
            ))),
        }
    }

    /// What is asked of the recommender, for a list of `n` songs.
    pub(crate) fn wish(&self, n: usize) -> WishText {
        WishText {
            like: if self.kind == RecipeKind::MoreLike { self.like.clone() } else { Vec::new() },
            genres: self.genres.clone(),
            not_genres: self.not_genres.clone(),
            mood: self.mood.clone(),
            energy: self.energy.clone(),
            tempo: self.tempo.clone(),
            years: self.years.clone(),
            explicit: self.explicit.clone(),
            adventurous: self.adventurous,
            max_per_artist: self.max_per_artist,
            not_heard_for_days: self.not_heard_for_days,
            new_only: matches!(self.kind, RecipeKind::Discovery | RecipeKind::LovedArtists),
            half_life_days: (self.kind == RecipeKind::Discovery).then_some(DISCOVERY_HALF_LIFE_DAYS),
            loved_artists_only: self.kind == RecipeKind::LovedArtists,
            limit: Some(n),
            ..WishText::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_come_back_as_they_were_and_say_what_they_lack() {
        let fine = Recipe { title: "Mix".to_owned(), file: Some("mix.m3u8".into()), ..Recipe::default() };
        assert_eq!(Recipe::from_json(&fine.to_json()).unwrap(), fine);
        fine.check().unwrap();
        for (wrong, word) in [
            (Recipe { kind: RecipeKind::MoreLike, ..fine.clone() }, "--like"),
            (Recipe { kind: RecipeKind::Mood, ..fine.clone() }, "--mood"),
            (Recipe { kind: RecipeKind::Genre, ..fine.clone() }, "--genre"),
            (Recipe { title: " ".to_owned(), ..fine.clone() }, "title"),
            (Recipe { length: 0, ..fine.clone() }, "1 to 500"),
            (Recipe { file: None, ..fine.clone() }, "--spotify"),
            (Recipe { file: Some("mix.txt".into()), ..fine.clone() }, ".m3u8"),
            (Recipe { when: "sometimes".to_owned(), ..fine.clone() }, "every monday"),
        ] {
            assert!(wrong.check().unwrap_err().to_string().contains(word), "{word}");
        }
        assert!(Recipe::from_json("{\"colour\":1}").is_err());
    }
}

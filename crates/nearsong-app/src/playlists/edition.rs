use std::collections::BTreeSet;

use nearsong_store::{EditionRecord, NewEdition};
use nearsong_types::{Moment, TrackId};
use serde::{Deserialize, Serialize};

use super::Recipe;
use crate::AppError;

/// One refresh of a playlist: what it held, why, and by which rules and model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edition {
    /// Its number, from 1; 0 for one that is only looked at beforehand.
    pub number: u32,
    /// When it was made.
    pub made_at: Moment,
    /// When all targets had it; none while they do not.
    pub published_at: Option<Moment>,
    /// The model that ranked its songs.
    pub model: Option<i64>,
    /// The version of the track features that the model knows.
    pub features_version: Option<u64>,
    /// The rules as they were.
    pub recipe: Recipe,
    /// The songs, in order.
    pub songs: Vec<EditionSong>,
    /// What else there is to say.
    pub note: String,
}

/// A song of an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditionSong {
    /// The track.
    pub track_id: TrackId,
    /// Title.
    pub title: String,
    /// Artists, joined by commas.
    pub artists: String,
    /// Length in milliseconds.
    pub duration_ms: Option<u32>,
    /// Its score, where a model gave one.
    pub score: Option<f32>,
    /// Why it is here, in words.
    pub reason: String,
    /// Whether it stays because the listener said so.
    pub is_pinned: bool,
    /// Valence and energy, 0..1, where known.
    pub mood: Option<(f32, f32)>,
}

/// What changed from one edition to another.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Turnover {
    /// Songs that the later one has and the earlier one had not.
    pub came: Vec<EditionSong>,
    /// Songs of both.
    pub stayed: Vec<EditionSong>,
    /// Songs that only the earlier one had.
    pub went: Vec<EditionSong>,
}

impl Turnover {
    /// Compares two lists of songs; against none, all came.
    pub fn between(earlier: &[EditionSong], later: &[EditionSong]) -> Self {
        let ids = |songs: &[EditionSong]| songs.iter().map(|song| song.track_id).collect::<BTreeSet<_>>();
        let (before, after) = (ids(earlier), ids(later));
        let (stayed, came) = later.iter().cloned().partition(|song| before.contains(&song.track_id));
        Self { came, stayed, went: earlier.iter().filter(|song| !after.contains(&song.track_id)).cloned().collect() }
    }
}

impl Edition {
    pub(super) fn from_record(record: &EditionRecord) -> Result<Self, AppError> {
        let EditionRecord { number, published_at, edition } = record;
        let songs = serde_json::from_str(&edition.songs_json).map_err(|error| {
            AppError::Unusable(format!("edition {number} cannot be read ({error}): update Nearsong"))
        })?;
        Ok(Self {
            number: *number,
            made_at: edition.made_at,
            published_at: *published_at,
            model: edition.model,
            features_version: edition.features_version,
            recipe: Recipe::from_json(&edition.recipe_json)?,
            songs,
            note: edition.note.clone(),
        })
    }

    pub(super) fn to_new(&self, due_at: Option<Moment>) -> NewEdition {
        NewEdition {
            made_at: self.made_at,
            due_at,
            model: self.model,
            features_version: self.features_version,
            recipe_json: self.recipe.to_json(),
            songs_json: serde_json::to_string(&self.songs).expect("songs are plain data with text names"),
            note: self.note.clone(),
        }
    }

    pub(super) fn track_ids(&self) -> Vec<TrackId> {
        self.songs.iter().map(|song| song.track_id).collect()
    }
}

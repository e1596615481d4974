use nearsong_store::{ListenCounts, Listener};
use nearsong_types::{Moment, Silent};
use serde::Serialize;

use crate::{App, AppError, MatchCounts, MatchedListening, SpotifyStatus};

/// What there is, what is missing, and what to do next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The data directory.
    pub data_dir: String,
    /// The catalogue; `None` while it is empty.
    pub catalog: Option<CatalogStatus>,
    /// Everyone who listens here.
    pub listeners: Vec<ListenerStatus>,
    /// How things stand with Spotify; `None` where it was never connected.
    pub spotify: Option<SpotifyStatus>,
    /// The model in use; `None` before the first.
    pub model: Option<ModelStatus>,
    /// Commands that would bring things on, the most useful first, each with its reason.
    pub next_steps: Vec<NextStep>,
}

/// The newest version of the track features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogStatus {
    /// Its number.
    pub version: u64,
    /// Datasets in it.
    pub datasets: Vec<String>,
    /// Tracks.
    pub n_tracks: u64,
    /// Recordings.
    pub n_recordings: u64,
    /// Tracks with audio features.
    pub n_with_audio: u64,
    /// Whether any of it is made up.
    pub is_made_up: bool,
}

/// One listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListenerStatus {
    /// The name.
    pub name: String,
    /// The time zone.
    pub time_zone: String,
    /// Plays kept.
    pub n_plays: u64,
    /// Different songs among them.
    pub n_songs: u64,
    /// Plays that were skips.
    pub n_skipped: u64,
    /// First play, microseconds since 1970.
    pub first: Option<nearsong_types::Moment>,
    /// Last play, microseconds since 1970.
    pub last: Option<nearsong_types::Moment>,
    /// How many plays are in the catalogue; `None` while it is empty.
    pub matched: Option<MatchCounts>,
}

/// The model in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelStatus {
    /// Its number.
    pub id: i64,
    /// Its algorithm.
    pub algorithm: String,
    /// The version of the track features it was trained on.
    pub features_version: u64,
}

/// Something worth doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// What to type.
    pub command: String,
    /// What it is for.
    pub why: String,
}

const LOW_COVERAGE: f64 = 0.5;

impl App {
    /// What there is, what is missing, and what to do next.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn status(&self, now: Moment) -> Result<Status, AppError> {
        let catalog = self.catalogue_if_any()?.map(|latest| CatalogStatus {
            version: latest.version,
            datasets: latest.manifest.inputs.iter().map(|input| input.name.clone()).collect(),
            n_tracks: latest.manifest.n_tracks,
            n_recordings: latest.manifest.n_recordings,
            n_with_audio: latest.manifest.n_with_audio,
            is_made_up: latest.manifest.inputs.iter().any(|input| input.is_made_up),
        });
        let model = self.store.champion()?.map(|champion| ModelStatus {
            id: champion.id.number(),
            algorithm: champion.model.algorithm,
            features_version: champion.model.snapshot_version,
        });
        let version = catalog.as_ref().map(|catalog| catalog.version);
        let mut listeners = Vec::new();
        for listener in self.store.listeners()? {
            listeners.push(self.listener_status(listener, version)?);
        }
        let spotify = self.spotify_status(now)?;
        let next_steps = next_steps(catalog.as_ref(), &listeners, model.as_ref());
        Ok(Status { data_dir: self.data.root().display().to_string(), catalog, listeners, spotify, model, next_steps })
    }

    fn listener_status(&self, listener: Listener, version: Option<u64>) -> Result<ListenerStatus, AppError> {
        let ListenCounts { n_plays, n_songs, n_skipped, first, last, .. } = self.store.listen_counts(listener.id)?;
        let matched = match version {
            Some(version) => {
                let table = self.table(version, &Silent)?;
                Some(MatchedListening::new(&table, &self.store.listening(listener.id, None)?).counts)
            }
            None => None,
        };
        let Listener { name, time_zone, .. } = listener;
        Ok(ListenerStatus { name, time_zone, n_plays, n_songs, n_skipped, first, last, matched })
    }
}

fn next_steps(
    catalog: Option<&CatalogStatus>,
    listeners: &[ListenerStatus],
    model: Option<&ModelStatus>,
) -> Vec<NextStep> {
    let step = |command: &str, why: &str| NextStep { command: command.to_owned(), why: why.to_owned() };
    let mut steps = Vec::new();
    let Some(catalog) = catalog else {
        steps.push(step("nearsong catalog add dataset.csv", "there is no music to recommend yet"));
        steps.push(step("nearsong catalog fetch", "shows which datasets can be downloaded"));
        return steps;
    };
    let has_plays = listeners.iter().any(|listener| listener.n_plays > 0);
    if !has_plays {
        steps.push(step("nearsong import my_spotify_data.zip", "there is no listening yet to recommend from"));
        steps.push(step("nearsong recommend --like \"artist - title\"", "works without any listening"));
    }
    if model.is_some_and(|model| model.features_version < catalog.version) {
        steps.push(step("nearsong train --promote", "the catalogue is newer than the model in use"));
    }
    let is_poorly_covered = |matched: &MatchCounts| (matched.covered() as f64) < LOW_COVERAGE * matched.total() as f64;
    if has_plays && listeners.iter().filter_map(|listener| listener.matched.as_ref()).any(is_poorly_covered) {
        steps.push(step(
            "nearsong catalog add LARGER-DATASET",
            "less than half of the plays are of songs in the catalogue",
        ));
    }
    if has_plays {
        steps.push(step("nearsong recommend", "what to listen to next, and why"));
    }
    steps
}

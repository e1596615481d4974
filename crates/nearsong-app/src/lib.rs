//! What happens, in which order?
//!
//! The use-cases of Nearsong, each a method of [`App`] in the file that its subject names: the feature pipeline (`catalog`,
//! `features`), the listening (`import`, `matching`), that of others (`interactions`), the training pipeline (`training`, `evaluation`), the inference pipeline (`wish`, `seeds`,
//! `recommendation`, `batch`), what goes to and comes from Spotify (`spotify`), playlists and what keeps them fresh (`playlists`, `refresh`), and care for the data directory (`status`, `care`).
//!
//! Each use-case loads, calls a pure room below, and saves in one step. This crate never prints, never reads a clock (the
//! moment is an argument), and never parses a wire format.

mod app;
mod batch;
mod care;
mod catalog;
mod config;
mod csv_failure;
mod demo;
mod error;
mod evaluation;
mod feature_diff;
mod feature_export;
mod features;
mod fetch;
mod import;
mod interactions;
mod matching;
mod measuring;
mod playlist_file;
mod playlists;
mod reason_words;
mod recommendation;
mod refresh;
mod report;
mod seeds;
mod spotify;
mod status;
mod training;
mod when;
mod wish;

pub use app::{App, DEFAULT_LISTENER};
pub use batch::{BatchSummary, answer_batch};
pub use care::{examine, restore_backup};
pub use catalog::{AddedDatasets, Origin};
pub use config::{Config, ConfigError, ExplicitRule, FetchConfig, InteractionsConfig, RecommendConfig, SpotifyConfig};
pub use demo::{DEMO_MOMENT, DemoPlan, DemoStep, run_demo};
pub use error::{AppError, ErrorKind};
pub use evaluation::{
    EvaluateRequest, EvaluationTable, Gain, LeftOut, MeasuredModel, MeasuredOn, ProtocolPoint, SetMeasured,
    WhichInteractions,
};
pub use feature_diff::FeatureDiff;
pub use features::{FeatureUpdate, WhichVersion};
pub use fetch::FetchedDataset;
pub use import::ImportReport;
pub use interactions::{AboutInteractions, AddedInteractions};
pub use matching::{MatchCounts, MatchedListening};
pub use measuring::model_figures;
pub use playlist_file::{PlaylistFormat, PlaylistSong, write_playlist};
pub use playlists::{
    Edition, EditionSong, PlaylistView, Recipe, RecipeKind, Refreshed, RemovedPlaylist, Schedule, Turnover, ready_made,
};
pub use reason_words::{reason_words, shared_words};
pub use recommendation::{Basis, ListFor, Recommendation, Recommender};
pub use refresh::{JobDone, JobOutcome, JobView, RoundReport};
pub use report::{HiddenTime, KnownThen, ListKind, Report, ReportRequest, ReportedList, Yours};
pub use seeds::find_song;
pub use spotify::{
    Connected, ConnectionStatus, CooldownStatus, PendingSignIn, Published, ReadBack, Receipt, SpotifyStatus,
    SyncOutcome, SyncReport, SyncedList, WhatWasWritten, WishedPlaylist,
};
pub use status::{CatalogStatus, ListenerStatus, ModelStatus, NextStep, Status};
pub use training::{Difference, Promote, TrainRequest, Trained};
pub use when::{date_in, date_time_in, day_in, moment, parse_since, parse_when, period_in, zone};
pub use wish::{MAX_LIMIT, WishText};

pub use nearsong_catalog::{InteractionMatches, MatchTally};
pub use nearsong_evaluate::SignTest;
pub use nearsong_evaluate::{Choice, Comparison, Evaluation, Metric, Protocol};
pub use nearsong_fetch::KaggleLogin;
pub use nearsong_history::{InteractionFault, InteractionFormat};
pub use nearsong_recommend::{Algorithm, Because, Heard, ListOrder, RankedSong, Shared, TrainConfig};
pub use nearsong_spotify::{Scopes, SignInError, SpotifyError};
pub use nearsong_standin::SpotifyPlaylist as PlaylistAtStandin;
pub use nearsong_store::{Check, DecidedSong, InteractionSetRecord, ModelRecord, Version};

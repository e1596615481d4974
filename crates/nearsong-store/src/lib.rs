//! What do we keep?
//!
//! One data directory holds everything: an embedded database (listeners, listening, datasets, interactions, model registry), the
//! feature store (a Delta table), compiled tables, model files and the configuration. This crate keeps them whole: each
//! change happens entirely or not at all, also when the process is killed or the disk is full. All the SQL is here.
//!
//! It never decides anything: it does not say which model is better, which listen counts or when to run. It never reads
//! a clock, the environment or a dataset's content, and has no column for IP addresses, user agents or usernames.
//!
//! Reading order: the directory ([`DataDir`]), the database ([`Store`]: listeners, imports, listening, datasets, interactions, models),
//! the feature table ([`FeatureStore`]), and care for all of it ([`backup`], [`restore`], [`doctor`]).

mod error;
mod fingerprint;
mod partial_file;

#[cfg(test)]
mod child_process;

mod data_dir;
mod leftovers;
mod sealing;
mod write_lock;

mod database;
mod listeners;
mod songs;

mod favourites;
mod imports;
mod listening;
mod same_play;
mod spotify_plays;

mod connections;
mod spotify_calls;
mod spotify_playlists;

mod editions;
mod jobs;
mod playlists;

mod datasets;
mod interactions;
mod models;
mod promotions;

mod features;

mod backup;
mod doctor;
mod restore;

pub use backup::{BackupReport, backup};
pub use connections::{Connection, FoundTokens, StoredTokens};
pub use data_dir::{DataDir, KeptFile};
pub use database::Store;
pub use datasets::DatasetRecord;
pub use doctor::{Check, doctor};
pub use editions::{EditionRecord, NewEdition};
pub use error::StoreError;
pub use favourites::Reading;
pub use features::{FeatureStore, Version};
pub use fingerprint::fingerprint_of;
pub use imports::{Added, ImportId, ImportRecord, ImportTransaction, UndoneImport};
pub use interactions::{InteractionSetRecord, NewInteractionSet};
pub use jobs::{JobRecord, JobState};
pub use listeners::{Listener, ListenerId};
pub use listening::{Favourite, ListenCounts, Listening, Play};
pub use models::{ModelId, ModelRecord, NewModel};
pub use playlists::{DecidedSong, PlaylistId, PlaylistRecord};
pub use promotions::Promotion;
pub use restore::{RestoreLimits, restore};
pub use sealing::SealingKey;
pub use spotify_calls::StoredCooldown;
pub use spotify_playlists::SpotifyPlaylist;
pub use spotify_plays::{Disconnected, KeptPlays};
pub use write_lock::WriteLock;

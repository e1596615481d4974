//! What is a track, a listen, a recording?
//!
//! The vocabulary that every other room speaks: ids, units, ranges and the plain data between the
//! pipelines. This crate never reads a file, a clock or the environment, and decides nothing about music.
//!
//! Reading order: what comes in ([`Track`], [`Listen`]), what others heard ([`Interactions`]), what is recommended
//! ([`RecordingTable`]), how all of it is kept ([`Artifact`]).

mod artifact;
mod audio;
mod clock;
mod csr;
mod idx;
mod interaction_set;
mod interactions;
mod listen;
mod manifest;
mod moment;
mod names;
mod progress;
mod recording_table;
mod secret;
mod track;
mod track_id;

pub use artifact::{Artifact, ArtifactError};
pub use audio::{AudioFeature, AudioFeatures};
pub use clock::Clock;
pub use csr::Csr;
pub use idx::{AlbumIdx, ArtistIdx, GenreIdx, ItemIdx};
pub use interaction_set::{InteractionSet, ItemKind};
pub use interactions::{Interaction, Interactions, MatchedInteractions};
pub use listen::{FavouriteKind, Listen, ListenSource, Outcome, Song};
pub use manifest::{CatalogTrack, FaultCount, InputFile, Manifest};
pub use moment::Moment;
pub use names::Names;
pub use progress::{Cancelled, Progress, Silent};
pub use recording_table::{MatchKey, RecordingTable, TableError};
pub use secret::Secret;
pub use track::Track;
pub use track_id::{TrackId, TrackIdError};

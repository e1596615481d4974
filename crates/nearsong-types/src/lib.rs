//! What is a track, a listen, a recording?
//!
//! The vocabulary that every other room speaks: ids, units, ranges and the plain data between the
//! pipelines. This crate never reads a file, a clock or the environment, and decides nothing about music.
//!
//! Reading order: what comes in ([`Track`], [`Listen`]), what is recommended ([`RecordingTable`]), how both are kept
//! ([`Artifact`]).

mod artifact;
mod audio;
mod csr;
mod idx;
mod listen;
mod manifest;
mod moment;
mod names;
mod progress;
mod recording_table;
mod track;
mod track_id;

pub use artifact::{Artifact, ArtifactError};
pub use audio::{AudioFeature, AudioFeatures};
pub use csr::Csr;
pub use idx::{AlbumIdx, ArtistIdx, GenreIdx, ItemIdx};
pub use listen::{Listen, ListenSource, Outcome, Song};
pub use manifest::{CatalogTrack, FaultCount, InputFile, Manifest};
pub use moment::Moment;
pub use names::Names;
pub use progress::{Cancelled, Progress, Silent};
pub use recording_table::{MatchKey, RecordingTable, TableError};
pub use track::Track;
pub use track_id::{TrackId, TrackIdError};

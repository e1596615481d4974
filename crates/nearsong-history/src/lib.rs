//! What was heard? Readers of the listening history that Spotify sends on request.
//!
//! [`read_exports`] takes any mix of zips, folders and JSON files and hands over one [`Listen`] after another, in
//! bounded memory. This crate never writes, never calls a network, never matches a song with a catalogue, and never
//! holds what a recommender has no use for: user names, IP addresses, devices and user agents are passed over.
//!
//! # What is read
//! | file, at any depth | what it is | what becomes of its rows |
//! |---|---|---|
//! | `Streaming_History_Audio_*.json`, `endsong*.json` | extended streaming history | listens, with ids |
//! | `StreamingHistory_music_*.json`, `StreamingHistory*.json` | account data, the last year | listens, without ids |
//! | `Streaming_History_Video_*.json`, `StreamingHistory_podcast_*.json`, … | videos, podcasts, audiobooks | counted, left out |
//! | everything else | playlists, payments, searches, … | never opened |
//!
//! Names are compared without regard to case, by their beginning, so `endsong_0 (1).json` is found as well. A JSON file
//! that is named on its own, whatever it is called, is recognised by the fields of its first row.
//!
//! # When a listen ended
//! [`Listen::ended_at`] is the row's own `ts` (or `endTime`), always. Some rows that were played offline carry the time
//! of a later synchronisation there, and `offline_timestamp` might tell better; it is left unread on purpose, since it
//! has changed its unit over the years and is missing from account data, so one play would get two different times from
//! two exports and be counted twice. With `ts` alone the same play gives the same listen from every export.
//!
//! # What is left out
//! Every row that gives no listen is counted under its reason: see [`LeftOut`]. A row with a *missing* field is left
//! out; a row with a field of the *wrong type* stops the reading, as it means that the file is not what it seems.
//!
//! Reading order: [`read_exports`], what it refuses ([`ReadError`], [`Limits`]), what it tells ([`ReadReport`]), how
//! a play is judged ([`infer_outcome`]).
//!
//! [`Listen`]: nearsong_types::Listen
//! [`Listen::ended_at`]: nearsong_types::Listen::ended_at

mod account;
mod archive;
mod error;
mod extended;
mod file_kind;
mod interactions;
mod json_rows;
mod limits;
mod meter;
mod outcome;
mod plan;
mod read;
mod recognise;
mod report;
mod row;
mod scalar;
mod utc;

pub use error::{ArchiveFault, JsonFault, Place, ReadError};
pub use file_kind::FileKind;
pub use interactions::{
    InteractionFault, InteractionFormat, InteractionLimits, InteractionsError, ReadInteractions, RowPlace,
    read_interactions,
};
pub use limits::Limits;
pub use outcome::infer_outcome;
pub use read::read_exports;
pub use report::{FileReport, LeftOut, ReadReport, Tally};

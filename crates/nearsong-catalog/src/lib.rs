//! What music is there?
//!
//! Reads the public datasets of Spotify tracks, cleans them and says what it found, joins the many ids of one song into
//! a recording, and finds a song by id, by name or by what a person types. It reads the files whose paths it is given
//! and nothing else: no network, no database, no clock, no listener.
//!
//! Reading order: [`read_dataset`] (one file to clean tracks and a [`QualityReport`]), [`merge`] (several datasets to one
//! catalogue with recordings), [`compile`] (the catalogue as a table to recommend from), [`match_song`], [`match_interactions`] and [`find`].

mod album;
mod artists;
mod cell;
mod clean;
mod compile;
mod credit;
mod csv_file;
mod dataset;
mod error;
mod fault;
mod find;
mod fold;
mod genre;
mod limits;
mod match_interactions;
mod match_key;
mod match_song;
mod merge;
mod parquet_column;
mod parquet_file;
mod python_list;
mod quality;
mod recording;
mod release_date;
mod rows;
mod schema;
mod set_table;
mod source;
mod text;
mod title;
mod trigram;
mod unite;

pub use compile::compile;
pub use dataset::{Dataset, read_dataset};
pub use error::CatalogError;
pub use fault::Fault;
pub use find::{Found, find, find_artist, find_genre};
pub use genre::genre_name;
pub use limits::ReadLimits;
pub use match_interactions::{InteractionMatches, MatchTally, match_interactions};
pub use match_key::{artist_key, song_key, work_key};
pub use match_song::{SongMatch, match_song};
pub use merge::{Merged, merge};
pub use quality::{QualityReport, RefusedRow};
pub use schema::Schema;
pub use set_table::table_of;

/// Version of the code that cleans, merges and joins. It is raised whenever the same files would give other tracks, so
/// that a snapshot made by older code is known to be out of date.
pub const PIPELINE_VERSION: u32 = 1;

//! Neighbours in a space that knows artists, shared credits, genres, albums, popularity, years and sound.
//!
//! `model` learns from a catalogue how artists and genres hang together, `profile` turns a taste into what it asks of each of
//! them, `reading` scores a recording against the profile, `contributions` takes a score
//! apart, `scorer` does so for all of them.

mod artists;
mod contributions;
mod facets;
mod genres;
mod model;
mod profile;
mod reading;
mod scorer;
mod words;

use serde::{Deserialize, Serialize};

pub use model::ContentKnnModel;
pub use scorer::ContentKnnScorer;

/// Weights of the parts of likeness. Found by search on 250 public playlists, so what `bench/playlists` prints of them is a fit.
///
/// A recording's score is `affinity · gate + prior · popularity`, with
/// `affinity = Σ weight · part` over the parts below and `gate = gate_base + gate_popularity · fit + gate_rank / √(1 + rank)`.
/// The gate asks whether this is one of the artist's songs that people play, and whether it is about as well known as what is listened to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentKnnConfig {
    /// Same artist.
    pub artist: f32,
    /// An artist who shares credits or compilations.
    pub near: f32,
    /// Same or related genres.
    pub genre: f32,
    /// Same album.
    pub album: f32,
    /// Albums whose titles share words.
    pub words: f32,
    /// Same years.
    pub year: f32,
    /// Alike in sound.
    pub audio: f32,
    /// The gate where nothing else opens it.
    pub gate_base: f32,
    /// How far a fitting popularity opens the gate.
    pub gate_popularity: f32,
    /// How far a high rank among the artist's own songs opens the gate.
    pub gate_rank: f32,
    /// Popularity at large.
    pub prior: f32,
}

impl Default for ContentKnnConfig {
    fn default() -> Self {
        Self {
            artist: 0.25,
            near: 0.4,
            genre: 0.45,
            album: 0.9,
            words: 0.25,
            year: 0.2,
            audio: 0.25,
            gate_base: 0.2,
            gate_popularity: 1.0,
            gate_rank: 0.4,
            prior: 0.4,
        }
    }
}

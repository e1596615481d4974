use serde::{Deserialize, Serialize};

use crate::{Track, TrackId};

/// A merged track as the feature store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogTrack {
    /// What is known of the track.
    pub track: Track,
    /// Id of the track that represents its recording; equal for all tracks of one recording.
    pub recording_id: TrackId,
    /// Which inputs named the track: bit *i* stands for [`Manifest::inputs`]`[i]`.
    pub sources: u64,
}

/// What one version of the feature table was made from, and what was found on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 (hex) over the inputs' fingerprints in order and the version of the pipeline's code.
    pub fingerprint: String,
    /// Version of the code that cleaned and merged.
    pub pipeline_version: u32,
    /// The datasets, in order of trust: where two disagree the earlier one is believed.
    pub inputs: Vec<InputFile>,
    /// Tracks in the version.
    pub n_tracks: u64,
    /// Recordings in the version.
    pub n_recordings: u64,
    /// Tracks with at least one audio feature.
    pub n_with_audio: u64,
    /// Faults found while merging all inputs; those of one input stand with it.
    pub faults: Vec<FaultCount>,
}

impl Manifest {
    /// The most inputs one version can have: a track keeps its sources in 64 bits.
    pub const MAX_INPUTS: usize = 64;
}

/// One dataset that went into a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputFile {
    /// File name as the person gave it.
    pub name: String,
    /// Schema it was recognised as.
    pub schema: String,
    /// SHA-256 (hex) of the file.
    pub sha256: String,
    /// Whether Nearsong made the data up (demo and tests).
    pub is_made_up: bool,
    /// Rows read.
    pub n_rows: u64,
    /// Distinct tracks kept.
    pub n_tracks: u64,
    /// Faults found in it.
    pub faults: Vec<FaultCount>,
}

/// One kind of fault: how often it was found and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultCount {
    /// What is wrong, in words.
    pub fault: String,
    /// How often.
    pub count: u64,
    /// What was done, in words.
    pub done: String,
}

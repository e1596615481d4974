use nearsong_types::{ArtifactError, Cancelled, MatchedInteractions, RecordingTable};

use crate::Algorithm;

/// What models learn from.
#[derive(Clone, Copy)]
pub struct TrainingData<'a> {
    /// The recordings of one snapshot.
    pub table: &'a RecordingTable,
    /// What playlists and listeners have to do with them, where anything is known of that.
    pub interactions: Option<&'a MatchedInteractions>,
}

impl<'a> TrainingData<'a> {
    /// A catalogue without interactions.
    pub fn catalogue(table: &'a RecordingTable) -> Self {
        Self { table, interactions: None }
    }

    /// The interactions, for an algorithm that is nothing without them.
    ///
    /// # Errors
    /// [`TrainError::NeedsInteractions`].
    pub fn needed_interactions(&self, algorithm: Algorithm) -> Result<&'a MatchedInteractions, TrainError> {
        self.interactions.ok_or(TrainError::NeedsInteractions { algorithm })
    }
}

/// Why a model was not trained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// The person asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The algorithm learns from interactions and there are none.
    #[error(
        "{algorithm} learns from playlists or listening histories, and there are none: nearsong interactions add FILE"
    )]
    NeedsInteractions {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// A model does not fit the data that it was just trained on.
    #[error(transparent)]
    Misfit(#[from] ArtifactError),
    /// The data is larger than the algorithm can take.
    #[error("{algorithm} cannot be trained on this much: {detail}")]
    TooLarge {
        /// The algorithm.
        algorithm: Algorithm,
        /// What is too large, what the limit is, and what to do.
        detail: String,
    },
}

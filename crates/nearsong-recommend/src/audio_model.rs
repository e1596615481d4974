use nearsong_types::{Artifact, ArtifactError, RecordingTable};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    StandardScaler,
    model::{read_json, write_json},
};

/// What the algorithms over audio features learn from a catalogue: how to standardise it.
#[derive(Debug, Clone, PartialEq)]
pub struct AudioModel<C> {
    pub(crate) config: C,
    pub(crate) scaler: StandardScaler,
}

impl<C: Clone + Serialize + DeserializeOwned> AudioModel<C> {
    /// Fits the scaler to all recordings.
    pub(crate) fn fit(config: &C, table: &RecordingTable) -> Self {
        Self { config: config.clone(), scaler: StandardScaler::fit(&table.audio) }
    }

    /// Puts both into an artifact.
    pub(crate) fn put(&self, artifact: &mut Artifact) {
        write_json(artifact, "config", &self.config);
        write_json(artifact, "scaler", &self.scaler);
    }

    /// Takes both out again.
    pub(crate) fn take(artifact: &Artifact) -> Result<Self, ArtifactError> {
        Ok(Self { config: read_json(artifact, "config")?, scaler: read_json(artifact, "scaler")? })
    }
}

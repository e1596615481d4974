use nearsong_types::{Artifact, ArtifactError, Progress};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Algorithm, Model, TrainConfig, TrainError, TrainingData};

const VERSION: u32 = 1;

/// Why a model cannot be configured or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// No algorithm of that name.
    #[error("“{found}” is no algorithm that Nearsong knows; there are {}", all_names())]
    UnknownAlgorithm {
        /// The name.
        found: String,
    },
    /// A parameter that the algorithm does not have, or a value that it cannot take.
    #[error("{algorithm} cannot be trained with {name}={value}: {detail}")]
    BadParameter {
        /// The algorithm.
        algorithm: Algorithm,
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The bytes are no whole model.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
}

fn all_names() -> String {
    Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>().join(", ")
}

impl Model {
    /// Trains on the data; the same data and seed give the same model on any number of threads.
    ///
    /// # Errors
    /// [`TrainError`].
    pub fn train(
        config: &TrainConfig,
        data: &TrainingData<'_>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        progress.begin(&format!("Training {}", config.algorithm()), None, "");
        progress.check()?;
        config.learn(data, seed, progress)
    }

    /// The parameters it was asked for, with those that it learned by itself: training with them learns the rest alone.
    pub fn tuned(&self, asked: &TrainConfig) -> TrainConfig {
        match self {
            Self::Blend(blend) => TrainConfig::Blend(blend.config().clone()),
            _ => asked.clone(),
        }
    }

    /// The bytes to keep; the same model always gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut artifact = Artifact::new(self.algorithm().name(), VERSION);
        self.write(&mut artifact);
        artifact.to_bytes()
    }

    /// Reads kept bytes and checks all of them.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let artifact = Artifact::from_bytes(bytes)?;
        let algorithm: Algorithm = artifact.kind().parse()?;
        artifact.expect(algorithm.name(), VERSION)?;
        Ok(Self::read(algorithm, &artifact)?)
    }
}

/// Puts a small value that is not an array into an artifact.
pub(crate) fn write_json(artifact: &mut Artifact, section: &str, value: &impl Serialize) {
    let json = serde_json::to_vec(value).expect("plain numbers with text names");
    artifact.put_bytes(section, &json);
}

/// Takes such a value out again.
pub(crate) fn read_json<T: DeserializeOwned>(artifact: &Artifact, section: &str) -> Result<T, ArtifactError> {
    serde_json::from_slice(artifact.bytes(section)?)
        .map_err(|_| ArtifactError::BadSection { section: section.to_owned() })
}

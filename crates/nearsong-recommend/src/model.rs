use std::{fmt, str::FromStr, sync::Arc};

use nearsong_types::{Artifact, ArtifactError, Cancelled, Progress, RecordingTable};
use serde::{Serialize, de::DeserializeOwned};

use crate::{AudioKnnModel, ContentKnnModel, KnnRegressorModel, Scorer, TrainConfig};

const VERSION: u32 = 1;

/// The algorithms that can be trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Neighbours in a space of artists, shared credits, genres, albums, popularity and sound.
    ContentKnn,
    /// Nearest neighbours over standardised audio features.
    AudioKnn,
    /// Preference as the distance-weighted mean over the nearest listened recordings.
    KnnRegressor,
}

impl Algorithm {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::ContentKnn, Self::AudioKnn, Self::KnnRegressor];

    /// Its name in commands, files and the registry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContentKnn => "content-knn",
            Self::AudioKnn => "audio-knn",
            Self::KnnRegressor => "knn-regressor",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a model cannot be configured or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// No algorithm of that name.
    #[error("“{found}” is no algorithm that Nearsong knows; there are content-knn, audio-knn and knn-regressor")]
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

impl FromStr for Algorithm {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|algorithm| algorithm.name() == text);
        found.ok_or_else(|| ModelError::UnknownAlgorithm { found: text.to_owned() })
    }
}

/// A trained model. There is no untrained one.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// See [`ContentKnnModel`].
    ContentKnn(Box<ContentKnnModel>),
    /// See [`AudioKnnModel`].
    AudioKnn(AudioKnnModel),
    /// See [`KnnRegressorModel`].
    KnnRegressor(KnnRegressorModel),
}

impl Model {
    /// Trains on the recordings of one snapshot.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn train(config: &TrainConfig, table: &RecordingTable, progress: &dyn Progress) -> Result<Self, Cancelled> {
        progress.begin(&format!("Training {}", config.algorithm()), None, "");
        progress.check()?;
        Ok(match config {
            TrainConfig::ContentKnn(config) => Self::ContentKnn(Box::new(ContentKnnModel::train(config, table))),
            TrainConfig::AudioKnn(config) => Self::AudioKnn(AudioKnnModel::train(config, table)),
            TrainConfig::KnnRegressor(config) => Self::KnnRegressor(KnnRegressorModel::train(config, table)),
        })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::ContentKnn(_) => Algorithm::ContentKnn,
            Self::AudioKnn(_) => Algorithm::AudioKnn,
            Self::KnnRegressor(_) => Algorithm::KnnRegressor,
        }
    }

    /// The bytes to keep; the same model always gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut artifact = Artifact::new(self.algorithm().name(), VERSION);
        match self {
            Self::ContentKnn(model) => model.write(&mut artifact),
            Self::AudioKnn(model) => model.write(&mut artifact),
            Self::KnnRegressor(model) => model.write(&mut artifact),
        }
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
        Ok(match algorithm {
            Algorithm::ContentKnn => Self::ContentKnn(Box::new(ContentKnnModel::read(&artifact)?)),
            Algorithm::AudioKnn => Self::AudioKnn(AudioKnnModel::read(&artifact)?),
            Algorithm::KnnRegressor => Self::KnnRegressor(KnnRegressorModel::read(&artifact)?),
        })
    }

    /// Binds the model to the recordings it was trained on.
    ///
    /// # Errors
    /// [`ArtifactError`] where the model does not fit the table: it was trained on another snapshot.
    pub fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        Ok(match self {
            Self::ContentKnn(model) => Box::new(model.bind(table)?),
            Self::AudioKnn(model) => Box::new(model.bind(table)),
            Self::KnnRegressor(model) => Box::new(model.bind(table)),
        })
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

use std::{fmt, str::FromStr, sync::Arc};

use nearsong_types::{Artifact, ArtifactError, Progress, RecordingTable};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    AlsConfig, ArtistKnnConfig, ArtistPopularConfig, AudioKnnConfig, BlendConfig, ContentKnnConfig, EaseConfig,
    ItemKnnConfig, KnnRegressorConfig, ModelError, PopularConfig, RandomConfig, Rp3BetaConfig, Scorer, TrainError,
    TrainingData, UserKnnConfig,
};

/// The parameters of one algorithm, and how it learns with them.
pub trait Parameters: Serialize + DeserializeOwned + Default {
    /// What it learns.
    type Model: Learned;

    /// Fails, saying why, where a value is outside its range.
    fn check(&self) -> Result<(), String>;

    /// Learns from the data; everything random comes from the seed.
    fn train(&self, data: &TrainingData<'_>, seed: u64, progress: &dyn Progress) -> Result<Self::Model, TrainError>;
}

/// What an algorithm has learned: to bytes, back, and to a scorer.
pub trait Learned: Sized {
    /// Puts everything into an artifact; the same model always writes the same.
    fn write(&self, artifact: &mut Artifact);

    /// Reads what [`Learned::write`] wrote.
    fn read(artifact: &Artifact) -> Result<Self, ArtifactError>;

    /// Joins the model with the recordings it was trained on; fails where it was trained on others.
    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError>;
}

/// The one list of algorithms: everything that depends on which one it is follows from a line here.
macro_rules! algorithms {
    ($($(#[doc = $doc:literal])+ $variant:ident: $name:literal, $parameters:ty;)+) => {
        /// The algorithms that can be trained.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Algorithm {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Algorithm {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its name in commands, files and the registry.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it does, in a line.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+).trim_ascii(),)+
                }
            }
        }

        /// An algorithm with its parameters.
        #[derive(Debug, Clone, PartialEq)]
        pub enum TrainConfig {
            $($(#[doc = $doc])+ $variant($parameters),)+
        }

        impl TrainConfig {
            /// The algorithm with its default parameters.
            pub fn of(algorithm: Algorithm) -> Self {
                match algorithm {
                    $(Algorithm::$variant => Self::$variant(Default::default()),)+
                }
            }

            /// The algorithm.
            pub fn algorithm(&self) -> Algorithm {
                match self {
                    $(Self::$variant(_) => Algorithm::$variant,)+
                }
            }

            /// The parameters as JSON text.
            pub(crate) fn parameters_text(&self) -> serde_json::Result<String> {
                match self {
                    $(Self::$variant(parameters) => serde_json::to_string(parameters),)+
                }
            }

            pub(crate) fn parse(algorithm: Algorithm, json: serde_json::Value) -> serde_json::Result<Self> {
                match algorithm {
                    $(Algorithm::$variant => serde_json::from_value(json).map(Self::$variant),)+
                }
            }

            pub(crate) fn check(&self) -> Result<(), String> {
                match self {
                    $(Self::$variant(parameters) => parameters.check(),)+
                }
            }

            pub(crate) fn learn(
                &self,
                data: &TrainingData<'_>,
                seed: u64,
                progress: &dyn Progress,
            ) -> Result<Model, TrainError> {
                Ok(match self {
                    $(Self::$variant(parameters) => {
                        Model::$variant(Box::new(parameters.train(data, seed, progress)?))
                    })+
                })
            }
        }

        /// A trained model. There is no untrained one.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Model {
            $($(#[doc = $doc])+ $variant(Box<<$parameters as Parameters>::Model>),)+
        }

        impl Model {
            /// The algorithm.
            pub fn algorithm(&self) -> Algorithm {
                match self {
                    $(Self::$variant(_) => Algorithm::$variant,)+
                }
            }

            pub(crate) fn write(&self, artifact: &mut Artifact) {
                match self {
                    $(Self::$variant(model) => model.write(artifact),)+
                }
            }

            pub(crate) fn read(algorithm: Algorithm, artifact: &Artifact) -> Result<Self, ArtifactError> {
                Ok(match algorithm {
                    $(Algorithm::$variant => Self::$variant(Box::new(Learned::read(artifact)?)),)+
                })
            }

            /// Binds the model to the recordings it was trained on.
            ///
            /// # Errors
            /// [`ArtifactError`] where the model does not fit the table: it was trained on another snapshot.
            pub fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
                match self {
                    $(Self::$variant(model) => Learned::bind(*model, table),)+
                }
            }
        }
    };
}

algorithms! {
    /// All that can be learned from interactions and the catalogue, added up with weights that are learned too.
    Blend: "blend", BlendConfig;
    /// Neighbours in a space of artists, shared credits, genres, albums, popularity and sound.
    ContentKnn: "content-knn", ContentKnnConfig;
    /// Nearest neighbours over standardised audio features.
    AudioKnn: "audio-knn", AudioKnnConfig;
    /// Preference as the distance-weighted mean over the nearest listened recordings.
    KnnRegressor: "knn-regressor", KnnRegressorConfig;
    /// Recordings that the same playlists or listeners have, by the cosine of who has them.
    ItemKnn: "item-knn", ItemKnnConfig;
    /// A random walk from what was heard to its owners and on to what else they have, popularity taken back.
    Rp3Beta: "rp3beta", Rp3BetaConfig;
    /// The most popular recordings, whatever the taste: a baseline.
    Popular: "popular", PopularConfig;
    /// The most popular recordings of the same artists: a baseline.
    ArtistPopular: "artist-popular", ArtistPopularConfig;
    /// Recordings in an order of chance: a baseline.
    Random: "random", RandomConfig;
    /// What the most similar playlists or listeners have.
    UserKnn: "user-knn", UserKnnConfig;
    /// A linear model in which what each owner has is predicted from what else the owner has.
    Ease: "ease", EaseConfig;
    /// Vectors for owners and recordings whose products say who has what.
    Als: "als", AlsConfig;
    /// Artists whom the same playlists or listeners have, their better known recordings first.
    ArtistKnn: "artist-knn", ArtistKnnConfig;
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|algorithm| algorithm.name() == text);
        found.ok_or_else(|| ModelError::UnknownAlgorithm { found: text.to_owned() })
    }
}

impl TryFrom<String> for Algorithm {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Algorithm> for String {
    fn from(algorithm: Algorithm) -> Self {
        algorithm.name().to_owned()
    }
}

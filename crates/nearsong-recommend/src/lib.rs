//! What next?
//!
//! From a listener's taste to a list of songs with reasons: `Taste → Scorer → Filters → rerank → Reason`, joined by
//! [`recommend()`]. Models are trained on a [`nearsong_types::RecordingTable`], go to bytes and back, and are bound to the table to score.
//!
//! This crate never reads a file, a clock or a database, and knows recordings by their row alone.
//!
//! Reading order: [`Taste`], the [`Scorer`] contract, the three algorithms, then what makes a list of scores a list for a person.

mod taste;

mod adventure;
mod algorithm;
mod parts;
mod scaler;
mod scorer;
mod sparse;

mod als;
mod artist_knn;
mod artist_popular;
mod audio_knn;
mod audio_model;
mod audio_space;
mod blend;
mod co_occurrence;
mod content_knn;
mod ease;
mod item_item;
mod item_knn;
mod knn_regressor;
mod linear;
mod model;
mod owner_matrix;
mod popular;
mod random;
mod rp3beta;
mod train_config;
mod training_data;
mod user_knn;

mod filter;
mod mood;
mod ordering;
mod reason;
mod recommend;
mod rerank;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod fixture;

pub use adventure::{Adventure, OutOfDial};
pub use algorithm::{Algorithm, Model, TrainConfig};
pub use als::{AlsConfig, AlsModel, AlsScorer};
pub use artist_knn::{ArtistKnnConfig, ArtistKnnModel, ArtistKnnScorer};
pub use artist_popular::{ArtistPopularConfig, ArtistPopularModel, ArtistPopularScorer};
pub use audio_knn::{AudioKnnConfig, AudioKnnModel, AudioKnnScorer};
pub use audio_model::AudioModel;
pub use audio_space::{AudioSpace, HeardPoints};
pub use blend::{BlendConfig, BlendModel, BlendScorer};
pub use content_knn::{ContentKnnConfig, ContentKnnModel, ContentKnnScorer};
pub use ease::{EaseConfig, EaseModel};
pub use filter::Filters;
pub use item_item::{ItemItemModel, ItemItemScorer};
pub use item_knn::{ItemKnnConfig, ItemKnnModel, OwnerWeight};
pub use knn_regressor::{KnnRegressorConfig, KnnRegressorModel, KnnRegressorScorer};
pub use model::ModelError;
pub use mood::{Mood, MoodRegion, UnknownMood};
pub use ordering::{ListOrder, UnknownListOrder};
pub use parts::{Contributions, Part, Parts};
pub use popular::{PopularConfig, PopularModel, PopularScorer};
pub use random::{RandomConfig, RandomModel, RandomScorer};
pub use reason::{Because, Reason, Shared, Trait};
pub use recommend::{Known, RankedList, RankedSong, Wish, recommend};
pub use rerank::{Candidates, ListRules, rerank};
pub use rp3beta::{Rp3BetaConfig, Rp3BetaModel};
pub use scaler::StandardScaler;
pub use scorer::{Facet, ScoreRequest, Scored, Scorer};
pub use taste::{Favourite, Heard, Play, Taste, TasteConfig};
pub use training_data::{TrainError, TrainingData};
pub use user_knn::{UserKnnConfig, UserKnnModel, UserKnnScorer};

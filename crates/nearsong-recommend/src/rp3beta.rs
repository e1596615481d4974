use std::num::NonZeroU32;

use nearsong_types::Progress;
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, ItemItemModel, TrainError, TrainingData,
    algorithm::Parameters,
    co_occurrence::{Nearness, nearest_by_owners},
    item_knn::{check_max_neighbors, check_range},
    owner_matrix::OwnerMatrix,
};

/// Parameters of the random walk from a heard recording to one of its owners, and on to one of that owner's recordings.
///
/// What a heard `i` says for `j` is `Σᵤ (1/dᵢ)^α · (1/dᵤ)^α / dⱼ^β` over the owners `u` of both, with `d` the number of owners of a
/// recording or of recordings of an owner: the third step of the walk, from a listener to what was heard, is the taste.
/// Weights of interactions are not looked at.
/// Sources: Christoffel, Paudel, Newell, Bernstein (2015), "Blockbusters and wallflowers", RecSys, for β; Cooper, Lee, Radinsky, Siegal
/// (2014), "Random walks in recommender systems", WWW companion, for α.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rp3BetaConfig {
    /// Exponent of the walk's probabilities, 0 to 2: 1 walks as chance would, below it likely and unlikely steps draw together.
    pub alpha: f32,
    /// How much popularity is taken back, 0 (not at all) to 2.
    pub beta: f32,
    /// How many of the likeliest recordings each one speaks for; 1 to 10,000. Where all together would be more than 268 million (2.1 GB),
    /// recordings of few owners speak for fewer.
    pub max_neighbors: NonZeroU32,
}

impl Default for Rp3BetaConfig {
    fn default() -> Self {
        Self { alpha: 0.6, beta: 0.3, max_neighbors: NonZeroU32::new(1_000).expect("1,000 is not 0") }
    }
}

/// The likeliest ends of the walk.
pub type Rp3BetaModel = ItemItemModel;

impl Parameters for Rp3BetaConfig {
    type Model = Rp3BetaModel;

    fn check(&self) -> Result<(), String> {
        check_range("alpha", self.alpha, 0.0, 2.0)?;
        check_range("beta", self.beta, 0.0, 2.0)?;
        check_max_neighbors(self.max_neighbors)
    }

    fn train(&self, data: &TrainingData<'_>, _seed: u64, progress: &dyn Progress) -> Result<Rp3BetaModel, TrainError> {
        let matrix = OwnerMatrix::new(&data.needed_interactions(Algorithm::Rp3Beta)?.by_item, progress)?;
        let walk = Walk::new(self, &matrix);
        let rows = nearest_by_owners(&matrix, &walk, self.max_neighbors.get() as usize, progress)?;
        Ok(ItemItemModel::new(rows))
    }
}

struct Walk {
    /// `(1/dᵤ)^α` per owner.
    through_owner: Vec<f32>,
    /// `(1/dᵢ)^α` per place.
    from_heard: Vec<f32>,
    /// `1/dⱼ^β` per place.
    to_other: Vec<f32>,
}

impl Walk {
    fn new(config: &Rp3BetaConfig, matrix: &OwnerMatrix) -> Self {
        let step = |degree: usize, exponent: f32| (degree.max(1) as f32).powf(-exponent);
        let places = || (0..matrix.n_items()).map(|place| matrix.owners_of(place).len());
        let owners = (0..matrix.n_owners()).map(|owner| matrix.places_of(owner).len());
        Self {
            through_owner: owners.map(|degree| step(degree, config.alpha)).collect(),
            from_heard: places().map(|degree| step(degree, config.alpha)).collect(),
            to_other: places().map(|degree| step(degree, config.beta)).collect(),
        }
    }
}

impl Nearness for Walk {
    fn owner_weight(&self, owner: usize) -> f32 {
        self.through_owner[owner]
    }

    fn of_pair(&self, together: f32, _heard: usize, other: usize) -> f32 {
        together * self.to_other[other]
    }

    fn weight(&self, nearness: f32, heard: usize) -> f32 {
        self.from_heard[heard] * nearness
    }
}

use std::num::NonZeroU32;

use nearsong_types::{Cancelled, Interactions, Progress};
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, ItemItemModel, TrainError, TrainingData,
    algorithm::Parameters,
    co_occurrence::{Nearness, nearest_by_owners},
    owner_matrix::OwnerMatrix,
    sparse::SparseRows,
};

/// Most neighbours that can be asked for.
const MOST_NEIGHBORS: u32 = 10_000;

/// Parameters of the item neighbours.
///
/// What a heard `i` says for `j` is `idfᵢ · (cᵢⱼ / (cᵢᵢ^α · cⱼⱼ^(1-α) + shrinkage))^locality`, where `c` is the weight of the owners who
/// have both. With `α = ½` the fraction is the cosine of two columns of owners × recordings; other values give the asymmetric cosine
/// of Aiolli (2013), "Efficient top-N recommendation for very large scale binary rated datasets", RecSys, where the locality is his `q`.
/// Weights of interactions are not looked at: an owner has a recording or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemKnnConfig {
    /// How many of the nearest recordings each one speaks for; 1 to 10,000. Where all together would be more than 268 million (2.1 GB),
    /// recordings of few owners speak for fewer.
    pub max_neighbors: NonZeroU32,
    /// What an owner weighs.
    pub owner_weight: OwnerWeight,
    /// Whose popularity counts against a pair, 0 to 1: that of the heard recording (1), the other's (0), or both alike (0.5).
    pub alpha: f32,
    /// So many owners are added to the denominator: pairs that one or two owners have together by chance say less. 0 to 1,000,000.
    pub shrinkage: f32,
    /// Exponent of the nearness, above 0 to 10: above 1 the nearest outvote the others, below 1 many fairly near ones outvote a single one.
    pub locality: f32,
    /// Whether popular heard recordings say less: each times `idfᵢ = ln(1 + owners / owners of i)`, otherwise `idfᵢ = 1`.
    pub idf: bool,
}

/// What an owner of `n` recordings weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerWeight {
    /// All 1.
    Equal,
    /// In proportion to `1/n`, as each of its entries weighs `1/√n`: long playlists say less of any two of their recordings.
    /// The mean over all entries is 1.
    SquareRoot,
}

impl Default for ItemKnnConfig {
    fn default() -> Self {
        Self {
            max_neighbors: NonZeroU32::new(1_000).expect("1,000 is not 0"),
            owner_weight: OwnerWeight::SquareRoot,
            alpha: 0.5,
            shrinkage: 5.0,
            locality: 0.7,
            idf: true,
        }
    }
}

/// The neighbours by shared owners.
pub type ItemKnnModel = ItemItemModel;

impl Parameters for ItemKnnConfig {
    type Model = ItemKnnModel;

    fn check(&self) -> Result<(), String> {
        check_max_neighbors(self.max_neighbors)?;
        check_range("alpha", self.alpha, 0.0, 1.0)?;
        check_range("shrinkage", self.shrinkage, 0.0, 1e6)?;
        check_range("locality", self.locality, f32::EPSILON, 10.0)
    }

    fn train(&self, data: &TrainingData<'_>, _seed: u64, progress: &dyn Progress) -> Result<ItemKnnModel, TrainError> {
        let by_item = &data.needed_interactions(Algorithm::ItemKnn)?.by_item;
        Ok(ItemItemModel::new(self.neighbors(by_item, progress)?))
    }
}

impl ItemKnnConfig {
    /// The neighbours of every item, or of whatever else owners have, with what each says for them.
    pub(crate) fn neighbors(
        &self,
        interactions: &Interactions,
        progress: &dyn Progress,
    ) -> Result<SparseRows, Cancelled> {
        let matrix = OwnerMatrix::new(interactions, progress)?;
        nearest_by_owners(&matrix, &Cosine::new(self, &matrix), self.max_neighbors.get() as usize, progress)
    }
}

struct Cosine<'a> {
    config: &'a ItemKnnConfig,
    owner_weights: Vec<f32>,
    /// `cᵢᵢ^α` per place.
    of_heard: Vec<f32>,
    /// `cⱼⱼ^(1-α)` per place.
    of_other: Vec<f32>,
    /// Per place.
    idf: Vec<f32>,
}

impl<'a> Cosine<'a> {
    fn new(config: &'a ItemKnnConfig, matrix: &OwnerMatrix) -> Self {
        let owner_weights = owner_weights(config.owner_weight, matrix);
        let of_owners = |owners: &[u32]| owners.iter().map(|&owner| owner_weights[owner as usize]).sum();
        let places = 0..matrix.n_items();
        let weights: Vec<f32> = places.clone().map(|place| of_owners(matrix.owners_of(place))).collect();
        let n_owners = matrix.n_owners() as f32;
        let idf = |place| match config.idf {
            true => (n_owners / matrix.owners_of(place).len() as f32).ln_1p(),
            false => 1.0,
        };
        Self {
            of_heard: weights.iter().map(|weight: &f32| weight.powf(config.alpha)).collect(),
            of_other: weights.iter().map(|weight| weight.powf(1.0 - config.alpha)).collect(),
            idf: places.map(idf).collect(),
            owner_weights,
            config,
        }
    }
}

fn owner_weights(kind: OwnerWeight, matrix: &OwnerMatrix) -> Vec<f32> {
    let lengths = (0..matrix.n_owners()).map(|owner| matrix.places_of(owner).len().max(1) as f32);
    match kind {
        OwnerWeight::Equal => vec![1.0; matrix.n_owners()],
        OwnerWeight::SquareRoot => {
            let n_entries: usize = (0..matrix.n_owners()).map(|owner| matrix.places_of(owner).len()).sum();
            let mean_length = n_entries as f32 / matrix.n_owners() as f32;
            lengths.map(|length| mean_length / length).collect()
        }
    }
}

impl Nearness for Cosine<'_> {
    fn owner_weight(&self, owner: usize) -> f32 {
        self.owner_weights[owner]
    }

    fn of_pair(&self, together: f32, heard: usize, other: usize) -> f32 {
        together / (self.of_heard[heard] * self.of_other[other] + self.config.shrinkage)
    }

    fn weight(&self, nearness: f32, heard: usize) -> f32 {
        self.idf[heard] * nearness.powf(self.config.locality)
    }
}

pub(crate) fn check_max_neighbors(found: NonZeroU32) -> Result<(), String> {
    let sound = found.get() <= MOST_NEIGHBORS;
    sound.then_some(()).ok_or_else(|| format!("max_neighbors must be 1 to {MOST_NEIGHBORS}, found {found}"))
}

pub(crate) fn check_range(name: &str, found: f32, least: f32, most: f32) -> Result<(), String> {
    let sound = (least..=most).contains(&found);
    sound.then_some(()).ok_or_else(|| format!("{name} must be {least} to {most}, found {found}"))
}

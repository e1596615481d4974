//! Implicit ALS: Hu, Koren, Volinsky, “Collaborative Filtering for Implicit Feedback Datasets”, ICDM 2008.

mod entries;
mod fold_in;
mod half_step;
mod scorer;

use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, Progress, RecordingTable};
use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, Scorer, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
    model::{read_json, write_json},
};
use entries::Entries;
use half_step::{HalfStep, gram};
pub use scorer::AlsScorer;

/// Parameters of ALS.
///
/// What it minimises is `Σ c (p − xᵀy)² + Σ λ |x|² + Σ λ |y|²` over all pairs of an owner and a recording: preference `p = 1` with confidence
/// `c = 1 + alpha r` where the owner has the recording, `p = 0` with `c = 1` where not. The strength `r` is the square root of an entry's
/// weight beside the mean of its owner's, so 1 throughout a playlist. (The library `implicit` takes `c = alpha r`: on playlists
/// its `alpha` is ours and 1.)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlsConfig {
    /// Length of the vectors `x` of an owner and `y` of a recording; 1 to 512.
    pub factors: u32,
    /// λ: how strongly vectors are held back; above 0.
    pub regularization: f32,
    /// How much more those with many entries are held back: λ is multiplied by `(size / mean size)^frequency_scaling`, where the size is
    /// `alpha` times the number of entries plus the number of all there could be (Rendle et al., “Revisiting the Performance of iALS on
    /// Item Recommendation Benchmarks”, RecSys 2022, section 3.3). 0 to 1; 0 holds all back alike.
    pub frequency_scaling: f32,
    /// How much more an entry counts than its absence; above 0.
    pub alpha: f32,
    /// How often owners and recordings are solved for in turn; 1 to 1,000.
    pub iterations: u32,
    /// Steps of the conjugate gradient method in each (Takács, Pilászy, Tikk, “Applications of the Conjugate Gradient Method for Implicit
    /// Feedback Collaborative Filtering”, RecSys 2011); 1 to 100.
    pub gradient_steps: u32,
}

impl Default for AlsConfig {
    fn default() -> Self {
        Self {
            factors: 128,
            regularization: 30.0,
            frequency_scaling: 1.0,
            alpha: 10.0,
            iterations: 15,
            gradient_steps: 3,
        }
    }
}

impl AlsConfig {
    /// λ of a row whose entries have `alpha r` of `confidence` together, out of `n_columns`.
    fn regularization_of(&self, confidence: f32, n_columns: usize, mean_size: f32) -> f32 {
        let size = confidence + n_columns as f32;
        self.regularization * (size / mean_size).powf(self.frequency_scaling)
    }
}

impl Parameters for AlsConfig {
    type Model = AlsModel;

    fn check(&self) -> Result<(), String> {
        let whole = [
            ("factors", self.factors, 512),
            ("iterations", self.iterations, 1_000),
            ("gradient_steps", self.gradient_steps, 100),
        ];
        for (name, value, most) in whole {
            if !(1..=most).contains(&value) {
                return Err(format!("{name} must be 1 to {most}, found {value}"));
            }
        }
        for (name, value) in [("regularization", self.regularization), ("alpha", self.alpha)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(format!("{name} must be above 0, found {value}"));
            }
        }
        let is_share = (0.0..=1.0).contains(&self.frequency_scaling);
        is_share
            .then_some(())
            .ok_or_else(|| format!("frequency_scaling must be 0 to 1, found {}", self.frequency_scaling))
    }

    fn train(&self, data: &TrainingData<'_>, seed: u64, progress: &dyn Progress) -> Result<AlsModel, TrainError> {
        let by_item = &data.needed_interactions(Algorithm::Als)?.by_item;
        let entries = Entries::new(by_item);
        let (n_owners, n_known) = (entries.of_owners.n_rows(), entries.items.len());
        let (for_owners, for_items) =
            (HalfStep::new(self, &entries.of_owners, n_known), HalfStep::new(self, &entries.of_places, n_owners));
        let width = self.factors as usize;
        let mut owner_factors = vec![0.0; n_owners * width];
        let mut factors = start(n_known * width, seed, width);
        let total = u64::from(self.iterations) * (n_owners + n_known) as u64;
        progress.begin("Fitting vectors", Some(total), "vectors");
        for iteration in 0..u64::from(self.iterations) {
            let done = iteration * (n_owners + n_known) as u64;
            for_owners.solve(&mut owner_factors, &factors, progress, done)?;
            for_items.solve(&mut factors, &owner_factors, progress, done + n_owners as u64)?;
        }
        let (n_items, mean_size) = (by_item.n_items(), for_owners.mean_size());
        let gram = gram(&factors, width, progress)?;
        Ok(AlsModel { config: self.clone(), n_items, mean_size, items: entries.items, factors, gram })
    }
}

/// Small values around 0 from a seed.
fn start(n: usize, seed: u64, n_factors: usize) -> Vec<f32> {
    let scale = 0.1 / (n_factors as f32).sqrt();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    std::iter::repeat_with(|| (rng.next_u32() as f32 / u32::MAX as f32 * 2.0 - 1.0) * scale).take(n).collect()
}

/// A vector for every recording that has an owner. A taste's own vector is solved for when it is asked for.
///
/// # Shapes
/// `items`: rows of the table, those with the most owners first; `factors`: one vector of `config.factors` for each of `items`;
/// `gram`: `factors × factors`, the sum of the outer products of all vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct AlsModel {
    config: AlsConfig,
    n_items: usize,
    mean_size: f32,
    items: Vec<u32>,
    factors: Vec<f32>,
    gram: Vec<f32>,
}

impl AlsModel {
    fn width(&self) -> usize {
        self.config.factors as usize
    }

    /// The vector of one of `items`.
    fn vector(&self, place: usize) -> &[f32] {
        &self.factors[place * self.width()..(place + 1) * self.width()]
    }
}

impl Learned for AlsModel {
    fn write(&self, artifact: &mut Artifact) {
        write_json(artifact, "config", &self.config);
        artifact.put("n_items", &[self.n_items as u64]);
        artifact.put("mean_size", &[self.mean_size]);
        artifact.put("items", &self.items);
        artifact.put("factors", &self.factors);
        artifact.put("gram", &self.gram);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let bad = |section: &str| ArtifactError::BadSection { section: section.to_owned() };
        let config: AlsConfig = read_json(artifact, "config")?;
        config.check().map_err(|_| bad("config"))?;
        let &[n_items] = artifact.get::<u64>("n_items")?.as_slice() else { return Err(bad("n_items")) };
        let &[mean_size] = artifact.get::<f32>("mean_size")?.as_slice() else { return Err(bad("mean_size")) };
        let n_items = usize::try_from(n_items).map_err(|_| bad("n_items"))?;
        let items: Vec<u32> = artifact.get("items")?;
        let (factors, gram): (Vec<f32>, Vec<f32>) = (artifact.get("factors")?, artifact.get("gram")?);
        let width = config.factors as usize;
        let has_repeats = {
            let mut sorted = items.clone();
            sorted.sort_unstable();
            sorted.windows(2).any(|pair| pair[0] == pair[1])
        };
        let sound = [
            ("mean_size", mean_size.is_finite() && mean_size > 0.0),
            ("items", !has_repeats && items.iter().all(|&item| (item as usize) < n_items)),
            ("factors", factors.len() == items.len() * width && factors.iter().all(|value| value.is_finite())),
            ("gram", gram.len() == width * width && gram.iter().all(|value| value.is_finite())),
        ];
        match sound.iter().find(|(_, is_sound)| !is_sound) {
            Some((section, _)) => Err(bad(section)),
            None => Ok(Self { config, n_items, mean_size, items, factors, gram }),
        }
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        if self.n_items != table.n_items() {
            return Err(ArtifactError::BadSection { section: "n_items".to_owned() });
        }
        Ok(Box::new(AlsScorer::new(table, self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_refused() {
        let refused = [
            AlsConfig { factors: 0, ..AlsConfig::default() },
            AlsConfig { factors: 513, ..AlsConfig::default() },
            AlsConfig { alpha: 0.0, ..AlsConfig::default() },
            AlsConfig { regularization: f32::NAN, ..AlsConfig::default() },
            AlsConfig { frequency_scaling: 1.1, ..AlsConfig::default() },
            AlsConfig { iterations: 0, ..AlsConfig::default() },
        ];
        assert!(refused.iter().all(|config| config.check().is_err()));
        assert!(AlsConfig::default().check().is_ok());
    }
}

//! Several models as one: `model` says which and trains them, `questions` asks them about owners they have not seen, `weights`
//! learns from the answers how much each is to be believed, `scorer` adds them up.

mod model;
mod questions;
mod scorer;
mod weights;

use serde::{Deserialize, Serialize};

use crate::Algorithm;

pub use model::BlendModel;
pub use scorer::BlendScorer;

/// Parameters of the blend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlendConfig {
    /// The algorithms that are added up, each with its default parameters.
    pub parts: Vec<Algorithm>,
    /// What each part's scores are multiplied by, 0 or above, in the order of `parts`; empty where they are to be learned.
    pub weights: Vec<f32>,
    /// Share of the owners on whom the weights are learned; above 0 and at most 0.5.
    pub validation_share: f32,
    /// At most so many owners are.
    pub max_validation: u32,
}

impl Default for BlendConfig {
    fn default() -> Self {
        Self {
            parts: vec![
                Algorithm::ContentKnn,
                Algorithm::ItemKnn,
                Algorithm::UserKnn,
                Algorithm::Rp3Beta,
                Algorithm::Ease,
                Algorithm::Als,
                Algorithm::ArtistKnn,
                Algorithm::Popular,
            ],
            weights: Vec::new(),
            validation_share: 0.15,
            max_validation: 600,
        }
    }
}

impl BlendConfig {
    fn check_all(&self) -> Result<(), String> {
        let is_repeated = |place: usize| self.parts[..place].contains(&self.parts[place]);
        if self.parts.is_empty() || self.parts.contains(&Algorithm::Blend) || (0..self.parts.len()).any(is_repeated) {
            return Err("parts must be other algorithms, each once".to_owned());
        }
        let is_sound = |weight: &f32| weight.is_finite() && *weight >= 0.0;
        let has_any = self.weights.is_empty() || self.weights.iter().any(|&weight| weight > 0.0);
        if !self.weights.iter().all(is_sound) || !has_any {
            return Err("weights must be 0 or above, and one of them above 0".to_owned());
        }
        if !self.weights.is_empty() && self.weights.len() != self.parts.len() {
            return Err(format!("there are {} parts and {} weights", self.parts.len(), self.weights.len()));
        }
        let share = self.validation_share;
        if !(share > 0.0 && share <= 0.5) {
            return Err(format!("validation_share must be above 0 and at most 0.5, found {share}"));
        }
        Ok(())
    }
}

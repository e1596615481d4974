use std::{num::NonZeroU32, sync::Arc};

use nearsong_neighbors::Neighbor;
use nearsong_types::{Artifact, ArtifactError, Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    AudioModel, AudioSpace, Contributions, Heard, HeardPoints, Part, Parts, ScoreRequest, Scorer, TrainError,
    TrainingData,
    algorithm::{Learned, Parameters},
};

/// Parameters of the regressor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnnRegressorConfig {
    /// How many of the nearest listened recordings are averaged.
    pub max_neighbors: NonZeroU32,
}

impl Default for KnnRegressorConfig {
    fn default() -> Self {
        Self { max_neighbors: NonZeroU32::new(10).expect("10 is not 0") }
    }
}

impl Parameters for KnnRegressorConfig {
    type Model = KnnRegressorModel;

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn train(
        &self,
        data: &TrainingData<'_>,
        _seed: u64,
        _progress: &dyn Progress,
    ) -> Result<KnnRegressorModel, TrainError> {
        Ok(KnnRegressorModel::fit(self, data.table))
    }
}

/// Predicts a listener's preference for a recording as the mean of the preferences of its nearest listened recordings,
/// each weighted by the inverse of its distance in standardised audio features. The preferences come with the taste.
///
/// The weights are those of scikit-learn's `KNeighborsRegressor(weights="distance")`: where neighbours lie at distance 0
/// they alone count, equally.
pub type KnnRegressorModel = AudioModel<KnnRegressorConfig>;

impl Learned for KnnRegressorModel {
    fn write(&self, artifact: &mut Artifact) {
        self.put(artifact);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        Self::take(artifact)
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        let max_neighbors = self.config.max_neighbors.get() as usize;
        Ok(Box::new(KnnRegressorScorer { space: AudioSpace::new(table, &self.scaler), max_neighbors }))
    }
}

/// The regressor bound to recordings.
pub struct KnnRegressorScorer {
    space: AudioSpace,
    max_neighbors: usize,
}

impl Scorer for KnnRegressorScorer {
    fn table(&self) -> &RecordingTable {
        &self.space.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        self.space.score_all(request, self.max_neighbors, |heard, neighbors| {
            weighted_mean(neighbors, |neighbor| heard.of(neighbor).1)
        })
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let heard = self.space.heard_points(request.taste);
        items.iter().map(|&item| self.contributions_of(&heard, item)).collect()
    }
}

impl KnnRegressorScorer {
    fn contributions_of(&self, heard: &HeardPoints, item: ItemIdx) -> Contributions {
        let neighbors = self.space.neighbors(heard, item, self.max_neighbors);
        let total: f32 = neighbors.iter().map(|neighbor| inverse_distance(neighbor, &neighbors)).sum();
        let contribution = |neighbor: &Neighbor| {
            let (heard, preference) = heard.of(neighbor);
            let mut parts = Parts::default();
            parts.add(Part::Audio, inverse_distance(neighbor, &neighbors) * preference / total);
            (Heard::Item(heard), parts)
        };
        Contributions { by_heard: neighbors.iter().map(contribution).collect(), own: Parts::default() }
    }
}

/// Mean of the neighbours' preferences, weighted by inverse distance.
///
/// # Order
/// `neighbors` nearest first; at least one.
fn weighted_mean(neighbors: &[Neighbor], preference: impl Fn(&Neighbor) -> f32) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for neighbor in neighbors {
        let weight = inverse_distance(neighbor, neighbors);
        sum += weight * preference(neighbor);
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

fn inverse_distance(neighbor: &Neighbor, all: &[Neighbor]) -> f32 {
    let any_at_zero = all.first().is_some_and(|nearest| nearest.distance == 0.0);
    match (any_at_zero, neighbor.distance == 0.0) {
        (true, true) => 1.0,
        (true, false) => 0.0,
        (false, _) => neighbor.distance.sqrt().recip(),
    }
}

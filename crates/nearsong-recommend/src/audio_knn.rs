use std::{num::NonZeroU32, sync::Arc};

use nearsong_neighbors::Neighbor;
use nearsong_types::{Artifact, ArtifactError, Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    AudioModel, AudioSpace, Contributions, Heard, Part, Parts, ScoreRequest, Scorer, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
};

/// Parameters of the audio neighbours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudioKnnConfig {
    /// How many of the nearest listened recordings count.
    pub max_neighbors: NonZeroU32,
    /// Distance, in standard deviations, over which likeness falls to 0.61 (`exp(-1/2)`); above 0.
    pub bandwidth: f32,
}

impl Default for AudioKnnConfig {
    fn default() -> Self {
        Self { max_neighbors: NonZeroU32::new(10).expect("10 is not 0"), bandwidth: 1.0 }
    }
}

impl Parameters for AudioKnnConfig {
    type Model = AudioKnnModel;

    fn check(&self) -> Result<(), String> {
        let sound = self.bandwidth.is_finite() && self.bandwidth > 0.0;
        sound.then_some(()).ok_or_else(|| format!("bandwidth must be above 0, found {}", self.bandwidth))
    }

    fn train(
        &self,
        data: &TrainingData<'_>,
        _seed: u64,
        _progress: &dyn Progress,
    ) -> Result<AudioKnnModel, TrainError> {
        Ok(AudioKnnModel::fit(self, data.table))
    }
}

/// Scores a recording by how near it lies to listened ones in standardised audio features.
///
/// `score = Σ wᵢ · exp(-dᵢ² / 2h²)` over the nearest listened recordings, with their weights `w`, distances `d` and the bandwidth `h`.
pub type AudioKnnModel = AudioModel<AudioKnnConfig>;

impl Learned for AudioKnnModel {
    fn write(&self, artifact: &mut Artifact) {
        self.put(artifact);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        Self::take(artifact)
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        Ok(Box::new(AudioKnnScorer { space: AudioSpace::new(table, &self.scaler), config: self.config }))
    }
}

/// The audio neighbours bound to recordings.
pub struct AudioKnnScorer {
    space: AudioSpace,
    config: AudioKnnConfig,
}

impl AudioKnnScorer {
    fn max_neighbors(&self) -> usize {
        self.config.max_neighbors.get() as usize
    }

    fn adds(&self, weight: f32, neighbor: &Neighbor) -> f32 {
        weight * (-neighbor.distance / (2.0 * self.config.bandwidth * self.config.bandwidth)).exp()
    }
}

impl Scorer for AudioKnnScorer {
    fn table(&self) -> &RecordingTable {
        &self.space.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        self.space.score_all(request, self.max_neighbors(), |heard, neighbors| {
            neighbors.iter().map(|neighbor| self.adds(heard.of(neighbor).1, neighbor)).sum()
        })
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let heard = self.space.heard_points(request.taste);
        let contribution = |neighbor: &Neighbor| {
            let (item, weight) = heard.of(neighbor);
            let mut parts = Parts::default();
            parts.add(Part::Audio, self.adds(weight, neighbor));
            (Heard::Item(item), parts)
        };
        let contributions_of = |&item: &ItemIdx| {
            let neighbors = self.space.neighbors(&heard, item, self.max_neighbors());
            Contributions { by_heard: neighbors.iter().map(contribution).collect(), own: Parts::default() }
        };
        items.iter().map(contributions_of).collect()
    }
}

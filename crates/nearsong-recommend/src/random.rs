use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    Contributions, Part, Parts, ScoreRequest, Scorer, Taste, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
};

/// Chance has no parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomConfig {}

impl Parameters for RandomConfig {
    type Model = RandomModel;

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn train(&self, data: &TrainingData<'_>, seed: u64, _progress: &dyn Progress) -> Result<RandomModel, TrainError> {
        Ok(RandomModel { seed, n_items: data.table.n_items() as u64 })
    }
}

/// Recordings in an order of chance: what an algorithm reaches that knows nothing.
///
/// The order follows from the seed of the training and the recordings of the taste, so that every taste has another one,
/// and the same taste always the same.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomModel {
    seed: u64,
    n_items: u64,
}

impl Learned for RandomModel {
    fn write(&self, artifact: &mut Artifact) {
        artifact.put("seed", &[self.seed]);
        artifact.put("n_items", &[self.n_items]);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let number = |name: &str| match artifact.get::<u64>(name)?.as_slice() {
            &[number] => Ok(number),
            _ => Err(ArtifactError::BadSection { section: name.to_owned() }),
        };
        Ok(Self { seed: number("seed")?, n_items: number("n_items")? })
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        if self.n_items != table.n_items() as u64 {
            return Err(ArtifactError::BadSection { section: "n_items".to_owned() });
        }
        Ok(Box::new(RandomScorer { table, seed: self.seed }))
    }
}

/// Chance bound to recordings.
pub struct RandomScorer {
    table: Arc<RecordingTable>,
    seed: u64,
}

impl RandomScorer {
    /// The seed of one taste: the recordings that it knows, whatever they weigh.
    fn seed_of(&self, taste: &Taste) -> u64 {
        let known = taste.items().iter().filter(|(item, _)| item.at() < self.table.n_items());
        known.fold(self.seed, |seed, (item, _)| mixed(seed ^ u64::from(item.0)))
    }
}

/// Above 0 and at most 1.
fn score(seed: u64, item: ItemIdx) -> f32 {
    const STEPS: f32 = (1u32 << 24) as f32;
    ((mixed(seed ^ u64::from(item.0)) >> 40) as f32 + 1.0) / STEPS
}

/// The output function of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA, figure 13)
/// on the next state: every bit of the result depends on every bit of `state`.
fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

impl Scorer for RandomScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        if request.taste.is_empty() {
            return Ok(vec![0.0; self.table.n_items()]);
        }
        let seed = self.seed_of(request.taste);
        let of = |(item, &allowed)| if allowed { score(seed, item) } else { 0.0 };
        Ok(self.table.items().zip(request.allowed).map(of).collect())
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let seed = self.seed_of(request.taste);
        let own = |&item: &ItemIdx| Parts::of(Part::Chance, score(seed, item));
        items.iter().map(|item| Contributions { own: own(item), ..Contributions::default() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use nearsong_types::Silent;

    use super::*;
    use crate::{
        Adventure,
        fixture::{item, table},
    };

    #[test]
    fn mixing_agrees_with_the_published_generator() {
        // The first outputs of SplitMix64 from state 0.
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mixed(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn every_taste_and_every_seed_has_an_order_of_its_own() {
        let list = |seed, heard: usize| {
            let scorer = RandomScorer { table: table().into(), seed };
            let (taste, allowed) = (Taste::new([(item(0, 0, heard), 1.0)], []), vec![true; table().n_items()]);
            let request =
                ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
            let best = scorer.best(&request, 10).unwrap();
            best.into_iter().map(|scored| scored.item).collect::<Vec<_>>()
        };
        assert_eq!(list(1, 1), list(1, 1));
        assert_ne!(list(1, 1), list(1, 2));
        assert_ne!(list(1, 1), list(2, 1));
    }
}

use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    Contributions, Part, Parts, ScoreRequest, Scorer, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
};

/// The most popular recordings have no parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopularConfig {}

impl Parameters for PopularConfig {
    type Model = PopularModel;

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn train(&self, data: &TrainingData<'_>, _seed: u64, _progress: &dyn Progress) -> Result<PopularModel, TrainError> {
        Ok(PopularModel::count(data))
    }
}

/// How popular recordings are, whoever asks: the baseline that every personal algorithm has to beat.
///
/// That is the number of owners, of equals the catalogue's popularity, and the latter alone where there are no interactions.
#[derive(Debug, Clone, PartialEq)]
pub struct PopularModel {
    /// Per item, 0..=1, the most popular 1.
    pub(crate) popularities: Vec<f32>,
}

impl PopularModel {
    pub(crate) fn count(data: &TrainingData<'_>) -> Self {
        let owners = data.interactions.map(|interactions| interactions.by_item.owners_per_item());
        let of = |item: ItemIdx| {
            let owners = owners.as_ref().map_or(0, |owners| owners[item.at()]);
            // Below one owner, so that it only orders equals.
            owners as f32 + f32::from(data.table.popularity(item).unwrap_or(0)) / 128.0
        };
        let mut popularities: Vec<f32> = data.table.items().map(of).collect();
        let most = popularities.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        popularities.iter_mut().for_each(|popularity| *popularity /= most);
        Self { popularities }
    }

    pub(crate) fn check_fits(&self, table: &RecordingTable) -> Result<(), ArtifactError> {
        let fits = self.popularities.len() == table.n_items();
        fits.then_some(()).ok_or_else(|| ArtifactError::BadSection { section: "popularities".to_owned() })
    }
}

impl Learned for PopularModel {
    fn write(&self, artifact: &mut Artifact) {
        artifact.put("popularities", &self.popularities);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let popularities: Vec<f32> = artifact.get("popularities")?;
        let sound = popularities.iter().all(|popularity| (0.0..=1.0).contains(popularity));
        let bad = || ArtifactError::BadSection { section: "popularities".to_owned() };
        sound.then_some(Self { popularities }).ok_or_else(bad)
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        self.check_fits(&table)?;
        Ok(Box::new(PopularScorer { table, popularities: self.popularities }))
    }
}

/// Popularity bound to recordings. It says nothing to an empty taste, like every other algorithm.
pub struct PopularScorer {
    table: Arc<RecordingTable>,
    popularities: Vec<f32>,
}

impl Scorer for PopularScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        let speaks = !request.taste.is_empty();
        let score = |(&popularity, &allowed): (&f32, &bool)| if allowed && speaks { popularity } else { 0.0 };
        Ok(self.popularities.iter().zip(request.allowed).map(score).collect())
    }

    fn contributions(&self, _request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let own = |item: &ItemIdx| Parts::of(Part::Prior, self.popularities[item.at()]);
        items.iter().map(|item| Contributions { own: own(item), ..Contributions::default() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{interactions, table};

    #[test]
    fn owners_come_first_and_the_catalogue_orders_equals() {
        let (table, interactions) = (table(), interactions());
        let owners = interactions.by_item.owners_per_item();
        let learned = PopularModel::count(&TrainingData { table: &table, interactions: Some(&interactions) });
        let known = |item: usize| (owners[item], table.popularities[item]);
        for (a, b) in (0..table.n_items()).zip(1..table.n_items()) {
            let by_popularity = learned.popularities[a].total_cmp(&learned.popularities[b]);
            assert_eq!(by_popularity, known(a).cmp(&known(b)), "{a} and {b}");
        }
    }

    #[test]
    fn without_interactions_it_is_the_popularity_of_the_catalogue() {
        let table = table();
        let learned = PopularModel::count(&TrainingData::catalogue(&table));
        let most = f32::from(*table.popularities.iter().max().unwrap());
        for (popularity, &expected) in learned.popularities.iter().zip(&table.popularities) {
            assert!((popularity - f32::from(expected) / most).abs() < 1e-6);
        }
    }
}

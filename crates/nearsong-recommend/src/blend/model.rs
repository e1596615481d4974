use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, Progress, RecordingTable};

use super::{BlendConfig, BlendScorer, questions::Questions, weights::learn_weights};
use crate::{
    Algorithm, Model, Scorer, TrainConfig, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
    model::{read_json, write_json},
};

/// A linear combination of models: `score = Σ weight · score of the part`, so that a score falls apart into the reasons of its parts.
///
/// The weights are learned on owners whom the parts have not seen; then the parts are trained anew on everybody. Where there
/// are no interactions, or too few to learn weights from, the catalogue speaks alone (`content-knn`).
#[derive(Debug, Clone, PartialEq)]
pub struct BlendModel {
    config: BlendConfig,
    /// Weight above 0 and model.
    parts: Vec<(f32, Model)>,
}

impl BlendModel {
    /// The parameters, with the weights that were learned; without weights where none could be.
    pub fn config(&self) -> &BlendConfig {
        &self.config
    }
}

impl Parameters for BlendConfig {
    type Model = BlendModel;

    fn check(&self) -> Result<(), String> {
        self.check_all()
    }

    fn train(&self, data: &TrainingData<'_>, seed: u64, progress: &dyn Progress) -> Result<BlendModel, TrainError> {
        let mut config = self.clone();
        if config.weights.is_empty() && data.interactions.is_some() {
            config.weights = self.learned_weights(data, seed, progress)?;
        }
        if config.weights.is_empty() || data.interactions.is_none() {
            let alone = train_part(Algorithm::ContentKnn, data, seed, progress)?;
            return Ok(BlendModel { config: self.clone(), parts: vec![(1.0, alone)] });
        }
        let mut parts = Vec::new();
        for (&part, &weight) in config.parts.iter().zip(&config.weights).filter(|(_, weight)| **weight > 0.0) {
            parts.push((weight, train_part(part, data, seed, progress)?));
        }
        Ok(BlendModel { config, parts })
    }
}

impl BlendConfig {
    /// The weights, or none where there is too little to learn them from.
    fn learned_weights(
        &self,
        data: &TrainingData<'_>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<f32>, TrainError> {
        let interactions = data.needed_interactions(Algorithm::Blend)?;
        let Some(questions) = Questions::draw(interactions, self, seed) else { return Ok(Vec::new()) };
        let others = interactions.of_owners(&questions.others);
        let data = TrainingData { table: data.table, interactions: Some(&others) };
        let table = Arc::new(data.table.clone());
        let mut scorers = Vec::new();
        for &part in &self.parts {
            scorers.push(train_part(part, &data, seed, progress)?.bind(Arc::clone(&table))?);
        }
        progress.begin("Learning whom to believe", Some(questions.asked.len() as u64), "questions");
        Ok(learn_weights(&questions.answers(&scorers, progress)?, self.parts.len(), progress)?)
    }
}

fn train_part(
    part: Algorithm,
    data: &TrainingData<'_>,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Model, TrainError> {
    Model::train(&TrainConfig::of(part), data, seed, progress)
}

impl Learned for BlendModel {
    fn write(&self, artifact: &mut Artifact) {
        write_json(artifact, "config", &self.config);
        artifact.put("weights", &self.parts.iter().map(|&(weight, _)| weight).collect::<Vec<f32>>());
        for (number, (_, part)) in self.parts.iter().enumerate() {
            artifact.put_bytes(&section(number), &part.to_bytes());
        }
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let weights: Vec<f32> = artifact.get("weights")?;
        let bad = |number: usize| ArtifactError::BadSection { section: section(number) };
        let part = |(number, weight): (usize, f32)| -> Result<(f32, Model), ArtifactError> {
            let model = Model::from_bytes(artifact.bytes(&section(number))?).map_err(|_| bad(number))?;
            let is_sound = model.algorithm() != Algorithm::Blend && weight.is_finite();
            is_sound.then_some((weight, model)).ok_or_else(|| bad(number))
        };
        let parts = weights.into_iter().enumerate().map(part).collect::<Result<_, _>>()?;
        Ok(Self { config: read_json(artifact, "config")?, parts })
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        let bound = |(weight, model): (f32, Model)| Ok((weight, model.algorithm(), model.bind(Arc::clone(&table))?));
        let parts = self.parts.into_iter().map(bound).collect::<Result<Vec<_>, ArtifactError>>()?;
        Ok(Box::new(BlendScorer::new(parts, table)))
    }
}

fn section(number: usize) -> String {
    format!("part.{number}")
}

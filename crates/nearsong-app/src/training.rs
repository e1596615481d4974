use nearsong_recommend::{Algorithm, Model, TrainConfig, TrainingData};
use nearsong_store::{ModelId, ModelRecord, NewModel, Promotion};
use nearsong_types::{Moment, Progress, RecordingTable};
use serde::Serialize;

use crate::{App, AppError};

/// What to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainRequest {
    /// Algorithm and parameters.
    pub config: TrainConfig,
    /// Seed recorded with the model; the algorithms of today draw nothing at random.
    pub seed: u64,
    /// Why to use the model at once, for the record; `None` to keep the one in use. The first model is used in any case.
    pub promote_because: Option<String>,
}

impl Default for TrainRequest {
    fn default() -> Self {
        Self { config: TrainConfig::of(Algorithm::ContentKnn), seed: 42, promote_because: None }
    }
}

/// What training made.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The registered model.
    pub model: ModelRecord,
    /// Whether it is in use now.
    pub is_promoted: bool,
}

/// Something in which two models differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is.
    pub name: String,
    /// Its value in the one model; `None` where that has no such thing.
    pub from: Option<String>,
    /// Its value in the other.
    pub to: Option<String>,
}

impl App {
    /// The training pipeline: trains on the newest track features and registers the model with its lineage.
    ///
    /// # Errors
    /// [`AppError::Missing`] where the catalogue is empty, [`AppError::Store`].
    pub fn train(&mut self, request: &TrainRequest, now: Moment, progress: &dyn Progress) -> Result<Trained, AppError> {
        let _lock = self.lock("training a model")?;
        let version = self.catalogue()?;
        let table = self.table(version.version, progress)?;
        let lineage = (version.version, version.manifest.fingerprint.as_str());
        self.train_on(&table, lineage, request, now, progress)
    }

    /// Trains on a table whose lineage (version and fingerprint of the track features) is known.
    pub(crate) fn train_on(
        &mut self,
        table: &RecordingTable,
        (snapshot_version, data_fingerprint): (u64, &str),
        request: &TrainRequest,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Trained, AppError> {
        let model = Model::train(&request.config, &TrainingData::catalogue(table), request.seed, progress)?;
        let new = NewModel {
            algorithm: model.algorithm().name().to_owned(),
            params_json: request.config.to_json().to_string(),
            seed: request.seed,
            snapshot_version,
            data_fingerprint: data_fingerprint.to_owned(),
            metrics_json: "{}".to_owned(),
            created_at: now,
        };
        let id = self.store.add_model(&new, &model.to_bytes())?;
        let because = match &request.promote_because {
            Some(because) => Some(because.as_str()),
            None if self.store.champion()?.is_none() => Some("the first model"),
            None => None,
        };
        if let Some(because) = because {
            self.store.promote(id, now, because)?;
        }
        let is_promoted = because.is_some();
        Ok(Trained { model: self.store.model(id)?, is_promoted })
    }

    /// All models, oldest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn models(&self) -> Result<Vec<ModelRecord>, AppError> {
        Ok(self.store.models()?)
    }

    /// One model by number; without a number the one in use.
    ///
    /// # Errors
    /// [`AppError::Store`] where there is no such one, [`AppError::Missing`] where none is in use.
    pub fn model(&self, number: Option<u32>) -> Result<ModelRecord, AppError> {
        match number {
            Some(number) => Ok(self.store.model(ModelId::from_number(number))?),
            None => self.store.champion()?.ok_or_else(no_model),
        }
    }

    /// The model in use.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn champion(&self) -> Result<Option<ModelRecord>, AppError> {
        Ok(self.store.champion()?)
    }

    /// Uses a model from now on.
    ///
    /// # Errors
    /// [`AppError::Store`] where there is no such one or its file is damaged.
    pub fn promote(&mut self, number: u32, reason: &str, now: Moment) -> Result<ModelRecord, AppError> {
        let _lock = self.lock("promoting a model")?;
        let model = self.model(Some(number))?;
        // A model that cannot be opened is never put into use.
        self.open_model(&model)?;
        self.store.promote(model.id, now, reason)?;
        Ok(model)
    }

    /// Goes back to the model that was in use before.
    ///
    /// # Errors
    /// [`AppError::Store`] where there was none before.
    pub fn rollback(&mut self, now: Moment) -> Result<ModelRecord, AppError> {
        let _lock = self.lock("rolling back")?;
        let id = self.store.rollback(now)?;
        Ok(self.store.model(id)?)
    }

    /// Which models were put into use when, and why.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn promotions(&self) -> Result<Vec<Promotion>, AppError> {
        Ok(self.store.promotions()?)
    }

    /// What two models have and do differently.
    ///
    /// # Errors
    /// [`AppError::Store`] where there is no such one.
    pub fn diff_models(&self, from: u32, to: u32) -> Result<Vec<Difference>, AppError> {
        let (from, to) = (facts(&self.model(Some(from))?), facts(&self.model(Some(to))?));
        let names: std::collections::BTreeSet<&String> = from.iter().chain(&to).map(|(name, _)| name).collect();
        let value = |facts: &[(String, String)], name: &str| {
            facts.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
        };
        let differences = names.into_iter().map(|name| Difference {
            name: name.clone(),
            from: value(&from, name),
            to: value(&to, name),
        });
        Ok(differences.filter(|difference| difference.from != difference.to).collect())
    }

    /// Algorithm and parameters of a registered model.
    ///
    /// # Errors
    /// [`AppError::Model`] where its parameters are none that today's code knows.
    pub fn config_of(&self, record: &ModelRecord) -> Result<TrainConfig, AppError> {
        Ok(TrainConfig::from_json(record.model.algorithm.parse()?, &record.model.params_json)?)
    }

    /// The model's bytes, checked and read.
    pub(crate) fn open_model(&self, record: &ModelRecord) -> Result<Model, AppError> {
        let bytes = self.store.load_model(record)?;
        Ok(Model::from_bytes(&bytes)?)
    }
}

/// What to say where a model is asked for and there is none.
pub(crate) fn no_model() -> AppError {
    AppError::Missing("no model has been trained yet. Train one: nearsong train".to_owned())
}

/// What can differ between two models, as name and value.
fn facts(record: &ModelRecord) -> Vec<(String, String)> {
    let model = &record.model;
    let mut facts = vec![
        ("algorithm".to_owned(), model.algorithm.clone()),
        ("features version".to_owned(), model.snapshot_version.to_string()),
        ("data fingerprint".to_owned(), model.data_fingerprint.clone()),
        ("seed".to_owned(), model.seed.to_string()),
        ("size in bytes".to_owned(), record.size_bytes.to_string()),
    ];
    for (kind, json) in [("parameter", &model.params_json), ("metric", &model.metrics_json)] {
        if let Ok(serde_json::Value::Object(values)) = serde_json::from_str(json) {
            facts.extend(values.into_iter().map(|(name, value)| (format!("{kind} {name}"), value.to_string())));
        }
    }
    facts
}

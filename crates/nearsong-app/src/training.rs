use std::sync::Arc;

use nearsong_recommend::{Model, TrainConfig, TrainingData};
use nearsong_store::{ModelId, ModelRecord, NewModel, Promotion};
use nearsong_types::{Moment, Progress, RecordingTable};
use serde::Serialize;

use crate::{
    App, AppError,
    measuring::{Verdict, model_figures},
};

/// What to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainRequest {
    /// Algorithm and parameters; see [`App::default_config`].
    pub config: TrainConfig,
    /// Seed of everything random in the training.
    pub seed: u64,
    /// Whether to use the model at once. The first model is used in any case.
    pub promote: Promote,
}

impl TrainRequest {
    /// A request to train and not to promote, with the usual seed.
    pub fn of(config: TrainConfig) -> Self {
        Self { config, seed: 42, promote: Promote::No }
    }
}

/// When a model that was just trained is to be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promote {
    /// Not now.
    No,
    /// Where it is better than the model in use.
    IfBetter,
    /// In any case, for this reason.
    Because(String),
}

/// What training made.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The registered model.
    pub model: ModelRecord,
    /// Whether it is in use now.
    pub is_promoted: bool,
    /// What was found where it was to be used if better: the figures of both, or that there is nothing to compare them on.
    pub verdict: Option<String>,
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
        table: &Arc<RecordingTable>,
        (snapshot_version, fingerprint): (u64, &str),
        request: &TrainRequest,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Trained, AppError> {
        let measured = self.measure(&request.config, request.seed, table, fingerprint, progress)?;
        let config = measured.as_ref().map_or(&request.config, |measured| &measured.tuned);
        let interactions = self.matched_interactions(table, None, progress)?;
        let data = TrainingData { table, interactions: interactions.as_ref() };
        let model = Model::train(config, &data, request.seed, progress)?;
        let new = NewModel {
            algorithm: model.algorithm().name().to_owned(),
            params_json: request.config.to_json().to_string(),
            seed: request.seed,
            snapshot_version,
            data_fingerprint: self.data_fingerprint(fingerprint)?,
            metrics_json: measured.map_or_else(|| "{}".to_owned(), |measured| measured.to_json().to_string()),
            created_at: now,
        };
        let bytes = model.to_bytes();
        progress.check()?;
        let id = self.store.add_model(&new, &bytes)?;
        let (because, verdict) = self.why_promote(id, &request.promote, progress)?;
        if let Some(because) = &because {
            self.store.promote(id, now, because)?;
        }
        Ok(Trained { model: self.store.model(id)?, is_promoted: because.is_some(), verdict })
    }

    /// Over the track features and, where there are any, the interactions.
    pub(crate) fn data_fingerprint(&self, of_features: &str) -> Result<String, AppError> {
        let of_interactions = self.interactions_fingerprint()?;
        Ok(of_interactions.map_or_else(|| of_features.to_owned(), |other| format!("{of_features}+{other}")))
    }

    /// Why to use a new model, if it is to be used, and what was found where that was to depend on it.
    fn why_promote(
        &self,
        id: ModelId,
        promote: &Promote,
        progress: &dyn Progress,
    ) -> Result<(Option<String>, Option<String>), AppError> {
        let Some(champion) = self.store.champion()? else { return Ok((Some("the first model".to_owned()), None)) };
        Ok(match promote {
            Promote::No => (None, None),
            Promote::Because(because) => (Some(because.clone()), None),
            Promote::IfBetter if self.open_model(&champion).is_err() => {
                (Some("the model in use cannot be opened".to_owned()), None)
            }
            Promote::IfBetter if is_renewed(&self.store.model(id)?, &champion) => {
                (Some("the same algorithm on newer data".to_owned()), None)
            }
            Promote::IfBetter => match self.verdict(&self.store.model(id)?, &champion, progress)? {
                Verdict::Better(words) => (Some(words.clone()), Some(words)),
                Verdict::NotBetter(words) => (None, Some(words)),
                Verdict::Unknown => (None, Some(NOTHING_TO_COMPARE.to_owned())),
            },
        })
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

    /// Uses a model from now on, where it is better than the one in use; or in any case, where a reason is given, which is recorded.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where it is not better or nothing is there to compare them on, [`AppError::Store`] where
    /// there is no such one or its file is damaged.
    pub fn promote(
        &mut self,
        number: u32,
        reason: Option<&str>,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<ModelRecord, AppError> {
        let _lock = self.lock("promoting a model")?;
        let model = self.model(Some(number))?;
        // A model that cannot be opened is never put into use.
        self.open_model(&model)?;
        let champion = self.store.champion()?.filter(|champion| champion.id != model.id);
        let because = match (reason, champion) {
            (Some(reason), _) => reason.to_owned(),
            (None, None) => "by hand".to_owned(),
            (None, Some(champion)) => match self.verdict(&model, &champion, progress)? {
                Verdict::Better(words) => words,
                Verdict::NotBetter(words) => return Err(not_better(number, &champion, &words)),
                Verdict::Unknown => return Err(not_better(number, &champion, NOTHING_TO_COMPARE)),
            },
        };
        self.store.promote(model.id, now, &because)?;
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

/// What to say of two models where neither interactions nor a listening history is there.
const NOTHING_TO_COMPARE: &str = "there are no playlists and no listening history to compare them on: nearsong interactions add FILE, or nearsong import FILE";

/// Whether a model is the other one, trained again because the data has changed.
fn is_renewed(model: &ModelRecord, before: &ModelRecord) -> bool {
    let (model, before) = (&model.model, &before.model);
    model.algorithm == before.algorithm
        && model.params_json == before.params_json
        && model.data_fingerprint != before.data_fingerprint
}

fn not_better(number: u32, champion: &ModelRecord, found: &str) -> AppError {
    AppError::Unusable(format!(
        "model {number} is not known to be better than model {} ({}), which stays in use: {found}.\n\
         To use it even so, say why: nearsong models promote {number} --reason \"WHY\"",
        champion.id.number(),
        champion.model.algorithm,
    ))
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
    let parameters = match serde_json::from_str(&model.params_json) {
        Ok(serde_json::Value::Object(values)) => values,
        _ => serde_json::Map::new(),
    };
    for (kind, values) in [("parameter", parameters), ("metric", model_figures(record))] {
        facts.extend(values.into_iter().map(|(name, value)| (format!("{kind} {name}"), value.to_string())));
    }
    facts
}

use std::{sync::Arc, time::Duration};

use nearsong_catalog::match_interactions;
use nearsong_evaluate::{Choice, Comparison, Evaluation, Metric, Protocol, Settings, Split, compare, evaluate};
use nearsong_recommend::{Algorithm, Model, TrainConfig, TrainingData};
use nearsong_store::ModelRecord;
use nearsong_types::{Progress, RecordingTable};
use serde_json::{Map, Value, json};

use crate::{App, AppError};

/// Models are compared on the same questions, so their split has one seed, whatever theirs is.
const SPLIT_SEED: u64 = 42;
/// At most so many questions are asked: enough to tell models apart, few enough not to be waited for.
const MAX_QUESTIONS: usize = 500;
/// What decides which model is better.
const DECIDES: Metric = Metric::Ndcg(500);
/// Kept question by question, for comparisons.
const KEPT: [Metric; 2] = [Metric::RPrecision, DECIDES];
/// Where the whole evaluation stands among a model's metrics.
const EVALUATION: &str = "evaluation";

/// How good an algorithm with its parameters is on what it has not seen.
pub(crate) struct Measured {
    /// The parameters, with what was learned on the way: the final model need not learn it again.
    pub tuned: TrainConfig,
    evaluation: Evaluation,
}

/// Whether one model may take the place of another.
pub(crate) enum Verdict {
    /// It is better; how much, in words.
    Better(String),
    /// It is not; what was found, in words.
    NotBetter(String),
    /// There is nothing to compare them on.
    Unknown,
}

/// What models are measured on.
struct Material {
    /// Whether models may learn from it: a listener's own history only asks, unless it was switched on.
    teaches: bool,
    split: Split,
}

impl App {
    /// The algorithm to train where none is named: the blend where there are interactions to learn from, else the catalogue alone.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn default_config(&self) -> Result<TrainConfig, AppError> {
        let has_interactions = self.interactions_fingerprint()?.is_some();
        Ok(TrainConfig::of(if has_interactions { Algorithm::Blend } else { Algorithm::ContentKnn }))
    }

    /// Trains on a part of what there is and asks about the rest; `None` where there is nothing to ask.
    ///
    /// The questions come from the interactions (playlists held out whole, 10 songs shown), or else from the listeners' own
    /// histories (a fifth of the songs hidden).
    pub(crate) fn measure(
        &self,
        config: &TrainConfig,
        seed: u64,
        table: &Arc<RecordingTable>,
        data_fingerprint: &str,
        progress: &dyn Progress,
    ) -> Result<Option<Measured>, AppError> {
        let Some(material) = self.material(table, progress)? else { return Ok(None) };
        let learns_from = if material.teaches { Some(&material.split.train) } else { None };
        let data = TrainingData { table, interactions: learns_from };
        let model = Model::train(config, &data, seed, progress)?;
        let tuned = model.tuned(config);
        let scorer = model.bind(Arc::clone(table)).map_err(nearsong_recommend::TrainError::from)?;
        let settings = Settings {
            metrics: vec![Metric::RPrecision, DECIDES, Metric::HitRate(10), Metric::Recall(100)],
            n_timed: 0,
            fingerprint: format!("{data_fingerprint} {}", self.asked_of()?),
            ..Settings::default()
        };
        progress.begin("Asking about what was held out", Some(material.split.questions.len() as u64), "questions");
        let evaluation = evaluate(&*scorer, &material.split, &settings, progress, &|| Duration::ZERO)?;
        Ok(Some(Measured { tuned, evaluation }))
    }

    fn material(&self, table: &RecordingTable, progress: &dyn Progress) -> Result<Option<Material>, AppError> {
        let from_others = self.matched_interactions(table, None, progress)?;
        let teaches = from_others.is_some();
        let interactions = match from_others {
            Some(interactions) => interactions,
            None => match_interactions(&self.own_listeners(None)?, table).0,
        };
        let held_out = Protocol::Continuation {
            n_shown: 10,
            choice: Choice::Random,
            held_out_share: 0.1,
            max_held_out: MAX_QUESTIONS,
            min_hidden: 10,
        };
        let split = |protocol| Split::new(&interactions, table, protocol, SPLIT_SEED).ok();
        let whole = if teaches { split(held_out) } else { None };
        let split = whole.or_else(|| split(Protocol::per_owner()));
        Ok(split.map(|split| Material { teaches, split: split.asking_at_most(MAX_QUESTIONS) }))
    }

    /// What the questions come from, as a fingerprint.
    fn asked_of(&self) -> Result<String, AppError> {
        if let Some(fingerprint) = self.interactions_fingerprint()? {
            return Ok(fingerprint);
        }
        let mut text = String::from("listeners");
        for listener in self.store.listeners()? {
            let counts = self.store.listen_counts(listener.id)?;
            text.push_str(&format!(" {} {:?}", counts.n_plays, counts.last.map(|at| at.micros())));
        }
        Ok(text)
    }

    /// Whether a model is better than the one in use, on the same questions; models measured on other data are measured again.
    pub(crate) fn verdict(
        &self,
        challenger: &ModelRecord,
        champion: &ModelRecord,
        progress: &dyn Progress,
    ) -> Result<Verdict, AppError> {
        if let (Some(one), Some(other)) = (kept_evaluation(challenger), kept_evaluation(champion))
            && let Ok(comparison) = compare(&one, &other, DECIDES)
        {
            return Ok(judged(&one, &other, &comparison, champion));
        }
        let latest = self.catalogue()?;
        let table = self.table(latest.version, progress)?;
        let mut measured = Vec::new();
        for record in [challenger, champion] {
            let (config, fingerprint) = (self.config_of(record)?, &latest.manifest.fingerprint);
            match self.measure(&config, record.model.seed, &table, fingerprint, progress)? {
                Some(found) => measured.push(found.evaluation),
                None => return Ok(Verdict::Unknown),
            }
        }
        match compare(&measured[0], &measured[1], DECIDES) {
            Ok(comparison) => Ok(judged(&measured[0], &measured[1], &comparison, champion)),
            Err(_) => Ok(Verdict::Unknown),
        }
    }
}

impl Measured {
    /// As the registry keeps it: figures by name, what the blend learned, and the whole evaluation.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        for figure in &self.evaluation.figures {
            object.insert(figure.name.clone(), json!(figure.value));
        }
        object.insert("questions".to_owned(), json!(self.evaluation.n_questions));
        object.insert("asked_about".to_owned(), json!(self.evaluation.protocol.name()));
        if let TrainConfig::Blend(config) = &self.tuned {
            for (part, weight) in config.parts.iter().zip(&config.weights) {
                object.insert(format!("weight_of_{part}"), json!(weight));
            }
        }
        object.insert(EVALUATION.to_owned(), json!(self.evaluation.clone().with_values_of(&KEPT)));
        Value::Object(object)
    }
}

/// The figures of a model by name, without the evaluation that they come from.
pub fn model_figures(record: &ModelRecord) -> Map<String, Value> {
    let mut object = match serde_json::from_str(&record.model.metrics_json) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    object.remove(EVALUATION);
    object
}

fn kept_evaluation(record: &ModelRecord) -> Option<Evaluation> {
    let mut metrics: Value = serde_json::from_str(&record.model.metrics_json).ok()?;
    serde_json::from_value(metrics.get_mut(EVALUATION)?.take()).ok()
}

fn judged(one: &Evaluation, other: &Evaluation, comparison: &Comparison, champion: &ModelRecord) -> Verdict {
    let value = |evaluation: &Evaluation| evaluation.value(DECIDES).unwrap_or_default();
    let words = format!(
        "{DECIDES} {:.4} against {:.4} of model {} (difference {:+.4}, 95 % interval {:+.4} to {:+.4}, {} questions)",
        value(one),
        value(other),
        champion.id.number(),
        comparison.difference,
        comparison.low,
        comparison.high,
        one.n_questions,
    );
    if comparison.difference > 0.0 { Verdict::Better(words) } else { Verdict::NotBetter(words) }
}

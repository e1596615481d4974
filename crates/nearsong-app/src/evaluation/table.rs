use std::time::Duration;

use nearsong_evaluate::{Comparison, Evaluation, Metric, Protocol, compare};
use nearsong_recommend::{Algorithm, TrainConfig};

use super::{EvaluateRequest, MeasuredOn};

/// How good the algorithms are, with all that is needed to measure it again.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationTable {
    /// On what.
    pub measured_on: MeasuredOn,
    /// Seed of the splits and of training.
    pub seed: u64,
    /// Length of the lists.
    pub n: usize,
    /// The figure that models are compared by.
    pub main: Metric,
    /// One per protocol asked for, in their order.
    pub points: Vec<ProtocolPoint>,
    /// What was not measured.
    pub left_out: Vec<LeftOut>,
}

/// The figures by one protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct ProtocolPoint {
    /// How interactions became questions.
    pub protocol: Protocol,
    /// How many questions were asked.
    pub n_questions: usize,
    /// How many owners were asked.
    pub n_owners: usize,
    /// Owners that were learned from.
    pub n_train_owners: usize,
    /// Their entries.
    pub n_train_entries: usize,
    /// In the order asked for.
    pub models: Vec<MeasuredModel>,
    /// The best of the baselines by the main figure.
    pub best_baseline: Option<Algorithm>,
    /// The blend beside the best of its parts.
    pub blend_over_part: Option<Gain>,
}

/// One model's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredModel {
    /// Algorithm and parameters.
    pub config: TrainConfig,
    /// How long it took to train.
    pub training: Duration,
    /// The figures.
    pub evaluation: Evaluation,
    /// Beside the best baseline; `None` for that one itself and where there is none.
    pub over_baseline: Option<Comparison>,
}

/// How much better a model is than another.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// Than which.
    pub over: Algorithm,
    /// By how much.
    pub comparison: Comparison,
}

/// An algorithm that was not measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which one.
    pub algorithm: Algorithm,
    /// Why.
    pub reason: String,
}

impl MeasuredModel {
    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.config.algorithm()
    }

    /// Whether it is one that every other has to beat.
    pub fn is_baseline(&self) -> bool {
        EvaluateRequest::BASELINES.contains(&self.algorithm())
    }
}

impl ProtocolPoint {
    /// The model of the largest value among some; of equals the first.
    pub fn best(&self, metric: Metric, is_wanted: impl Fn(&MeasuredModel) -> bool) -> Option<&MeasuredModel> {
        let value = |model: &MeasuredModel| model.evaluation.value(metric).unwrap_or(f64::NEG_INFINITY);
        let wanted = self.models.iter().filter(|model| is_wanted(model)).rev();
        wanted.max_by(|a, b| value(a).total_cmp(&value(b)))
    }

    /// Sets every model beside the best baseline, and the blend beside its best part.
    pub(super) fn compare(&mut self, metric: Metric) {
        if let Some(baseline) = self.best(metric, MeasuredModel::is_baseline).cloned() {
            for model in self.models.iter_mut().filter(|model| model.config != baseline.config) {
                model.over_baseline = Some(gain(model, &baseline, metric));
            }
            self.best_baseline = Some(baseline.algorithm());
        }
        let blend = self.models.iter().find_map(|model| match &model.config {
            TrainConfig::Blend(config) => Some((model, &config.parts)),
            _ => None,
        });
        self.blend_over_part = blend.and_then(|(blend, parts)| {
            let part = self.best(metric, |model| parts.contains(&model.algorithm()))?;
            Some(Gain { over: part.algorithm(), comparison: gain(blend, part, metric) })
        });
    }
}

fn gain(a: &MeasuredModel, b: &MeasuredModel, metric: Metric) -> Comparison {
    compare(&a.evaluation, &b.evaluation, metric).expect("both were asked the same questions, and all values are there")
}

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Latency, Metric, Protocol};

/// How good a model is by one protocol, with all that is needed to measure it again.
///
/// Without [`Evaluation::latency`], the same model, split and settings give the same evaluation on any number of threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// How interactions became questions.
    pub protocol: Protocol,
    /// Seed of the split.
    pub seed: u64,
    /// How long the lists were asked to be.
    pub n: usize,
    /// What the data was, as the caller tells it.
    pub fingerprint: String,
    /// Version of this crate.
    pub version: String,
    /// How many questions were asked.
    pub n_questions: usize,
    /// Resamples behind each interval.
    pub n_resamples: usize,
    /// Seed of the resamples.
    pub resample_seed: u64,
    /// Means over owners, then what the lists use of the catalogue.
    pub figures: Vec<Figure>,
    /// How long answers took; absent where none was timed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// Row of the owner asked, per question.
    pub owners: Vec<u32>,
    /// Each metric's value, per question: what [`crate::compare`] needs.
    pub values: BTreeMap<Metric, Vec<f64>>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What was measured: the name of a [`Metric`], `catalogue_coverage_at_…` or `gini_at_…`.
    pub name: String,
    /// Its value: the mean over owners, or for all lists together.
    pub value: f64,
    /// Lower end of the 95 % interval; absent for figures of all lists together and without resamples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl Evaluation {
    /// The figure of this name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The value of a metric.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.figure(&metric.to_string()).map(|figure| figure.value)
    }

    /// The same with the single values of only some metrics, to be kept: figures stay, most of the bytes go.
    #[must_use]
    pub fn with_values_of(mut self, metrics: &[Metric]) -> Self {
        self.values.retain(|metric, _| metrics.contains(metric));
        self
    }
}

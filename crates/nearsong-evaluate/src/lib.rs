//! How good is it?
//!
//! Interactions are split into what a model may learn from and questions with known answers ([`Split`]), a scorer is asked
//! every question with the full catalogue to choose from ([`evaluate()`]), and what it lists is measured ([`Metric`]), with
//! intervals that say how sure the figures are. [`compare`] sets two evaluations side by side, [`report_card`] says for one
//! listener what a list would have found.
//!
//! This crate never reads a file or a clock, prints nothing, trains nothing, and never ranks a sample in place of the catalogue.
//!
//! Reading order: [`Protocol`], [`Split`], [`Relevance`] (the metrics of accuracy), [`evaluate()`], [`Evaluation`].

mod draw;

mod protocol;
mod split;

mod coverage;
mod listed;
mod metric;
mod popularity;
mod relevance;

mod bootstrap;
mod compare;
mod evaluate;
mod evaluation;
mod latency;

mod became_yours;
mod report_card;
mod sign_test;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod leak;

pub use became_yours::{BecameYours, became_yours};
pub use compare::{Comparison, NotComparable, compare};
pub use coverage::Coverage;
pub use evaluate::{Settings, evaluate};
pub use evaluation::{Evaluation, Figure};
pub use latency::Latency;
pub use listed::Listed;
pub use metric::{Metric, UnknownMetric};
pub use popularity::popularity_percentiles;
pub use protocol::{Choice, Protocol};
pub use relevance::Relevance;
pub use report_card::{OfferedList, ReportCard, ReportLine, report_card};
pub use sign_test::SignTest;
pub use split::{Question, Split, SplitError};

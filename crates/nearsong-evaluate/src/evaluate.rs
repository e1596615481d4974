use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use nearsong_recommend::{Adventure, ScoreRequest, Scorer};
use nearsong_types::{Cancelled, Progress};
use rayon::prelude::*;

use crate::{
    Coverage, Evaluation, Figure, Latency, Listed, Metric, Question, Relevance, Split,
    bootstrap::{by_owner, interval, mean, resampled_means},
    popularity_percentiles,
};

/// Questions that one thread answers before it takes the next ones.
const QUESTIONS_AT_ONCE: usize = 8;

/// What to measure, and how surely.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How long the lists are, at least 1. Metrics that look further than this are left out (clicks look at 500 songs).
    pub n: usize,
    /// What is measured of every list.
    pub metrics: Vec<Metric>,
    /// Lengths at which catalogue coverage and its Gini coefficient are measured; those above `n` are left out.
    pub coverage_at: Vec<usize>,
    /// Resamples behind each interval; 0 for no intervals.
    pub n_resamples: usize,
    /// Seed of the resamples.
    pub resample_seed: u64,
    /// So many questions are asked once more, one after the other, to measure latency; 0 for none.
    pub n_timed: usize,
    /// What the data is: goes into the evaluation as it is.
    pub fingerprint: String,
}

impl Default for Settings {
    /// Lists of 500 as in the RecSys Challenge 2018, everything measured.
    fn default() -> Self {
        Self {
            n: 500,
            metrics: Metric::all(),
            coverage_at: vec![10, 100],
            n_resamples: 2_000,
            resample_seed: 1,
            n_timed: 200,
            fingerprint: String::new(),
        }
    }
}

/// Asks a scorer every question of a split and measures its lists.
///
/// What is asked for is the best of the whole catalogue without what the question shows: no filters, no rules for lists, no
/// facets, the dial in the middle. `clock` tells the time since any fixed moment.
///
/// # Errors
/// [`Cancelled`].
///
/// # Panics
/// Where the scorer's table is not the one that the split was made with, or `settings.n` is 0.
pub fn evaluate(
    scorer: &dyn Scorer,
    split: &Split,
    settings: &Settings,
    progress: &dyn Progress,
    clock: &dyn Fn() -> Duration,
) -> Result<Evaluation, Cancelled> {
    let n_items = scorer.table().n_items();
    assert_eq!(n_items, split.train.by_item.n_items(), "the scorer's table is the split's");
    assert!(settings.n > 0, "lists of at least one song");
    let metrics: Vec<Metric> = settings.metrics.iter().copied().filter(|metric| metric.fits(settings.n)).collect();
    let lists = ask_all(scorer, split, settings.n, progress)?;
    let rows = measure(scorer, split, &lists, &metrics);
    let owners: Vec<u32> = split.questions.iter().map(|question| question.owner).collect();
    let values: BTreeMap<Metric, Vec<f64>> =
        metrics.iter().enumerate().map(|(at, &metric)| (metric, rows.iter().map(|row| row[at]).collect())).collect();
    let mut figures = means(&metrics, &owners, &values, settings);
    figures.extend(coverage(&lists, settings, n_items));
    Ok(Evaluation {
        protocol: split.protocol,
        seed: split.seed,
        n: settings.n,
        fingerprint: settings.fingerprint.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        n_questions: split.questions.len(),
        n_resamples: settings.n_resamples,
        resample_seed: settings.resample_seed,
        figures,
        latency: time_some(scorer, split, settings, progress, clock)?,
        owners,
        values,
    })
}

/// The list for every question, in their order.
fn ask_all(scorer: &dyn Scorer, split: &Split, n: usize, progress: &dyn Progress) -> Result<Vec<Vec<u32>>, Cancelled> {
    let n_asked = AtomicU64::new(0);
    progress.begin("Asking", Some(split.questions.len() as u64), "questions");
    let answer = |questions: &[Question]| -> Result<Vec<Vec<u32>>, Cancelled> {
        let mut allowed = vec![true; scorer.table().n_items()];
        let lists = questions.iter().map(|question| ask(scorer, question, n, &mut allowed, progress)).collect();
        let n_now = questions.len() as u64;
        progress.advance(n_asked.fetch_add(n_now, Ordering::Relaxed) + n_now);
        progress.check()?;
        lists
    };
    let parts: Vec<Vec<Vec<u32>>> =
        split.questions.par_chunks(QUESTIONS_AT_ONCE).map(answer).collect::<Result<_, _>>()?;
    Ok(parts.into_iter().flatten().collect())
}

/// One list. `allowed` lets every recording pass before and after.
fn ask(
    scorer: &dyn Scorer,
    question: &Question,
    n: usize,
    allowed: &mut [bool],
    progress: &dyn Progress,
) -> Result<Vec<u32>, Cancelled> {
    question.shown.iter().for_each(|&(item, _)| allowed[item as usize] = false);
    let taste = question.taste();
    let best = scorer.best(&ScoreRequest { taste: &taste, allowed, adventure: Adventure::NEUTRAL, progress }, n);
    question.shown.iter().for_each(|&(item, _)| allowed[item as usize] = true);
    Ok(best?.into_iter().map(|scored| scored.item.0).collect())
}

/// The value of every metric for every question.
///
/// # Shapes
/// One row per question, one column per metric.
fn measure(scorer: &dyn Scorer, split: &Split, lists: &[Vec<u32>], metrics: &[Metric]) -> Vec<Vec<f64>> {
    let table = scorer.table();
    let percentiles = popularity_percentiles(&split.train, table);
    let measured = |(question, ranked): (&Question, &Vec<u32>)| {
        let relevance = Relevance::of(ranked, &question.hidden);
        let listed = Listed { table, ranked, question, percentiles: &percentiles };
        metrics.iter().map(|metric| metric.of(&relevance, &listed)).collect()
    };
    split.questions.par_iter().zip(lists).map(measured).collect()
}

fn means(metrics: &[Metric], owners: &[u32], values: &BTreeMap<Metric, Vec<f64>>, settings: &Settings) -> Vec<Figure> {
    let columns: Vec<Vec<f64>> = metrics.iter().map(|metric| by_owner(owners, &values[metric])).collect();
    let resampled = resampled_means(&columns, settings.n_resamples, settings.resample_seed);
    let figure = |((metric, column), means): ((&Metric, &Vec<f64>), Vec<f64>)| {
        let (low, high) = interval(means).unzip();
        Figure { name: metric.to_string(), value: mean(column), low, high }
    };
    metrics.iter().zip(&columns).zip(resampled).map(figure).collect()
}

fn coverage(lists: &[Vec<u32>], settings: &Settings, n_items: usize) -> Vec<Figure> {
    let figure = |name: &str, n: usize, value| Figure { name: format!("{name}_at_{n}"), value, low: None, high: None };
    let lengths = settings.coverage_at.iter().filter(|&&n| n <= settings.n);
    let at = |&n: &usize| {
        let coverage = Coverage::of(lists.iter().map(Vec::as_slice), n, n_items);
        [figure("catalogue_coverage", n, coverage.share()), figure("gini", n, coverage.gini())]
    };
    lengths.flat_map(at).collect()
}

/// Asks some questions again, alone: what a person waits for, not what a busy machine does.
fn time_some(
    scorer: &dyn Scorer,
    split: &Split,
    settings: &Settings,
    progress: &dyn Progress,
    clock: &dyn Fn() -> Duration,
) -> Result<Option<Latency>, Cancelled> {
    let n_timed = settings.n_timed.min(split.questions.len());
    let mut allowed = vec![true; scorer.table().n_items()];
    let mut times = Vec::with_capacity(n_timed);
    progress.begin("Timing", Some(n_timed as u64), "questions");
    for (question, done) in split.questions[..n_timed].iter().zip(1..) {
        let before = clock();
        ask(scorer, question, settings.n, &mut allowed, progress)?;
        times.push(clock().saturating_sub(before));
        progress.advance(done);
        progress.check()?;
    }
    Ok(Latency::of(times))
}

#[cfg(test)]
mod tests;

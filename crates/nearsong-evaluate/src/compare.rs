use serde::{Deserialize, Serialize};

use crate::{
    Evaluation, Metric,
    bootstrap::{by_owner, interval, mean, resampled_means},
};

/// How much better one model is than another over the same questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// By what.
    pub metric: Metric,
    /// Mean over owners of the first one's value less the second one's.
    pub difference: f64,
    /// Lower end of the difference's 95 % interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
    /// Share of the resamples in which the first one is better, ties counting half. Where a smaller value is better
    /// ([`Metric::is_better_where_smaller`]) a negative difference is.
    ///
    /// # Range
    /// 0..=1.
    pub share_better: f64,
}

/// Why two evaluations cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// They asked different questions.
    #[error(
        "the two evaluations differ in {what}; evaluate both on the same data, by the same protocol, with the same seed"
    )]
    OtherQuestions {
        /// In what they differ.
        what: &'static str,
    },
    /// One of them does not have the single values of the metric.
    #[error("the values of {metric} were not kept with both evaluations; evaluate again with it")]
    NoValues {
        /// The metric.
        metric: Metric,
    },
}

/// Compares two models question by question (paired bootstrap over owners), with the first one's resamples and seed.
///
/// Pairing takes out how hard the questions are, so that a difference can be sure where both intervals overlap.
///
/// # Errors
/// [`NotComparable`].
pub fn compare(a: &Evaluation, b: &Evaluation, metric: Metric) -> Result<Comparison, NotComparable> {
    same_questions(a, b)?;
    let (Some(of_a), Some(of_b)) = (a.values.get(&metric), b.values.get(&metric)) else {
        return Err(NotComparable::NoValues { metric });
    };
    let differences: Vec<f64> = of_a.iter().zip(of_b).map(|(a, b)| a - b).collect();
    let differences = by_owner(&a.owners, &differences);
    let difference = mean(&differences);
    let means = resampled_means(&[differences], a.n_resamples, a.resample_seed).remove(0);
    let share_better = share_better(&means, metric);
    let (low, high) = interval(means).unwrap_or((difference, difference));
    Ok(Comparison { metric, difference, low, high, share_better })
}

fn same_questions(a: &Evaluation, b: &Evaluation) -> Result<(), NotComparable> {
    let same = [
        ("data", a.fingerprint == b.fingerprint),
        ("protocol", a.protocol == b.protocol),
        ("seed", a.seed == b.seed),
        ("the length of lists", a.n == b.n),
        ("questions", a.owners == b.owners),
    ];
    match same.into_iter().find(|(_, is_same)| !is_same) {
        Some((what, _)) => Err(NotComparable::OtherQuestions { what }),
        None => Ok(()),
    }
}

fn share_better(means: &[f64], metric: Metric) -> f64 {
    let sign = if metric.is_better_where_smaller() { -1.0 } else { 1.0 };
    let points = means.iter().map(|mean| match sign * mean {
        better if better > 0.0 => 1.0,
        0.0 => 0.5,
        _ => 0.0,
    });
    if means.is_empty() { 0.5 } else { points.sum::<f64>() / means.len() as f64 }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Protocol;

    fn evaluation(values: impl IntoIterator<Item = f64>) -> Evaluation {
        let values: Vec<f64> = values.into_iter().collect();
        Evaluation {
            protocol: Protocol::per_owner(),
            seed: 1,
            n: 20,
            fingerprint: String::new(),
            version: String::new(),
            n_questions: values.len(),
            n_resamples: 1000,
            resample_seed: 1,
            figures: vec![],
            latency: None,
            owners: (0..values.len() as u32).collect(),
            values: BTreeMap::from([(Metric::Ndcg(20), values.clone()), (Metric::Clicks, values)]),
        }
    }

    /// Questions that are hard and easy by turns.
    fn hard_and_easy() -> impl Iterator<Item = f64> {
        (0..100).map(|row| f64::from(row % 10) / 10.0)
    }

    #[test]
    fn a_small_but_steady_difference_is_sure() {
        let (a, b) = (evaluation(hard_and_easy().map(|value| value + 0.01)), evaluation(hard_and_easy()));
        let better = compare(&a, &b, Metric::Ndcg(20)).unwrap();
        assert!((better.difference - 0.01).abs() < 1e-12 && better.low > 0.009, "{better:?}");
        assert_eq!(better.share_better, 1.0);
        assert_eq!(compare(&b, &a, Metric::Ndcg(20)).unwrap().share_better, 0.0);
        assert_eq!(compare(&a, &b, Metric::Clicks).unwrap().share_better, 0.0, "more clicks are worse");
    }

    #[test]
    fn a_difference_by_chance_is_not_sure() {
        let swing = (0..100).map(|row| if row % 2 == 0 { 0.3 } else { -0.3 });
        let (a, b) =
            (evaluation(hard_and_easy().zip(swing).map(|(value, swing)| value + swing)), evaluation(hard_and_easy()));
        let found = compare(&a, &b, Metric::Ndcg(20)).unwrap();
        assert!(found.low < 0.0 && found.high > 0.0, "{found:?}");
        assert!((0.3..0.7).contains(&found.share_better), "{found:?}");
        let same = compare(&a, &a, Metric::Ndcg(20)).unwrap();
        assert_eq!((same.difference, same.low, same.high, same.share_better), (0.0, 0.0, 0.0, 0.5));
    }

    #[test]
    fn only_the_same_questions_can_be_compared() {
        let a = evaluation(hard_and_easy());
        let differs = |b: &Evaluation| compare(&a, b, Metric::Ndcg(20)).unwrap_err().to_string();
        assert!(differs(&Evaluation { seed: 2, ..a.clone() }).contains("differ in seed"));
        assert!(differs(&Evaluation { fingerprint: "other".to_owned(), ..a.clone() }).contains("differ in data"));
        assert!(differs(&evaluation([0.5])).contains("differ in questions"));
        let error = compare(&a, &a.clone().with_values_of(&[]), Metric::Ndcg(20)).unwrap_err();
        assert_eq!(error, NotComparable::NoValues { metric: Metric::Ndcg(20) });
    }
}

//! How sure a mean over owners is (percentile bootstrap; Efron and Tibshirani, “An Introduction to the Bootstrap”, 1993, chapter 13).

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::draw::Draw;

/// Half of what an interval of 95 % leaves out.
const TAIL: f64 = 0.025;

/// Means of values over owners: who was asked several times says much the same each time and counts once.
///
/// # Shapes
/// `owners` and `values`: one entry per question. The result: one entry per distinct owner.
///
/// # Order
/// By owner ascending.
pub(crate) fn by_owner(owners: &[u32], values: &[f64]) -> Vec<f64> {
    assert_eq!(owners.len(), values.len(), "one owner per value");
    let mut sums: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
    for (&owner, &value) in owners.iter().zip(values) {
        let (sum, count) = sums.entry(owner).or_default();
        *sum += value;
        *count += 1;
    }
    sums.into_values().map(|(sum, count)| sum / f64::from(count)).collect()
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// Means of resamples: as many values drawn with replacement as there are, the same owners for every column.
///
/// # Shapes
/// `columns`: equally long. The result: one row per column, `n_resamples` entries.
pub(crate) fn resampled_means(columns: &[Vec<f64>], n_resamples: usize, seed: u64) -> Vec<Vec<f64>> {
    let n = columns.first().map_or(0, Vec::len);
    let resample = |number: usize| -> Vec<f64> {
        let mut draw = Draw::new(seed, number as u64);
        let mut sums = vec![0.0; columns.len()];
        for _ in 0..n {
            let at = draw.below(n);
            sums.iter_mut().zip(columns).for_each(|(sum, column)| *sum += column[at]);
        }
        sums.into_iter().map(|sum| sum / n.max(1) as f64).collect()
    };
    let resamples: Vec<Vec<f64>> = (0..n_resamples).into_par_iter().map(resample).collect();
    (0..columns.len()).map(|column| resamples.iter().map(|means| means[column]).collect()).collect()
}

/// The interval that holds 95 % of the resampled means; `None` where there are none.
pub(crate) fn interval(mut means: Vec<f64>) -> Option<(f64, f64)> {
    means.sort_unstable_by(f64::total_cmp);
    let last = means.len().checked_sub(1)?;
    let tail = (TAIL * means.len() as f64).floor() as usize;
    Some((means[tail.min(last)], means[last.saturating_sub(tail)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_counts_once() {
        assert_eq!(by_owner(&[4, 2, 4], &[1.0, 0.5, 0.0]), [0.5, 0.5]);
        assert_eq!(mean(&by_owner(&[7, 7, 7, 1], &[1.0, 1.0, 1.0, 0.0])), 0.5);
    }

    #[test]
    fn intervals_are_as_wide_as_theory_says() {
        // Of 400 throws of a fair coin the mean has a standard error of 0.025.
        let values: Vec<f64> = (0..400).map(|row| f64::from(row / 200)).collect();
        let means = resampled_means(&[values], 4000, 1).remove(0);
        let (low, high) = interval(means).unwrap();
        assert!((low - (0.5 - 1.96 * 0.025)).abs() < 0.006, "{low}");
        assert!((high - (0.5 + 1.96 * 0.025)).abs() < 0.006, "{high}");
    }

    #[test]
    fn threads_and_further_columns_change_nothing() {
        let columns: Vec<Vec<f64>> =
            (1..4).map(|step| (0..50).map(|row| f64::from(row * step % 7)).collect()).collect();
        let means = |threads, columns: &[Vec<f64>]| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| resampled_means(columns, 100, 3))
        };
        assert_eq!(means(1, &columns), means(8, &columns));
        assert_eq!(means(1, &columns)[0], means(1, &columns[..1])[0]);
        assert_ne!(resampled_means(&columns, 100, 3), resampled_means(&columns, 100, 4));
    }

    #[test]
    fn no_values_and_no_resamples_are_no_interval() {
        assert_eq!(interval(vec![]), None);
        assert_eq!(interval(vec![0.25]), Some((0.25, 0.25)));
        assert_eq!(resampled_means(&[], 10, 1), Vec::<Vec<f64>>::new());
    }
}

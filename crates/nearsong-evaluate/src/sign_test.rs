use std::collections::BTreeSet;

use nearsong_types::ItemIdx;
use serde::Serialize;

/// Below this probability a difference is taken for more than chance.
const LEVEL: f64 = 0.05;

/// Whether one list found more than another by more than chance (sign test, two-sided and exact; McNemar, “Note on the sampling
/// error of the difference between correlated proportions or percentages”, Psychometrika 12, 1947, is its approximation).
///
/// Songs found by both lists or by neither say nothing about which is better. Were the lists equally good, each other song
/// would be found by either with one half.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SignTest {
    /// Songs that the first found and the second did not.
    pub n_only_first: usize,
    /// The other way round.
    pub n_only_second: usize,
    /// How probable a difference at least as large is by chance alone.
    ///
    /// # Range
    /// Above 0, at most 1.
    pub p: f64,
}

impl SignTest {
    /// Compares what two lists found.
    pub fn of(first: &[ItemIdx], second: &[ItemIdx]) -> Self {
        let [first, second] = [first, second].map(|found| found.iter().copied().collect::<BTreeSet<_>>());
        let (n_only_first, n_only_second) = (first.difference(&second).count(), second.difference(&first).count());
        Self { n_only_first, n_only_second, p: both_tails(n_only_first, n_only_second) }
    }

    /// Whether there are enough songs that a difference could be more than chance at all: 6 of them.
    pub fn can_tell(&self) -> bool {
        both_tails(self.n_only_first + self.n_only_second, 0) < LEVEL
    }

    /// Whether the difference is more than chance (p < 0.05).
    pub fn tells(&self) -> bool {
        self.p < LEVEL
    }
}

/// Twice the lower tail of the binomial distribution with one half, in logarithms, as 2ⁿ does not fit for large n.
fn both_tails(a: usize, b: usize) -> f64 {
    let n = a + b;
    let mut ln_term = -(n as f64) * std::f64::consts::LN_2;
    let mut tail = 0.0;
    for k in 0..=a.min(b) {
        tail += ln_term.exp();
        ln_term += ((n - k) as f64 / (k + 1) as f64).ln();
    }
    (2.0 * tail).clamp(f64::MIN_POSITIVE, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probability_is_that_of_throwing_a_coin() {
        // The last two: scipy.stats.binomtest(2, 17).pvalue and binomtest(1010, 2100).pvalue.
        for (a, b, p) in [
            (0, 0, 1.0),
            (3, 3, 1.0),
            (0, 5, 0.0625),
            (6, 0, 0.03125),
            (7, 1, 2.0 * 9.0 / 256.0),
            (15, 2, 0.002349853516),
            (1010, 1090, 0.084697686508),
        ] {
            assert!((both_tails(a, b) - p).abs() < 1e-9, "{a} and {b}: {}", both_tails(a, b));
        }
        assert!(both_tails(0, 5000) > 0.0, "never none at all");
    }

    #[test]
    fn only_songs_that_one_list_found_alone_count() {
        let rows = |rows: std::ops::Range<u32>| rows.map(ItemIdx).collect::<Vec<_>>();
        let test = SignTest::of(&rows(0..20), &rows(12..22));
        assert_eq!((test.n_only_first, test.n_only_second), (12, 2));
        assert!(test.can_tell() && test.tells());
        let few = SignTest::of(&rows(0..5), &[]);
        assert!(!few.can_tell() && !few.tells());
        assert!(SignTest::of(&rows(0..6), &[]).tells());
    }
}

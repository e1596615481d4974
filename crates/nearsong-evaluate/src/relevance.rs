use std::collections::HashSet;

/// Songs at a time on the page of the challenge's *recommended songs*.
const CLICK_PAGE: usize = 10;
/// Clicks where no hit is found: one more than the most possible, as the challenge has it.
const NO_CLICK: f64 = 51.0;

/// Which places of a ranked list hold something that was to be found: all that the metrics of accuracy look at.
///
/// Ranks begin at 1; `hit(i)` is 1 where rank `i` holds a hidden item, else 0. A list shorter than asked for misses at the
/// places it lacks. Every metric is within 0 to 1, larger is better, except [`Relevance::clicks`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relevance {
    hits: Vec<bool>,
    n_hidden: usize,
}

impl Relevance {
    /// As far as clicks are counted.
    pub(crate) const CLICK_DEPTH: usize = 500;

    /// Compares a list with what was hidden.
    ///
    /// # Order
    /// `ranked`: best first, no item twice. `hidden`: any order, no item twice.
    ///
    /// # Panics
    /// Where nothing is hidden: no metric says anything then.
    pub fn of(ranked: &[u32], hidden: &[u32]) -> Self {
        assert!(!hidden.is_empty(), "a question has something to be found");
        let set: HashSet<u32> = hidden.iter().copied().collect();
        Self { hits: ranked.iter().map(|item| set.contains(item)).collect(), n_hidden: hidden.len() }
    }

    fn hits_at(&self, n: usize) -> usize {
        self.hits.iter().take(n).filter(|hit| **hit).count()
    }

    /// R-precision: hits among the first |hidden| ranks, over |hidden|.
    ///
    /// The tracks' part of the RecSys Challenge 2018's definition (rules of the challenge), on recordings instead of track ids.
    /// The credit for artists that the final ranking added is [`crate::Listed::r_precision_with_artists`].
    pub fn r_precision(&self) -> f64 {
        self.hits_at(self.n_hidden) as f64 / self.n_hidden as f64
    }

    /// NDCG@n with binary relevance: Σ hit(i) / log₂(1 + i) over the first `n` ranks, over the same sum of a list that
    /// begins with min(|hidden|, n) hits.
    ///
    /// So in Spotify's code of the metrics for the RecSys Challenge 2018, at n = 500. The formula printed in the rules is another
    /// one: it discounts by log₂ i, and its ideal sum runs over the hits found only, which would not punish what is missed.
    pub fn ndcg(&self, n: usize) -> f64 {
        let gain = |place: usize| ((place + 2) as f64).log2().recip();
        let ideal: f64 = (0..self.n_hidden.min(n)).map(gain).sum();
        let found: f64 = (0..n.min(self.hits.len())).filter(|&place| self.hits[place]).map(gain).sum();
        if ideal > 0.0 { found / ideal } else { 0.0 }
    }

    /// Recommended-songs clicks of the RecSys Challenge 2018: how often ten more songs must be asked for until one is a hit,
    /// ⌊(rank of the first hit − 1) / 10⌋; 51 where none of the first 500 is.
    ///
    /// # Range
    /// 0..=49, or 51; smaller is better.
    pub fn clicks(&self) -> f64 {
        let first = self.hits.iter().take(Self::CLICK_DEPTH).position(|hit| *hit);
        first.map_or(NO_CLICK, |place| (place / CLICK_PAGE) as f64)
    }

    /// Recall@n: hits among the first `n` ranks, over |hidden|; below 1 for every list where more is hidden than `n`.
    pub fn recall(&self, n: usize) -> f64 {
        self.hits_at(n) as f64 / self.n_hidden as f64
    }

    /// Precision@n: hits among the first `n` ranks, over `n`.
    pub fn precision(&self, n: usize) -> f64 {
        if n == 0 { 0.0 } else { self.hits_at(n) as f64 / n as f64 }
    }

    /// Average precision@n: Σ hit(i) · precision@i over the first `n` ranks, over min(|hidden|, n). Its mean is MAP@n.
    ///
    /// Manning, Raghavan, Schütze, “Introduction to Information Retrieval”, 2008, section 8.4, cut off at `n`.
    pub fn average_precision(&self, n: usize) -> f64 {
        let mut n_hits = 0;
        let mut sum = 0.0;
        for (place, _) in self.hits.iter().take(n).enumerate().filter(|(_, hit)| **hit) {
            n_hits += 1;
            sum += f64::from(n_hits) / (place + 1) as f64;
        }
        if n == 0 { 0.0 } else { sum / self.n_hidden.min(n) as f64 }
    }

    /// Hit rate@n: 1 where any of the first `n` ranks is a hit, else 0.
    pub fn hit_rate(&self, n: usize) -> f64 {
        f64::from(u8::from(self.hits_at(n) > 0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hits at ranks 1, 3 and 6 of eight; a fourth hidden item is not found.
    fn sample() -> Relevance {
        Relevance::of(&[7, 1, 3, 10, 11, 5, 12, 13], &[3, 5, 7, 9])
    }

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
    }

    #[test]
    fn r_precision_looks_at_as_many_ranks_as_are_hidden() {
        assert_close(sample().r_precision(), 2.0 / 4.0);
        assert_close(Relevance::of(&[], &[1]).r_precision(), 0.0);
    }

    #[test]
    fn ndcg_is_the_discounted_gain_over_the_best_possible_one() {
        // log2(2) = 1, log2(4) = 2, log2(3) = 1.584962500721156, log2(5) = 2.321928094887362, log2(7) = 2.807354922057604.
        let ideal_4 = 1.0 + 1.0 / 1.584_962_500_721_156 + 0.5 + 1.0 / 2.321_928_094_887_362;
        assert_close(sample().ndcg(4), 1.5 / ideal_4);
        assert_close(sample().ndcg(500), (1.5 + 1.0 / 2.807_354_922_057_604) / ideal_4);
        assert_close(sample().ndcg(1), 1.0);
        assert_close(sample().ndcg(2), 1.0 / (1.0 + 1.0 / 1.584_962_500_721_156));
    }

    #[test]
    fn clicks_are_pages_before_the_first_hit() {
        let first_hit_at = |rank: u32| Relevance::of(&(1..=600).collect::<Vec<_>>(), &[rank]).clicks();
        assert_eq!(
            [1, 10, 11, 21, 500, 501, 999].map(first_hit_at),
            [0.0, 0.0, 1.0, 2.0, 49.0, 51.0, 51.0],
            "⌊(rank − 1) / 10⌋"
        );
    }

    #[test]
    fn recall_precision_and_hit_rate_count_hits() {
        assert_close(sample().recall(3), 2.0 / 4.0);
        assert_close(sample().precision(3), 2.0 / 3.0);
        assert_close(sample().recall(100), 3.0 / 4.0);
        assert_close(sample().precision(100), 3.0 / 100.0);
        let late = Relevance::of(&[1, 2, 3], &[3]);
        assert_eq!((late.hit_rate(2), late.hit_rate(3)), (0.0, 1.0));
    }

    #[test]
    fn average_precision_is_the_mean_precision_at_the_hits() {
        // Hits at 1, 3 and 6: precisions 1/1, 2/3 and 3/6.
        assert_close(sample().average_precision(8), (1.0 + 2.0 / 3.0 + 3.0 / 6.0) / 4.0);
        assert_close(sample().average_precision(3), (1.0 + 2.0 / 3.0) / 3.0);
    }

    fn all(relevance: &Relevance, n: usize) -> [f64; 6] {
        [
            relevance.r_precision(),
            relevance.ndcg(n),
            relevance.recall(n),
            relevance.precision(n),
            relevance.average_precision(n),
            relevance.hit_rate(n),
        ]
    }

    /// A list of distinct items and what is hidden, in part among them.
    fn list_and_hidden() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
        let list = (0usize..80).prop_flat_map(|n| Just((0..n as u32).collect::<Vec<_>>()).prop_shuffle());
        (list, proptest::collection::hash_set(0u32..120, 1..40))
            .prop_map(|(list, hidden)| (list, hidden.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn metrics_are_within_0_and_1((list, hidden) in list_and_hidden(), n in 0usize..120) {
            let relevance = Relevance::of(&list, &hidden);
            prop_assert!(all(&relevance, n).iter().all(|value| (0.0..=1.0).contains(value)), "{:?}", all(&relevance, n));
            prop_assert!((0.0..=51.0).contains(&relevance.clicks()));
        }

        #[test]
        fn a_perfect_list_gives_1((list, hidden) in list_and_hidden(), n in 1usize..40) {
            let others = list.into_iter().filter(|item| !hidden.contains(item));
            let perfect: Vec<u32> = hidden.iter().copied().chain(others).collect();
            let relevance = Relevance::of(&perfect, &hidden);
            for value in [relevance.r_precision(), relevance.ndcg(n), relevance.average_precision(n), relevance.hit_rate(n)] {
                prop_assert!((value - 1.0).abs() < 1e-12, "{value}");
            }
            prop_assert_eq!(relevance.recall(hidden.len()), 1.0);
            prop_assert_eq!(relevance.precision(n.min(hidden.len())), 1.0);
            prop_assert_eq!(relevance.clicks(), 0.0);
        }

        #[test]
        fn what_follows_the_nth_place_changes_nothing((list, hidden) in list_and_hidden(), n in 0usize..80) {
            let n = n.min(list.len());
            let mut other = list.clone();
            other[n..].reverse();
            other.truncate(n + (list.len() - n) / 2);
            let at_n = |list: &[u32]| all(&Relevance::of(list, &hidden), n)[1..].to_vec();
            prop_assert_eq!(at_n(&list), at_n(&other));
        }

        #[test]
        fn a_hit_further_up_is_never_worse((list, hidden) in list_and_hidden(), n in 1usize..80) {
            for at in 1..list.len() {
                let mut better = list.clone();
                if hidden.contains(&list[at]) && !hidden.contains(&list[at - 1]) {
                    better.swap(at - 1, at);
                }
                let (before, after) = (Relevance::of(&list, &hidden), Relevance::of(&better, &hidden));
                prop_assert!(all(&before, n).into_iter().zip(all(&after, n)).all(|(before, after)| after >= before));
                prop_assert!(after.clicks() <= before.clicks());
            }
        }
    }
}

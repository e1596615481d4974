use nearsong_types::{Cancelled, ItemIdx, Progress, RecordingTable};

use crate::{Adventure, Contributions, Taste};

/// A recording with its score; a larger score means nearer to the taste.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The recording.
    pub item: ItemIdx,
    /// Finite; comparable only within one list.
    pub score: f32,
}

impl Scored {
    /// Best first; equal scores by row, so that the order is total.
    pub fn best_first(a: &Self, b: &Self) -> std::cmp::Ordering {
        b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
    }
}

/// A trained model bound to the recordings that it scores.
///
/// Every scorer keeps the same contract, which `contract.rs` tests: the same input gives the same answer on any number of
/// threads, lists hold no recording twice and none that is not allowed, best first, and a score is the sum of its contributions.
pub trait Scorer: Send + Sync {
    /// The recordings that the scorer knows.
    fn table(&self) -> &RecordingTable;

    /// The score of every recording for a taste.
    ///
    /// # Shapes
    /// One entry per item, finite; 0 where the item is not allowed or the taste says nothing of it.
    ///
    /// # Errors
    /// [`Cancelled`].
    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled>;

    /// The `n` best recordings for a taste, among those allowed, best first; fewer where fewer can be scored.
    ///
    /// # Errors
    /// [`Cancelled`].
    fn best(&self, request: &ScoreRequest<'_>, n: usize) -> Result<Vec<Scored>, Cancelled> {
        let scores = self.scores(request)?;
        let scored = scores.into_iter().zip(0..).map(|(score, row)| Scored { item: ItemIdx(row), score });
        Ok(top_n(scored.filter(|scored| scored.score != 0.0 && request.allowed[scored.item.at()]).collect(), n))
    }

    /// Splits a taste into facets that are better asked for on their own; by default it is one.
    fn facets(&self, taste: &Taste) -> Vec<Facet> {
        vec![Facet { taste: taste.clone(), share: 1.0 }]
    }

    /// Why recordings have the scores they have: for each, contributions that add up to it (to rounding).
    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions>;
}

/// One side of a taste.
#[derive(Debug, Clone, PartialEq)]
pub struct Facet {
    /// What belongs to it.
    pub taste: Taste,
    /// Its share of all that is liked, above 0 and at most 1; the shares of all facets add up to 1.
    pub share: f32,
}

/// What is asked of a scorer.
#[derive(Clone, Copy)]
pub struct ScoreRequest<'a> {
    /// The listener's taste.
    pub taste: &'a Taste,
    /// Which items may be offered, one entry per item.
    pub allowed: &'a [bool],
    /// The dial.
    pub adventure: Adventure,
    /// Hears whether to go on.
    pub progress: &'a dyn Progress,
}

/// The `n` best of a list, best first.
pub(crate) fn top_n(scored: Vec<Scored>, n: usize) -> Vec<Scored> {
    let mut best = any_order_top_n(scored, n);
    best.sort_unstable_by(Scored::best_first);
    best
}

/// The `n` best of a list, in no order: what each part of a scan needs to hand on.
pub(crate) fn any_order_top_n(mut scored: Vec<Scored>, n: usize) -> Vec<Scored> {
    if n == 0 {
        return Vec::new();
    }
    if scored.len() > n {
        scored.select_nth_unstable_by(n - 1, Scored::best_first);
        scored.truncate(n);
    }
    scored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_ties_go_by_row() {
        let scored = [3.0, 1.0, 3.0, 2.0].into_iter().zip(0..).map(|(score, row)| Scored { item: ItemIdx(row), score });
        let rows: Vec<u32> = top_n(scored.collect(), 3).into_iter().map(|scored| scored.item.0).collect();
        assert_eq!(rows, [0, 2, 3]);
    }
}

/// How the lists of an evaluation, taken together, use the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// How many lists hold each item, ascending.
    counts: Vec<u32>,
}

impl Coverage {
    /// Counts the first `n` of every list.
    ///
    /// # Panics
    /// Where a list holds an item that is not below `n_items`.
    pub fn of<'a>(lists: impl IntoIterator<Item = &'a [u32]>, n: usize, n_items: usize) -> Self {
        let mut counts = vec![0; n_items];
        lists.into_iter().flat_map(|list| &list[..n.min(list.len())]).for_each(|&item| counts[item as usize] += 1);
        counts.sort_unstable();
        Self { counts }
    }

    /// Catalogue coverage: the share of all recordings that is in any list.
    ///
    /// # Range
    /// 0..=1. It grows with the number of lists: compare only over the same questions.
    pub fn share(&self) -> f64 {
        let n_unlisted = self.counts.partition_point(|&count| count == 0);
        if self.counts.is_empty() { 0.0 } else { 1.0 - n_unlisted as f64 / self.counts.len() as f64 }
    }

    /// Gini coefficient of how often recordings are listed: Σ (2i − N − 1) · count(i) / (N · Σ count), counts ascending.
    ///
    /// # Range
    /// 0 (all equally often) to below 1 (one alone); 0 where nothing is listed.
    pub fn gini(&self) -> f64 {
        let n = self.counts.len() as f64;
        let total: f64 = self.counts.iter().map(|&count| f64::from(count)).sum();
        let ranked = self.counts.iter().zip(1u32..);
        let sum: f64 = ranked.map(|(&count, rank)| (2.0 * f64::from(rank) - n - 1.0) * f64::from(count)).sum();
        if total == 0.0 { 0.0 } else { sum / (n * total) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_counts_recordings_and_gini_how_unevenly() {
        let lists: [&[u32]; 3] = [&[0, 1, 3], &[0, 2, 3], &[0]];
        let coverage = Coverage::of(lists, 2, 4);
        assert_eq!(coverage.share(), 3.0 / 4.0);
        // Counts 0, 1, 1, 3: (−3·0 − 1·1 + 1·1 + 3·3) / (4 · 5).
        assert!((coverage.gini() - 9.0 / 20.0).abs() < 1e-12, "{}", coverage.gini());
        let even = Coverage::of([&[0, 1, 2, 3][..]], 4, 4);
        assert_eq!((even.share(), even.gini()), (1.0, 0.0));
        let nothing = Coverage::of([], 4, 4);
        assert_eq!((nothing.share(), nothing.gini()), (0.0, 0.0));
    }
}

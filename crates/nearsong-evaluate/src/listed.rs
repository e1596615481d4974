use std::collections::{BTreeMap, BTreeSet};

use nearsong_types::{ArtistIdx, ItemIdx, RecordingTable};

use crate::Question;

/// What one song of the right artist counts of a right song, in the challenge's R-precision.
const ARTIST_CREDIT: f64 = 0.25;

/// One ranked list and what is known of its songs: the metrics beside accuracy.
///
/// They are 0 for an empty list. A list shorter than `n` is looked at as far as it goes.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    /// The recordings.
    pub table: &'a RecordingTable,
    /// The list, best first, no item twice.
    pub ranked: &'a [u32],
    /// What was asked.
    pub question: &'a Question,
    /// Popularity of each item of the table as [`crate::popularity_percentiles`] gives it.
    pub percentiles: &'a [f64],
}

impl Listed<'_> {
    /// R-precision with the credit for artists that the RecSys Challenge 2018 ranked by (Zamani et al. 2019, section on
    /// evaluation): (|S ∩ G| + 0.25 · |artists of S ∩ artists of G|) / |G|, where G is what is hidden, S the first |G| of the
    /// list, and artists are counted once.
    ///
    /// # Range
    /// 0..=1.25: the artist of a hit counts too.
    pub fn r_precision_with_artists(&self) -> f64 {
        let hidden = &self.question.hidden;
        let head = self.first(hidden.len());
        let artists = |items: &[u32]| items.iter().filter_map(|&item| self.artist(item)).collect::<BTreeSet<_>>();
        let (wanted, wanted_artists) = (hidden.iter().collect::<BTreeSet<_>>(), artists(hidden));
        let n_hits = head.iter().filter(|item| wanted.contains(item)).count();
        let n_artists = artists(head).intersection(&wanted_artists).count();
        (n_hits as f64 + ARTIST_CREDIT * n_artists as f64) / hidden.len() as f64
    }

    /// Distinct main artists among the first `n` songs, over the number of these songs; 1 where no artist is there twice.
    ///
    /// # Range
    /// 0..=1. A song without an artist counts as one by an artist of its own.
    pub fn distinct_artists(&self, n: usize) -> f64 {
        let head = self.first(n);
        if head.is_empty() { 0.0 } else { self.songs_per_artist(head).len() as f64 / head.len() as f64 }
    }

    /// Share of the pairs among the first `n` songs that are by different main artists: intra-list diversity (Ziegler et al.,
    /// “Improving Recommendation Lists Through Topic Diversification”, 2005) with 1 as the distance between two artists.
    ///
    /// # Range
    /// 0..=1; 0 for fewer than two songs.
    pub fn artist_diversity(&self, n: usize) -> f64 {
        let head = self.first(n);
        let n_pairs = head.len() * head.len().saturating_sub(1);
        let n_same: usize = self.songs_per_artist(head).values().map(|songs| songs * (songs - 1)).sum();
        if n_pairs == 0 { 0.0 } else { 1.0 - n_same as f64 / n_pairs as f64 }
    }

    /// Mean popularity percentile of the first `n` songs: the lower, the more there is to discover.
    ///
    /// # Range
    /// 0..=1.
    pub fn popularity_percentile(&self, n: usize) -> f64 {
        let head = self.first(n);
        let sum: f64 = head.iter().map(|&item| self.percentiles[item as usize]).sum();
        if head.is_empty() { 0.0 } else { sum / head.len() as f64 }
    }

    /// Share of the main artists among the first `n` songs who are credited on nothing that was shown.
    ///
    /// # Range
    /// 0..=1.
    pub fn new_artists(&self, n: usize) -> f64 {
        let shown = self.question.shown.iter().flat_map(|&(item, _)| self.table.artists_of(ItemIdx(item)));
        let named = self.question.shown_artists.iter().map(|&(artist, _)| ArtistIdx(artist));
        let known: BTreeSet<ArtistIdx> = shown.chain(named).collect();
        let artists: BTreeSet<ArtistIdx> = self.first(n).iter().filter_map(|&item| self.artist(item)).collect();
        let n_new = artists.difference(&known).count();
        if artists.is_empty() { 0.0 } else { n_new as f64 / artists.len() as f64 }
    }

    fn first(&self, n: usize) -> &[u32] {
        &self.ranked[..n.min(self.ranked.len())]
    }

    fn artist(&self, item: u32) -> Option<ArtistIdx> {
        self.table.main_artist(ItemIdx(item))
    }

    /// How many of some songs are by each main artist; those without one stand alone.
    fn songs_per_artist(&self, items: &[u32]) -> BTreeMap<(Option<ArtistIdx>, u32), usize> {
        let mut counts = BTreeMap::new();
        for &item in items {
            let artist = self.artist(item);
            *counts.entry((artist, if artist.is_some() { 0 } else { item })).or_default() += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::table_by_artists;

    /// Items 0..3 by artist 0, 3..5 by artist 1, 5 by artist 2, 6 without an artist.
    fn check(ranked: &[u32], metric: impl Fn(&Listed<'_>) -> f64, expected: f64) {
        let table = table_by_artists(&[Some(0), Some(0), Some(0), Some(1), Some(1), Some(2), None]);
        let question =
            Question { owner: 0, shown: vec![(0, 1.0)], shown_artists: vec![(2, 1.0)], hidden: vec![1, 3, 6] };
        let percentiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
        let found = metric(&Listed { table: &table, ranked, question: &question, percentiles: &percentiles });
        assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
    }

    #[test]
    fn the_challenge_credits_artists_within_the_first_ranks() {
        // One of three songs; artists 0 and 1 are both right.
        check(&[1, 4, 5, 3], |listed| listed.r_precision_with_artists(), (1.0 + 0.25 * 2.0) / 3.0);
        // The right artist at rank 4 comes too late.
        check(&[5, 6, 2, 4], |listed| listed.r_precision_with_artists(), (1.0 + 0.25) / 3.0);
        check(&[1, 3, 6], |listed| listed.r_precision_with_artists(), 3.5 / 3.0);
        check(&[], |listed| listed.r_precision_with_artists(), 0.0);
    }

    #[test]
    fn diversity_counts_artists() {
        check(&[1, 2, 3, 6], |listed| listed.distinct_artists(10), 3.0 / 4.0);
        check(&[1, 2, 3, 6], |listed| listed.distinct_artists(2), 1.0 / 2.0);
        // Of six pairs one is by the same artist.
        check(&[1, 2, 3, 6], |listed| listed.artist_diversity(10), 5.0 / 6.0);
        check(&[1, 2], |listed| listed.artist_diversity(10), 0.0);
        check(&[1], |listed| listed.artist_diversity(10), 0.0);
        check(&[], |listed| listed.distinct_artists(10), 0.0);
    }

    #[test]
    fn novelty_is_a_mean_percentile() {
        check(&[0, 5, 6], |listed| listed.popularity_percentile(2), (0.1 + 0.6) / 2.0);
        check(&[], |listed| listed.popularity_percentile(2), 0.0);
    }

    #[test]
    fn artists_are_new_where_nothing_shown_credits_them() {
        // Artist 0 is shown through a song, artist 2 by name; artist 1 is new; no artist is nobody.
        check(&[1, 2, 3, 5, 6], |listed| listed.new_artists(10), 1.0 / 3.0);
        check(&[6], |listed| listed.new_artists(10), 0.0);
    }
}

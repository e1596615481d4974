use std::collections::{HashMap, HashSet};

use nearsong_types::{ArtistIdx, ItemIdx, RecordingTable};

use crate::Scored;

/// What a list as a whole must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListRules {
    /// Length of the list.
    pub n: usize,
    /// Most songs by one artist, whether main or featured.
    pub max_per_artist: Option<usize>,
    /// Whether two neighbours in the list may share an artist.
    pub allows_artist_runs: bool,
}

/// The candidates of one facet of a taste.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// Share of the list that they are to have, above 0.
    pub share: f32,
    /// Best first.
    pub scored: Vec<Scored>,
}

/// Makes a list that keeps the rules, with each facet's candidates in proportion to its share.
///
/// The facet that is furthest behind its share is next (the method of Sainte-Laguë, as seats are given to parties), with the best of
/// its candidates that the rules allow at this place. `work_of` names the work that a recording is a version of (studio, live, acoustic …): a
/// list holds no work twice, and none of `known_works`.
///
/// Returns each song with the number of its facet.
pub fn rerank(
    table: &RecordingTable,
    mut facets: Vec<Candidates>,
    rules: &ListRules,
    work_of: impl Fn(ItemIdx) -> u128,
    known_works: &HashSet<u128>,
) -> Vec<(usize, Scored)> {
    let mut list = ListSoFar {
        table,
        rules,
        songs: Vec::new(),
        works: known_works.clone(),
        per_artist: HashMap::new(),
        n_of_facet: vec![0; facets.len()],
    };
    while list.songs.len() < rules.n {
        let placed =
            list.turns(&facets).into_iter().any(|facet| list.place_one(facet, &mut facets[facet].scored, &work_of));
        if !placed {
            break;
        }
    }
    list.songs
}

struct ListSoFar<'a> {
    table: &'a RecordingTable,
    rules: &'a ListRules,
    songs: Vec<(usize, Scored)>,
    works: HashSet<u128>,
    per_artist: HashMap<ArtistIdx, usize>,
    n_of_facet: Vec<usize>,
}

enum Verdict {
    Fits,
    /// Not beside the song before.
    NotHere,
    Never,
}

impl ListSoFar<'_> {
    /// The facets, the one furthest behind its share first.
    fn turns(&self, facets: &[Candidates]) -> Vec<usize> {
        let claim = |facet: usize| facets[facet].share / (2 * self.n_of_facet[facet] + 1) as f32;
        let mut turns: Vec<usize> = (0..facets.len()).collect();
        turns.sort_by(|&a, &b| claim(b).total_cmp(&claim(a)).then(a.cmp(&b)));
        turns
    }

    /// Takes the first candidate that fits; those that never will are dropped on the way.
    fn place_one(&mut self, facet: usize, candidates: &mut Vec<Scored>, work_of: &impl Fn(ItemIdx) -> u128) -> bool {
        let mut n_passed = 0;
        let mut waiting = Vec::new();
        let mut placed = None;
        for &candidate in candidates.iter() {
            n_passed += 1;
            let work = work_of(candidate.item);
            match self.verdict(candidate.item, work) {
                Verdict::Never => {}
                Verdict::NotHere => waiting.push(candidate),
                Verdict::Fits => {
                    placed = Some((candidate, work));
                    break;
                }
            }
        }
        candidates.splice(..n_passed, waiting);
        let Some((candidate, work)) = placed else { return false };
        for artist in self.table.artists_of(candidate.item) {
            *self.per_artist.entry(artist).or_default() += 1;
        }
        self.works.insert(work);
        self.n_of_facet[facet] += 1;
        self.songs.push((facet, candidate));
        true
    }

    fn verdict(&self, item: ItemIdx, work: u128) -> Verdict {
        let is_full = |artist| {
            let n = self.per_artist.get(&artist).copied().unwrap_or(0);
            self.rules.max_per_artist.is_some_and(|max| n >= max)
        };
        if self.works.contains(&work) || self.table.artists_of(item).any(is_full) {
            return Verdict::Never;
        }
        let repeats = |(_, last): &(usize, Scored)| shares_artist(self.table, last.item, item);
        if !self.rules.allows_artist_runs && self.songs.last().is_some_and(repeats) {
            return Verdict::NotHere;
        }
        Verdict::Fits
    }
}

fn shares_artist(table: &RecordingTable, a: ItemIdx, b: ItemIdx) -> bool {
    table.artists_of(a).any(|artist| table.artists_of(b).any(|other| other == artist))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{item, table};

    fn candidates(share: f32, items: &[ItemIdx]) -> Candidates {
        let scored = (0..).zip(items).map(|(rank, &item)| Scored { item, score: 1.0 / (1.0 + rank as f32) }).collect();
        Candidates { share, scored }
    }

    fn listed(facets: Vec<Candidates>, rules: ListRules, known: &[u128]) -> Vec<(usize, ItemIdx)> {
        let known = known.iter().copied().collect();
        let list = rerank(&table(), facets, &rules, |item| u128::from(item.0), &known);
        list.into_iter().map(|(facet, scored)| (facet, scored.item)).collect()
    }

    const FREE: ListRules = ListRules { n: 100, max_per_artist: None, allows_artist_runs: true };

    #[test]
    fn without_rules_the_order_stays() {
        let items = [item(0, 0, 1), item(0, 0, 2), item(3, 1, 0)];
        let list = listed(vec![candidates(1.0, &items)], FREE, &[]);
        assert_eq!(list.iter().map(|&(_, item)| item).collect::<Vec<_>>(), items);
    }

    #[test]
    fn no_artist_follows_themselves_and_none_comes_too_often() {
        let items = [item(0, 0, 1), item(0, 0, 2), item(0, 0, 3), item(0, 2, 1), item(0, 3, 1)];
        let rules = ListRules { max_per_artist: Some(2), allows_artist_runs: false, ..FREE };
        let list: Vec<ItemIdx> =
            listed(vec![candidates(1.0, &items)], rules, &[]).into_iter().map(|(_, i)| i).collect();
        assert_eq!(list, [item(0, 0, 1), item(0, 2, 1), item(0, 0, 2), item(0, 3, 1)]);
    }

    #[test]
    fn featured_artists_count_as_well() {
        // The first song of a group's first artist features the second artist.
        let rules = ListRules { max_per_artist: Some(1), ..FREE };
        let list = listed(vec![candidates(1.0, &[item(0, 0, 0), item(0, 1, 4)])], rules, &[]);
        assert_eq!(list, [(0, item(0, 0, 0))]);
    }

    #[test]
    fn facets_get_their_shares() {
        let (a, b): (Vec<_>, Vec<_>) = (0..7).map(|song| (item(0, 0, song), item(1, 2, song))).unzip();
        let list = listed(vec![candidates(0.75, &a), candidates(0.25, &b)], ListRules { n: 8, ..FREE }, &[]);
        let n_of = |facet| list.iter().filter(|&&(of, _)| of == facet).count();
        assert_eq!((n_of(0), n_of(1)), (6, 2));
        assert_eq!(list[0].0, 0);
    }

    #[test]
    fn an_exhausted_facet_leaves_its_places_to_the_others() {
        let facets = vec![candidates(0.9, &[item(0, 0, 1)]), candidates(0.1, &[item(1, 0, 1), item(1, 0, 2)])];
        assert_eq!(listed(facets, FREE, &[]).len(), 3);
    }

    #[test]
    fn known_works_and_repeats_never_come() {
        let items = [item(0, 0, 1), item(0, 0, 2)];
        let facets = vec![candidates(0.5, &items), candidates(0.5, &items)];
        let list = listed(facets, FREE, &[u128::from(item(0, 0, 1).0)]);
        assert_eq!(list, [(0, item(0, 0, 2))]);
    }
}

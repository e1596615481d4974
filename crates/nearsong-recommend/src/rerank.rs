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

/// Makes a list that keeps the rules out of candidates in order of their score.
///
/// Takes, again and again, the best candidate that the rules allow at this place. `work_of` names the work that a recording is a
/// version of (studio, live, acoustic …): a list holds no work twice, and none of `known_works`.
pub fn rerank(
    table: &RecordingTable,
    candidates: &[Scored],
    rules: &ListRules,
    work_of: impl Fn(ItemIdx) -> u128,
    known_works: &HashSet<u128>,
) -> Vec<Scored> {
    let mut list: Vec<Scored> = Vec::new();
    let mut waiting: Vec<Scored> = Vec::new();
    let mut works = known_works.clone();
    let mut per_artist: HashMap<ArtistIdx, usize> = HashMap::new();
    let mut place = |candidate: Scored, list: &mut Vec<Scored>| -> Placed {
        let artists: Vec<ArtistIdx> = table.artists_of(candidate.item).collect();
        let is_full =
            |artist| rules.max_per_artist.is_some_and(|max| per_artist.get(artist).is_some_and(|&n| n >= max));
        if artists.iter().any(is_full) || works.contains(&work_of(candidate.item)) {
            return Placed::Never;
        }
        if !rules.allows_artist_runs && list.last().is_some_and(|last| shares_artist(table, last.item, candidate.item))
        {
            return Placed::Later;
        }
        for artist in artists {
            *per_artist.entry(artist).or_default() += 1;
        }
        works.insert(work_of(candidate.item));
        list.push(candidate);
        Placed::Now
    };
    for &candidate in candidates {
        if list.len() == rules.n {
            break;
        }
        match place(candidate, &mut list) {
            Placed::Never => continue,
            Placed::Later => waiting.push(candidate),
            Placed::Now => retry(&mut waiting, &mut list, rules.n, &mut place),
        }
    }
    list
}

enum Placed {
    Now,
    Later,
    Never,
}

/// After each placed song the best of those that had to wait goes first, as long as one fits.
fn retry(
    waiting: &mut Vec<Scored>,
    list: &mut Vec<Scored>,
    n: usize,
    place: &mut impl FnMut(Scored, &mut Vec<Scored>) -> Placed,
) {
    let mut position = 0;
    while position < waiting.len() && list.len() < n {
        match place(waiting[position], list) {
            Placed::Later => position += 1,
            Placed::Never => {
                waiting.remove(position);
            }
            Placed::Now => {
                waiting.remove(position);
                position = 0;
            }
        }
    }
}

fn shares_artist(table: &RecordingTable, a: ItemIdx, b: ItemIdx) -> bool {
    table.artists_of(a).any(|artist| table.artists_of(b).any(|other| other == artist))
}

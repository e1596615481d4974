use std::collections::{HashMap, HashSet};

use nearsong_types::{Cancelled, ItemIdx, Moment, Progress, RecordingTable};

use crate::{
    Adventure, Candidates, Contributions, Facet, Filters, ListRules, Part, Reason, ScoreRequest, Scored, Scorer, Taste,
    rerank::rerank,
};

const FIRST_POOL: usize = 500;
const MAX_BECAUSE: usize = 3;

/// What kind of list is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What every song must be.
    pub filters: Filters,
    /// The dial.
    pub adventure: Adventure,
    /// What the list as a whole must keep.
    pub rules: ListRules,
    /// Whether songs that were heard long enough ago may come back.
    pub allows_heard: bool,
}

/// What the listener knows already.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// When each recording was last heard.
    pub last_heard: HashMap<ItemIdx, Moment>,
    /// A song heard since then is not offered.
    pub not_heard_since: Option<Moment>,
    /// Songs never to be offered, such as the ones that were asked about.
    pub never: HashSet<ItemIdx>,
}

impl Known {
    fn is_fresh(&self, item: ItemIdx) -> bool {
        let since = |heard: &Moment| self.not_heard_since.is_some_and(|since| *heard >= since);
        self.never.contains(&item) || self.last_heard.get(&item).is_some_and(since)
    }
}

/// A song of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedSong {
    /// The recording.
    pub item: ItemIdx,
    /// Its score: the sum of the reason's parts.
    pub score: f32,
    /// Why it is here.
    pub reason: Reason,
    /// When the listener last heard it, if ever.
    pub last_heard: Option<Moment>,
}

/// A finished list: the best of each facet of a taste by turns.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedList {
    /// The songs.
    pub songs: Vec<RankedSong>,
    /// How many recordings passed the filters and were not heard too lately.
    pub n_allowed: usize,
}

/// Facets → candidates → score → filter → rerank → reasons.
///
/// `work_of` names the work that a recording is a version of; see [`rerank`].
///
/// # Errors
/// [`Cancelled`].
pub fn recommend(
    scorer: &dyn Scorer,
    taste: &Taste,
    wish: &Wish,
    known: &Known,
    work_of: &(dyn Fn(ItemIdx) -> u128 + Sync),
    progress: &dyn Progress,
) -> Result<RankedList, Cancelled> {
    let table = scorer.table();
    let allowed = Allowed::new(table, wish, known);
    let known_works = works_heard_lately(table, known, work_of);
    let facets = scorer.facets(taste);
    let mut n_pool = FIRST_POOL.max(wish.rules.n);
    let list = loop {
        let pools = facets
            .iter()
            .map(|facet| pool(scorer, facet, &allowed, wish.adventure, n_pool, progress))
            .collect::<Result<Vec<_>, Cancelled>>()?;
        let is_everything = pools.iter().all(|pool| pool.scored.len() < n_pool);
        let list = rerank(table, pools, &wish.rules, work_of, &known_works);
        // A few artists can fill the pools, so that the rules leave too short a list: look deeper.
        if list.len() == wish.rules.n || is_everything {
            break list;
        }
        n_pool *= 8;
    };
    let songs = ranked_songs(scorer, &facets, &allowed, wish.adventure, known, list, progress);
    Ok(RankedList { songs, n_allowed: allowed.count() })
}

/// The best candidates for one facet: new songs, and songs heard long ago at what being known leaves of their scores.
fn pool(
    scorer: &dyn Scorer,
    facet: &Facet,
    allowed: &Allowed,
    adventure: Adventure,
    n: usize,
    progress: &dyn Progress,
) -> Result<Candidates, Cancelled> {
    let ask = |allowed: &[bool]| scorer.best(&ScoreRequest { taste: &facet.taste, allowed, adventure, progress }, n);
    let mut scored = ask(&allowed.new)?;
    if allowed.has_heard {
        scored.extend(ask(&allowed.heard)?.into_iter().map(|scored| heard_before(scored, adventure)));
        scored.sort_unstable_by(Scored::best_first);
    }
    Ok(Candidates { share: facet.share, scored })
}

/// Adds the reasons, facet by facet, each from what belongs to the facet.
fn ranked_songs(
    scorer: &dyn Scorer,
    facets: &[Facet],
    allowed: &Allowed,
    adventure: Adventure,
    known: &Known,
    list: Vec<(usize, Scored)>,
    progress: &dyn Progress,
) -> Vec<RankedSong> {
    let mut songs: Vec<Option<RankedSong>> = vec![None; list.len()];
    for (number, facet) in facets.iter().enumerate() {
        let places: Vec<usize> = (0..list.len()).filter(|&place| list[place].0 == number).collect();
        let items: Vec<ItemIdx> = places.iter().map(|&place| list[place].1.item).collect();
        let request = ScoreRequest { taste: &facet.taste, allowed: &allowed.new, adventure, progress };
        for (place, contributions) in places.into_iter().zip(scorer.contributions(&request, &items)) {
            songs[place] = Some(ranked_song(scorer.table(), adventure, known, list[place].1, contributions));
        }
    }
    songs.into_iter().flatten().collect()
}

/// Which recordings may be offered, those never heard apart from those heard long ago. One entry per item in each.
struct Allowed {
    new: Vec<bool>,
    heard: Vec<bool>,
    has_heard: bool,
}

impl Allowed {
    fn new(table: &RecordingTable, wish: &Wish, known: &Known) -> Self {
        let mut new = wish.filters.passing(table);
        let mut heard = vec![false; new.len()];
        for item in known.last_heard.keys().chain(&known.never).filter(|item| item.at() < table.n_items()) {
            heard[item.at()] = new[item.at()] && wish.allows_heard && !known.is_fresh(*item);
            new[item.at()] = false;
        }
        let has_heard = heard.iter().any(|&allowed| allowed);
        Self { new, heard, has_heard }
    }

    fn count(&self) -> usize {
        self.new.iter().chain(&self.heard).filter(|&&allowed| allowed).count()
    }
}

/// What a song heard before loses of its score: all of it at the adventurous end of the dial, nothing at the familiar end.
fn lost_by_being_known(score: f32, adventure: Adventure) -> f32 {
    adventure.position() * score.max(0.0)
}

fn heard_before(scored: Scored, adventure: Adventure) -> Scored {
    Scored { score: scored.score - lost_by_being_known(scored.score, adventure), ..scored }
}

/// The works of all songs that may not come now: a live version is not news to somebody who heard the studio one yesterday.
fn works_heard_lately(
    table: &RecordingTable,
    known: &Known,
    work_of: &(dyn Fn(ItemIdx) -> u128 + Sync),
) -> HashSet<u128> {
    let lately = known.last_heard.keys().chain(&known.never).filter(|&&item| known.is_fresh(item));
    lately.filter(|item| item.at() < table.n_items()).map(|&item| work_of(item)).collect()
}

fn ranked_song(
    table: &RecordingTable,
    adventure: Adventure,
    known: &Known,
    scored: Scored,
    mut contributions: Contributions,
) -> RankedSong {
    let last_heard = known.last_heard.get(&scored.item).copied();
    if last_heard.is_some() {
        let lost = lost_by_being_known(contributions.total().sum(), adventure);
        contributions.own.add(Part::Known, -lost);
    }
    let reason = Reason::of(table, scored.item, &contributions, MAX_BECAUSE);
    RankedSong { item: scored.item, score: scored.score, reason, last_heard }
}

#[cfg(test)]
mod tests;

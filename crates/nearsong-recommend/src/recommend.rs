use std::collections::{HashMap, HashSet};

use nearsong_types::{Cancelled, ItemIdx, Moment, Progress, RecordingTable};

use crate::{
    Adventure, Contributions, Filters, ListRules, Part, Reason, ScoreRequest, Scored, Scorer, Taste, rerank::rerank,
};

const FIRST_POOL: usize = 2_000;
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

/// A finished list, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedList {
    /// The songs.
    pub songs: Vec<RankedSong>,
    /// How many recordings passed the filters and were not heard too lately.
    pub n_allowed: usize,
}

/// Candidates → score → filter → rerank → reasons.
///
/// `work_of` names the work that a recording is a version of; see [`ListRules`].
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
    let ask = |allowed, n| scorer.best(&ScoreRequest { taste, allowed, adventure: wish.adventure, progress }, n);
    let mut n_pool = FIRST_POOL.max(wish.rules.n);
    let list = loop {
        let mut pool = ask(&allowed.new, n_pool)?;
        let is_everything = pool.len() < n_pool;
        pool.extend(ask(&allowed.heard, n_pool)?.into_iter().map(|scored| heard_before(scored, wish.adventure)));
        pool.sort_unstable_by(Scored::best_first);
        let list = rerank(table, &pool, &wish.rules, work_of, &known_works);
        // A few artists can fill the pool, so that the rules leave too short a list: look deeper.
        if list.len() == wish.rules.n || is_everything {
            break list;
        }
        n_pool *= 8;
    };
    let request = ScoreRequest { taste, allowed: &allowed.new, adventure: wish.adventure, progress };
    let items: Vec<ItemIdx> = list.iter().map(|scored| scored.item).collect();
    let contributions = scorer.contributions(&request, &items);
    let songs = list
        .into_iter()
        .zip(contributions)
        .map(|(scored, contributions)| ranked_song(table, wish.adventure, known, scored, contributions))
        .collect();
    Ok(RankedList { songs, n_allowed: allowed.count() })
}

/// Which recordings may be offered, those never heard apart from those heard long ago. One entry per item in each.
struct Allowed {
    new: Vec<bool>,
    heard: Vec<bool>,
}

impl Allowed {
    fn new(table: &RecordingTable, wish: &Wish, known: &Known) -> Self {
        let mut new = wish.filters.passing(table);
        let mut heard = vec![false; new.len()];
        for item in known.last_heard.keys().chain(&known.never).filter(|item| item.at() < table.n_items()) {
            heard[item.at()] = new[item.at()] && wish.allows_heard && !known.is_fresh(*item);
            new[item.at()] = false;
        }
        Self { new, heard }
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

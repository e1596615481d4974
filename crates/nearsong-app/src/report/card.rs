use std::{cmp::Reverse, sync::Arc};

use nearsong_evaluate::{OfferedList, ReportLine, SignTest};
use nearsong_types::{ItemIdx, MatchedInteractions, RecordingTable};
use serde::Serialize;

use super::{HiddenTime, Yours};
use crate::LeftOut;

/// What lists made from the past would have found of what became the listener's later.
#[derive(Debug, Clone)]
pub struct Report {
    /// The listener.
    pub listener: String,
    /// Plays that the lists could know of.
    pub n_plays_before: u64,
    /// What was hidden.
    pub hidden: HiddenTime,
    /// Songs asked of each list.
    pub length: usize,
    /// What was to be found.
    pub yours: Yours,
    /// The lists: models, baselines, favourites.
    pub lists: Vec<ReportedList>,
    /// What there was to learn from then; `None` for nothing.
    pub interactions: Option<KnownThen>,
    /// Models that could not be trained on what was known then.
    pub left_out: Vec<LeftOut>,
    /// The recordings, as they are today.
    pub table: Arc<RecordingTable>,
    /// Whether the catalogue is made up.
    pub is_made_up: bool,
}

/// One list and what it would have found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedList {
    /// Whose list it is.
    pub name: String,
    /// What stands behind it.
    pub kind: ListKind,
    /// Whether it is the model in use.
    pub is_in_use: bool,
    /// The songs, best first.
    pub offered: Vec<ItemIdx>,
    /// Those that became the listener's, in the list's order.
    pub found: Vec<ItemIdx>,
}

/// What stands behind a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// A model that knows the taste.
    Model,
    /// A simple rule that a model has to beat.
    Baseline,
    /// What was played most before. New songs are never among it: it shows what staying with the known would have given.
    Favourites,
}

/// Interactions known at the beginning of the hidden time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KnownThen {
    /// Playlists and listeners.
    pub n_owners: usize,
    /// Their entries of songs in the catalogue.
    pub n_entries: usize,
    /// Entries without a date, which may be younger than the hidden time.
    pub n_undated: usize,
}

impl Report {
    /// The model that found most, of equals the first; the best baseline where no model was asked.
    pub fn best(&self) -> Option<&ReportedList> {
        self.best_of(ListKind::Model).or_else(|| self.best_of(ListKind::Baseline))
    }

    /// The baseline that found most, where it is not itself the best list.
    pub fn rival(&self) -> Option<&ReportedList> {
        let is_other =
            |rival: &&ReportedList| self.best().is_some_and(|best| best.kind == ListKind::Model && best != *rival);
        self.best_of(ListKind::Baseline).filter(is_other)
    }

    /// Whether the best model found more than its rival by more than chance.
    pub fn certainty(&self) -> Option<SignTest> {
        Some(SignTest::of(&self.best()?.found, &self.rival()?.found))
    }

    fn best_of(&self, kind: ListKind) -> Option<&ReportedList> {
        self.lists.iter().filter(|list| list.kind == kind).min_by_key(|list| Reverse(list.found.len()))
    }
}

impl ReportedList {
    pub(super) fn new(offered: OfferedList, line: ReportLine, (kind, is_in_use): (ListKind, bool)) -> Self {
        Self { name: offered.name, kind, is_in_use, offered: offered.items, found: line.found }
    }
}

impl KnownThen {
    pub(super) fn of(interactions: &MatchedInteractions) -> Self {
        let by_item = &interactions.by_item;
        let undated = |owner| by_item.entries_of(owner).filter(|entry| entry.at.is_none()).count();
        Self {
            n_owners: by_item.n_owners(),
            n_entries: by_item.n_entries(),
            n_undated: (0..by_item.n_owners()).map(undated).sum(),
        }
    }
}

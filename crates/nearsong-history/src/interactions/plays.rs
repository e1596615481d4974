use std::collections::HashMap;

use nearsong_types::{Interaction, InteractionSet, Interactions, ItemKind, Moment};

use super::{
    InteractionFault,
    items::{Items, Key, LEFT_OUT},
    read::Tally,
};

/// Rows beyond the last tidying after which it is done again.
const TIDY_EVERY: usize = 1 << 20;
/// Where the numbers of rows without a moment begin: later than any moment.
const AFTER_ALL_MOMENTS: i64 = i64::MAX >> 1;

/// Who played what, as it is read: rows in any order, added up by listener and item.
#[derive(Default)]
pub(crate) struct Plays {
    pub(crate) items: Items,
    owners: HashMap<Box<str>, u32>,
    rows: Vec<Row>,
    n_tidy: usize,
    n_pushed: i64,
}

struct Row {
    owner: u32,
    item: u32,
    weight: f64,
    /// Microseconds of the first play, or the number of the row where it has no moment.
    order: i64,
    last: Option<Moment>,
}

impl Plays {
    /// Adds a row.
    pub(crate) fn push(&mut self, user: &str, item: u32, weight: f64, at: Option<Moment>) {
        let next = self.owners.len() as u32;
        let owner = match self.owners.get(user) {
            Some(&owner) => owner,
            None => *self.owners.entry(user.into()).or_insert(next),
        };
        self.n_pushed += 1;
        let order = at.map_or(AFTER_ALL_MOMENTS + self.n_pushed, Moment::micros);
        self.rows.push(Row { owner, item, weight, order, last: at });
        if self.rows.len() >= 2 * self.n_tidy + TIDY_EVERY {
            self.tidy();
        }
    }

    /// Listeners, rows in memory and bytes of names so far.
    pub(crate) fn size(&self) -> [usize; 3] {
        [self.owners.len(), self.rows.len(), self.items.name_bytes()]
    }

    /// Makes the rows of one listener and one item one row.
    fn tidy(&mut self) {
        self.rows.sort_by_key(|row| (row.owner, row.item));
        self.rows.dedup_by(|row, kept| {
            let is_same = (row.owner, row.item) == (kept.owner, kept.item);
            if is_same {
                kept.weight += row.weight;
                kept.order = kept.order.min(row.order);
                kept.last = kept.last.max(row.last);
            }
            is_same
        });
        self.n_tidy = self.rows.len();
    }

    /// The set: listeners by their keys, which are forgotten; items of each in the order of first hearing.
    pub(crate) fn finish(mut self, kind: ItemKind, is_kept: impl Fn(u32) -> bool, tally: &mut Tally) -> InteractionSet {
        self.tidy();
        let items = self.items.ordered(is_kept);
        let mut keys: Vec<(Key, u32)> = self.owners.into_iter().map(|(key, owner)| (Key::of(key), owner)).collect();
        keys.sort_unstable();
        let mut rank = vec![0; keys.len()];
        keys.iter().enumerate().for_each(|(place, &(_, owner))| rank[owner as usize] = place as u32);
        for row in &mut self.rows {
            (row.owner, row.item) = (rank[row.owner as usize], items.row_of[row.item as usize]);
        }
        self.rows.retain(|row| row.item != LEFT_OUT);
        self.rows.sort_unstable_by_key(|row| (row.owner, row.order, row.item));

        let mut interactions = Interactions::new(items.track_ids.len());
        for rows in self.rows.chunk_by(|a, b| a.owner == b.owner) {
            let entry = |row: &Row| Interaction { item: row.item, weight: row.weight as f32, at: row.last };
            interactions.push_owner(rows.iter().map(entry));
        }
        tally.count_many(InteractionFault::EmptyOwner, (rank.len() - interactions.n_owners()) as u64);
        let (track_ids, titles, artists) = (items.track_ids, items.titles, items.artists);
        InteractionSet { kind, track_ids, titles, artists, interactions }
    }
}

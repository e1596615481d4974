use nearsong_types::{Interaction, InteractionSet, Interactions, ItemKind, TrackId};

use super::{InteractionFault, InteractionLimits, items::Items, read::Tally};

/// Playlists as they are read: rows of items, and the number that the file gives each.
#[derive(Default)]
pub(crate) struct Playlists {
    items: Items,
    entries: Vec<u32>,
    /// Number of every playlist, and where its entries end.
    owners: Vec<(u64, usize)>,
}

/// One entry of a playlist, as far as it is told.
pub(crate) struct Entry<'a> {
    pub(crate) uri: &'a str,
    pub(crate) title: &'a str,
    pub(crate) artist: &'a str,
}

impl Playlists {
    /// Adds a playlist. Entries without a track id are kept by title and artist.
    pub(crate) fn push<'a>(
        &mut self,
        number: Option<u64>,
        entries: impl Iterator<Item = Entry<'a>>,
        limits: &InteractionLimits,
        tally: &mut Tally,
    ) {
        let start = self.entries.len();
        for entry in entries {
            tally.n_rows += 1;
            let names = [entry.title, entry.artist];
            if names
                .iter()
                .any(|name| name.len() > limits.max_text_chars && name.chars().count() > limits.max_text_chars)
            {
                tally.count(InteractionFault::LongText);
                continue;
            }
            match entry.uri.parse::<TrackId>() {
                Ok(id) => self.entries.push(self.items.of_id(id, entry.title, entry.artist)),
                Err(_) if !entry.title.is_empty() && !entry.artist.is_empty() => {
                    self.entries.push(self.items.of_names(entry.title, entry.artist, None));
                }
                Err(_) => tally.count(InteractionFault::NoItem),
            }
        }
        if self.entries.len() > start {
            self.owners.push((number.unwrap_or(u64::MAX), self.entries.len()));
        } else {
            tally.count(InteractionFault::EmptyOwner);
        }
    }

    /// Playlists, entries and bytes of names so far.
    pub(crate) fn size(&self) -> [usize; 3] {
        [self.owners.len(), self.entries.len(), self.items.name_bytes()]
    }

    /// The set, playlists by their numbers, those of one number in the order in which they were read.
    pub(crate) fn finish(self) -> InteractionSet {
        let items = self.items.ordered(|_| true);
        let mut order: Vec<u32> = (0..self.owners.len() as u32).collect();
        order.sort_by_key(|&owner| self.owners[owner as usize].0);
        let mut interactions = Interactions::new(items.track_ids.len());
        for owner in order {
            let start = owner.checked_sub(1).map_or(0, |before| self.owners[before as usize].1);
            let entries = &self.entries[start..self.owners[owner as usize].1];
            let entry = |&item: &u32| Interaction { item: items.row_of[item as usize], weight: 1.0, at: None };
            interactions.push_owner(entries.iter().map(entry));
        }
        let (track_ids, titles, artists) = (items.track_ids, items.titles, items.artists);
        InteractionSet { kind: ItemKind::Song, track_ids, titles, artists, interactions }
    }
}

//! What of an owner may be learned from, without a trace of what is hidden.

use std::collections::BTreeMap;

use nearsong_types::{Interaction, ItemIdx, MatchedInteractions, RecordingTable};

use crate::Question;

/// A weight of an artist that his recordings explain to within this share is rounding, not another song.
const ROUNDING: f64 = 1e-4;

/// The shown part of one owner.
pub(super) struct ShownPart {
    /// Recordings, in the owner's order.
    pub(super) items: Vec<Interaction>,
    /// Artists of songs beyond the catalogue, ascending.
    pub(super) beyond: Vec<Interaction>,
}

impl ShownPart {
    /// Appends it as an owner. The artists are counted anew from what is shown: the weights in the data hold hidden songs too.
    pub(super) fn push_to(&self, train: &mut MatchedInteractions, table: &RecordingTable) {
        let artist_of = |entry: &Interaction| {
            let artist = table.main_artist(ItemIdx(entry.item))?;
            Some(Interaction { item: artist.0, ..*entry })
        };
        train.by_item.push_owner(self.items.iter().copied());
        train.by_artist.push_owner(self.items.iter().filter_map(artist_of).chain(self.beyond.iter().copied()));
    }

    /// The question of an owner; `None` where he shows or hides nothing.
    pub(super) fn question(&self, owner: usize, hidden: Vec<u32>) -> Option<Question> {
        let weighted = |entries: &[Interaction]| entries.iter().map(|entry| (entry.item, entry.weight)).collect();
        let (shown, shown_artists) = (weighted(&self.items), weighted(&self.beyond));
        (!self.items.is_empty() && !hidden.is_empty()).then_some(Question {
            owner: owner as u32,
            shown,
            shown_artists,
            hidden,
        })
    }
}

/// The artists whom an owner knows through songs beyond the catalogue: what of an artist's weight his recordings do not explain.
///
/// # Order
/// Ascending by artist, since the order of first hearing would tell of hidden songs.
pub(super) fn beyond_catalogue(data: &MatchedInteractions, table: &RecordingTable, owner: usize) -> Vec<Interaction> {
    let mut explained: BTreeMap<u32, f64> = BTreeMap::new();
    for entry in data.by_item.entries_of(owner) {
        if let Some(artist) = table.main_artist(ItemIdx(entry.item)) {
            *explained.entry(artist.0).or_default() += f64::from(entry.weight);
        }
    }
    let mut beyond: Vec<Interaction> = data.by_artist.entries_of(owner).collect();
    beyond.retain_mut(|entry| {
        let weight = f64::from(entry.weight);
        let rest = weight - explained.get(&entry.item).copied().unwrap_or(0.0);
        entry.weight = rest as f32;
        rest > ROUNDING * weight
    });
    beyond.sort_by_key(|entry| entry.item);
    beyond
}

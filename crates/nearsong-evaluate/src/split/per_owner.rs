use nearsong_types::{Interactions, MatchedInteractions, RecordingTable};

use super::part::{ShownPart, beyond_catalogue};
use crate::{Protocol, Question, draw::Draw};

/// What everybody shows, and a question of each owner who has enough.
pub(super) fn split(
    data: &MatchedInteractions,
    table: &RecordingTable,
    hidden_share: f64,
    seed: u64,
) -> (MatchedInteractions, Vec<Question>) {
    let mut train = MatchedInteractions {
        by_item: Interactions::new(table.n_items()),
        by_artist: Interactions::new(table.n_artists()),
    };
    let mut questions = Vec::new();
    for owner in 0..data.n_owners() {
        let (part, hidden) = divide(data, table, owner, hidden_share, seed);
        part.push_to(&mut train, table);
        questions.extend(part.question(owner, hidden));
    }
    (train, questions)
}

/// What one owner shows and what is hidden of him.
fn divide(
    data: &MatchedInteractions,
    table: &RecordingTable,
    owner: usize,
    hidden_share: f64,
    seed: u64,
) -> (ShownPart, Vec<u32>) {
    let n_entries = data.by_item.items_of(owner).len();
    let n_hidden = match n_entries {
        0..Protocol::MIN_ENTRIES => 0,
        _ => ((hidden_share * n_entries as f64).round() as usize).clamp(1, n_entries - 1),
    };
    let is_hidden = Draw::new(seed, owner as u64 + 1).choose(n_entries, n_hidden);
    let (hidden, shown): (Vec<_>, Vec<_>) =
        data.by_item.entries_of(owner).zip(is_hidden).partition(|&(_, is_hidden)| is_hidden);
    let mut beyond = beyond_catalogue(data, table, owner);
    // The moment of an artist is that of his latest song, which may be a hidden one.
    beyond.iter_mut().for_each(|entry| entry.at = None);
    let items = shown.into_iter().map(|(entry, _)| entry).collect();
    (ShownPart { items, beyond }, hidden.into_iter().map(|(entry, _)| entry.item).collect())
}

use nearsong_types::MatchedInteractions;

use crate::{Choice, Question, draw::Draw};

/// The stream of chance that picks owners; each owner's own stream is one above his row.
const OWNERS: u64 = 0;

/// Which owners are held out.
///
/// # Shapes
/// One entry per owner.
pub(super) fn held_out(data: &MatchedInteractions, share: f64, max: usize, seed: u64) -> Vec<bool> {
    let n_owners = data.n_owners();
    let n_held_out = ((share * n_owners as f64).round() as usize).clamp(1, max);
    Draw::new(seed, OWNERS).choose(n_owners, n_held_out)
}

/// The owners that are not held out, and a question of each held-out one who has enough.
pub(super) fn split(
    data: &MatchedInteractions,
    held_out: &[bool],
    n_shown: usize,
    choice: Choice,
    min_hidden: usize,
    seed: u64,
) -> (MatchedInteractions, Vec<Question>) {
    let (asked, others): (Vec<u32>, Vec<u32>) =
        (0..data.n_owners() as u32).partition(|&owner| held_out[owner as usize]);
    let has_enough = |owner: &u32| data.by_item.items_of(*owner as usize).len() >= n_shown.saturating_add(min_hidden);
    let questions = asked.into_iter().filter(has_enough).map(|owner| question(data, owner, n_shown, choice, seed));
    (data.of_owners(&others), questions.collect())
}

fn question(data: &MatchedInteractions, owner: u32, n_shown: usize, choice: Choice, seed: u64) -> Question {
    let n_entries = data.by_item.items_of(owner as usize).len();
    let is_shown = match choice {
        Choice::First => (0..n_entries).map(|place| place < n_shown).collect(),
        Choice::Random => Draw::new(seed, u64::from(owner) + 1).choose(n_entries, n_shown),
    };
    let (shown, hidden): (Vec<_>, Vec<_>) =
        data.by_item.entries_of(owner as usize).zip(is_shown).partition(|&(_, is_shown)| is_shown);
    Question {
        owner,
        shown: shown.into_iter().map(|(entry, _)| (entry.item, entry.weight)).collect(),
        shown_artists: Vec::new(),
        hidden: hidden.into_iter().map(|(entry, _)| entry.item).collect(),
    }
}

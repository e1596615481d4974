use nearsong_types::{Interaction, Interactions, MatchedInteractions, Moment, RecordingTable};

use super::part::{ShownPart, beyond_catalogue};
use crate::Question;

/// What was before the moment, and a question of each owner who has something on both sides of it.
///
/// The songs of an artist beyond the catalogue count where the artist was last heard before the moment: of others it is not
/// known how much of their weight is older.
pub(super) fn split(
    data: &MatchedInteractions,
    table: &RecordingTable,
    at: Moment,
) -> (MatchedInteractions, Vec<Question>) {
    let is_before = |entry: &Interaction| entry.at.is_some_and(|moment| moment < at);
    let mut train = MatchedInteractions {
        by_item: Interactions::new(table.n_items()),
        by_artist: Interactions::new(table.n_artists()),
    };
    let mut questions = Vec::new();
    for owner in 0..data.n_owners() {
        let items: Vec<Interaction> = data.by_item.entries_of(owner).filter(is_before).collect();
        let beyond = beyond_catalogue(data, table, owner).into_iter().filter(is_before).collect();
        let is_later = |entry: &Interaction| entry.at.is_some_and(|moment| moment >= at);
        let hidden: Vec<u32> = data.by_item.entries_of(owner).filter(is_later).map(|entry| entry.item).collect();
        let part = ShownPart { items, beyond };
        part.push_to(&mut train, table);
        questions.extend(part.question(owner, hidden));
    }
    (train, questions)
}

use std::collections::BTreeMap;

use nearsong_recommend::{Heard, Play};
use nearsong_types::{ItemIdx, Moment, Outcome};
use serde::{Deserialize, Serialize};

/// When a new song counts as one that became the listener's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BecameYours {
    /// It was completed at least so often.
    pub min_completed: u32,
}

impl Default for BecameYours {
    fn default() -> Self {
        Self { min_completed: 3 }
    }
}

/// Recordings that became a listener's: first heard at `from` or later, and completed often enough before `until`.
///
/// A song that was only skipped before `from` was heard before it. Plays at or after `until` are not looked at, nor are songs that
/// the catalogue lacks.
///
/// # Order
/// `plays` in any order; the result ascends by row.
pub fn became_yours(
    plays: impl IntoIterator<Item = Play>,
    from: Moment,
    until: Moment,
    rule: BecameYours,
) -> Vec<ItemIdx> {
    let mut heard: BTreeMap<ItemIdx, (Moment, u32)> = BTreeMap::new();
    for play in plays.into_iter().filter(|play| play.ended_at < until) {
        let Heard::Item(item) = play.heard else { continue };
        let (first, n_completed) = heard.entry(item).or_insert((play.ended_at, 0));
        *first = play.ended_at.min(*first);
        *n_completed += u32::from(play.outcome == Outcome::Completed);
    }
    let is_yours =
        |&(_, (first, n_completed)): &(ItemIdx, (Moment, u32))| first >= from && n_completed >= rule.min_completed;
    heard.into_iter().filter(is_yours).map(|(item, _)| item).collect()
}

#[cfg(test)]
mod tests {
    use nearsong_types::ArtistIdx;

    use super::*;

    const FROM: Moment = Moment::from_seconds(1_000);
    const UNTIL: Moment = Moment::from_seconds(2_000);

    fn plays(heard: Heard, seconds: &[i64], outcome: Outcome) -> Vec<Play> {
        seconds.iter().map(|&at| Play { heard, ended_at: Moment::from_seconds(at), outcome }).collect()
    }

    #[test]
    fn new_and_often_enough_within_the_time() {
        use Outcome::{Completed, Partial, Skipped};
        let item = |row| Heard::Item(ItemIdx(row));
        let all = [
            plays(item(1), &[1_900, 1_000, 1_999], Completed),
            // Too seldom, and with partial plays.
            plays(item(2), &[1_100, 1_200], Completed),
            plays(item(2), &[1_300, 1_400], Partial),
            // Known before, even if only skipped.
            plays(item(3), &[1_100, 1_200, 1_300], Completed),
            plays(item(3), &[999], Skipped),
            // The third time too late.
            plays(item(4), &[1_100, 1_200, 2_000], Completed),
            plays(Heard::Artist(ArtistIdx(5)), &[1_100, 1_200, 1_300], Completed),
            // A skip within the time does not take it back.
            plays(item(0), &[1_100, 1_200, 1_300], Completed),
            plays(item(0), &[1_050], Skipped),
        ];
        let found = |rule| became_yours(all.iter().flatten().copied(), FROM, UNTIL, rule);
        assert_eq!(found(BecameYours::default()), [ItemIdx(0), ItemIdx(1)]);
        assert_eq!(found(BecameYours { min_completed: 2 }), [0, 1, 2, 4].map(ItemIdx));
    }
}

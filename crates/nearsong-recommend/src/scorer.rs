use nearsong_types::{Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{Heard, Taste};

/// A recording with its score; a larger score means nearer to the taste.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The recording.
    pub item: ItemIdx,
    /// Finite; comparable only within one list.
    pub score: f32,
}

impl Scored {
    /// Best first; equal scores by row, so that the order is total.
    pub fn best_first(a: &Self, b: &Self) -> std::cmp::Ordering {
        b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
    }
}

/// How familiar or adventurous a list is to be.
///
/// # Range
/// 0 (music close to what is known) to 1 (only the unknown); 0.5 changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Adventure(f32);

/// A dial position outside 0..1.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("expected a number from 0 (familiar) to 1 (adventurous), found {found}")]
pub struct OutOfDial {
    /// The number.
    pub found: f32,
}

impl Adventure {
    /// The middle of the dial.
    pub const NEUTRAL: Self = Self(0.5);

    /// Takes a dial position.
    ///
    /// # Errors
    /// Where it is outside 0..=1 or not a number.
    pub fn new(position: f32) -> Result<Self, OutOfDial> {
        (0.0..=1.0).contains(&position).then_some(Self(position)).ok_or(OutOfDial { found: position })
    }

    /// The dial position, 0..=1.
    pub fn position(self) -> f32 {
        self.0
    }

    /// What ties to known artists and albums are multiplied by: 2 at 0, 1 in the middle, 0 at 1.
    pub fn familiarity(self) -> f32 {
        2.0 * (1.0 - self.0)
    }
}

impl Default for Adventure {
    fn default() -> Self {
        Self::NEUTRAL
    }
}

impl TryFrom<f32> for Adventure {
    type Error = OutOfDial;

    fn try_from(position: f32) -> Result<Self, Self::Error> {
        Self::new(position)
    }
}

impl From<Adventure> for f32 {
    fn from(adventure: Adventure) -> Self {
        adventure.0
    }
}

/// One way in which a recording can be near to a taste; each can be said to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// By an artist who was listened to.
    Artist,
    /// By an artist who shares credits or compilations with one who was listened to, or partners on them.
    Circle,
    /// Of the same or related genres.
    Genre,
    /// On the same album.
    Album,
    /// On albums whose titles share words: series, soundtracks, compilations.
    Words,
    /// Sounds alike.
    Audio,
    /// About as well known.
    Popularity,
    /// From the same years.
    Year,
    /// Well known at large, whatever the taste.
    Prior,
    /// Heard before: takes away, the more the further the dial stands towards the adventurous.
    Known,
}

impl Part {
    /// Number of parts.
    pub const COUNT: usize = 10;

    /// The word for it in machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Artist => "artist",
            Self::Circle => "circle",
            Self::Genre => "genre",
            Self::Album => "album",
            Self::Words => "album_words",
            Self::Audio => "audio",
            Self::Popularity => "popularity",
            Self::Year => "year",
            Self::Prior => "prior",
            Self::Known => "known",
        }
    }
}

/// What each part adds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Parts([f32; Part::COUNT]);

impl Parts {
    /// What one part adds.
    pub fn get(&self, part: Part) -> f32 {
        self.0[part as usize]
    }

    /// Adds to one part.
    pub fn add(&mut self, part: Part, value: f32) {
        self.0[part as usize] += value;
    }

    /// Adds all parts of another.
    pub fn add_all(&mut self, other: &Parts) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// All parts together.
    pub fn sum(&self) -> f32 {
        self.0.iter().sum()
    }

    /// The parts that add or take something away, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Part, f32)> {
        const ALL: [Part; Part::COUNT] = [
            Part::Artist,
            Part::Circle,
            Part::Genre,
            Part::Album,
            Part::Words,
            Part::Audio,
            Part::Popularity,
            Part::Year,
            Part::Prior,
            Part::Known,
        ];
        ALL.into_iter().map(|part| (part, self.get(part))).filter(|&(_, value)| value != 0.0)
    }
}

/// A score taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contributions {
    /// What each thing heard adds, in the order of the taste; things that add nothing may be left out.
    pub by_heard: Vec<(Heard, Parts)>,
    /// What the recording brings by itself.
    pub own: Parts,
}

impl Contributions {
    /// Each part over all that was heard; its sum is the score.
    pub fn total(&self) -> Parts {
        self.by_heard.iter().fold(self.own, |mut total, (_, parts)| {
            total.add_all(parts);
            total
        })
    }
}

/// A trained model bound to the recordings that it scores.
///
/// Every scorer keeps the same contract, which `contract.rs` tests: the same input gives the same answer on any number of
/// threads, lists hold no recording twice and none that is not allowed, best first, and a score is the sum of its contributions.
pub trait Scorer: Send + Sync {
    /// The recordings that the scorer knows.
    fn table(&self) -> &RecordingTable;

    /// The `n` best recordings for a taste, among those allowed, best first; fewer where fewer can be scored.
    ///
    /// # Shapes
    /// `allowed`: one entry per item.
    ///
    /// # Errors
    /// [`Cancelled`].
    fn best(&self, request: &ScoreRequest<'_>, n: usize) -> Result<Vec<Scored>, Cancelled>;

    /// Splits a taste into facets that are better asked for on their own; by default it is one.
    fn facets(&self, taste: &Taste) -> Vec<Facet> {
        vec![Facet { taste: taste.clone(), share: 1.0 }]
    }

    /// Why recordings have the scores they have: for each, contributions that add up to it (to rounding).
    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions>;
}

/// One side of a taste.
#[derive(Debug, Clone, PartialEq)]
pub struct Facet {
    /// What belongs to it.
    pub taste: Taste,
    /// Its share of all that is liked, above 0 and at most 1; the shares of all facets add up to 1.
    pub share: f32,
}

/// What is asked of a scorer.
#[derive(Clone, Copy)]
pub struct ScoreRequest<'a> {
    /// The listener's taste.
    pub taste: &'a Taste,
    /// Which items may be offered, one entry per item.
    pub allowed: &'a [bool],
    /// The dial.
    pub adventure: Adventure,
    /// Hears whether to go on.
    pub progress: &'a dyn Progress,
}

/// The `n` best of a list, best first.
pub(crate) fn top_n(mut scored: Vec<Scored>, n: usize) -> Vec<Scored> {
    if n == 0 {
        return Vec::new();
    }
    if scored.len() > n {
        scored.select_nth_unstable_by(n - 1, Scored::best_first);
        scored.truncate(n);
    }
    scored.sort_unstable_by(Scored::best_first);
    scored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_ties_go_by_row() {
        let scored = [3.0, 1.0, 3.0, 2.0].into_iter().zip(0..).map(|(score, row)| Scored { item: ItemIdx(row), score });
        let rows: Vec<u32> = top_n(scored.collect(), 3).into_iter().map(|scored| scored.item.0).collect();
        assert_eq!(rows, [0, 2, 3]);
    }

    #[test]
    fn the_dial_refuses_what_is_not_on_it() {
        for position in [-0.1, 1.1, f32::NAN] {
            assert!(Adventure::new(position).is_err());
        }
        assert_eq!(Adventure::NEUTRAL.familiarity(), 1.0);
    }

    #[test]
    fn parts_are_listed_under_their_own_name() {
        let mut parts = Parts::default();
        parts.add(Part::Year, 2.0);
        parts.add(Part::Artist, -1.0);
        assert_eq!(parts.iter().collect::<Vec<_>>(), [(Part::Artist, -1.0), (Part::Year, 2.0)]);
        assert_eq!(parts.sum(), 1.0);
    }
}

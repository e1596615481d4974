mod continuation;
mod part;
mod per_owner;
mod time;

use nearsong_recommend::Taste;
use nearsong_types::{ArtistIdx, ItemIdx, MatchedInteractions, RecordingTable};

use crate::{Protocol, draw::Draw};

/// The stream of chance that picks questions; no owner has a row as high.
const QUESTIONS: u64 = u64::MAX;

/// Interactions, divided into what a model may learn from and what it is asked.
///
/// What is hidden stands neither in `train` nor in what a question shows, also not as a weight of its artist. The division
/// depends on the data, the protocol and the seed alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// How it was divided.
    pub protocol: Protocol,
    /// The seed of all chance in it.
    pub seed: u64,
    /// What a model may learn from. Under [`Protocol::Continuation`] the owners that are not held out; otherwise every owner at
    /// his row, with what he showed.
    pub train: MatchedInteractions,
    /// What is asked, by owner ascending; at least one.
    pub questions: Vec<Question>,
}

/// What is shown of one owner, and what is to be found.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Row of the owner in the data that was divided.
    pub owner: u32,
    /// Recordings that are shown, with their weights, in the owner's order; at least one.
    pub shown: Vec<(u32, f32)>,
    /// Artists of shown songs that the catalogue lacks, with their weights, ascending. Empty under
    /// [`Protocol::Continuation`], where exactly `n_shown` songs are shown.
    pub shown_artists: Vec<(u32, f32)>,
    /// Recordings that are to be found, in the owner's order; at least one, none twice, none that is shown.
    pub hidden: Vec<u32>,
}

impl Question {
    /// What is shown as a taste: each weight under its square root, as [`Taste::from_plays`] damps them.
    pub fn taste(&self) -> Taste {
        Taste::new(
            self.shown.iter().map(|&(item, weight)| (ItemIdx(item), weight.sqrt())),
            self.shown_artists.iter().map(|&(artist, weight)| (ArtistIdx(artist), weight.sqrt())),
        )
    }
}

/// Why interactions could not be divided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// A figure of the protocol is outside its range.
    #[error("{setting}: expected {expected}, found {found}")]
    OutOfRange {
        /// Which one.
        setting: &'static str,
        /// Its range.
        expected: &'static str,
        /// What it was.
        found: String,
    },
    /// No owner can be asked.
    #[error(
        "there is nobody to ask among {n_owners} owners: only {asked} can be asked.\n\
         Add interactions that the catalogue knows more of, or evaluate by another protocol"
    )]
    NobodyToAsk {
        /// How many owners there are.
        n_owners: usize,
        /// Whom the protocol asks.
        asked: String,
    },
}

impl Split {
    /// Divides interactions.
    ///
    /// # Shapes
    /// `data`: by item over the table's items, by artist over its artists.
    ///
    /// # Errors
    /// [`SplitError`].
    ///
    /// # Panics
    /// Where `data` has other shapes.
    pub fn new(
        data: &MatchedInteractions,
        table: &RecordingTable,
        protocol: Protocol,
        seed: u64,
    ) -> Result<Self, SplitError> {
        assert_eq!(data.by_item.n_items(), table.n_items(), "interactions over the table's items");
        assert_eq!(data.by_artist.n_items(), table.n_artists(), "interactions over the table's artists");
        assert_eq!(data.by_item.n_owners(), data.by_artist.n_owners(), "the same owners by item and by artist");
        protocol.check()?;
        let (train, questions) = match protocol {
            Protocol::Continuation { n_shown, choice, held_out_share, max_held_out, min_hidden } => {
                let held_out = continuation::held_out(data, held_out_share, max_held_out, seed);
                continuation::split(data, &held_out, n_shown, choice, min_hidden, seed)
            }
            Protocol::PerOwner { hidden_share } => per_owner::split(data, table, hidden_share, seed),
            Protocol::Time { at } => time::split(data, table, at),
        };
        if questions.is_empty() {
            return Err(SplitError::NobodyToAsk { n_owners: data.n_owners(), asked: protocol.asks() });
        }
        Ok(Self { protocol, seed, train, questions })
    }

    /// The same with at most `max` of the questions, any ones by the split's seed: enough for a sure mean where many can be asked.
    #[must_use]
    pub fn asking_at_most(mut self, max: usize) -> Self {
        let mut is_asked = Draw::new(self.seed, QUESTIONS).choose(self.questions.len(), max).into_iter();
        self.questions.retain(|_| is_asked.next().unwrap_or_default());
        self
    }
}

#[cfg(test)]
mod tests;

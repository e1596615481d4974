use nearsong_types::Moment;
use serde::{Deserialize, Serialize};

use crate::SplitError;

/// Which songs of a playlist are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The first ones.
    First,
    /// Any ones.
    Random,
}

/// How interactions become a question with a known answer.
///
/// What is counted are entries whose recording the catalogue has; others can neither be shown nor found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Protocol {
    /// Playlist continuation as in the RecSys Challenge 2018 (Zamani et al., “An Analysis of Approaches Taken in the ACM RecSys
    /// Challenge 2018 for Automatic Music Playlist Continuation”, 2019): some owners are held out whole; of each of them
    /// `n_shown` entries are shown, the others are to be found. A model learns from all other owners.
    ///
    /// Which owners are held out depends on the seed, `held_out_share` and `max_held_out` alone: one trained model can be asked
    /// with 1, 5, 10, 25 and 100 entries. Titles of playlists are not used, so nobody is asked with nothing shown.
    Continuation {
        /// How many entries are shown, at least 1.
        n_shown: usize,
        /// Which ones.
        choice: Choice,
        /// Share of the owners that is held out, above 0 and at most 1; at 1 nothing is left to learn from.
        held_out_share: f64,
        /// At most so many owners are held out.
        max_held_out: usize,
        /// Owners with fewer entries left to find are not asked, at least 1: finding one of one is chance.
        min_hidden: usize,
    },
    /// A share of each owner's entries, drawn at random, is hidden. A model learns from what is shown of everybody, and each owner
    /// is asked with what he showed.
    ///
    /// Owners with fewer than [`Protocol::MIN_ENTRIES`] entries are learned from and not asked.
    PerOwner {
        /// Share of the entries that is hidden, above 0 and below 1; of each owner at least 1 entry and not all.
        hidden_share: f64,
    },
    /// Entries before a moment are shown and learned from, later ones are to be found. Owners without both are not asked.
    ///
    /// An entry counts by the moment it last happened, since that is what is kept: a song that was also heard earlier is hidden
    /// with all its plays. Entries of unknown moment are left out altogether.
    Time {
        /// The moment.
        at: Moment,
    },
}

impl Protocol {
    /// With fewer entries than this an owner is not asked under [`Protocol::PerOwner`]: a fifth of them is not one.
    pub const MIN_ENTRIES: usize = 5;

    /// Playlist continuation with the usual figures: a fifth of the owners held out, at most 5,000, at least 10 entries hidden.
    pub fn continuation(n_shown: usize, choice: Choice) -> Self {
        Self::Continuation { n_shown, choice, held_out_share: 0.2, max_held_out: 5_000, min_hidden: 10 }
    }

    /// A random fifth of each owner's entries hidden.
    pub fn per_owner() -> Self {
        Self::PerOwner { hidden_share: 0.2 }
    }

    /// Its name in files and machine-readable output.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Continuation { .. } => "continuation",
            Self::PerOwner { .. } => "per_owner",
            Self::Time { .. } => "time",
        }
    }

    /// Fails where a figure is outside its range.
    pub(crate) fn check(&self) -> Result<(), SplitError> {
        let in_range = |setting, expected, found: String, is_sound: bool| {
            if is_sound { Ok(()) } else { Err(SplitError::OutOfRange { setting, expected, found }) }
        };
        match *self {
            Self::Continuation { n_shown, choice: _, held_out_share: share, max_held_out, min_hidden } => {
                in_range("n_shown", "at least 1", n_shown.to_string(), n_shown >= 1)?;
                in_range("held_out_share", "above 0 and at most 1", share.to_string(), share > 0.0 && share <= 1.0)?;
                in_range("max_held_out", "at least 1", max_held_out.to_string(), max_held_out >= 1)?;
                in_range("min_hidden", "at least 1", min_hidden.to_string(), min_hidden >= 1)
            }
            Self::PerOwner { hidden_share: share } => {
                in_range("hidden_share", "above 0 and below 1", share.to_string(), share > 0.0 && share < 1.0)
            }
            Self::Time { .. } => Ok(()),
        }
    }

    /// Whom it asks, in words for a message.
    pub(crate) fn asks(&self) -> String {
        match self {
            Self::Continuation { n_shown, min_hidden, .. } => format!(
                "held-out playlists with at least {} recordings in the catalogue ({n_shown} shown, {min_hidden} hidden)",
                n_shown.saturating_add(*min_hidden)
            ),
            Self::PerOwner { .. } => {
                format!("playlists and listeners with at least {} recordings in the catalogue", Self::MIN_ENTRIES)
            }
            Self::Time { .. } => {
                "playlists and listeners with dated recordings before the moment and after it".to_owned()
            }
        }
    }
}

use std::{collections::BTreeMap, fmt};

use nearsong_types::{Listen, Moment};
use serde::{Deserialize, Serialize};

use crate::{FileKind, row::Reading};

/// Why a row gives no listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// An episode of a podcast.
    Podcast,
    /// A chapter of an audiobook.
    Audiobook,
    /// A row of a video file.
    Video,
    /// Played in a private session (`incognito_mode`): the listener asked that it should not count.
    PrivateSession,
    /// Without title or artist, or with Spotify's “Unknown Track” by “Unknown Artist”: withdrawn since.
    NoName,
    /// Without its time or its length.
    NoTime,
    /// Shorter than nothing or longer than a day.
    ImpossibleLength,
}

impl LeftOut {
    /// The reason in words, to follow a number of rows.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Podcast => "podcast episodes",
            Self::Audiobook => "audiobook chapters",
            Self::Video => "videos",
            Self::PrivateSession => "played in a private session",
            Self::NoName => "without title or artist, such as songs that Spotify has withdrawn",
            Self::NoTime => "without a time or a length",
            Self::ImpossibleLength => "with an impossible length (below zero or above a day)",
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// What became of the rows. `n_rows` is always `n_listens` and all that was left out, together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows read.
    pub n_rows: u64,
    /// Rows that gave a listen, duplicates included: finding those needs what is already kept.
    pub n_listens: u64,
    /// Rows that gave none, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Earliest end of a listen.
    pub first_ended_at: Option<Moment>,
    /// Latest end of a listen.
    pub last_ended_at: Option<Moment>,
}

impl Tally {
    /// All rows that gave no listen.
    pub fn n_left_out(&self) -> u64 {
        self.left_out.values().sum()
    }

    pub(crate) fn count(&mut self, reading: &Reading) {
        self.n_rows += 1;
        match reading {
            Reading::Listen(Listen { ended_at, .. }) => {
                self.n_listens += 1;
                self.reach(Some(*ended_at), Some(*ended_at));
            }
            Reading::LeftOut(reason) => *self.left_out.entry(*reason).or_default() += 1,
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.n_rows += other.n_rows;
        self.n_listens += other.n_listens;
        for (&reason, count) in &other.left_out {
            *self.left_out.entry(reason).or_default() += count;
        }
        self.reach(other.first_ended_at, other.last_ended_at);
    }

    fn reach(&mut self, first: Option<Moment>, last: Option<Moment>) {
        self.first_ended_at = [self.first_ended_at, first].into_iter().flatten().min();
        self.last_ended_at = self.last_ended_at.max(last);
    }
}

/// What one file gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// Its path as given; within an archive, `archive › path in it`.
    pub name: String,
    /// What it holds.
    pub kind: FileKind,
    /// What became of its rows.
    pub tally: Tally,
}

/// What one reading gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReport {
    /// The history files in the order in which they were read.
    pub files: Vec<FileReport>,
    /// The rows of all files.
    pub total: Tally,
    /// Files that are no listening history and were not opened.
    pub n_ignored_files: u64,
}

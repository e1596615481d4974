use serde::{Deserialize, Serialize};

use crate::{Moment, TrackId};

/// What a listening history says was played; what the catalogue knows of it is found later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Song {
    /// Spotify's id, where the source has one (account data has none).
    pub track_id: Option<TrackId>,
    /// Title as the source spells it.
    pub title: String,
    /// Artist as the source spells it; in Spotify's export this is the artist of the album.
    pub artist: String,
    /// Album title.
    pub album: Option<String>,
}

/// One play of one song.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listen {
    /// When the play stopped.
    pub ended_at: Moment,
    /// How long it was heard, in milliseconds.
    pub ms_played: u32,
    /// What was played.
    pub song: Song,
    /// How it went.
    pub outcome: Outcome,
    /// Where the row came from.
    pub source: ListenSource,
}

/// How a play went, inferred from its length and the reason it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Heard to the end, or long enough to count as heard.
    Completed,
    /// Stopped early without a sign of dislike (closed the app, ended the session).
    Partial,
    /// Left soon for another song: a sign of dislike.
    Skipped,
}

/// Where a listen was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListenSource {
    /// Spotify's extended streaming history: to the second, with ids.
    ExtendedHistory,
    /// Spotify's account data: to the minute, without ids, the last year.
    AccountData,
    /// Spotify's recently played tracks, through its Web API: the moment may be the end or the beginning, the time heard is the track's length.
    SpotifyRecent,
}

/// How a listener showed that they like a song, other than by one play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FavouriteKind {
    /// Saved it.
    Saved,
    /// It is among the most played of the last four weeks.
    TopOfMonth,
    /// Of the last six months.
    TopOfHalfYear,
    /// Of the last year.
    TopOfYear,
}

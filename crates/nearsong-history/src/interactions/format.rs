use std::fmt;

use serde::{Deserialize, Serialize};

/// What a set of interactions was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InteractionFormat {
    /// The Million Playlist Dataset or its challenge set, as generated in 2017 and 2018.
    MillionPlaylists,
    /// Other playlists in the form of the Million Playlist Dataset.
    PlaylistSlices,
    /// `user_artists.dat` of HetRec 2011.
    HetRec,
    /// Listens of a dump of ListenBrainz.
    ListenBrainz,
    /// A table with a column for users and one for items.
    Table,
}

impl InteractionFormat {
    /// Its name in records and machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MillionPlaylists => "million-playlists",
            Self::PlaylistSlices => "playlist-slices",
            Self::HetRec => "hetrec",
            Self::ListenBrainz => "listenbrainz",
            Self::Table => "table",
        }
    }

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MillionPlaylists => "Million Playlist Dataset",
            Self::PlaylistSlices => "playlists in the form of the Million Playlist Dataset",
            Self::HetRec => "Last.fm of HetRec 2011",
            Self::ListenBrainz => "listens of ListenBrainz",
            Self::Table => "a table of users and items",
        }
    }

    /// The terms under which the set was published, where the format tells which set it is.
    pub const fn licence(self) -> Option<&'static str> {
        match self {
            Self::MillionPlaylists => {
                Some("research, non-commercial, not to be passed on: the terms of the challenge on AIcrowd")
            }
            Self::HetRec => Some("research, non-commercial: the terms of GroupLens and of Last.fm"),
            Self::ListenBrainz => Some("CC0"),
            Self::PlaylistSlices | Self::Table => None,
        }
    }

    /// Where the set was published, where the format tells which set it is.
    pub const fn origin(self) -> Option<&'static str> {
        match self {
            Self::MillionPlaylists => {
                Some("https://www.aicrowd.com/challenges/spotify-million-playlist-dataset-challenge")
            }
            Self::HetRec => Some("https://grouplens.org/datasets/hetrec-2011/"),
            Self::ListenBrainz => Some("https://listenbrainz.org/data/"),
            Self::PlaylistSlices | Self::Table => None,
        }
    }
}

impl fmt::Display for InteractionFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

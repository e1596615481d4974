use serde::{Deserialize, Serialize};

/// Something in a set of interactions that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionFault {
    /// A playlist or listener of whom nothing is left.
    EmptyOwner,
    /// A row that does not say whose it is.
    NoUser,
    /// An entry without a usable id, key or name.
    NoItem,
    /// An id that is no track's, among track ids: a local file, an episode.
    NotATrack,
    /// A weight that is no number, or not above 0.
    BadWeight,
    /// A time that cannot be read.
    BadTime,
    /// A text longer than any real one.
    LongText,
    /// A text that is not UTF-8.
    NotUtf8,
    /// An artist of whom the file of names has no name.
    Unnamed,
}

impl InteractionFault {
    /// The fault in words, to follow a number.
    pub const fn words(self) -> &'static str {
        match self {
            Self::EmptyOwner => "playlists or listeners of whom nothing can be used",
            Self::NoUser => "rows without a user",
            Self::NoItem => "entries without an id or a name",
            Self::NotATrack => "entries that are no track of Spotify's, such as local files and episodes",
            Self::BadWeight => "weights that are no number above 0",
            Self::BadTime => "times that cannot be read",
            Self::LongText => "texts longer than any real one",
            Self::NotUtf8 => "texts that are not UTF-8",
            Self::Unnamed => "artists without a name",
        }
    }

    /// What is done about it.
    pub const fn done(self) -> &'static str {
        match self {
            Self::BadTime => "kept without a time",
            Self::NotUtf8 => "read as Latin-1",
            Self::Unnamed => "kept without a name",
            _ => "left out",
        }
    }
}

use std::fmt;

/// Calls that Spotify counts together, as far as known: its quota is by groups of endpoints that it does not publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Tokens.
    Accounts,
    /// `/me`.
    Profile,
    /// `/me/top`.
    Top,
    /// `/me/player/recently-played`.
    RecentlyPlayed,
    /// `/me/tracks`, `/me/library`.
    Library,
    /// Reading playlists.
    PlaylistRead,
    /// Writing playlists.
    PlaylistWrite,
    /// Covers: they have a rate limit of their own.
    Cover,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Accounts,
        Self::Profile,
        Self::Top,
        Self::RecentlyPlayed,
        Self::Library,
        Self::PlaylistRead,
        Self::PlaylistWrite,
        Self::Cover,
    ];

    /// A short name that stays the same, to keep it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Profile => "profile",
            Self::Top => "top",
            Self::RecentlyPlayed => "recently-played",
            Self::Library => "library",
            Self::PlaylistRead => "playlist-read",
            Self::PlaylistWrite => "playlist-write",
            Self::Cover => "cover",
        }
    }

    /// The family of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }
}

impl fmt::Display for Family {
    /// As a person would say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accounts => "sign-in",
            Self::Profile => "profile",
            Self::Top => "top tracks",
            Self::RecentlyPlayed => "recent plays",
            Self::Library => "saved tracks",
            Self::PlaylistRead => "reading playlists",
            Self::PlaylistWrite => "writing playlists",
            Self::Cover => "covers",
        })
    }
}

use std::{collections::BTreeSet, fmt};

/// One permission that a person can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// `user-top-read`: the most played tracks and artists.
    TopRead,
    /// `user-read-recently-played`: the latest 50 plays.
    RecentlyPlayed,
    /// `user-library-read`: saved tracks.
    LibraryRead,
    /// `playlist-read-private`: the person's own playlists, to find again what was made.
    PlaylistRead,
    /// `playlist-modify-private`: make and change playlists that are not on the profile.
    PlaylistModifyPrivate,
    /// `playlist-modify-public`: make and change playlists that are.
    PlaylistModifyPublic,
    /// `ugc-image-upload`: give a playlist a cover.
    ImageUpload,
}

const NAMES: [(Scope, &str); 7] = [
    (Scope::TopRead, "user-top-read"),
    (Scope::RecentlyPlayed, "user-read-recently-played"),
    (Scope::LibraryRead, "user-library-read"),
    (Scope::PlaylistRead, "playlist-read-private"),
    (Scope::PlaylistModifyPrivate, "playlist-modify-private"),
    (Scope::PlaylistModifyPublic, "playlist-modify-public"),
    (Scope::ImageUpload, "ugc-image-upload"),
];

impl Scope {
    /// Spotify's name of it.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(scope, _)| *scope == self).map_or("", |(_, name)| name)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// These.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self(scopes.into_iter().collect())
    }

    /// What reading a listener's taste needs.
    pub fn reading() -> Self {
        Self::of([Scope::TopRead, Scope::RecentlyPlayed, Scope::LibraryRead])
    }

    /// What writing playlists needs. Spotify's texts do not say which of the two a playlist off the profile needs to be taken out of the
    /// library again, so that both are asked for.
    pub fn writing() -> Self {
        Self::of([Scope::PlaylistRead, Scope::PlaylistModifyPrivate, Scope::PlaylistModifyPublic])
    }

    /// What a cover of one's own needs beside [`writing`](Self::writing).
    pub fn covers() -> Self {
        Self::of([Scope::ImageUpload])
    }

    /// Both sets in one.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Reads the form that Spotify sends: names with spaces between. Unknown ones are passed over.
    pub fn parse(text: &str) -> Self {
        let known = |name: &str| NAMES.iter().find(|(_, known)| *known == name).map(|(scope, _)| *scope);
        Self(text.split_whitespace().filter_map(known).collect())
    }

    /// Whether all of `others` are in it.
    pub fn include(&self, others: &Self) -> bool {
        others.0.is_subset(&self.0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Scopes {
    /// The form that Spotify reads: names with spaces between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.name()).collect();
        f.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        let all = Scopes::reading().and(Scopes::writing()).and(Scopes::covers());
        assert_eq!(Scopes::parse(&all.to_string()), all);
        assert!(NAMES.iter().all(|(scope, name)| scope.name() == *name && all.to_string().contains(name)));
        assert_eq!(Scopes::parse("user-read-email user-top-read"), Scopes::of([Scope::TopRead]));
    }

    #[test]
    fn reading_and_writing_are_apart() {
        assert!(!Scopes::reading().include(&Scopes::writing()) && !Scopes::writing().include(&Scopes::reading()));
        assert!(Scopes::reading().and(Scopes::writing()).include(&Scopes::writing()));
        assert!(Scopes::parse("").is_empty());
    }
}

use crate::{Artist, Client, Family, Page, PlayedTrack, SavedTrack, Scope, Scopes, SpotifyError, Track, http::Request};

/// Most entries on a page.
const PAGE: u32 = 50;

/// A time that favourites are counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeRange {
    /// About four weeks.
    Short,
    /// About six months.
    Medium,
    /// About a year.
    Long,
}

impl TimeRange {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Short, Self::Medium, Self::Long];

    fn name(self) -> &'static str {
        match self {
            Self::Short => "short_term",
            Self::Medium => "medium_term",
            Self::Long => "long_term",
        }
    }
}

impl Client<'_> {
    /// The most played tracks of a time, the first 50 from `offset` on: `GET /me/top/tracks`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn top_tracks(&self, range: TimeRange, offset: u32) -> Result<Page<Track>, SpotifyError> {
        let path = format!("/me/top/tracks?time_range={}&limit={PAGE}&offset={offset}", range.name());
        let request = Request::get("your top tracks", self.url(&path));
        let answer = self.call(Family::Top, &Scopes::of([Scope::TopRead]), &request)?;
        Page::read(request.what, &answer, Track::read)
    }

    /// The most played artists of a time, the first 50 from `offset` on: `GET /me/top/artists`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn top_artists(&self, range: TimeRange, offset: u32) -> Result<Page<Artist>, SpotifyError> {
        let path = format!("/me/top/artists?time_range={}&limit={PAGE}&offset={offset}", range.name());
        let request = Request::get("your top artists", self.url(&path));
        let answer = self.call(Family::Top, &Scopes::of([Scope::TopRead]), &request)?;
        Page::read(request.what, &answer, Artist::read)
    }

    /// The latest plays, the newest first; Spotify tells of 50 and no more: `GET /me/player/recently-played`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn recently_played(&self) -> Result<Page<PlayedTrack>, SpotifyError> {
        let request = Request::get("your recent plays", self.url(&format!("/me/player/recently-played?limit={PAGE}")));
        let answer = self.call(Family::RecentlyPlayed, &Scopes::of([Scope::RecentlyPlayed]), &request)?;
        Page::read(request.what, &answer, PlayedTrack::read)
    }

    /// The saved tracks, the newest first, 50 from `offset` on: `GET /me/tracks`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn saved_tracks(&self, offset: u32) -> Result<Page<SavedTrack>, SpotifyError> {
        let request = Request::get("your saved tracks", self.url(&format!("/me/tracks?limit={PAGE}&offset={offset}")));
        let answer = self.call(Family::Library, &Scopes::of([Scope::LibraryRead]), &request)?;
        Page::read(request.what, &answer, SavedTrack::read)
    }
}

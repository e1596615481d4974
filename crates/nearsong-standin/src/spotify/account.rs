use std::collections::BTreeSet;

use nearsong_types::{Moment, TrackId};
use serde_json::{Value, json};

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotifyUser {
    /// The user id, part of URIs and links.
    pub id: String,
    /// The stable pseudonymous id that accounts are to be linked on.
    pub account_id: String,
    /// The name shown; `null` where there is none.
    pub display_name: Option<String>,
}

impl SpotifyUser {
    /// A user whose account id follows from the id.
    pub fn new(id: &str, display_name: &str) -> Self {
        Self { id: id.to_owned(), account_id: format!("account-of-{id}"), display_name: Some(display_name.to_owned()) }
    }
}

/// How far back a ranking of tracks or artists looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeRange {
    /// About four weeks: `short_term`.
    Short,
    /// About six months: `medium_term`, which is meant where a request names none.
    Medium,
    /// About a year: `long_term`.
    Long,
}

impl TimeRange {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Short, Self::Medium, Self::Long];

    /// The name in requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Short => "short_term",
            Self::Medium => "medium_term",
            Self::Long => "long_term",
        }
    }
}

/// One user and all that is kept about their listening.
pub(crate) struct Account {
    pub(crate) user: SpotifyUser,
    /// Whether the app's owner put them on the allow-list.
    pub(crate) is_allowed: bool,
    /// Newest first.
    pub(crate) saved: Vec<(Moment, TrackId)>,
    /// Newest first.
    pub(crate) plays: Vec<(Moment, TrackId)>,
    /// By [`TimeRange`], best first.
    pub(crate) top_tracks: [Vec<TrackId>; 3],
    /// Names, by [`TimeRange`], best first.
    pub(crate) top_artists: [Vec<String>; 3],
    /// URIs in the library other than tracks and own playlists.
    pub(crate) others: BTreeSet<String>,
}

impl Account {
    pub(crate) fn new(user: SpotifyUser) -> Self {
        Self {
            user,
            is_allowed: true,
            saved: Vec::new(),
            plays: Vec::new(),
            top_tracks: Default::default(),
            top_artists: Default::default(),
            others: BTreeSet::new(),
        }
    }

    /// What `GET /me` says.
    pub(crate) fn profile(&self, api_url: &str) -> Value {
        let mut profile = self.simple(api_url);
        profile["account_id"] = json!(self.user.account_id);
        profile["images"] = json!([]);
        profile
    }

    /// The user as the owner of something.
    pub(crate) fn simple(&self, api_url: &str) -> Value {
        let id = &self.user.id;
        json!({
            "id": id,
            "display_name": self.user.display_name,
            "type": "user",
            "uri": format!("spotify:user:{id}"),
            "href": format!("{api_url}/users/{id}"),
            "external_urls": { "spotify": format!("https://open.spotify.com/user/{id}") },
        })
    }
}

/// Puts a dated track into a list that has its newest first; later ones of one moment come before earlier ones.
pub(crate) fn insert_newest_first(list: &mut Vec<(Moment, TrackId)>, at: Moment, track: TrackId) {
    let place = list.partition_point(|&(other, _)| other > at);
    list.insert(place, (at, track));
}

use nearsong_types::{Track, TrackId};
use serde_json::{Value, json};

use super::ids;

/// A track as the stand-in knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotifyTrack {
    /// The id; a playlist holds its `spotify:track:` URI.
    pub id: TrackId,
    /// The title.
    pub title: String,
    /// Names, the main artist first, at least one.
    pub artists: Vec<String>,
    /// The album's title.
    pub album: String,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub release_date: String,
    /// Length in milliseconds.
    pub duration_ms: u32,
    /// Whether the lyrics are marked explicit.
    pub explicit: bool,
    /// The recording's code, shared by all tracks of one recording.
    pub isrc: Option<String>,
}

impl SpotifyTrack {
    /// A track of three minutes by one artist, on an album of its name, for tests.
    pub fn new(id: TrackId, title: &str, artist: &str) -> Self {
        Self {
            id,
            title: title.to_owned(),
            artists: vec![artist.to_owned()],
            album: title.to_owned(),
            release_date: "2020".to_owned(),
            duration_ms: 180_000,
            explicit: false,
            isrc: None,
        }
    }

    /// A track of a catalogue; what the catalogue does not know gets a plain stand-in (“Untitled”, three minutes).
    pub fn from_catalogue(track: &Track, isrc: Option<String>) -> Self {
        let title = track.title.clone().unwrap_or_else(|| "Untitled".to_owned());
        Self {
            id: track.id,
            album: track.album.clone().unwrap_or_else(|| title.clone()),
            title,
            artists: if track.artists.is_empty() { vec!["Nobody".to_owned()] } else { track.artists.clone() },
            release_date: track.release_date.clone().unwrap_or_else(|| "2020".to_owned()),
            duration_ms: track.duration_ms.unwrap_or(180_000),
            explicit: track.explicit == Some(true),
            isrc,
        }
    }

    pub(crate) fn main_artist(&self) -> &str {
        self.artists.first().map_or("Nobody", String::as_str)
    }

    /// The full track object of the Web API.
    pub(crate) fn to_json(&self, api_url: &str) -> Value {
        json!({
            "album": self.album_json(api_url),
            "artists": self.artists.iter().map(|name| artist_json(name, api_url)).collect::<Vec<_>>(),
            "disc_number": 1,
            "duration_ms": self.duration_ms,
            "explicit": self.explicit,
            "external_ids": self.isrc.as_ref().map_or_else(|| json!({}), |isrc| json!({ "isrc": isrc })),
            "external_urls": { "spotify": self.id.url() },
            "href": format!("{api_url}/tracks/{}", self.id),
            "id": self.id,
            "is_local": false,
            "is_playable": true,
            "name": self.title,
            "preview_url": null,
            "track_number": 1,
            "type": "track",
            "uri": self.id.uri(),
        })
    }

    fn album_json(&self, api_url: &str) -> Value {
        let id = ids::id_of(&format!("{} by {}", self.album, self.main_artist()));
        json!({
            "album_type": "album",
            "artists": [artist_json(self.main_artist(), api_url)],
            "external_urls": { "spotify": format!("https://open.spotify.com/album/{id}") },
            "href": format!("{api_url}/albums/{id}"),
            "id": id,
            "images": [],
            "name": self.album,
            "release_date": self.release_date,
            "release_date_precision": match self.release_date.len() { 4 => "year", 7 => "month", _ => "day" },
            "total_tracks": 12,
            "type": "album",
            "uri": format!("spotify:album:{id}"),
        })
    }
}

/// The simplified artist object.
pub(crate) fn artist_json(name: &str, api_url: &str) -> Value {
    let id = ids::id_of(name);
    json!({
        "external_urls": { "spotify": format!("https://open.spotify.com/artist/{id}") },
        "href": format!("{api_url}/artists/{id}"),
        "id": id,
        "name": name,
        "type": "artist",
        "uri": format!("spotify:artist:{id}"),
    })
}

/// The full artist object: its genres are there and always empty.
pub(crate) fn full_artist_json(name: &str, api_url: &str) -> Value {
    let mut artist = artist_json(name, api_url);
    artist["genres"] = json!([]);
    artist["images"] = json!([]);
    artist
}

use nearsong_types::{Moment, Song, TrackId};
use serde_json::Value;

use crate::wire::{count, list, moment, text};

/// A track as Spotify tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Its id.
    pub id: TrackId,
    /// Its title.
    pub title: String,
    /// Its artists, the first one first; none where Spotify does not say.
    pub artists: Vec<String>,
    /// Its album.
    pub album: Option<String>,
    /// Its length, in milliseconds.
    pub duration_ms: Option<u32>,
}

impl Track {
    /// Reads a track; `None` for episodes, local files and what was withdrawn.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        if text(value, "type").is_some_and(|kind| kind != "track") {
            return None;
        }
        Some(Self {
            id: text(value, "id")?.parse().ok()?,
            title: text(value, "name")?,
            artists: list(value, "artists").iter().filter_map(|artist| text(artist, "name")).collect(),
            album: value.get("album").and_then(|album| text(album, "name")),
            duration_ms: count(value, "duration_ms"),
        })
    }

    /// The song that it is, by the name of its first artist as exports have it; `None` where there is no artist.
    pub fn song(&self) -> Option<Song> {
        let artist = self.artists.first()?.clone();
        Some(Song { track_id: Some(self.id), title: self.title.clone(), artist, album: self.album.clone() })
    }
}

/// One of the latest plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedTrack {
    /// About when the play ended; Spotify does not say whether it means the end or the beginning.
    pub played_at: Moment,
    /// What was played.
    pub track: Track,
}

impl PlayedTrack {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self { played_at: moment(value, "played_at")?, track: Track::read(value.get("track")?)? })
    }
}

/// A track that the person saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedTrack {
    /// When.
    pub added_at: Moment,
    /// What.
    pub track: Track,
}

impl SavedTrack {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self { added_at: moment(value, "added_at")?, track: Track::read(value.get("track")?)? })
    }
}

/// An artist as Spotify tells of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artist {
    /// Spotify's id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl Artist {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self { id: text(value, "id")?, name: text(value, "name")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tracks_are_read_with_most_fields_missing() {
        let track = Track::read(&json!({"id": "11dFghVXANMlKmJXsNCbNl", "name": "Song"})).unwrap();
        assert_eq!((track.artists.len(), &track.album, track.duration_ms, track.song()), (0, &None, None, None));
        let whole = json!({"id": "11dFghVXANMlKmJXsNCbNl", "name": "Song", "type": "track", "duration_ms": 207959,
            "artists": [{"name": "Ada"}, null, {"name": "Ben"}], "album": {"name": "Album"}});
        let song = Track::read(&whole).unwrap().song().unwrap();
        assert_eq!((song.artist.as_str(), song.album.as_deref()), ("Ada", Some("Album")));
    }

    #[test]
    fn what_is_no_track_is_none() {
        for value in [
            json!(null),
            json!({"id": null, "name": "Local file", "is_local": true}),
            json!({"id": "11dFghVXANMlKmJXsNCbNl", "name": "Talk", "type": "episode"}),
            json!({"id": "too short", "name": "Song"}),
            json!({"id": "11dFghVXANMlKmJXsNCbNl"}),
        ] {
            assert_eq!(Track::read(&value), None, "{value}");
        }
        assert_eq!(PlayedTrack::read(&json!({"track": null, "played_at": "2026-11-22T20:14:05Z"})), None);
        assert_eq!(SavedTrack::read(&json!({"added_at": "2026-11-22T20:14:05Z"})), None);
    }
}

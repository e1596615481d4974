use std::collections::BTreeMap;

use nearsong_types::TrackId;

use super::{SpotifyTrack, ids};

/// All tracks there are.
#[derive(Default)]
pub(crate) struct Music {
    tracks: BTreeMap<TrackId, SpotifyTrack>,
    /// Names by id.
    artists: BTreeMap<String, String>,
}

impl Music {
    pub(crate) fn add(&mut self, track: SpotifyTrack) {
        for name in &track.artists {
            self.artists.entry(ids::id_of(name)).or_insert_with(|| name.clone());
        }
        self.tracks.insert(track.id, track);
    }

    pub(crate) fn track(&self, id: TrackId) -> Option<&SpotifyTrack> {
        self.tracks.get(&id)
    }

    pub(crate) fn artist(&self, id: &str) -> Option<&str> {
        self.artists.get(id).map(String::as_str)
    }

    /// Every track, by id.
    pub(crate) fn tracks(&self) -> impl Iterator<Item = &SpotifyTrack> {
        self.tracks.values()
    }

    /// Names of every artist, by id.
    pub(crate) fn artists(&self) -> impl Iterator<Item = &str> {
        self.artists.values().map(String::as_str)
    }
}

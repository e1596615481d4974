use nearsong_types::{Moment, TrackId};
use rusqlite::{OptionalExtension, Row, params};

use crate::{ListenerId, Store, StoreError};

/// A playlist at Spotify that Nearsong made: what it should hold, and how far that has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotifyPlaylist {
    /// How Nearsong calls it, for one listener.
    pub handle: String,
    /// Spotify's id; `None` until it is known to have been made.
    pub spotify_id: Option<String>,
    /// Whether it was asked to be made, and may have been, but no id has been heard yet.
    pub is_creating: bool,
    /// Title wanted.
    pub title: String,
    /// Description wanted.
    pub description: String,
    /// Tracks wanted, in order.
    pub tracks: Vec<TrackId>,
    /// Whether title and description are as wanted.
    pub has_details: bool,
    /// How many tracks, from the first on, are known to be as wanted.
    pub n_written: u32,
    /// Whether the next tracks were asked to be added, and may have been, but nothing was heard yet.
    pub is_adding: bool,
    /// Spotify's mark of its content after the last write.
    pub snapshot_id: Option<String>,
    /// When all was as wanted; `None` while it is not.
    pub written_at: Option<Moment>,
}

impl SpotifyPlaylist {
    /// One that has not been made yet.
    pub fn new(handle: &str) -> Self {
        Self {
            handle: handle.to_owned(),
            spotify_id: None,
            is_creating: false,
            title: String::new(),
            description: String::new(),
            tracks: Vec::new(),
            has_details: false,
            n_written: 0,
            is_adding: false,
            snapshot_id: None,
            written_at: None,
        }
    }
}

const COLUMNS: &str = "handle, spotify_id, is_creating, title, description, tracks, has_details, n_written, is_adding,
                       snapshot_id, written_at";

impl Store {
    /// A listener's playlist of that handle.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn spotify_playlist(&self, listener: ListenerId, handle: &str) -> Result<Option<SpotifyPlaylist>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM spotify_playlist WHERE listener_id = ?1 AND handle = ?2");
        let found = self.connection.query_row(&sql, params![listener.0, handle], playlist_of);
        found.optional().map_err(self.failed())
    }

    /// All playlists that were made for a listener, by handle.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn spotify_playlists(&self, listener: ListenerId) -> Result<Vec<SpotifyPlaylist>, StoreError> {
        let failed = self.failed();
        let sql = format!("SELECT {COLUMNS} FROM spotify_playlist WHERE listener_id = ?1 ORDER BY handle");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        let rows = statement.query_map([listener.0], playlist_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Keeps a playlist as it is now, in place of what was kept of it.
    ///
    /// # Errors
    /// [`StoreError::Database`] where its Spotify id is that of another one, [`StoreError::Locked`], [`StoreError::DiskFull`].
    pub fn keep_spotify_playlist(&self, listener: ListenerId, playlist: &SpotifyPlaylist) -> Result<(), StoreError> {
        let sql = "INSERT INTO spotify_playlist
                       (listener_id, handle, spotify_id, is_creating, title, description, tracks, has_details, n_written,
                        is_adding, snapshot_id, written_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                   ON CONFLICT (listener_id, handle) DO UPDATE SET
                       spotify_id = ?3, is_creating = ?4, title = ?5, description = ?6, tracks = ?7, has_details = ?8,
                       n_written = ?9, is_adding = ?10, snapshot_id = ?11, written_at = ?12";
        let tracks: Vec<_> = playlist.tracks.iter().map(TrackId::as_str).collect();
        let row = params![
            listener.0,
            playlist.handle,
            playlist.spotify_id,
            playlist.is_creating,
            playlist.title,
            playlist.description,
            tracks.join(" "),
            playlist.has_details,
            playlist.n_written,
            playlist.is_adding,
            playlist.snapshot_id,
            playlist.written_at.map(Moment::micros),
        ];
        self.connection.prepare_cached(sql).and_then(|mut kept| kept.execute(row)).map_err(self.failed())?;
        Ok(())
    }

    /// Forgets a playlist; at Spotify it stays.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn forget_spotify_playlist(&self, listener: ListenerId, handle: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM spotify_playlist WHERE listener_id = ?1 AND handle = ?2";
        self.connection.execute(sql, params![listener.0, handle]).map_err(self.failed())?;
        Ok(())
    }
}

fn playlist_of(row: &Row<'_>) -> rusqlite::Result<SpotifyPlaylist> {
    let tracks: String = row.get(5)?;
    let tracks: Result<Vec<TrackId>, _> = tracks.split_whitespace().map(str::parse).collect();
    Ok(SpotifyPlaylist {
        handle: row.get(0)?,
        spotify_id: row.get(1)?,
        is_creating: row.get(2)?,
        title: row.get(3)?,
        description: row.get(4)?,
        tracks: tracks.map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, Box::new(error))
        })?,
        has_details: row.get(6)?,
        n_written: row.get(7)?,
        is_adding: row.get(8)?,
        snapshot_id: row.get(9)?,
        written_at: row.get::<_, Option<i64>>(10)?.map(Moment::from_micros),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataDir;

    #[test]
    fn playlists_are_kept_by_listener_and_handle() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(&DataDir::open_or_create(directory.path()).unwrap()).unwrap();
        let anna = store.add_listener("anna", "UTC", Moment::from_seconds(1)).unwrap().id;
        let ben = store.add_listener("ben", "UTC", Moment::from_seconds(1)).unwrap().id;
        let mut playlist = SpotifyPlaylist::new("weekly");
        store.keep_spotify_playlist(anna, &playlist).unwrap();
        assert_eq!(store.spotify_playlist(anna, "weekly").unwrap(), Some(playlist.clone()));
        playlist.spotify_id = Some("37i".to_owned());
        playlist.tracks = vec!["11dFghVXANMlKmJXsNCbNl".parse().unwrap(), "5SuOikwiRyPMVoIQDJUgSV".parse().unwrap()];
        (playlist.n_written, playlist.written_at) = (2, Some(Moment::from_seconds(9)));
        store.keep_spotify_playlist(anna, &playlist).unwrap();
        let taken = SpotifyPlaylist { handle: "other".to_owned(), ..playlist.clone() };
        assert!(store.keep_spotify_playlist(ben, &taken).is_err(), "one playlist at Spotify is one here");
        assert_eq!(store.spotify_playlists(anna).unwrap(), [playlist]);
        assert_eq!(store.spotify_playlist(ben, "weekly").unwrap(), None);
        store.forget_spotify_playlist(anna, "weekly").unwrap();
        assert_eq!(store.spotify_playlists(anna).unwrap(), []);
    }
}

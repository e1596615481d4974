use nearsong_types::{Moment, TrackId};
use rusqlite::{OptionalExtension, Row, params};

use crate::{ListenerId, Store, StoreError};

/// Number of a playlist; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaylistId(pub(crate) i64);

impl PlaylistId {
    /// The number.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// A playlist that keeps itself fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistRecord {
    /// Its number.
    pub id: PlaylistId,
    /// Its name, for one listener.
    pub name: String,
    /// The rules, as they were given.
    pub recipe_json: String,
    /// When it was added.
    pub added_at: Moment,
}

/// A song that a listener decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedSong {
    /// The track.
    pub track_id: TrackId,
    /// Its title, as it was then.
    pub title: String,
    /// Its artists, as they were then.
    pub artists: String,
    /// When.
    pub at: Moment,
    /// Why; empty where it was said.
    pub why: String,
}

impl Store {
    /// Adds a playlist.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the listener has one of this name.
    pub fn add_playlist(
        &mut self,
        listener: ListenerId,
        name: &str,
        recipe_json: &str,
        at: Moment,
    ) -> Result<PlaylistRecord, StoreError> {
        if self.playlist(listener, name)?.is_some() {
            return Err(StoreError::Conflict {
                what: format!("there is a playlist “{name}” already: choose another name, or nearsong playlists edit"),
            });
        }
        let sql = "INSERT INTO playlist (listener_id, name, recipe_json, added_at) VALUES (?1, ?2, ?3, ?4)";
        let row = params![listener.0, name, recipe_json, at.micros()];
        self.connection.execute(sql, row).map_err(self.failed())?;
        self.playlist(listener, name)?.ok_or_else(|| StoreError::not_found(format!("playlist “{name}”")))
    }

    /// A listener's playlist by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn playlist(&self, listener: ListenerId, name: &str) -> Result<Option<PlaylistRecord>, StoreError> {
        let sql = "SELECT id, name, recipe_json, added_at FROM playlist WHERE listener_id = ?1 AND name = ?2";
        let found = self.connection.query_row(sql, params![listener.0, name], playlist_of);
        found.optional().map_err(self.failed())
    }

    /// A listener's playlists, in the order of adding.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn playlists(&self, listener: ListenerId) -> Result<Vec<PlaylistRecord>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT id, name, recipe_json, added_at FROM playlist WHERE listener_id = ?1 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([listener.0], playlist_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Gives a playlist other rules; its editions keep theirs.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`].
    pub fn set_recipe(&self, playlist: PlaylistId, recipe_json: &str) -> Result<(), StoreError> {
        let sql = "UPDATE playlist SET recipe_json = ?2 WHERE id = ?1";
        self.connection.execute(sql, params![playlist.0, recipe_json]).map_err(self.failed())?;
        Ok(())
    }

    /// Deletes a playlist with its editions and pins; gives how many editions there were.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`]; then nothing was deleted.
    pub fn remove_playlist(&mut self, playlist: PlaylistId) -> Result<u64, StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::database(&path, source);
        let transaction = self.begin()?;
        transaction.execute("DELETE FROM pinned_song WHERE playlist_id = ?1", [playlist.0]).map_err(failed)?;
        let n = transaction.execute("DELETE FROM edition WHERE playlist_id = ?1", [playlist.0]).map_err(failed)?;
        transaction.execute("DELETE FROM playlist WHERE id = ?1", [playlist.0]).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(n as u64)
    }

    /// Songs that stay in a playlist, in the order of pinning.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn pins(&self, playlist: PlaylistId) -> Result<Vec<DecidedSong>, StoreError> {
        let sql = "SELECT track_id, title, artists, pinned_at, why FROM pinned_song
                   WHERE playlist_id = ?1 ORDER BY pinned_at, track_id";
        self.decided(sql, playlist.0)
    }

    /// Keeps a song in a playlist from now on, also one that was banned; nothing changes where it is kept already.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`]; then nothing has changed.
    pub fn pin(&mut self, listener: ListenerId, playlist: PlaylistId, song: &DecidedSong) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::database(&path, source);
        let transaction = self.begin()?;
        let unban = "DELETE FROM banned_song WHERE listener_id = ?1 AND track_id = ?2";
        transaction.execute(unban, params![listener.0, song.track_id.as_str()]).map_err(failed)?;
        let pin = "INSERT INTO pinned_song (playlist_id, track_id, title, artists, pinned_at, why)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
        let DecidedSong { track_id, title, artists, at, why } = song;
        let row = params![playlist.0, track_id.as_str(), title, artists, at.micros(), why];
        transaction.execute(pin, row).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    /// Lets a pinned song go with the next refresh; gives whether it was pinned.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn unpin(&self, playlist: PlaylistId, track: TrackId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM pinned_song WHERE playlist_id = ?1 AND track_id = ?2";
        let n = self.connection.execute(sql, params![playlist.0, track.as_str()]).map_err(self.failed())?;
        Ok(n > 0)
    }

    /// Songs that a listener wants in no playlist, in the order of banning.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn bans(&self, listener: ListenerId) -> Result<Vec<DecidedSong>, StoreError> {
        let sql = "SELECT track_id, title, artists, banned_at, why FROM banned_song
                   WHERE listener_id = ?1 ORDER BY banned_at, track_id";
        self.decided(sql, listener.0)
    }

    /// Keeps a song out of all of a listener's playlists, also of those that it was pinned in; nothing changes where it is out already.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`]; then nothing has changed.
    pub fn ban(&mut self, listener: ListenerId, song: &DecidedSong) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::database(&path, source);
        let transaction = self.begin()?;
        let unpin = "DELETE FROM pinned_song WHERE track_id = ?2
                     AND playlist_id IN (SELECT id FROM playlist WHERE listener_id = ?1)";
        transaction.execute(unpin, params![listener.0, song.track_id.as_str()]).map_err(failed)?;
        let ban = "INSERT INTO banned_song (listener_id, track_id, title, artists, banned_at, why)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
        let DecidedSong { track_id, title, artists, at, why } = song;
        let row = params![listener.0, track_id.as_str(), title, artists, at.micros(), why];
        transaction.execute(ban, row).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    /// Lets a banned song in again; gives whether it was banned.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn unban(&self, listener: ListenerId, track: TrackId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM banned_song WHERE listener_id = ?1 AND track_id = ?2";
        let n = self.connection.execute(sql, params![listener.0, track.as_str()]).map_err(self.failed())?;
        Ok(n > 0)
    }

    fn decided(&self, sql: &str, of: i64) -> Result<Vec<DecidedSong>, StoreError> {
        let failed = self.failed();
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([of], |row| {
            Ok(DecidedSong {
                track_id: track_of(row, 0)?,
                title: row.get(1)?,
                artists: row.get(2)?,
                at: Moment::from_micros(row.get(3)?),
                why: row.get(4)?,
            })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }
}

fn track_of(row: &Row<'_>, column: usize) -> rusqlite::Result<TrackId> {
    row.get::<_, String>(column)?.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn playlist_of(row: &Row<'_>) -> rusqlite::Result<PlaylistRecord> {
    Ok(PlaylistRecord {
        id: PlaylistId(row.get(0)?),
        name: row.get(1)?,
        recipe_json: row.get(2)?,
        added_at: Moment::from_micros(row.get(3)?),
    })
}

use nearsong_types::{Listen, Moment};
use rusqlite::{Transaction, params};

use crate::{
    ListenerId, Reading, Store, StoreError,
    favourites::keep_reading,
    imports::{number_of_outcome, number_of_source},
    same_play::SamePlay,
    songs::{SongIds, delete_with_songs},
};

/// What became of plays that Spotify told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptPlays {
    /// They were not known.
    pub n_new: u64,
    /// They were known, from Spotify or from an export.
    pub n_known: u64,
}

/// What a disconnection deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disconnected {
    /// Whether there were tokens.
    pub had_tokens: bool,
    /// Plays that Spotify told of.
    pub n_plays: u64,
    /// Saved and most played songs.
    pub n_favourites: u64,
    /// Playlists that are no longer known; at Spotify they stay.
    pub n_playlists: u64,
    /// Songs that were put into playlists or taken out of them there, and were heeded.
    pub n_heeded: u64,
}

impl Store {
    /// Adds recently played tracks that neither Spotify nor an export told of before, and keeps that they were read.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`]; then nothing was added.
    pub fn keep_recent_plays(
        &mut self,
        listener: ListenerId,
        list: &str,
        plays: &[Listen],
        read_at: Moment,
    ) -> Result<KeptPlays, StoreError> {
        let path = self.path.clone();
        let transaction = self.begin()?;
        let kept = || {
            let kept = add(&transaction, listener, plays)?;
            keep_reading(&transaction, listener, list, &Reading { read_at, next_offset: None })?;
            Ok(kept)
        };
        let kept = kept().map_err(|source| StoreError::database(&path, source))?;
        transaction.commit().map_err(|source| StoreError::database(&path, source))?;
        Ok(kept)
    }

    /// Forgets plays that Spotify told of and that ended before a moment; gives how many.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`]; then nothing was forgotten.
    pub fn forget_recent_plays_before(&mut self, listener: ListenerId, moment: Moment) -> Result<u64, StoreError> {
        let path = self.path.clone();
        let transaction = self.begin()?;
        let sql = "DELETE FROM listen WHERE listener_id = ?1 AND source = 2 AND ended_at < ?2 RETURNING song_id";
        let forgotten = delete_with_songs(&transaction, sql, params![listener.0, moment.micros()]);
        let n = forgotten.map_err(|source| StoreError::database(&path, source))?;
        transaction.commit().map_err(|source| StoreError::database(&path, source))?;
        Ok(n)
    }

    /// Deletes a listener's tokens and everything that came through them. What was deleted is overwritten on the disk, too.
    ///
    /// `None` where the listener was not connected and nothing was there.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`]; then nothing was deleted.
    pub fn disconnect(&mut self, listener: ListenerId) -> Result<Option<Disconnected>, StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::database(&path, source);
        self.connection.pragma_update(None, "secure_delete", true).map_err(failed)?;
        let transaction = self.begin()?;
        let done = delete_all(&transaction, listener).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        self.connection.pragma_update(None, "secure_delete", false).map_err(failed)?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed)?;
        Ok(done)
    }
}

fn add(transaction: &Transaction<'_>, listener: ListenerId, plays: &[Listen]) -> rusqlite::Result<KeptPlays> {
    let sql = "INSERT INTO listen (listener_id, ended_at, song_id, ms_played, source, outcome)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    let mut songs = SongIds::default();
    let mut kept = KeptPlays::default();
    for play in plays {
        let is_new = !SamePlay::of(listener, play).is_in_an_export(transaction)? && {
            let song = songs.id_of(transaction, &play.song)?;
            let (source, outcome) = (number_of_source(play.source), number_of_outcome(play.outcome));
            let row = params![listener.0, play.ended_at.micros(), song, play.ms_played, source, outcome];
            transaction.prepare_cached(sql)?.execute(row)? == 1
        };
        if is_new { kept.n_new += 1 } else { kept.n_known += 1 }
    }
    Ok(kept)
}

fn delete_all(transaction: &Transaction<'_>, listener: ListenerId) -> rusqlite::Result<Option<Disconnected>> {
    let delete = |table: &str| {
        let sql = format!("DELETE FROM {table} WHERE listener_id = ?1");
        transaction.execute(&sql, [listener.0]).map(|n| n as u64)
    };
    let plays = "DELETE FROM listen WHERE listener_id = ?1 AND source = 2 RETURNING song_id";
    let favourites = "DELETE FROM favourite WHERE listener_id = ?1 RETURNING song_id";
    let heeded =
        "DELETE FROM pinned_song WHERE why <> '' AND playlist_id IN (SELECT id FROM playlist WHERE listener_id = ?1)";
    let n_heeded = transaction.execute(heeded, [listener.0])?
        + transaction
            .execute("DELETE FROM banned_song WHERE why LIKE '% at Spotify' AND listener_id = ?1", [listener.0])?;
    let n_readings = delete("spotify_reading")?;
    let done = Disconnected {
        had_tokens: delete("spotify_connection")? > 0,
        n_plays: delete_with_songs(transaction, plays, [listener.0])?,
        n_favourites: delete_with_songs(transaction, favourites, [listener.0])?,
        n_playlists: delete("spotify_playlist")?,
        n_heeded: n_heeded as u64,
    };
    Ok((n_readings > 0 || done != Disconnected::default()).then_some(done))
}

#[cfg(test)]
mod tests;

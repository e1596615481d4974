use nearsong_types::{FavouriteKind, Moment, Song};
use rusqlite::{Row, Transaction, params};

use crate::{
    ListenerId, Store, StoreError,
    songs::{SongIds, delete_with_songs},
};

/// How far a list at Spotify has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// When it was read last.
    pub read_at: Moment,
    /// Where the rest of it begins, while there is a rest.
    pub next_offset: Option<u32>,
}

impl Store {
    /// Keeps the most played songs of a time, the first one first, in place of those before, and that they were read.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`]; then those before are still there.
    pub fn keep_top(
        &mut self,
        listener: ListenerId,
        kind: FavouriteKind,
        list: &str,
        songs: &[Song],
        read_at: Moment,
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let transaction = self.begin()?;
        let kept = || {
            let before = "DELETE FROM favourite WHERE listener_id = ?1 AND kind = ?2 RETURNING song_id";
            delete_with_songs(&transaction, before, params![listener.0, number_of_kind(kind)])?;
            let ranked = (1..).zip(songs).map(|(rank, song)| (song, Some(rank), read_at));
            add(&transaction, listener, kind, ranked)?;
            keep_reading(&transaction, listener, list, &Reading { read_at, next_offset: None })
        };
        kept().map_err(|source| StoreError::database(&path, source))?;
        transaction.commit().map_err(|source| StoreError::database(&path, source))
    }

    /// Adds saved songs with the moments of saving, and keeps how far the list was read; gives how many were not known.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`]; then nothing was added.
    pub fn keep_saved(
        &mut self,
        listener: ListenerId,
        list: &str,
        songs: &[(Song, Moment)],
        reading: &Reading,
    ) -> Result<u64, StoreError> {
        let path = self.path.clone();
        let transaction = self.begin()?;
        let kept = || {
            let saved = songs.iter().map(|(song, at)| (song, None, *at));
            let n_new = add(&transaction, listener, FavouriteKind::Saved, saved)?;
            keep_reading(&transaction, listener, list, reading)?;
            Ok(n_new)
        };
        let n_new = kept().map_err(|source| StoreError::database(&path, source))?;
        transaction.commit().map_err(|source| StoreError::database(&path, source))?;
        Ok(n_new)
    }

    /// When the song was saved last that is known.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn newest_saved(&self, listener: ListenerId) -> Result<Option<Moment>, StoreError> {
        let sql = "SELECT max(at) FROM favourite WHERE listener_id = ?1 AND kind = 0";
        let newest = self.connection.query_row(sql, [listener.0], |row| row.get::<_, Option<i64>>(0));
        Ok(newest.map_err(self.failed())?.map(Moment::from_micros))
    }

    /// How many songs are kept of each kind, in the order of the kinds; kinds without any are left out.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn favourite_counts(&self, listener: ListenerId) -> Result<Vec<(FavouriteKind, u64)>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT kind, count(*) FROM favourite WHERE listener_id = ?1 GROUP BY kind ORDER BY kind";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows =
            statement.query_map([listener.0], |row| Ok((kind_of(row, 0)?, row.get::<_, i64>(1)?.cast_unsigned())));
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// How far a list has been read; `None` where it never was.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn reading(&self, listener: ListenerId, list: &str) -> Result<Option<Reading>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT read_at, next_offset FROM spotify_reading WHERE listener_id = ?1 AND list = ?2";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(params![listener.0, list]).map_err(failed)?;
        let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
        let read_at = Moment::from_micros(row.get(0).map_err(failed)?);
        Ok(Some(Reading { read_at, next_offset: row.get(1).map_err(failed)? }))
    }
}

fn add<'s>(
    transaction: &Transaction<'_>,
    listener: ListenerId,
    kind: FavouriteKind,
    songs: impl Iterator<Item = (&'s Song, Option<u32>, Moment)>,
) -> rusqlite::Result<u64> {
    let sql = "INSERT INTO favourite (listener_id, kind, song_id, rank, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    let mut ids = SongIds::default();
    let mut n_new = 0;
    for (song, rank, at) in songs {
        let song = ids.id_of(transaction, song)?;
        let row = params![listener.0, number_of_kind(kind), song, rank, at.micros()];
        n_new += transaction.prepare_cached(sql)?.execute(row)? as u64;
    }
    Ok(n_new)
}

pub(crate) fn keep_reading(
    transaction: &Transaction<'_>,
    listener: ListenerId,
    list: &str,
    reading: &Reading,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO spotify_reading (listener_id, list, read_at, next_offset) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (listener_id, list) DO UPDATE SET read_at = ?3, next_offset = ?4";
    transaction.execute(sql, params![listener.0, list, reading.read_at.micros(), reading.next_offset])?;
    Ok(())
}

fn number_of_kind(kind: FavouriteKind) -> i64 {
    match kind {
        FavouriteKind::Saved => 0,
        FavouriteKind::TopOfMonth => 1,
        FavouriteKind::TopOfHalfYear => 2,
        FavouriteKind::TopOfYear => 3,
    }
}

pub(crate) fn kind_of(row: &Row<'_>, column: usize) -> rusqlite::Result<FavouriteKind> {
    match row.get(column)? {
        0 => Ok(FavouriteKind::Saved),
        1 => Ok(FavouriteKind::TopOfMonth),
        2 => Ok(FavouriteKind::TopOfHalfYear),
        3 => Ok(FavouriteKind::TopOfYear),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(column, other)),
    }
}

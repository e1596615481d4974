use std::path::PathBuf;

use nearsong_types::{Listen, ListenSource, Moment, Outcome};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::{
    ListenerId, Store, StoreError,
    same_play::SamePlay,
    songs::{SongIds, delete_with_songs},
};

/// Number of an import; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub(crate) i64);

impl ImportId {
    /// The number.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// What became of one listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It was not known.
    New,
    /// It was not known as well; rows of account data or from Spotify that told of the same play give way to it.
    Replacing,
    /// It was known.
    Duplicate,
}

/// One import that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    /// Its number.
    pub id: ImportId,
    /// When it was made.
    pub imported_at: Moment,
    /// Listens it added.
    pub n_new: u64,
    /// Listens that were known before.
    pub n_duplicates: u64,
    /// Rows of account data or from Spotify that gave way to rows of this import.
    pub n_superseded: u64,
    /// The report as it was given to [`ImportTransaction::commit`].
    pub report_json: String,
}

/// An import that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoneImport {
    /// The import as it was.
    pub import: ImportRecord,
    /// Listens removed.
    pub n_removed: u64,
    /// Rows of account data or from Spotify that count again.
    pub n_restored: u64,
}

/// An import at work: nothing of it is kept until [`ImportTransaction::commit`]; dropped or killed, nothing ever was.
pub struct ImportTransaction<'store> {
    transaction: Transaction<'store>,
    path: PathBuf,
    listener: ListenerId,
    id: i64,
    songs: SongIds,
    has_account_rows: bool,
    has_spotify_rows: bool,
    n_new: u64,
    n_duplicates: u64,
    n_superseded: u64,
}

impl Store {
    /// Begins to import into the history of the listener of that name, who is made where there is none yet and lives in that
    /// time zone from now on. Both are part of the import: dropped or killed, neither ever was.
    ///
    /// # Errors
    /// [`StoreError::Locked`] where another process is writing.
    pub fn begin_import_as(
        &mut self,
        name: &str,
        time_zone: &str,
        at: Moment,
    ) -> Result<ImportTransaction<'_>, StoreError> {
        let path = self.path.clone();
        let transaction = self.begin()?;
        let sql = "INSERT INTO listener (name, time_zone, added_at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (name) DO UPDATE SET time_zone = excluded.time_zone RETURNING id";
        let id = transaction.query_row(sql, params![name, time_zone, at.micros()], |row| row.get(0));
        let listener = ListenerId(id.map_err(|source| StoreError::database(&path, source))?);
        ImportTransaction::new(transaction, path, listener, at)
    }

    /// Begins to import into one listener's history.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown listener, [`StoreError::Locked`] where another process is writing.
    pub fn begin_import(&mut self, listener: ListenerId, at: Moment) -> Result<ImportTransaction<'_>, StoreError> {
        let path = self.path.clone();
        ImportTransaction::new(self.begin()?, path, listener, at)
    }

    /// Takes back the last import of a listener: what it added goes, what gave way to it counts again.
    ///
    /// `None` where there is no import.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`]; then nothing was taken back.
    pub fn undo_last_import(&mut self, listener: ListenerId) -> Result<Option<UndoneImport>, StoreError> {
        let path = self.path.clone();
        let transaction = self.begin()?;
        let undone = undo(&transaction, listener).map_err(|source| StoreError::database(&path, source))?;
        transaction.commit().map_err(|source| StoreError::database(&path, source))?;
        Ok(undone)
    }

    /// All imports of a listener, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn imports(&self, listener: ListenerId) -> Result<Vec<ImportRecord>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT id, imported_at, n_new, n_duplicates, n_superseded, report_json FROM import
                   WHERE listener_id = ?1 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([listener.0], import_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}

impl<'store> ImportTransaction<'store> {
    fn new(
        transaction: Transaction<'store>,
        path: PathBuf,
        listener: ListenerId,
        at: Moment,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::database(&path, source);
        let sql = "SELECT EXISTS (SELECT 1 FROM listener WHERE id = ?1),
                   EXISTS (SELECT 1 FROM listen WHERE listener_id = ?1 AND source = 1),
                   EXISTS (SELECT 1 FROM listen WHERE listener_id = ?1 AND source = 2)";
        let asked = transaction.query_row(sql, [listener.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let (is_known, has_account_rows, has_spotify_rows): (bool, bool, bool) = asked.map_err(failed)?;
        if !is_known {
            return Err(StoreError::not_found("such listener"));
        }
        let sql = "INSERT INTO import (listener_id, imported_at, n_new, n_duplicates, n_superseded, report_json)
                   VALUES (?1, ?2, 0, 0, 0, '{}')";
        transaction.execute(sql, params![listener.0, at.micros()]).map_err(failed)?;
        let id = transaction.last_insert_rowid();
        let songs = SongIds::default();
        Ok(Self {
            transaction,
            path,
            listener,
            id,
            songs,
            has_account_rows,
            has_spotify_rows,
            n_new: 0,
            n_duplicates: 0,
            n_superseded: 0,
        })
    }
}

impl ImportTransaction<'_> {
    /// Adds one listen unless it is known.
    ///
    /// Known is a listen of the same song (by its id where it has one) that ended at the same moment after the same time, and
    /// a row of account data of which the extended history tells in the same minute, of the same length and title. What Spotify told of a
    /// play gives way to what an export says.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Database`]; the import should be dropped then.
    pub fn add(&mut self, listen: &Listen) -> Result<Added, StoreError> {
        let added = self.try_add(listen).map_err(|source| StoreError::database(&self.path, source))?;
        match added {
            Added::Duplicate => self.n_duplicates += 1,
            Added::New | Added::Replacing => self.n_new += 1,
        }
        Ok(added)
    }

    fn try_add(&mut self, listen: &Listen) -> rusqlite::Result<Added> {
        let same_play = SamePlay::of(self.listener, listen);
        let is_account_row = listen.source == ListenSource::AccountData;
        if is_account_row && same_play.is_in_extended_history(&self.transaction)? {
            return Ok(Added::Duplicate);
        }
        let song = self.songs.id_of(&self.transaction, &listen.song)?;
        if !self.insert(listen, song)? {
            return Ok(Added::Duplicate);
        }
        self.has_account_rows |= is_account_row;
        let mut n_hidden = 0;
        if self.has_account_rows && !is_account_row {
            n_hidden += same_play.supersede_account_row(&self.transaction, self.id)?;
        }
        if self.has_spotify_rows {
            n_hidden += same_play.supersede_spotify_row(&self.transaction, self.id)?;
        }
        self.n_superseded += n_hidden as u64;
        Ok(if n_hidden > 0 { Added::Replacing } else { Added::New })
    }

    fn insert(&self, listen: &Listen, song: i64) -> rusqlite::Result<bool> {
        let sql = "INSERT INTO listen (listener_id, ended_at, song_id, ms_played, source, outcome, import_id)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        let row = params![
            self.listener.0,
            listen.ended_at.micros(),
            song,
            listen.ms_played,
            number_of_source(listen.source),
            number_of_outcome(listen.outcome),
            self.id
        ];
        Ok(self.transaction.prepare_cached(sql)?.execute(row)? == 1)
    }

    /// Keeps all that was added, with a report of it for later.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Database`]; then nothing is kept.
    pub fn commit(self, report_json: &str) -> Result<ImportId, StoreError> {
        let failed = |source| StoreError::database(&self.path, source);
        let sql = "UPDATE import SET n_new = ?2, n_duplicates = ?3, n_superseded = ?4, report_json = ?5 WHERE id = ?1";
        let counts = [self.n_new, self.n_duplicates, self.n_superseded].map(u64::cast_signed);
        let row = params![self.id, counts[0], counts[1], counts[2], report_json];
        self.transaction.execute(sql, row).map_err(failed)?;
        self.transaction.commit().map_err(failed)?;
        Ok(ImportId(self.id))
    }
}

fn undo(transaction: &Transaction<'_>, listener: ListenerId) -> rusqlite::Result<Option<UndoneImport>> {
    let sql = "SELECT id, imported_at, n_new, n_duplicates, n_superseded, report_json FROM import
               WHERE listener_id = ?1 ORDER BY id DESC LIMIT 1";
    let Some(import) = transaction.query_row(sql, [listener.0], import_of).optional()? else {
        return Ok(None);
    };
    let key = params![listener.0, import.id.0];
    let sql = "DELETE FROM listen WHERE listener_id = ?1 AND import_id = ?2 RETURNING song_id";
    let n_removed = delete_with_songs(transaction, sql, key)?;
    let sql = "UPDATE listen SET superseded_by = NULL WHERE listener_id = ?1 AND superseded_by = ?2";
    let n_restored = transaction.execute(sql, key)? as u64;
    transaction.execute("DELETE FROM import WHERE id = ?1", [import.id.0])?;
    Ok(Some(UndoneImport { import, n_removed, n_restored }))
}

fn import_of(row: &Row<'_>) -> rusqlite::Result<ImportRecord> {
    Ok(ImportRecord {
        id: ImportId(row.get(0)?),
        imported_at: Moment::from_micros(row.get(1)?),
        n_new: row.get::<_, i64>(2)?.cast_unsigned(),
        n_duplicates: row.get::<_, i64>(3)?.cast_unsigned(),
        n_superseded: row.get::<_, i64>(4)?.cast_unsigned(),
        report_json: row.get(5)?,
    })
}

pub(crate) fn number_of_source(source: ListenSource) -> i64 {
    match source {
        ListenSource::ExtendedHistory => 0,
        ListenSource::AccountData => 1,
        ListenSource::SpotifyRecent => 2,
    }
}

pub(crate) fn number_of_outcome(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Completed => 0,
        Outcome::Partial => 1,
        Outcome::Skipped => 2,
    }
}

#[cfg(test)]
mod tests;

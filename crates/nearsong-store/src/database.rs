use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::{DataDir, StoreError};

/// Numbered, forward only: a released one never changes.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_begin.sql"),
    include_str!("migrations/0002_interactions.sql"),
    include_str!("migrations/0003_spotify.sql"),
    include_str!("migrations/0004_playlists.sql"),
];
/// How long a call waits for another process to finish its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait before asking again what SQLite does not wait for itself.
const PAUSE: Duration = Duration::from_millis(10);
/// Statements kept ready.
const CACHED_STATEMENTS: usize = 64;

/// The database of one data directory.
///
/// Each method is one transaction. A power cut or a killed process loses nothing that a method has returned from.
#[derive(Debug)]
pub struct Store {
    pub(crate) data: DataDir,
    pub(crate) path: PathBuf,
    pub(crate) connection: Connection,
}

impl Store {
    /// Opens the database, makes it where there is none, and brings an older one up to date.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] where a later Nearsong wrote it (it stays as it is), [`StoreError::Corrupt`],
    /// [`StoreError::ReadOnly`], [`StoreError::DiskFull`], [`StoreError::Locked`].
    pub fn open(data: &DataDir) -> Result<Self, StoreError> {
        let path = data.database();
        let connection = Connection::open(&path).map_err(|source| cannot_open(&path, source))?;
        let mut store = Self { data: data.clone(), path, connection };
        store.prepare().map_err(|error| match error {
            Opening::Refused(error) => error,
            Opening::Failed(source) => cannot_open(&store.path, source),
        })?;
        Ok(store)
    }

    /// The directory it belongs to.
    pub fn data_dir(&self) -> &DataDir {
        &self.data
    }

    fn prepare(&mut self) -> Result<(), Opening> {
        let connection = &mut self.connection;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        let found = schema_version(connection)?;
        if found > newest_schema() {
            return Err(Opening::Refused(newer(&self.path, found)));
        }
        keep_a_write_ahead_log(connection)?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -32_768)?;
        if found < newest_schema() {
            migrate(connection)?;
        }
        Ok(())
    }

    /// Begins a transaction that may write, so that a second writer is refused here and not half-way.
    pub(crate) fn begin(&mut self) -> Result<Transaction<'_>, StoreError> {
        let path = &self.path;
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        begun.map_err(|source| StoreError::database(path, source))
    }

    /// Names the database in a failure of it.
    pub(crate) fn failed(&self) -> impl Fn(rusqlite::Error) -> StoreError + Copy + '_ {
        |source| StoreError::database(&self.path, source)
    }
}

/// Newest version of the database that is known here.
pub(crate) fn newest_schema() -> u32 {
    MIGRATIONS.len() as u32
}

pub(crate) fn schema_version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(crate) fn newer(path: &Path, found: u32) -> StoreError {
    StoreError::NewerSchema { path: path.to_owned(), found, supported: newest_schema() }
}

/// Where several processes make the log of a new database at once, SQLite refuses all but one without waiting.
fn keep_a_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if is_busy(&error) && begun.elapsed() < BUSY_TIMEOUT => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again inside: another process can have been first.
    let done = schema_version(&transaction)? as usize;
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", newest_schema())?;
    transaction.commit()
}

enum Opening {
    Refused(StoreError),
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Opening {
    fn from(source: rusqlite::Error) -> Self {
        Self::Failed(source)
    }
}

/// SQLite says only that it cannot open a file; the file system says why.
fn cannot_open(path: &Path, source: rusqlite::Error) -> StoreError {
    if source.sqlite_error_code() == Some(ErrorCode::CannotOpen) {
        let touched: std::io::Result<File> = OpenOptions::new().create(true).append(true).open(path);
        if let Err(error) = touched {
            return StoreError::io(path, error);
        }
    }
    StoreError::database(path, source)
}

#[cfg(test)]
mod tests;

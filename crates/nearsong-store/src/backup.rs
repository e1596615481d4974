use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use nearsong_types::Moment;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    DataDir, StoreError, WriteLock,
    data_dir::names_in,
    database::schema_version,
    fingerprint::copy_hashed,
    partial_file::{PARTIAL, PartialFile},
};

/// Version of the form of a backup.
pub(crate) const FORMAT: u32 = 1;
/// Name of the list of contents inside a backup.
pub(crate) const CONTENTS: &str = "nearsong-backup.json";

/// What a backup holds, and how to tell that it is whole.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) format: u32,
    pub(crate) schema: u32,
    pub(crate) made_at: Moment,
    pub(crate) files: Vec<Entry>,
}

/// One file of a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Path beneath the data directory, with `/`.
    pub(crate) path: String,
    pub(crate) size_bytes: u64,
    pub(crate) sha256: String,
}

/// What was backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupReport {
    /// Files in the backup.
    pub n_files: u64,
    /// Their bytes before compression.
    pub content_bytes: u64,
    /// Bytes of the backup.
    pub size_bytes: u64,
}

/// Writes everything of a data directory but caches into one zip file that did not exist before.
///
/// The lock keeps other processes from changing what is being copied.
///
/// # Errors
/// [`StoreError::Conflict`] where `to` exists, [`StoreError::NotFound`] where there is no database yet,
/// [`StoreError::DiskFull`], [`StoreError::ReadOnly`], [`StoreError::Corrupt`]; then there is no file at `to`.
pub fn backup(data: &DataDir, _lock: &WriteLock, to: &Path, at: Moment) -> Result<BackupReport, StoreError> {
    refuse_existing(to)?;
    let database = DatabaseCopy::make(data, to)?;
    let mut file = PartialFile::create(to)?;
    let mut archive = Archive { zip: ZipWriter::new(file.writer()), to, files: Vec::new() };
    archive.add(&database.path, relative(data, &data.database()))?;
    for path in kept_files(data)? {
        archive.add(&path, relative(data, &path))?;
    }
    let report = archive.finish(database.schema, at)?;
    refuse_existing(to)?;
    file.replace()?;
    let size_bytes = fs::metadata(to).map_err(|source| StoreError::io(to, source))?.len();
    Ok(BackupReport { size_bytes, ..report })
}

fn refuse_existing(to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Conflict { what: format!("{} exists already: choose another name", to.display()) });
    }
    Ok(())
}

fn relative(data: &DataDir, path: &Path) -> String {
    let path = path.strip_prefix(data.root()).unwrap_or(path);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// All files but the database, the lock, the caches and what was left half-written.
fn kept_files(data: &DataDir) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = vec![data.config()];
    for directory in
        [data.datasets(), data.interactions(), data.features(), data.features().join("_delta_log"), data.models()]
    {
        files.extend(names_in(&directory)?.into_iter().map(|name| directory.join(name)));
    }
    files.retain(|path| path.is_file() && !path.to_string_lossy().ends_with(PARTIAL));
    Ok(files)
}

/// A consistent copy of the database beside the backup, for as long as it is needed.
struct DatabaseCopy {
    path: PathBuf,
    schema: u32,
}

impl DatabaseCopy {
    fn make(data: &DataDir, beside: &Path) -> Result<Self, StoreError> {
        let database = data.database();
        if !database.exists() {
            return Err(StoreError::not_found("database to back up: import or add something first"));
        }
        let failed = |source| StoreError::database(&database, source);
        let connection = Connection::open_with_flags(&database, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
        let schema = schema_version(&connection).map_err(failed)?;
        let mut name = beside.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.db{PARTIAL}", std::process::id()));
        let path = beside.with_file_name(name);
        // Left by a process that was killed: SQLite writes into nothing that exists.
        let _ = fs::remove_file(&path);
        let copy = Self { path, schema };
        let target = copy.path.to_string_lossy();
        connection.execute("VACUUM INTO ?1", [&target]).map_err(|source| StoreError::database(&copy.path, source))?;
        Ok(copy)
    }
}

impl Drop for DatabaseCopy {
    fn drop(&mut self) {
        // Nothing better can be done here.
        let _ = fs::remove_file(&self.path);
    }
}

struct Archive<'a, W: Write + io::Seek> {
    zip: ZipWriter<W>,
    to: &'a Path,
    files: Vec<Entry>,
}

impl<W: Write + io::Seek> Archive<'_, W> {
    fn add(&mut self, from: &Path, path: String) -> Result<(), StoreError> {
        let mut source = File::open(from).map_err(|source| StoreError::io(from, source))?;
        self.start(&path)?;
        let copied = copy_hashed(&mut source, &mut self.zip);
        let (sha256, size_bytes) = copied.map_err(|source| StoreError::io(self.to, source))?;
        self.files.push(Entry { path, size_bytes, sha256 });
        Ok(())
    }

    /// Names and contents alone make the bytes: no clock, no owner.
    fn start(&mut self, path: &str) -> Result<(), StoreError> {
        let is_compressed = [".parquet", ".gz", ".zip"].iter().any(|end| path.ends_with(end));
        let method = if is_compressed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(path, options).map_err(|error| zip_failed(self.to, error))
    }

    fn finish(mut self, schema: u32, at: Moment) -> Result<BackupReport, StoreError> {
        self.start(CONTENTS)?;
        let n_files = self.files.len() as u64;
        let content_bytes = self.files.iter().map(|file| file.size_bytes).sum();
        let contents = Contents { format: FORMAT, schema, made_at: at, files: self.files };
        let written = serde_json::to_writer_pretty(&mut self.zip, &contents).map_err(io::Error::from);
        written.map_err(|source| StoreError::io(self.to, source))?;
        self.zip.finish().map_err(|error| zip_failed(self.to, error))?;
        Ok(BackupReport { n_files, content_bytes, size_bytes: 0 })
    }
}

fn zip_failed(path: &Path, error: zip::result::ZipError) -> StoreError {
    match error {
        zip::result::ZipError::Io(source) => StoreError::io(path, source),
        other => StoreError::Io { path: path.to_owned(), source: io::Error::other(other) },
    }
}

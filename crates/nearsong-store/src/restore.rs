use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};
use zip::{ZipArchive, result::ZipError};

use crate::{
    BackupReport, DataDir, StoreError,
    backup::{CONTENTS, Contents, Entry, FORMAT},
    data_dir::names_in,
    database::newest_schema,
    fingerprint::copy_hashed,
    partial_file::{PARTIAL, PartialFile, sync_directory},
};

const ADVICE: &str = "use another backup";

/// How much a backup may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreLimits {
    /// Files at most.
    pub max_files: usize,
    /// Bytes of all files together at most.
    pub max_bytes: u64,
    /// Bytes of the list of contents at most.
    pub max_contents_bytes: u64,
}

impl Default for RestoreLimits {
    /// 100,000 files, 256 GiB, and a list of 64 MiB.
    fn default() -> Self {
        Self { max_files: 100_000, max_bytes: 1 << 38, max_contents_bytes: 1 << 26 }
    }
}

/// Unpacks a backup into a directory that does not exist yet or is empty. Every byte is checked before the directory appears.
///
/// # Errors
/// [`StoreError::Conflict`] where `into` holds something, [`StoreError::Corrupt`] where the backup is not whole,
/// [`StoreError::NewerSchema`], [`StoreError::Invalid`] where it exceeds `limits`, [`StoreError::DiskFull`],
/// [`StoreError::ReadOnly`]; then `into` is as it was.
pub fn restore(from: &Path, into: &Path, limits: &RestoreLimits) -> Result<BackupReport, StoreError> {
    refuse_filled(into)?;
    let damaged = |problem: String| StoreError::corrupt(from, problem, ADVICE);
    let file = File::open(from).map_err(|source| StoreError::Io { path: from.to_owned(), source })?;
    let size_bytes = file.metadata().map_err(|source| StoreError::io(from, source))?.len();
    let mut zip = ZipArchive::new(file).map_err(|error| damaged(format!("no whole zip file: {error}")))?;
    let contents = read_contents(&mut zip, from, limits)?;
    check_contents(&contents, &zip, limits).map_err(|problem| problem.at(from))?;

    let beside = UnpackedBeside::begin(into)?;
    for entry in &contents.files {
        unpack(&mut zip, entry, &beside.path, from)?;
    }
    check_database(&DataDir::at(&beside.path).database()).map_err(damaged)?;
    beside.put_in_place(into)?;
    let content_bytes = contents.files.iter().map(|entry| entry.size_bytes).sum();
    Ok(BackupReport { n_files: contents.files.len() as u64, content_bytes, size_bytes })
}

fn refuse_filled(into: &Path) -> Result<(), StoreError> {
    if into.exists() && !(into.is_dir() && names_in(into)?.is_empty()) {
        let what = format!("{} is not empty: choose a directory that does not exist yet", into.display());
        return Err(StoreError::Conflict { what });
    }
    Ok(())
}

fn read_contents(zip: &mut ZipArchive<File>, from: &Path, limits: &RestoreLimits) -> Result<Contents, StoreError> {
    let damaged = |problem: String| StoreError::corrupt(from, problem, ADVICE);
    let entry = zip.by_name(CONTENTS).map_err(|error| match error {
        ZipError::FileNotFound => damaged(format!("it is no backup made by Nearsong: {CONTENTS} is not in it")),
        other => damaged(format!("{CONTENTS}: {other}")),
    })?;
    let mut text = Vec::new();
    let read = entry.take(limits.max_contents_bytes + 1).read_to_end(&mut text);
    read.map_err(|error| damaged(format!("{CONTENTS}: {error}")))?;
    if text.len() as u64 > limits.max_contents_bytes {
        return Err(damaged(format!("{CONTENTS} is larger than {} bytes", limits.max_contents_bytes)));
    }
    serde_json::from_slice(&text).map_err(|error| damaged(format!("{CONTENTS}: {error}")))
}

/// Why a list of contents is refused.
enum Refusal {
    Newer { found: u32, supported: u32 },
    Damaged(String),
    TooLarge(String),
}

impl Refusal {
    fn at(self, from: &Path) -> StoreError {
        let path = from.to_owned();
        match self {
            Self::Newer { found, supported } => StoreError::NewerSchema { path, found, supported },
            Self::Damaged(problem) => StoreError::corrupt(from, problem, ADVICE),
            Self::TooLarge(problem) => StoreError::Invalid { problem: format!("{}: {problem}", from.display()) },
        }
    }
}

fn check_contents(contents: &Contents, zip: &ZipArchive<File>, limits: &RestoreLimits) -> Result<(), Refusal> {
    if contents.format > FORMAT {
        return Err(Refusal::Newer { found: contents.format, supported: FORMAT });
    }
    if contents.schema > newest_schema() {
        return Err(Refusal::Newer { found: contents.schema, supported: newest_schema() });
    }
    if contents.files.len() > limits.max_files {
        return Err(Refusal::TooLarge(format!(
            "holds {} files, at most {} are unpacked",
            contents.files.len(),
            limits.max_files
        )));
    }
    let sizes = contents.files.iter().map(|entry| entry.size_bytes);
    let size_bytes = sizes.fold(0u64, u64::saturating_add);
    if size_bytes > limits.max_bytes {
        return Err(Refusal::TooLarge(format!(
            "unpacks to {size_bytes} bytes, at most {} are unpacked",
            limits.max_bytes
        )));
    }
    let mut listed = BTreeSet::from([CONTENTS]);
    for entry in &contents.files {
        if !is_ours(&entry.path) {
            return Err(Refusal::Damaged(format!("“{}” is no path of a data directory", entry.path)));
        }
        if !listed.insert(&entry.path) {
            return Err(Refusal::Damaged(format!("“{}” is listed twice", entry.path)));
        }
    }
    if zip.len() != listed.len() {
        let problem = format!("expected {} files as in its list of contents, found {}", listed.len(), zip.len());
        return Err(Refusal::Damaged(problem));
    }
    Ok(())
}

/// Whether a path lies where backups put files: nothing climbs out, nothing lands in the root but what belongs there.
fn is_ours(path: &str) -> bool {
    let is_plain = !path.contains(['\\', ':', '\0'])
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
        && !path.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    let data = DataDir::at(Path::new(""));
    let full = Path::new(path);
    let parents =
        [data.datasets(), data.interactions(), data.features(), data.features().join("_delta_log"), data.models()];
    let is_placed = full == data.database()
        || full == data.config()
        || full.parent().is_some_and(|parent| parents.iter().any(|known| known == parent));
    is_plain && is_placed
}

fn unpack(zip: &mut ZipArchive<File>, entry: &Entry, into: &Path, from: &Path) -> Result<(), StoreError> {
    let damaged = |problem: String| StoreError::corrupt(from, format!("“{}”: {problem}", entry.path), ADVICE);
    let source = zip.by_name(&entry.path).map_err(|error| damaged(error.to_string()))?;
    let target = into.join(&entry.path);
    let parent = target.parent().unwrap_or(into);
    fs::create_dir_all(parent).map_err(|source| StoreError::io(parent, source))?;
    let mut file = PartialFile::create(&target)?;
    // One byte more than listed shows a file that is too long without unpacking all of it.
    let copied = copy_hashed(&mut source.take(entry.size_bytes.saturating_add(1)), file.writer());
    let (sha256, size_bytes) = copied.map_err(|error| match StoreError::io(&target, error) {
        StoreError::Io { source, .. } => damaged(source.to_string()),
        other => other,
    })?;
    if size_bytes != entry.size_bytes {
        let more = if size_bytes > entry.size_bytes { "more" } else { "only" };
        return Err(damaged(format!("expected {} bytes, found {more} {size_bytes}", entry.size_bytes)));
    }
    if sha256 != entry.sha256 {
        return Err(damaged("its SHA-256 is not the listed one".to_owned()));
    }
    file.replace()
}

fn check_database(path: &Path) -> Result<(), String> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let verdict: rusqlite::Result<String> =
        connection.and_then(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)));
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(problem) => Err(format!("its database is damaged: {problem}")),
        Err(error) => Err(format!("its database cannot be read: {error}")),
    }
}

/// A directory beside the one to be made; dropped before it is in place, it vanishes.
struct UnpackedBeside {
    path: PathBuf,
}

impl UnpackedBeside {
    fn begin(into: &Path) -> Result<Self, StoreError> {
        let mut name = into.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}{PARTIAL}", std::process::id()));
        let beside = Self { path: into.with_file_name(name) };
        // What a killed process with the same id left under this name is nobody's.
        let _ = fs::remove_dir_all(&beside.path);
        DataDir::open_or_create(&beside.path)?;
        Ok(beside)
    }

    fn put_in_place(self, into: &Path) -> Result<(), StoreError> {
        match fs::remove_dir(into) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::io(into, error)),
            _ => {}
        }
        fs::rename(&self.path, into).map_err(|source| StoreError::io(into, source))?;
        sync_directory(into)
    }
}

impl Drop for UnpackedBeside {
    fn drop(&mut self) {
        // After it was put in place there is nothing left under this name.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests;

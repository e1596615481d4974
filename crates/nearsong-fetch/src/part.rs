use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use nearsong_types::Progress;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::FetchError;

const MAX_RECORD_BYTES: u64 = 64 * 1024;
const CHUNK_BYTES: usize = 256 * 1024;

/// What is known of the file that a part belongs to; kept beside it as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartRecord {
    /// Address asked for, without query.
    pub(crate) address: String,
    /// `ETag` of the content, with its quotes.
    pub(crate) etag: Option<String>,
    /// `Last-Modified` of the content.
    pub(crate) last_modified: Option<String>,
    /// SHA-256 that the publisher states.
    pub(crate) sha256: Option<String>,
    /// Length of the whole file in bytes.
    pub(crate) total: Option<u64>,
}

impl PartRecord {
    /// Whether both are surely the same bytes: nothing speaks against it, and something for it.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        let totals_agree = agreement(&self.total, &other.total) != Some(false);
        let validators = [
            agreement(&self.strong_etag(), &other.strong_etag()),
            agreement(&self.last_modified, &other.last_modified),
            agreement(&self.sha256, &other.sha256),
        ];
        totals_agree && !validators.contains(&Some(false)) && validators.contains(&Some(true))
    }

    /// A weak tag says “much the same”, which is not enough to join two parts.
    fn strong_etag(&self) -> Option<&str> {
        self.etag.as_deref().filter(|etag| etag.starts_with('"'))
    }
}

/// Whether two known values are equal; `None` where one is not known.
fn agreement<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> Option<bool> {
    one.as_ref().zip(other.as_ref()).map(|(one, other)| one == other)
}

/// Where an unfinished download goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResumePoint {
    /// First byte to ask for.
    pub(crate) offset: u64,
    /// What the server compares before it sends only the rest.
    pub(crate) if_range: Option<String>,
}

/// The unfinished file beside its target, locked against other processes.
#[derive(Debug)]
pub(crate) struct PartFile {
    file: File,
    path: PathBuf,
    record_path: PathBuf,
    target: PathBuf,
    len: u64,
    record: Option<PartRecord>,
}

impl PartFile {
    /// Opens or makes `<target>.part`. What an earlier run left for the same address can be gone on with.
    pub(crate) fn open(target: &Path, address: &str) -> Result<Self, FetchError> {
        if target.is_dir() || target.file_name().is_none() {
            return Err(disk("write a file to", target)(io::ErrorKind::IsADirectory.into()));
        }
        let path = beside(target, ".part");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(disk("open", &path))?;
        lock(&file, &path)?;
        let len = file.metadata().map_err(disk("read", &path))?.len();
        let record_path = beside(target, ".part.json");
        let record = read_record(&record_path).filter(|record| record.address == address);
        Ok(Self { file, path, record_path, target: target.to_owned(), len, record })
    }

    /// Bytes that are here.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Length of the whole file, where known.
    pub(crate) fn total(&self) -> Option<u64> {
        self.record.as_ref().and_then(|record| record.total)
    }

    /// What the part is known to belong to.
    pub(crate) fn record(&self) -> Option<&PartRecord> {
        self.record.as_ref()
    }

    /// Where to go on; `None` where to begin with the first byte.
    ///
    /// A part that is already whole asks for its last byte once more: the answer shows whether the file is still the same.
    pub(crate) fn resume_point(&self) -> Option<ResumePoint> {
        let record = self.record.as_ref()?;
        let if_range = record.strong_etag().or(record.last_modified.as_deref()).map(str::to_owned);
        let offset = match record.total {
            Some(total) if self.len > total => return None,
            Some(total) => self.len.min(total.saturating_sub(1)),
            None => self.len,
        };
        let can_be_compared = if_range.is_some() || record.sha256.is_some();
        (offset > 0 && can_be_compared).then_some(ResumePoint { offset, if_range })
    }

    /// Goes on writing at `offset`, within what is there.
    pub(crate) fn go_on_at(&mut self, offset: u64) -> Result<(), FetchError> {
        self.file.set_len(offset).map_err(disk("shorten", &self.path))?;
        self.file.seek(SeekFrom::Start(offset)).map_err(disk("read", &self.path))?;
        self.len = offset;
        Ok(())
    }

    /// Throws away what is there and begins anew with a file known as `record`.
    ///
    /// The old bytes are gone for good before the new record is written, so that a crash cannot join the two.
    pub(crate) fn start_over(&mut self, record: PartRecord) -> Result<(), FetchError> {
        if self.len > 0 {
            self.go_on_at(0)?;
            self.file.sync_all().map_err(disk("write", &self.path))?;
        }
        let json = serde_json::to_vec(&record).expect("strings and numbers always make JSON");
        fs::write(&self.record_path, json).map_err(disk("write", &self.record_path))?;
        self.record = Some(record);
        Ok(())
    }

    /// Adds bytes at the end.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(disk("write", &self.path))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// SHA-256 of all that is there, in lower-case hexadecimal.
    pub(crate) fn sha256(&mut self, progress: &dyn Progress) -> Result<String, FetchError> {
        progress.begin("Checking the file", Some(self.len), "bytes");
        self.file.rewind().map_err(disk("read", &self.path))?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut done = 0;
        loop {
            progress.check()?;
            let n = self.file.read(&mut buffer).map_err(disk("read", &self.path))?;
            if n == 0 {
                break;
            }
            hasher.update(&buffer[..n]);
            done += n as u64;
            progress.advance(done);
        }
        Ok(hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }

    /// Puts the whole file in its place: on the disk for good first, then renamed in one step.
    pub(crate) fn put_in_place(self) -> Result<PathBuf, FetchError> {
        self.file.sync_all().map_err(disk("write", &self.path))?;
        fs::rename(&self.path, &self.target).map_err(disk("put the finished file in place at", &self.target))?;
        sync_directory(&self.target).map_err(disk("put the finished file in place at", &self.target))?;
        // A record without its part is harmless: the next download of this file writes a new one.
        let _ = fs::remove_file(&self.record_path);
        Ok(self.target)
    }

    /// Removes the part with all that has come.
    pub(crate) fn discard(&mut self) -> Result<(), FetchError> {
        self.record = None;
        if self.len > 0 {
            self.go_on_at(0)?;
        }
        let _ = fs::remove_file(&self.record_path);
        Ok(())
    }

    /// After a failure: leaves what can be gone on with, and nothing else.
    pub(crate) fn leave(self) {
        if self.len == 0 {
            let _ = fs::remove_file(&self.record_path);
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn lock(file: &File, path: &Path) -> Result<(), FetchError> {
    match file.try_lock() {
        // Another download may have put its part in place between opening and locking: then this is no part any more.
        Ok(()) if path.exists() => Ok(()),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(FetchError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(disk("lock", path)(error)),
    }
}

fn read_record(path: &Path) -> Option<PartRecord> {
    let mut json = Vec::new();
    File::open(path).ok()?.take(MAX_RECORD_BYTES).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FetchError {
    let path = path.to_owned();
    move |source| FetchError::Disk { action, path, source }
}

/// A rename is on the disk for good only once its directory is; elsewhere than on Unix the system sees to that.
fn sync_directory(target: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

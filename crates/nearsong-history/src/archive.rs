use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use zip::{
    CompressionMethod, ZipArchive, ZipReadOptions, read::OwnedZipFileEntry, read::ZipFileEntry, result::ZipError,
};

use crate::{
    ArchiveFault, FileKind, Limits, ReadError,
    file_kind::base_name,
    plan::{HistoryFile, Plan, Source, io_error},
};

/// Below this size an entry may be packed as tightly as it likes.
const SMALL_ENTRY: u64 = 1 << 20;
/// Room in an archive's directory for one entry: its name, times and comment.
const DIRECTORY_BYTES_PER_ENTRY: u64 = 512;
/// An archive's end is searched for its directory in this many bytes.
const END_SEARCH_BYTES: u64 = 1 << 18;

/// A history file inside an archive.
#[derive(Debug)]
pub(crate) struct Entry {
    archive: PathBuf,
    path: String,
    entry: Box<OwnedZipFileEntry>,
}

/// Adds the history files of an archive to the plan. The directory of the archive is read, none of its entries.
pub(crate) fn find_in_archive(path: &Path, limits: &Limits, plan: &mut Plan) -> Result<(), ReadError> {
    list_archive(path, limits, |entry| {
        if !plan.count_entries(1, limits) {
            return Err(ArchiveFault::TooManyEntries { limit: limits.max_entries });
        }
        match FileKind::of_name(entry.path).filter(|_| entry.is_file) {
            Some(kind) => {
                let name = entry.path.to_owned();
                plan.add(history_file(path, name, kind, entry.checked(limits)?));
            }
            None if entry.is_folder => {}
            None => plan.ignore(entry.path),
        }
        Ok(())
    })
}

/// One line of an archive's directory.
pub(crate) struct Listed<'a> {
    /// Path in the archive; it does not climb out.
    pub(crate) path: &'a str,
    pub(crate) is_file: bool,
    pub(crate) is_folder: bool,
    entry: ZipFileEntry<'a>,
}

impl<'a> Listed<'a> {
    /// The entry, unless it cannot be unpacked or is a bomb.
    pub(crate) fn checked(self, limits: &Limits) -> Result<ZipFileEntry<'a>, ArchiveFault> {
        check_packing(self.path, &self.entry, limits)?;
        Ok(self.entry)
    }
}

/// Reads the directory of an archive, none of its entries, and calls `each` with every line of it.
pub(crate) fn list_archive(
    path: &Path,
    limits: &Limits,
    mut each: impl FnMut(Listed<'_>) -> Result<(), ArchiveFault>,
) -> Result<(), ReadError> {
    let fault = |fault| ReadError::Archive { archive: path.display().to_string(), fault };
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    let allowance = END_SEARCH_BYTES + limits.max_entries as u64 * DIRECTORY_BYTES_PER_ENTRY;
    let archive = match ZipArchive::new(Allowance { inner: BufReader::new(file), left: allowance }) {
        Ok(archive) => archive,
        Err(ZipError::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Err(fault(ArchiveFault::TooManyEntries { limit: limits.max_entries }));
        }
        Err(error) => return Err(open_error(path, "", error)),
    };
    if archive.has_duplicate_names() {
        return Err(fault(ArchiveFault::Damaged { detail: "two entries have one name".to_owned() }));
    }
    for position in 0..archive.len() {
        let entry = archive.by_index_data(position).map_err(|error| open_error(path, "", error))?;
        let name = entry.name().map_err(|error| open_error(path, "", error))?.into_owned();
        check_path(&name).map_err(fault)?;
        let listed = Listed { path: &name, is_file: entry.is_file(), is_folder: entry.is_dir(), entry };
        each(listed).map_err(fault)?;
    }
    Ok(())
}

fn history_file(archive: &Path, path: String, kind: FileKind, entry: ZipFileEntry<'_>) -> HistoryFile {
    let n_bytes = entry.size();
    let entry = Entry::new(archive, &path, entry);
    let (name, base_name) = (entry.full_name(), base_name(&entry.path).to_owned());
    HistoryFile { name, base_name, kind, n_bytes, source: Source::Archived(entry) }
}

fn check_path(name: &str) -> Result<(), ArchiveFault> {
    let is_absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    if is_absolute || name.contains('\0') || name.split(['/', '\\']).any(|part| part == "..") {
        return Err(ArchiveFault::ClimbsOut { entry: name.to_owned() });
    }
    Ok(())
}

fn check_packing(name: &str, entry: &ZipFileEntry<'_>, limits: &Limits) -> Result<(), ArchiveFault> {
    if entry.encrypted() {
        return Err(ArchiveFault::Encrypted { entry: name.to_owned() });
    }
    let method = entry.compression();
    if !matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(ArchiveFault::Unsupported { entry: name.to_owned(), detail: method.to_string() });
    }
    let ratio = entry.size() / entry.compressed_size().max(1);
    let limit = limits.max_compression_ratio;
    if entry.size() >= SMALL_ENTRY && ratio > limit {
        return Err(ArchiveFault::TooCompressed { entry: name.to_owned(), ratio, limit });
    }
    Ok(())
}

impl Entry {
    pub(crate) fn new(archive: &Path, path: &str, entry: ZipFileEntry<'_>) -> Self {
        let path = path.replace(char::is_control, "\u{fffd}");
        Self { archive: archive.to_owned(), path, entry: Box::new(entry.into()) }
    }

    /// `archive › path in it`.
    pub(crate) fn full_name(&self) -> String {
        format!("{} › {}", self.archive.display(), self.path)
    }

    /// Calls `read` with the unpacked bytes. They end in an error unless their length and checksum are right.
    pub(crate) fn with_input<T, E: From<ReadError>>(
        &self,
        read: impl FnOnce(&mut dyn Read) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut file = File::open(&self.archive).map_err(|source| io_error(&self.archive, source))?;
        let mut input = OwnedZipFileEntry::as_ref(&self.entry)
            .with_reader(&mut file, ZipReadOptions::new())
            .map_err(|error| open_error(&self.archive, &self.path, error))?;
        read(&mut input)
    }

    /// The error of reading this entry: the disk's own, or else the archive is damaged.
    pub(crate) fn read_error(&self, source: io::Error) -> ReadError {
        if source.raw_os_error().is_some() {
            return io_error(&self.archive, source);
        }
        let detail = format!("{}: {source}", self.path);
        ReadError::Archive { archive: self.archive.display().to_string(), fault: ArchiveFault::Damaged { detail } }
    }
}

fn open_error(archive: &Path, entry: &str, error: ZipError) -> ReadError {
    let unsupported = |detail: String| ArchiveFault::Unsupported { entry: entry.to_owned(), detail };
    let fault = match error {
        ZipError::Io(source) if source.raw_os_error().is_some() => return io_error(archive, source),
        ZipError::UnsupportedArchive(detail) => unsupported(detail.to_owned()),
        ZipError::CompressionMethodNotSupported(method) => unsupported(format!("method {method}")),
        ZipError::InvalidArchive(detail) => ArchiveFault::Damaged { detail: detail.into_owned() },
        other => ArchiveFault::Damaged { detail: other.to_string() },
    };
    ReadError::Archive { archive: archive.display().to_string(), fault }
}

/// A file of which only so many bytes may be read: what an archive's directory takes in memory is bounded by it.
struct Allowance<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Allowance<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let n_bytes = self.inner.read(&mut bytes[..most])?;
        self.left -= n_bytes as u64;
        Ok(n_bytes)
    }
}

impl<R: Seek> Seek for Allowance<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{CatalogError, ReadLimits};

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Plain,
    Gzip,
    Zip,
    Parquet,
}

/// An open file, and what its reading has come to.
pub(crate) struct Source {
    pub(crate) file: CountedFile,
    pub(crate) container: Container,
    pub(crate) size_bytes: u64,
}

impl Source {
    /// Opens a file within the limits.
    pub(crate) fn open(path: &Path, name: &str, limits: &ReadLimits) -> Result<Self, CatalogError> {
        let io_error = |source| CatalogError::Io { file: name.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(io_error)?;
        if !metadata.is_file() {
            return Err(CatalogError::NotAFile { file: name.to_owned() });
        }
        let size_bytes = metadata.len();
        if size_bytes == 0 {
            return Err(CatalogError::Empty { file: name.to_owned() });
        }
        if size_bytes > limits.max_file_bytes {
            let limit = limits.max_file_bytes;
            return Err(CatalogError::TooLarge { file: name.to_owned(), what: "the file's size in bytes", limit });
        }
        let mut file = File::open(path).map_err(io_error)?;
        let mut head = Vec::with_capacity(4);
        (&mut file).take(4).read_to_end(&mut head).map_err(io_error)?;
        file.rewind().map_err(io_error)?;
        let container = match head[..] {
            [b'P', b'A', b'R', b'1'] => Container::Parquet,
            [0x1f, 0x8b, ..] => Container::Gzip,
            [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => Container::Zip,
            _ => Container::Plain,
        };
        Ok(Self { file: CountedFile { file, n_bytes: Arc::default() }, container, size_bytes })
    }
}

/// A file that counts the bytes read from it.
pub(crate) struct CountedFile {
    file: File,
    n_bytes: Arc<AtomicU64>,
}

impl CountedFile {
    pub(crate) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.n_bytes)
    }
}

impl Read for CountedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.n_bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for CountedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Which limit a [`Metered`] reader met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LimitMet {
    #[error("more decompressed bytes than allowed")]
    Decompressed,
    #[error("a row longer than allowed")]
    Row,
}

/// Fails once more bytes have come through than a file, or one row of it, may have.
pub(crate) struct Metered<R> {
    inner: R,
    left: u64,
    max_row_bytes: u64,
    since_row: Arc<AtomicU64>,
}

impl<R: Read> Metered<R> {
    pub(crate) fn new(inner: R, limits: &ReadLimits) -> Self {
        let left = limits.max_decompressed_bytes;
        Self { inner, left, max_row_bytes: limits.max_row_bytes, since_row: Arc::default() }
    }

    /// Bytes read since the counter was last set to 0, to be done at the end of every row.
    pub(crate) fn since_row(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.since_row)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_row.load(Ordering::Relaxed) > self.max_row_bytes {
            return Err(io::Error::other(LimitMet::Row));
        }
        let n = self.inner.read(buffer)?;
        self.since_row.fetch_add(n as u64, Ordering::Relaxed);
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| io::Error::other(LimitMet::Decompressed))?;
        Ok(n)
    }
}

/// SHA-256 of a file as hex.
pub(crate) fn sha256_hex(path: &Path) -> io::Result<String> {
    use sha2::Digest;
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            n => hash.update(&buffer[..n]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

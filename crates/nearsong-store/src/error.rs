use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::{ErrorCode, ffi};

/// Why something could not be kept or read, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was asked for is not there.
    #[error("there is no {what}")]
    NotFound {
        /// The thing, as a person would name it.
        what: String,
    },
    /// What is there already stands in the way.
    #[error("{what}")]
    Conflict {
        /// What stands in the way and what to do.
        what: String,
    },
    /// Another process is at work in the same data directory.
    #[error("{by} is at work in this data directory: wait until it has finished, then try again")]
    Locked {
        /// Who, as far as known.
        by: String,
    },
    /// Something kept has changed since it was written.
    #[error("{} is damaged: {problem}; {advice}", path.display())]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// What does not fit.
        problem: String,
        /// What to do.
        advice: &'static str,
    },
    /// Written by a later Nearsong.
    #[error("{} was written by a newer Nearsong (format {found}, this one knows up to {supported}): update Nearsong", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Version in the file.
        found: u32,
        /// Newest version known here.
        supported: u32,
    },
    /// The place may not be written to.
    #[error("cannot write {}: it is read-only or belongs to someone else; change its permissions or choose another data directory", path.display())]
    ReadOnly {
        /// The file or directory.
        path: PathBuf,
    },
    /// No room left; what was there before still is.
    #[error("the disk is full: {} could not be written, nothing was changed; make room and try again", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The value cannot be kept.
    #[error("{problem}")]
    Invalid {
        /// What was expected and what was found.
        problem: String,
    },
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database refused.
    #[error("database {}: {source}", path.display())]
    Database {
        /// The database's file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether the same call can succeed later with nothing but time or room on the disk.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Locked { .. } | Self::DiskFull { .. })
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    pub(crate) fn corrupt(path: &Path, problem: impl ToString, advice: &'static str) -> Self {
        Self::Corrupt { path: path.to_owned(), problem: problem.to_string(), advice }
    }

    /// Sorts a failure of the file system by what can be done about it.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            _ => Self::Io { path, source },
        }
    }

    /// Sorts a failure of the database by what can be done about it.
    pub(crate) fn database(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            // The shared memory beside the database is the first thing that a full disk has no room for.
            _ if source.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::DiskFull { path }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Locked { by: "another process".to_owned() }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { path, problem: source.to_string(), advice: "restore a backup into a new directory" }
            }
            _ => Self::Database { path, source: Box::new(source) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_errors_are_sorted_by_what_can_be_done() {
        let sorted = |kind: io::ErrorKind| StoreError::io(Path::new("x"), kind.into());
        assert!(matches!(sorted(io::ErrorKind::StorageFull), StoreError::DiskFull { .. }));
        assert!(matches!(sorted(io::ErrorKind::ReadOnlyFilesystem), StoreError::ReadOnly { .. }));
        assert!(matches!(sorted(io::ErrorKind::PermissionDenied), StoreError::ReadOnly { .. }));
        assert!(matches!(sorted(io::ErrorKind::InvalidInput), StoreError::Io { .. }));
        assert!(sorted(io::ErrorKind::StorageFull).is_temporary());
        assert!(!sorted(io::ErrorKind::ReadOnlyFilesystem).is_temporary());
    }
}

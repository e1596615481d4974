use std::io;

use nearsong_types::{Cancelled, Progress};

use crate::{JsonFault, Limits, Place, ReadError};

/// Counts the bytes of all files of one reading against their limit, tells the progress and hears of a wish to stop.
pub(crate) struct Meter<'a> {
    progress: &'a dyn Progress,
    limit: u64,
    n_bytes: u64,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(limits: &Limits, progress: &'a dyn Progress) -> Self {
        Self { progress, limit: limits.max_json_bytes, n_bytes: 0 }
    }

    pub(crate) fn add(&mut self, n_bytes: usize) -> Result<(), Halt> {
        self.n_bytes += n_bytes as u64;
        if self.n_bytes > self.limit {
            return Err(Halt::TooMuch { limit: self.limit });
        }
        self.progress.advance(self.n_bytes);
        self.progress.check().map_err(Halt::Cancelled)
    }
}

/// Why reading stops, before the name of the file is known.
#[derive(Debug)]
pub(crate) enum Halt {
    Io(io::Error),
    TooMuch { limit: u64 },
    Cancelled(Cancelled),
    Fault { place: Place, fault: JsonFault },
}

impl Halt {
    /// The error for people, with the name of the file.
    pub(crate) fn in_file(self, name: &str) -> ReadError {
        let file = name.to_owned();
        match self {
            Self::Io(source) => ReadError::Io { file, source },
            Self::TooMuch { limit } => ReadError::TooMuchJson { file, limit },
            Self::Cancelled(cancelled) => ReadError::Cancelled(cancelled),
            Self::Fault { place, fault } => ReadError::Json { file, place, fault },
        }
    }
}

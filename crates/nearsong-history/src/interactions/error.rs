use std::{fmt, io};

use nearsong_types::Cancelled;

use crate::{InteractionFormat, JsonFault, Place, ReadError, error::excerpt};

const KNOWN: &str = "slices of the Million Playlist Dataset, user_artists.dat of HetRec, listens of ListenBrainz, or a CSV, \
     TSV or Parquet with columns for user and item";

/// Why interactions cannot be read. Nothing of a set that failed is to be used.
#[derive(Debug, thiserror::Error)]
pub enum InteractionsError {
    /// A file, folder or archive cannot be opened.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There are no interactions in what was given.
    #[error("{path}: no interactions in it, {}; expected {KNOWN}", found_words(found, *n_found))]
    Nothing {
        /// Path as given.
        path: String,
        /// Some of the names found instead.
        found: Vec<String>,
        /// How many files were found.
        n_found: u64,
    },
    /// A file named on its own is none of the known formats.
    #[error("{file}: not recognised: expected {KNOWN}; found {found}")]
    Unknown {
        /// Path as given.
        file: String,
        /// Its beginning.
        found: String,
    },
    /// A file is packed in a way that is not unpacked here.
    #[error("{file}: {what} cannot be read here; {advice}")]
    Unsupported {
        /// Name of the file.
        file: String,
        /// What it is.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Two formats at once.
    #[error("{file}: expected {expected} as in the files before it, found {found}; add the two one after the other")]
    Mixed {
        /// Name of the file.
        file: String,
        /// Format of the first file.
        expected: InteractionFormat,
        /// Format of this one.
        found: InteractionFormat,
    },
    /// Broken JSON.
    #[error("{file}, {place}: {}", json_words(fault))]
    Json {
        /// Name of the file.
        file: String,
        /// Where in it.
        place: Place,
        /// What is wrong there.
        fault: JsonFault,
    },
    /// A line of a table is not as its header says.
    #[error("{file}, {place}: {problem}")]
    Row {
        /// Name of the file.
        file: String,
        /// Line or row.
        place: RowPlace,
        /// What was expected and what was found.
        problem: String,
    },
    /// The file is packed and does not unpack to its end.
    #[error("{file}: damaged or not complete ({detail}); download or copy it again")]
    Damaged {
        /// Name of the file.
        file: String,
        /// What the unpacker says.
        detail: String,
    },
    /// A file unpacks to far more than a real one.
    #[error("{file}: refused: it unpacks to more than {limit} times its size, as only a bomb does")]
    Bomb {
        /// Name of the file.
        file: String,
        /// The limit.
        limit: u64,
    },
    /// More than a limit allows.
    #[error("{file}: more than {limit} {what}; give a part of it")]
    TooMuch {
        /// Name of the file in which the limit was passed.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The file is read, but no entry of it can be used.
    #[error("{file}: nothing in it can be used{}", told_words(told))]
    Empty {
        /// Name of the last file.
        file: String,
        /// Faults and how often, the first ones.
        told: Vec<String>,
    },
    /// The person asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// A place in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPlace {
    /// Line of a text, from 1.
    Line(u64),
    /// Row of a Parquet file, from 1.
    Row(u64),
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row(row) => write!(f, "row {row}"),
        }
    }
}

impl InteractionsError {
    /// Sorts a failure of reading a file: the disk's own, or else the file is damaged.
    pub(crate) fn of_reading(file: &str, source: io::Error) -> Self {
        if source.raw_os_error().is_some() {
            return ReadError::Io { file: file.to_owned(), source }.into();
        }
        Self::Damaged { file: file.to_owned(), detail: source.to_string() }
    }
}

fn json_words(fault: &JsonFault) -> String {
    match fault {
        JsonFault::NotAList { found } => format!("expected a list of playlists, which begins with “[”, found {found}"),
        JsonFault::NotARow { found } => format!("expected an object in braces “{{…}}”, found {found}"),
        JsonFault::NotSeparated { found } => format!("expected “,” or the end of the list or object, found {found}"),
        JsonFault::AfterEnd { found } => format!("expected the end of the file, found {found}"),
        JsonFault::CutOff => "the file ends in the middle; download or copy it again".to_owned(),
        JsonFault::RowTooLong { limit } => format!("one playlist or listen takes more than {limit} bytes"),
        JsonFault::Syntax { detail } => format!("not valid JSON, or of another shape ({detail})"),
        JsonFault::BadField { field, expected, found } => format!("expected {expected} in “{field}”, found {found}"),
    }
}

fn found_words(found: &[String], n_found: u64) -> String {
    match n_found.saturating_sub(found.len() as u64) {
        _ if found.is_empty() => "it is empty".to_owned(),
        0 => format!("only {}", found.join(", ")),
        more => format!("only {} and {more} more", found.join(", ")),
    }
}

fn told_words(told: &[String]) -> String {
    if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) }
}

/// The beginning of a file, to show.
pub(crate) fn beginning(head: &[u8]) -> String {
    if head.is_empty() {
        return "an empty file".to_owned();
    }
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or(head);
    let is_binary = line.iter().take(200).any(|&byte| byte < 9 || byte > 13 && byte < 32);
    if is_binary { "binary data".to_owned() } else { excerpt(String::from_utf8_lossy(line).trim()) }
}

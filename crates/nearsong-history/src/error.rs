use std::{fmt, io};

use nearsong_types::Cancelled;

const HOW_TO_ASK: &str =
    "ask for “Extended streaming history” at https://www.spotify.com/account/privacy and give the zip as it comes";
const EXCERPT_CHARS: usize = 60;

/// Why an export cannot be read.
///
/// Listens that were handed over before the error belong to a reading that failed: whoever took them drops them all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file or folder is missing, not readable, or its disk failed. The person can mend it.
    #[error("{file}: {}", io_words(source))]
    Io {
        /// Path as given.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// There is no listening history in what was given.
    #[error("{path}: no listening history in it, {}; {HOW_TO_ASK}", found_words(found, *n_found))]
    NoHistory {
        /// Path as given.
        path: String,
        /// Some of the names found instead.
        found: Vec<String>,
        /// How many files were found.
        n_found: u64,
    },
    /// A JSON file named on its own is no history: the fields of its first row are none of Spotify's.
    #[error(
        "{file}: no listening history: expected rows with “ts” and “ms_played” (extended history) or “endTime” and \
         “msPlayed” (account data), found {}; {HOW_TO_ASK}",
        fields_words(found)
    )]
    UnknownRows {
        /// Path as given.
        file: String,
        /// Names of the first row's fields.
        found: Vec<String>,
    },
    /// An archive is damaged or unsafe.
    #[error("{archive}: {fault}")]
    Archive {
        /// Path of the archive.
        archive: String,
        /// What is wrong with it.
        fault: ArchiveFault,
    },
    /// A history file is not what Spotify sends.
    #[error("{file}, {place}: {fault}")]
    Json {
        /// Name of the file, as in [`crate::FileReport::name`].
        file: String,
        /// Where in it.
        place: Place,
        /// What is wrong there.
        fault: JsonFault,
    },
    /// More files than [`crate::Limits::max_entries`].
    #[error("{path}: more than {limit} files and folders; name the export itself rather than a folder around it")]
    TooManyFiles {
        /// The folder.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// More JSON than [`crate::Limits::max_json_bytes`].
    #[error(
        "{file}: with this file the history comes to more than {limit} bytes of JSON, far above any real export; import fewer files at once"
    )]
    TooMuchJson {
        /// Name of the file in which the limit was passed.
        file: String,
        /// The limit.
        limit: u64,
    },
    /// The person asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// Cut off, no zip at all, or with bytes changed.
    #[error("the zip is damaged or not complete ({detail}); download it again")]
    Damaged {
        /// What the unpacker says.
        detail: String,
    },
    /// An entry would be written outside the folder that it is unpacked to.
    #[error("refused: the entry {} climbs out of the archive; a sound one has no such entry", excerpt(entry))]
    ClimbsOut {
        /// The entry's path.
        entry: String,
    },
    /// The history is behind a password.
    #[error("the entry {} needs a password; unpack the zip and give the folder", excerpt(entry))]
    Encrypted {
        /// The entry's path.
        entry: String,
    },
    /// Packed with a method other than deflate.
    #[error(
        "the entry {} is packed in a way that is not supported ({detail}); unpack the zip and give the folder",
        excerpt(entry)
    )]
    Unsupported {
        /// The entry's path.
        entry: String,
        /// The method.
        detail: String,
    },
    /// An entry unpacks to far more than real history does.
    #[error(
        "refused: the entry {} unpacks to {ratio} times its size (limit {limit}), as only a zip bomb does",
        excerpt(entry)
    )]
    TooCompressed {
        /// The entry's path.
        entry: String,
        /// Bytes unpacked for each byte packed.
        ratio: u64,
        /// The limit.
        limit: u64,
    },
    /// More entries than [`crate::Limits::max_entries`].
    #[error("refused: more than {limit} entries in all; unpack it and give the files themselves")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
}

/// A place in a JSON file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of the row, from 1; 0 before the first.
    pub row: u64,
    /// Line, from 1.
    pub line: u64,
    /// Byte within the line, from 1.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row > 0 {
            write!(f, "row {}, ", self.row)?;
        }
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What is wrong at a place in a JSON file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// The file is no JSON list: one object, an object per line, another format.
    #[error("expected Spotify's list of plays, which begins with “[”, found {found}; give the file as Spotify sent it")]
    NotAList {
        /// What stands there.
        found: String,
    },
    /// An item of the list is no object.
    #[error("expected a play in braces “{{…}}”, found {found}; give the file as Spotify sent it")]
    NotARow {
        /// What stands there.
        found: String,
    },
    /// Something else than the next play or the end of the list.
    #[error(
        "expected “,” and another play, or “]” at the end of the list, found {found}; give the file as Spotify sent it"
    )]
    NotSeparated {
        /// What stands there.
        found: String,
    },
    /// Something after the list.
    #[error("expected the end of the file after the list of plays, found {found}; give the file as Spotify sent it")]
    AfterEnd {
        /// What stands there.
        found: String,
    },
    /// The file ends in the middle.
    #[error("the file ends in the middle; download or copy it again")]
    CutOff,
    /// Longer than [`crate::Limits::max_row_bytes`].
    #[error("one play takes more than {limit} bytes; real ones take about 700; give the file as Spotify sent it")]
    RowTooLong {
        /// The limit.
        limit: usize,
    },
    /// Not JSON.
    #[error("not valid JSON ({detail}); give the file as Spotify sent it")]
    Syntax {
        /// What the parser says.
        detail: String,
    },
    /// A field that is needed has another type than Spotify gives it, or a value that it cannot have.
    #[error("expected {expected} in “{field}”, found {found}; give the file as Spotify sent it")]
    BadField {
        /// Name of the field.
        field: &'static str,
        /// What should stand there.
        expected: String,
        /// What does.
        found: String,
    },
}

/// The beginning of a text in quotes, with control characters made visible.
pub(crate) fn excerpt(text: &str) -> String {
    let mut beginning: String = text.chars().take(EXCERPT_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(EXCERPT_CHARS).is_some() {
        beginning.push('…');
    }
    format!("“{beginning}”")
}

fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder; check the path".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read; check its permissions".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn found_words(found: &[String], n_found: u64) -> String {
    match n_found.saturating_sub(found.len() as u64) {
        _ if found.is_empty() => "it is empty".to_owned(),
        0 => format!("only {}", found.join(", ")),
        more => format!("only {} and {more} more", found.join(", ")),
    }
}

fn fields_words(found: &[String]) -> String {
    if found.is_empty() { "none".to_owned() } else { format!("rows with {}", found.join(", ")) }
}

use std::io;

use nearsong_types::{Cancelled, Manifest};

use crate::{RefusedRow, Schema};

/// Why a file gave no dataset. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file could not be opened or read.
    #[error("{file}: {source}: check the path and the permissions")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("{file}: expected a file, found a folder or a device: name the dataset file itself")]
    NotAFile {
        /// The path.
        file: String,
    },
    /// Nothing in it.
    #[error("{file}: the file is empty: download it again")]
    Empty {
        /// The file.
        file: String,
    },
    /// Neither CSV nor Parquet.
    #[error("{file}: expected a dataset as CSV, gzip CSV, Parquet or zip of CSV, found {found}")]
    NotADataset {
        /// The file.
        file: String,
        /// What it looks like.
        found: String,
    },
    /// A zip without a CSV, or with CSVs that do not belong together.
    #[error("{file}: {detail}: unpack it and name the dataset file itself")]
    UnfitZip {
        /// The file.
        file: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The columns are those of no dataset known here.
    #[error(
        "{file}: line 1: the columns fit no known dataset. Columns found: {}. Nearest is {nearest}; it also needs: {}. \
         Use one of the datasets that the manual names, or rename the columns",
        list(.found), list(.missing)
    )]
    UnknownColumns {
        /// The file.
        file: String,
        /// Columns that the file has.
        found: Vec<String>,
        /// The schema of which the fewest columns are missing.
        nearest: Schema,
        /// The columns that it lacks for that.
        missing: Vec<String>,
    },
    /// Two columns of one name: it is not known which to believe.
    #[error("{file}: line 1: column “{column}” stands there twice: remove one of them")]
    RepeatedColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// A Parquet column of a type that cannot hold the value.
    #[error("{file}: column “{column}”: expected numbers or texts, found {found}: write it as a plain column")]
    UnfitColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// Type of the column.
        found: String,
    },
    /// A header and nothing below it.
    #[error("{file}: a header but not one row below it: download it again")]
    NoRows {
        /// The file.
        file: String,
    },
    /// Rows, but none that can be used.
    #[error("{file}: all {n_rows} rows were refused; the first: {first}. Check that this is the file you meant")]
    AllRowsRefused {
        /// The file.
        file: String,
        /// Rows read.
        n_rows: u64,
        /// The first refusal.
        first: Box<RefusedRow>,
    },
    /// The file ends too early.
    #[error("{file}: the file is cut off after {place}: download it again")]
    CutOff {
        /// The file.
        file: String,
        /// How far it could be read.
        place: String,
    },
    /// The content contradicts itself.
    #[error("{file}: damaged after {place} ({detail}): download it again")]
    Damaged {
        /// The file.
        file: String,
        /// How far it could be read.
        place: String,
        /// What the decoder said.
        detail: String,
    },
    /// Larger than [`crate::ReadLimits`] allow.
    #[error("{file}: {what} is more than the limit of {limit}: name a smaller file or raise the limit")]
    TooLarge {
        /// The file.
        file: String,
        /// Which limit was met.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A CSV row without an end.
    #[error("{file}: {place}: the row is longer than {limit} bytes: look for a quote that is never closed")]
    LongRow {
        /// The file.
        file: String,
        /// The last row that could be read.
        place: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// More datasets than a track's 64 source bits can name.
    #[error("{found} datasets are more than the {} that one catalogue can have: leave some out", Manifest::MAX_INPUTS)]
    TooManyDatasets {
        /// How many there were.
        found: usize,
    },
    /// The person asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn list(columns: &[String]) -> String {
    const MOST: usize = 40;
    let mut line = columns.iter().take(MOST).map(|column| shortened(column)).collect::<Vec<_>>().join(", ");
    if columns.len() > MOST {
        line.push_str(&format!(" and {} more", columns.len() - MOST));
    }
    line
}

/// A text from a file, fit for a message: at most 60 characters, without control characters.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String =
        text.chars().take(MOST).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

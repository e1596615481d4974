use std::path::Path;

use nearsong_types::{InputFile, Progress, Track};

use crate::{
    CatalogError, QualityReport, ReadLimits, Schema,
    csv_file::{read_gzip, read_plain, read_zip},
    parquet_file::read_parquet,
    rows::Rows,
    source::{Container, Source, sha256_hex},
    unite::{split_artist_lines, unite_rows},
};

/// One dataset file, read and cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Which dataset its columns are those of.
    pub schema: Schema,
    /// File name without folders.
    pub name: String,
    /// SHA-256 of the file as it lies on disk, in hex.
    pub sha256: String,
    /// Rows in the file, refused ones among them.
    pub n_rows: u64,
    /// One per id, ascending by id.
    pub tracks: Vec<Track>,
    /// What was found and what was done about it.
    pub quality: QualityReport,
}

impl Dataset {
    /// The dataset as a manifest names it.
    pub fn input_file(&self, is_made_up: bool) -> InputFile {
        InputFile {
            name: self.name.clone(),
            schema: self.schema.name().to_owned(),
            sha256: self.sha256.clone(),
            is_made_up,
            n_rows: self.n_rows,
            n_tracks: self.tracks.len() as u64,
            faults: self.quality.faults(),
        }
    }
}

/// Reads a dataset: CSV, gzip CSV, a zip of CSVs of one schema, or Parquet, told apart by content and not by name.
///
/// The schema is recognised by the columns. Rows with a wrong id or a value that cannot be are refused one by one and
/// counted. Not-analysed rows (tempo, danceability and time signature 0) keep their names and lose their audio features.
/// Where rows of one id disagree the first row is believed: none of the datasets says when a row was collected. The
/// answer does not depend on the number of threads.
///
/// # Errors
/// [`CatalogError`], with the file and the place; nothing of such a file is returned.
pub fn read_dataset(path: &Path, limits: &ReadLimits, progress: &dyn Progress) -> Result<Dataset, CatalogError> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let source = Source::open(path, &name, limits)?;
    let (sha256, rows) =
        rayon::join(|| sha256_hex(path), || read_rows(path, source, Rows::new(&name, limits, progress)));
    let Rows { mut rows, n_rows, report: mut quality, layout, .. } = rows?;
    let sha256 = sha256.map_err(|source| CatalogError::Io { file: name.clone(), source })?;
    let Some(schema) = layout.map(|layout| layout.schema).filter(|_| n_rows > 0) else {
        return Err(CatalogError::NoRows { file: name });
    };
    if rows.is_empty() {
        let first = Box::new(quality.refused.swap_remove(0));
        return Err(CatalogError::AllRowsRefused { file: name, n_rows, first });
    }
    split_artist_lines(&mut rows, &mut quality);
    let tracks = unite_rows(rows, &mut quality);
    Ok(Dataset { schema, name, sha256, n_rows, tracks, quality })
}

fn read_rows<'a>(path: &Path, source: Source, mut rows: Rows<'a>) -> Result<Rows<'a>, CatalogError> {
    if source.container != Container::Parquet {
        rows.progress.begin(&format!("reading {}", rows.file), Some(source.size_bytes), "bytes");
    }
    match source.container {
        Container::Plain => read_plain(&mut rows, source.file)?,
        Container::Gzip => read_gzip(&mut rows, source.file)?,
        Container::Zip => read_zip(&mut rows, source.file)?,
        Container::Parquet => read_parquet(&mut rows, path)?,
    }
    Ok(rows)
}

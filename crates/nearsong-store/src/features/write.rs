use std::{fs::File, io::BufWriter, path::Path, sync::Arc};

use nearsong_types::{CatalogTrack, Manifest};
use parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type},
    errors::{ParquetError, Result},
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    schema::types::ColumnPath,
};

use super::{
    columns::{COLUMNS, Cells, Column, parquet_schema, source_names},
    stats::Stats,
};
use crate::{StoreError, fingerprint::HashingWriter, partial_file::PartialFile};

/// Rows that are compressed together; also what is held in memory twice while writing and reading.
const ROWS_PER_GROUP: usize = 1 << 16;

/// A Parquet file that is in place and that no version names yet.
pub(super) struct WrittenFile {
    pub(super) name: String,
    pub(super) size_bytes: u64,
    pub(super) sha256: String,
    pub(super) stats: String,
}

/// Writes the tracks as the Parquet file of a version.
pub(super) fn write_file(
    table: &Path,
    version: u64,
    tracks: &[CatalogTrack],
    manifest: &Manifest,
) -> std::result::Result<WrittenFile, StoreError> {
    let begun = table.join(format!("part-{version:05}.parquet"));
    let mut file = PartialFile::create(&begun)?;
    let mut hashing = HashingWriter::new(file.writer());
    let stats = write_tracks(&mut hashing, tracks, &source_names(manifest));
    let (sha256, size_bytes) = hashing.finish();
    let stats = stats.map_err(|error| sorted(&begun, error))?;
    let name = format!("part-{version:05}-{}.zstd.parquet", &sha256[..16]);
    file.replace_as(&table.join(&name))?;
    Ok(WrittenFile { name, size_bytes, sha256, stats })
}

/// A failed write carries the file system's reason inside; it decides what can be done.
fn sorted(path: &Path, error: ParquetError) -> StoreError {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => StoreError::io(path, *source),
            Err(source) => StoreError::Io { path: path.to_owned(), source: std::io::Error::other(source) },
        },
        other => StoreError::Io { path: path.to_owned(), source: std::io::Error::other(other) },
    }
}

fn write_tracks(
    file: &mut HashingWriter<&mut BufWriter<File>>,
    tracks: &[CatalogTrack],
    sources: &[String],
) -> Result<String> {
    let mut writer = SerializedFileWriter::new(file, parquet_schema()?, Arc::new(properties()))?;
    let mut stats = Stats::new(tracks.len());
    for group in tracks.chunks(ROWS_PER_GROUP) {
        let mut row_group = writer.next_row_group()?;
        for column in &COLUMNS {
            let mut cells = row_group.next_column()?.expect("the schema was made from these columns");
            write_cells(&mut cells, column, group, sources, &mut stats)?;
            cells.close()?;
        }
        row_group.close()?;
    }
    writer.close()?;
    Ok(stats.to_json())
}

fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by("nearsong".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in COLUMNS.iter().filter(|column| !column.has_dictionary()) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name), false);
    }
    properties.build()
}

fn write_cells(
    cells: &mut SerializedColumnWriter<'_>,
    column: &Column,
    group: &[CatalogTrack],
    sources: &[String],
    stats: &mut Stats,
) -> Result<()> {
    let tracks = group.iter().map(|row| &row.track);
    let name = column.name;
    match column.cells {
        Cells::TrackId => {
            let ids = group.iter().map(|row| row.track.id.as_str());
            stats.texts(name, ids.clone());
            write_texts(cells, ids.map(Some))
        }
        Cells::RecordingId => {
            let ids = group.iter().map(|row| row.recording_id.as_str());
            stats.texts(name, ids.clone());
            write_texts(cells, ids.map(Some))
        }
        Cells::Text { get, .. } => {
            stats.absent(name, tracks.clone().filter(|track| get(track).is_none()).count());
            write_texts(cells, tracks.map(get))
        }
        Cells::Texts { get, .. } => write_lists(cells, tracks.map(|track| get(track).iter().map(String::as_str))),
        Cells::Sources => write_lists(cells, group.iter().map(|row| named(row.sources, sources))),
        Cells::Long { get, .. } => write_values::<Int64Type>(cells, &stats.count(name, tracks.map(get))),
        Cells::Int { get, .. } => write_values::<Int32Type>(cells, &stats.count(name, tracks.map(get))),
        Cells::Flag { get, .. } => {
            let flags: Vec<_> = tracks.map(get).collect();
            stats.absent(name, flags.iter().filter(|flag| flag.is_none()).count());
            write_values::<BoolType>(cells, &flags)
        }
        Cells::Audio(feature) => {
            let values = stats.count(name, tracks.map(|track| track.audio.get(feature)));
            write_values::<FloatType>(cells, &values)
        }
    }
}

fn named(bits: u64, sources: &[String]) -> impl Iterator<Item = &str> {
    sources.iter().enumerate().filter(move |(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| name.as_str())
}

fn write_values<T: DataType>(cells: &mut SerializedColumnWriter<'_>, values: &[Option<T::T>]) -> Result<()> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let known: Vec<T::T> = values.iter().flatten().cloned().collect();
    cells.typed::<T>().write_batch(&known, Some(&levels), None)?;
    Ok(())
}

fn write_texts<'a>(cells: &mut SerializedColumnWriter<'_>, texts: impl Iterator<Item = Option<&'a str>>) -> Result<()> {
    let (mut joined, mut levels) = (Joined::default(), Vec::new());
    for text in texts {
        levels.push(i16::from(text.is_some()));
        if let Some(text) = text {
            joined.push(text);
        }
    }
    // A column without absent cells has no levels; those given are passed over then.
    cells.typed::<ByteArrayType>().write_batch(&joined.texts(), Some(&levels), None)?;
    Ok(())
}

fn write_lists<'a>(
    cells: &mut SerializedColumnWriter<'_>,
    lists: impl Iterator<Item = impl Iterator<Item = &'a str>>,
) -> Result<()> {
    let (mut joined, mut definition, mut repetition) = (Joined::default(), Vec::new(), Vec::new());
    for list in lists {
        let start = repetition.len();
        for text in list {
            repetition.push(i16::from(repetition.len() > start));
            definition.push(1);
            joined.push(text);
        }
        if repetition.len() == start {
            repetition.push(0);
            definition.push(0);
        }
    }
    cells.typed::<ByteArrayType>().write_batch(&joined.texts(), Some(&definition), Some(&repetition))?;
    Ok(())
}

/// Texts in one allocation.
#[derive(Default)]
struct Joined {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Joined {
    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }

    fn texts(self) -> Vec<ByteArray> {
        let all = ByteArray::from(self.bytes);
        let mut start = 0;
        let cut = |end: usize| {
            let text = all.slice(start, end - start);
            start = end;
            text
        };
        self.ends.into_iter().map(cut).collect()
    }
}

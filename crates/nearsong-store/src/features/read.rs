use std::fs::File;

use nearsong_types::{CatalogTrack, Track, TrackId};
use parquet::{
    column::reader::{ColumnReader, get_typed_column_reader},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type},
    errors::ParquetError,
    file::reader::{FileReader, RowGroupReader, SerializedFileReader},
};

use super::{
    DAMAGED, Version,
    columns::{COLUMNS, Cells, Column, parquet_schema, source_names},
};
use crate::StoreError;

/// Why a file cannot be read although its bytes are those that were written.
type Problem = String;

/// Reads the tracks of a version.
pub(super) fn read_file(version: &Version) -> Result<Vec<CatalogTrack>, StoreError> {
    let file = File::open(&version.file).map_err(|source| StoreError::io(&version.file, source))?;
    read_tracks(file, version).map_err(|problem| StoreError::corrupt(&version.file, problem, DAMAGED))
}

fn read_tracks(file: File, version: &Version) -> Result<Vec<CatalogTrack>, Problem> {
    let reader = SerializedFileReader::new(file).map_err(in_words)?;
    let metadata = reader.metadata().file_metadata();
    if metadata.schema() != parquet_schema().map_err(in_words)?.as_ref() {
        return Err("its columns are not those of a feature table of this Nearsong".to_owned());
    }
    let sources = source_names(&version.manifest);
    let mut tracks = Vec::with_capacity(usize::try_from(metadata.num_rows()).map_err(|error| error.to_string())?);
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(in_words)?;
        let start = tracks.len();
        for id in texts(group.as_ref(), 0)? {
            let id = id.as_deref().and_then(track_id).ok_or("column track_id: no track id")?;
            tracks.push(CatalogTrack { track: Track::new(id), recording_id: id, sources: 0 });
        }
        for (at, column) in COLUMNS.iter().enumerate() {
            let cells = read_cells(group.as_ref(), at, column, &mut tracks[start..], &sources);
            cells.map_err(|problem| format!("column {}: {problem}", column.name))?;
        }
    }
    Ok(tracks)
}

fn read_cells(
    group: &dyn RowGroupReader,
    at: usize,
    column: &Column,
    rows: &mut [CatalogTrack],
    sources: &[String],
) -> Result<(), Problem> {
    match column.cells {
        Cells::TrackId => Ok(()),
        Cells::RecordingId => {
            fill(rows, texts(group, at)?, |row, text| track_id(&text).map(|id| row.recording_id = id).is_some())
        }
        Cells::Sources => fill(rows, lists(group, at)?.into_iter().map(Some), |row, names| {
            let bit = |name| 1u64.checked_shl(sources.iter().position(|source| source == name)? as u32);
            let bits = names.iter().try_fold(0, |bits, name| Some(bits | bit(name)?));
            bits.map(|bits| row.sources = bits).is_some()
        }),
        Cells::Text { set, .. } => fill(rows, texts(group, at)?, |row, text| {
            set(&mut row.track, text);
            true
        }),
        Cells::Texts { set, .. } => fill(rows, lists(group, at)?.into_iter().map(Some), |row, list| {
            set(&mut row.track, list);
            true
        }),
        Cells::Long { set, .. } => fill(rows, values::<Int64Type>(group, at)?, |row, value| set(&mut row.track, value)),
        Cells::Int { set, .. } => fill(rows, values::<Int32Type>(group, at)?, |row, value| set(&mut row.track, value)),
        Cells::Flag { set, .. } => fill(rows, values::<BoolType>(group, at)?, |row, value| {
            set(&mut row.track, value);
            true
        }),
        Cells::Audio(feature) => fill(rows, values::<FloatType>(group, at)?, |row, value| {
            let is_believed = feature.accepts(value);
            if is_believed {
                row.track.audio.set(feature, Some(value));
            }
            is_believed
        }),
    }
}

/// Sets one cell of each row; absent ones stay absent. `set` says whether the row can have the value.
fn fill<V>(
    rows: &mut [CatalogTrack],
    cells: impl IntoIterator<Item = Option<V>, IntoIter: ExactSizeIterator>,
    set: impl Fn(&mut CatalogTrack, V) -> bool,
) -> Result<(), Problem> {
    let cells = cells.into_iter();
    if cells.len() != rows.len() {
        return Err(format!("expected {} rows, found {}", rows.len(), cells.len()));
    }
    for (number, (row, cell)) in rows.iter_mut().zip(cells).enumerate() {
        if !cell.is_none_or(|value| set(row, value)) {
            return Err(format!("row {number} of its group has a value that cannot be"));
        }
    }
    Ok(())
}

fn values<T: DataType>(group: &dyn RowGroupReader, at: usize) -> Result<Vec<Option<T::T>>, Problem> {
    let cells = Levels::<T>::read(group, at)?;
    let mut values = cells.values.into_iter();
    Ok(cells.definition.into_iter().map(|level| if level > 0 { values.next() } else { None }).collect())
}

fn texts(group: &dyn RowGroupReader, at: usize) -> Result<Vec<Option<String>>, Problem> {
    let cells = Levels::<ByteArrayType>::read(group, at)?;
    let mut values = cells.values.iter();
    let is_optional = COLUMNS[at].is_optional();
    if !is_optional {
        return values.map(|value| text(value).map(Some)).collect();
    }
    let cell = |level: i16| if level > 0 { values.next().map(text).transpose() } else { Ok(None) };
    cells.definition.into_iter().map(cell).collect()
}

fn lists(group: &dyn RowGroupReader, at: usize) -> Result<Vec<Vec<String>>, Problem> {
    let cells = Levels::<ByteArrayType>::read(group, at)?;
    let mut values = cells.values.iter();
    let mut lists: Vec<Vec<String>> = Vec::new();
    for (definition, repetition) in cells.definition.into_iter().zip(cells.repetition) {
        if repetition == 0 {
            lists.push(Vec::new());
        }
        if definition > 0 {
            let value = values.next().ok_or("a list ends early")?;
            lists.last_mut().ok_or("a list has no beginning")?.push(text(value)?);
        }
    }
    Ok(lists)
}

/// One column of one row group as Parquet keeps it: the values that are there, and which cells they belong to.
struct Levels<T: DataType> {
    values: Vec<T::T>,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

impl<T: DataType> Levels<T> {
    fn read(group: &dyn RowGroupReader, at: usize) -> Result<Self, Problem> {
        let reader: ColumnReader = group.get_column_reader(at).map_err(in_words)?;
        let mut reader = get_typed_column_reader::<T>(reader);
        let n_rows = usize::try_from(group.metadata().num_rows()).map_err(|error| error.to_string())?;
        let mut levels = Self { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() };
        let Self { values, definition, repetition } = &mut levels;
        let mut n_read = 0;
        while n_read < n_rows {
            let read = reader.read_records(n_rows - n_read, Some(definition), Some(repetition), values);
            match read.map_err(in_words)? {
                (0, ..) => return Err(format!("expected {n_rows} rows, found {n_read}")),
                (n_more, ..) => n_read += n_more,
            }
        }
        Ok(levels)
    }
}

fn text(value: &ByteArray) -> Result<String, Problem> {
    value.as_utf8().map(str::to_owned).map_err(in_words)
}

fn track_id(text: &str) -> Option<TrackId> {
    TrackId::from_bytes(text.as_bytes().try_into().ok()?)
}

fn in_words(error: ParquetError) -> Problem {
    error.to_string()
}

use parquet::{
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::{ByteArray, DataType, FixedLenByteArray},
    errors::{ParquetError, Result},
};

use crate::cell::Cell;

/// One column of a row group, read batch by batch.
pub(crate) struct Column {
    reader: ColumnReader,
    is_optional: bool,
}

/// The values of one column in some consecutive rows.
pub(crate) struct ColumnBatch {
    values: Values,
    /// For every row the position of its value, or `NULL`.
    positions: Vec<u32>,
}

const NULL: u32 = u32::MAX;

enum Values {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Text(Vec<ByteArray>),
    FixedText(Vec<FixedLenByteArray>),
}

impl Column {
    pub(crate) fn new(reader: ColumnReader, is_optional: bool) -> Self {
        Self { reader, is_optional }
    }

    /// Reads exactly `n_rows` more rows.
    pub(crate) fn read(&mut self, n_rows: usize) -> Result<ColumnBatch> {
        let mut levels = Vec::new();
        let levels = &mut levels;
        let values = match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => Values::Bool(read(reader, n_rows, levels)?),
            ColumnReader::Int32ColumnReader(reader) => {
                Values::Int(read(reader, n_rows, levels)?.into_iter().map(i64::from).collect())
            }
            ColumnReader::Int64ColumnReader(reader) => Values::Int(read(reader, n_rows, levels)?),
            ColumnReader::FloatColumnReader(reader) => {
                Values::Float(read(reader, n_rows, levels)?.into_iter().map(f64::from).collect())
            }
            ColumnReader::DoubleColumnReader(reader) => Values::Float(read(reader, n_rows, levels)?),
            ColumnReader::ByteArrayColumnReader(reader) => Values::Text(read(reader, n_rows, levels)?),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => Values::FixedText(read(reader, n_rows, levels)?),
            ColumnReader::Int96ColumnReader(_) => return Err(ParquetError::NYI("timestamps of 96 bits".to_owned())),
        };
        let n_values = values.len();
        let positions = if self.is_optional { positions_of(levels) } else { (0..n_values as u32).collect() };
        let n_placed = positions.iter().filter(|&&position| position != NULL).count();
        if positions.len() != n_rows || n_placed != n_values {
            return Err(ParquetError::EOF(format!("{n_rows} rows expected, {} found", positions.len())));
        }
        Ok(ColumnBatch { values, positions })
    }
}

fn positions_of(levels: &[i16]) -> Vec<u32> {
    let mut next = 0;
    let place = |&level: &i16| {
        let is_there = level > 0;
        let position = if is_there { next } else { NULL };
        next += u32::from(is_there);
        position
    };
    levels.iter().map(place).collect()
}

impl ColumnBatch {
    /// The value in one row of the batch.
    pub(crate) fn cell(&self, row: usize) -> Cell<'_> {
        let position = match self.positions[row] {
            NULL => return Cell::Missing,
            position => position as usize,
        };
        match &self.values {
            Values::Bool(values) => Cell::Bool(values[position]),
            Values::Int(values) => Cell::Int(values[position]),
            Values::Float(values) => Cell::Float(values[position]),
            Values::Text(values) => Cell::Text(values[position].data()),
            Values::FixedText(values) => Cell::Text(values[position].data()),
        }
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::FixedText(values) => values.len(),
        }
    }
}

fn read<T: DataType>(reader: &mut ColumnReaderImpl<T>, n_rows: usize, levels: &mut Vec<i16>) -> Result<Vec<T::T>> {
    let mut values = Vec::with_capacity(n_rows);
    reader.read_records(n_rows, Some(levels), None, &mut values)?;
    Ok(values)
}

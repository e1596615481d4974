use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use parquet::{
    basic::{Repetition, Type},
    column::reader::get_column_reader,
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData},
        reader::FileReader,
        serialized_reader::{SerializedFileReader, SerializedPageReader},
    },
};
use rayon::prelude::*;

use crate::{
    CatalogError,
    cell::{Cell, Cells},
    parquet_column::{Column, ColumnBatch},
    rows::{BATCH, Rows},
    schema::{Field, Layout},
};

/// Reads a Parquet file with the columns of a known schema, whatever their physical types.
pub(crate) fn read_parquet(rows: &mut Rows<'_>, path: &Path) -> Result<(), CatalogError> {
    // The decoder is meant to answer damage with errors, but asserts in places. A person's damaged file must not end
    // the program, so an assertion counts as damage here.
    catch_unwind(AssertUnwindSafe(|| read_row_groups(rows, path))).unwrap_or_else(|_| {
        Err(CatalogError::Damaged {
            file: rows.file.to_owned(),
            place: format!("row {}", rows.n_rows),
            detail: "the Parquet decoder gave up".to_owned(),
        })
    })
}

fn read_row_groups(rows: &mut Rows<'_>, path: &Path) -> Result<(), CatalogError> {
    let open = || File::open(path).map_err(|source| CatalogError::Io { file: rows.file.to_owned(), source });
    let reader = SerializedFileReader::new(open()?).map_err(|error| damaged(rows, &error))?;
    let metadata = reader.metadata();
    check_metadata(rows, metadata)?;
    let columns = metadata.file_metadata().schema_descr().columns();
    let header: Vec<String> = columns.iter().map(|column| column.path().string()).collect();
    let layout = Layout::recognise(rows.file, &header)?;
    for &column in layout.columns.iter().flatten() {
        let column = &columns[column];
        let is_flat = column.max_rep_level() == 0 && column.max_def_level() <= 1;
        if !is_flat || column.physical_type() == Type::INT96 {
            let found = if is_flat { "96-bit timestamps" } else { "lists or nested values" };
            let (file, column) = (rows.file.to_owned(), column.path().string());
            return Err(CatalogError::UnfitColumn { file, column, found: found.to_owned() });
        }
    }
    // Columns are read at the same time, so each needs a file position of its own.
    let file_of = |column: &Option<usize>| column.map(|column| Ok((column, Arc::new(open()?)))).transpose();
    let files: Result<Vec<_>, CatalogError> = layout.columns.iter().map(file_of).collect();
    let files = files?;
    rows.layout = Some(layout);
    let n_rows = metadata.file_metadata().num_rows().max(0) as u64;
    rows.progress.begin(&format!("reading {}", rows.file), Some(n_rows), "rows");
    for group in metadata.row_groups() {
        read_row_group(rows, group, &files)?;
    }
    Ok(())
}

/// Reads the rows of one group; `files` holds the column of every field and a file to read it from.
fn read_row_group(
    rows: &mut Rows<'_>,
    group: &RowGroupMetaData,
    files: &[Option<(usize, Arc<File>)>],
) -> Result<(), CatalogError> {
    let open = |(column, file): &(usize, Arc<File>)| {
        let descriptor = group.schema_descr().column(*column);
        let is_optional = descriptor.self_type().get_basic_info().repetition() == Repetition::OPTIONAL;
        let n_rows = group.num_rows().max(0) as usize;
        let pages = SerializedPageReader::new(Arc::clone(file), group.column(*column), n_rows, None)?;
        Ok(Column::new(get_column_reader(descriptor, Box::new(pages)), is_optional))
    };
    let columns: Result<Vec<Option<Column>>, ParquetError> =
        files.iter().map(|file| file.as_ref().map(open).transpose()).collect();
    let mut columns = columns.map_err(|error| damaged(rows, &error))?;
    let mut left = group.num_rows().max(0) as usize;
    while left > 0 {
        let n_batch = left.min(BATCH);
        let read = |column: &mut Option<Column>| column.as_mut().map(|column| column.read(n_batch)).transpose();
        let columns: Result<Vec<Option<ColumnBatch>>, ParquetError> = columns.par_iter_mut().map(read).collect();
        let columns = columns.map_err(|error| damaged(rows, &error))?;
        left -= n_batch;
        let first_row = rows.n_rows + 1;
        let batch: Vec<(&[Option<ColumnBatch>], usize)> = (0..n_batch).map(|row| (&columns[..], row)).collect();
        rows.accept(
            &batch,
            |&(columns, row)| Ok(cells(columns, row)),
            |&(_, row)| format!("row {}", first_row + row as u64),
        )?;
        rows.progress.advance(rows.n_rows);
    }
    Ok(())
}

fn cells(columns: &[Option<ColumnBatch>], row: usize) -> Cells<'_> {
    let mut cells = [Cell::Missing; Field::COUNT];
    for (cell, column) in cells.iter_mut().zip(columns) {
        if let Some(column) = column {
            *cell = column.cell(row);
        }
    }
    Cells(cells)
}

/// Refuses what the metadata says cannot be, or is too much, before anything is decoded.
fn check_metadata(rows: &Rows<'_>, metadata: &ParquetMetaData) -> Result<(), CatalogError> {
    let n_rows = metadata.row_groups().iter().map(|group| group.num_rows().max(0) as u64);
    if n_rows.fold(0, u64::saturating_add) > rows.limits.max_rows {
        return Err(rows.too_large("the number of rows", rows.limits.max_rows));
    }
    let chunks = || metadata.row_groups().iter().flat_map(|group| group.columns());
    let is_impossible = |chunk: &ColumnChunkMetaData| {
        let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
        start < 0 || chunk.compressed_size() < 0
    };
    if chunks().any(is_impossible) {
        let detail = "a column begins before the file".to_owned();
        return Err(CatalogError::Damaged { file: rows.file.to_owned(), place: "the start".to_owned(), detail });
    }
    let n_bytes = chunks().map(|chunk| chunk.uncompressed_size().max(0) as u64).fold(0, u64::saturating_add);
    if n_bytes > rows.limits.max_decompressed_bytes {
        return Err(rows.too_large("the decompressed size in bytes", rows.limits.max_decompressed_bytes));
    }
    Ok(())
}

fn damaged(rows: &Rows<'_>, error: &ParquetError) -> CatalogError {
    let place = if rows.n_rows == 0 { "the start".to_owned() } else { format!("row {}", rows.n_rows) };
    CatalogError::Damaged { file: rows.file.to_owned(), place, detail: error.to_string() }
}

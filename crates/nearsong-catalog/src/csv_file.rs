use std::{
    io::{self, Read, Seek},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::ByteRecord;
use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::{
    CatalogError,
    cell::{Cell, Cells},
    fault::Refusal,
    rows::{BATCH, Rows},
    schema::{Field, Layout},
    source::{CountedFile, LimitMet, Metered},
};

/// Reads plain CSV.
pub(crate) fn read_plain(rows: &mut Rows<'_>, file: CountedFile) -> Result<(), CatalogError> {
    let counter = file.counter();
    read_csv(rows, file, &counter, "")
}

/// Reads CSV under gzip, of one or several members.
pub(crate) fn read_gzip(rows: &mut Rows<'_>, file: CountedFile) -> Result<(), CatalogError> {
    let counter = file.counter();
    read_csv(rows, MultiGzDecoder::new(io::BufReader::new(file)), &counter, "")
}

/// Reads every CSV in a zip, in the order of their names, as one dataset. They must have one schema.
pub(crate) fn read_zip(rows: &mut Rows<'_>, file: CountedFile) -> Result<(), CatalogError> {
    let counter = file.counter();
    let name = rows.file.to_owned();
    let damaged = |error: zip::result::ZipError| CatalogError::Damaged {
        file: name.clone(),
        place: "the start".to_owned(),
        detail: error.to_string(),
    };
    let mut archive = ZipArchive::new(io::BufReader::new(file)).map_err(damaged)?;
    let members = csv_members(&mut archive).map_err(damaged)?;
    if members.is_empty() {
        let detail = "expected a zip with a CSV in it, found none".to_owned();
        return Err(CatalogError::UnfitZip { file: name, detail });
    }
    for (member, index) in members {
        let schema = rows.layout.take().map(|layout| layout.schema);
        let entry = archive.by_index(index).map_err(damaged)?;
        read_csv(rows, entry, &counter, &format!("{member} "))?;
        let own = rows.layout.as_ref().map(|layout| layout.schema);
        if schema.is_some() && schema != own {
            let detail = format!("expected CSVs of one schema, found another in {member}");
            return Err(CatalogError::UnfitZip { file: name, detail });
        }
    }
    Ok(())
}

/// Names and positions of the CSVs, by name. Names are only shown, never opened as paths.
fn csv_members<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<Vec<(String, usize)>, zip::result::ZipError> {
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let name = archive.by_index_raw(index)?.name()?.into_owned();
        let is_csv = name.to_ascii_lowercase().ends_with(".csv");
        if is_csv && !name.starts_with("__MACOSX/") {
            members.push((crate::error::shortened(&name), index));
        }
    }
    members.sort();
    Ok(members)
}

/// Reads a stream of CSV into `rows`; `member` goes before the line number in messages.
fn read_csv(
    rows: &mut Rows<'_>,
    stream: impl Read,
    counter: &Arc<AtomicU64>,
    member: &str,
) -> Result<(), CatalogError> {
    let stream = Metered::new(stream, rows.limits);
    let since_row = stream.since_row();
    let mut csv =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 16).from_reader(stream);
    let mut record = ByteRecord::new();
    let place = |line: u64| format!("{member}line {line}");
    if !csv.read_byte_record(&mut record).map_err(|error| read_error(rows, error, &place(0)))? {
        return Err(CatalogError::Empty { file: rows.file.to_owned() });
    }
    let layout = Layout::recognise(rows.file, &header(rows.file, &record)?)?;
    rows.layout = Some(layout.clone());

    let mut batch: Vec<ByteRecord> = Vec::with_capacity(BATCH);
    let mut at_end = false;
    while !at_end {
        batch.clear();
        while batch.len() < BATCH && !at_end {
            since_row.store(0, Ordering::Relaxed);
            let line = csv.position().line();
            match csv.read_byte_record(&mut record) {
                Ok(true) => batch.push(record.clone()),
                Ok(false) => at_end = true,
                Err(error) => return Err(read_error(rows, error, &place(line.saturating_sub(1)))),
            }
        }
        rows.accept(
            &batch,
            |record| cells(record, &layout),
            |record| place(record.position().map_or(0, |p| p.line())),
        )?;
        rows.progress.advance(counter.load(Ordering::Relaxed));
    }
    Ok(())
}

fn cells<'r>(record: &'r ByteRecord, layout: &Layout) -> Result<Cells<'r>, Refusal> {
    if record.len() != layout.n_columns {
        return Err(Refusal::field_count(record.len(), layout.n_columns));
    }
    let mut cells = [Cell::Missing; Field::COUNT];
    for (cell, &column) in cells.iter_mut().zip(&layout.columns) {
        if let Some(text) = column.and_then(|column| record.get(column)).filter(|text| !text.is_empty()) {
            *cell = Cell::Text(text);
        }
    }
    Ok(Cells(cells))
}

fn header(file: &str, record: &ByteRecord) -> Result<Vec<String>, CatalogError> {
    let not_csv = |found: &str| CatalogError::NotADataset { file: file.to_owned(), found: found.to_owned() };
    if record.iter().any(|name| name.contains(&0)) {
        return Err(not_csv("binary data"));
    }
    let mut names = Vec::with_capacity(record.len());
    for name in record {
        let name = std::str::from_utf8(name).map_err(|_| not_csv("text that is not UTF-8"))?;
        names.push(name.trim_start_matches('\u{feff}').trim().to_owned());
    }
    if names.first().is_some_and(|name| name.starts_with('<')) {
        return Err(not_csv("a web page or XML (a download that ended at a sign-in page?)"));
    }
    if names.first().is_some_and(|name| name.starts_with('{')) {
        return Err(not_csv("JSON"));
    }
    Ok(names)
}

fn read_error(rows: &Rows<'_>, error: csv::Error, place: &str) -> CatalogError {
    let (file, place) = (rows.file.to_owned(), place.to_owned());
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => return CatalogError::Damaged { file, place, detail: format!("{other:?}") },
    };
    let limit = error.get_ref().and_then(|inner| inner.downcast_ref::<LimitMet>());
    match (limit, error.kind()) {
        (Some(LimitMet::Decompressed), _) => {
            rows.too_large("the decompressed size in bytes", rows.limits.max_decompressed_bytes)
        }
        (Some(LimitMet::Row), _) => CatalogError::LongRow { file, place, limit: rows.limits.max_row_bytes },
        (None, io::ErrorKind::UnexpectedEof) => CatalogError::CutOff { file, place },
        (None, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => {
            CatalogError::Damaged { file, place, detail: error.to_string() }
        }
        (None, _) => CatalogError::Io { file, source: error },
    }
}

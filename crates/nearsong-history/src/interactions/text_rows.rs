use std::borrow::Cow;

use csv::ByteRecord;

use super::{InteractionFault, InteractionsError, RowPlace, gauge::Gauge, read::Tally, unpacking::Unpacked};
use crate::error::excerpt;

/// The first line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) delimiter: u8,
    pub(crate) names: Vec<String>,
}

/// The header of a text whose columns are parted by tabs, semicolons or commas; `None` where its first line cannot be one.
pub(crate) fn header_of(head: &[u8]) -> Option<Header> {
    let line = head.split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_end_matches('\r').trim_start_matches('\u{feff}');
    let count = |delimiter: u8| line.bytes().filter(|&byte| byte == delimiter).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|&delimiter| (count(delimiter), delimiter == b'\t'))?;
    if count(delimiter) == 0 || line.chars().any(|c| c.is_control() && c != '\t') {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    Some(Header { delimiter, names: record.iter().map(|name| name.trim().to_owned()).collect() })
}

/// The lines of a table behind its header.
pub(crate) struct TextRows<'i, 'g, 'a> {
    name: &'i str,
    csv: csv::Reader<&'i mut dyn std::io::Read>,
    gauge: &'g Gauge<'a>,
}

/// One line: its fields, and where it stands.
pub(crate) struct TextRow<'r> {
    pub(crate) record: &'r ByteRecord,
    file: &'r str,
    line: u64,
}

impl<'i, 'g, 'a> TextRows<'i, 'g, 'a> {
    /// Tables with quotes as CSV has them.
    pub(crate) fn quoted(file: Unpacked<'i>, delimiter: u8, gauge: &'g Gauge<'a>) -> Self {
        Self::new(file, csv::ReaderBuilder::new().delimiter(delimiter), gauge)
    }

    /// Tables parted by tabs, in which a quote is a letter like any other.
    pub(crate) fn unquoted(file: Unpacked<'i>, gauge: &'g Gauge<'a>) -> Self {
        Self::new(file, csv::ReaderBuilder::new().delimiter(b'\t').quoting(false), gauge)
    }

    fn new(file: Unpacked<'i>, builder: &mut csv::ReaderBuilder, gauge: &'g Gauge<'a>) -> Self {
        let csv = builder.flexible(true).has_headers(false).from_reader(file.input);
        Self { name: file.name, csv, gauge }
    }

    /// Calls `take` with every line but the first.
    pub(crate) fn each(
        mut self,
        mut take: impl FnMut(TextRow<'_>) -> Result<(), InteractionsError>,
    ) -> Result<(), InteractionsError> {
        let mut record = ByteRecord::new();
        let mut n_fields = None;
        loop {
            self.gauge.begin_row();
            let line = self.csv.position().line();
            match self.csv.read_byte_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => {}
                Err(error) => return Err(self.error(error, line)),
            }
            let line = record.position().map_or(line, csv::Position::line);
            match n_fields {
                None => n_fields = Some(record.len()),
                Some(n) if n == record.len() => take(TextRow { record: &record, file: self.name, line })?,
                Some(n) => {
                    let problem = format!("expected {n} fields as in the first line, found {}", record.len());
                    return Err(InteractionsError::Row {
                        file: self.name.to_owned(),
                        place: RowPlace::Line(line),
                        problem,
                    });
                }
            }
        }
    }

    fn error(&self, error: csv::Error, line: u64) -> InteractionsError {
        let file = self.name.to_owned();
        match error.into_kind() {
            csv::ErrorKind::Io(source) => self.gauge.error(&file, source),
            other => InteractionsError::Row { file, place: RowPlace::Line(line), problem: format!("{other:?}") },
        }
    }
}

impl TextRow<'_> {
    /// The bytes of a field.
    pub(crate) fn field(&self, at: usize) -> &[u8] {
        self.record.get(at).unwrap_or_default().trim_ascii()
    }

    /// The whole number in a field.
    pub(crate) fn number(&self, name: &str, at: usize) -> Result<u64, InteractionsError> {
        let text = String::from_utf8_lossy(self.field(at));
        text.parse().map_err(|_| InteractionsError::Row {
            file: self.file.to_owned(),
            place: RowPlace::Line(self.line),
            problem: format!("expected a whole number in “{name}”, found {}", excerpt(&text)),
        })
    }
}

/// A text as UTF-8, or else as Latin-1, which is counted.
pub(crate) fn decoded<'t>(bytes: &'t [u8], tally: &mut Tally) -> Cow<'t, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            tally.count(InteractionFault::NotUtf8);
            Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect())
        }
    }
}

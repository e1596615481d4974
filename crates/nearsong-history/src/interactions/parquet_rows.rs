use std::{
    borrow::Cow,
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use nearsong_types::Moment;
use parquet::{
    errors::ParquetError,
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
    record::Field,
    schema::types::Type,
};

use super::{
    InteractionLimits, InteractionsError, RowPlace,
    columns::Columns,
    gauge::Gauge,
    read::{Tally, check_size},
    table::{Cell, Table},
};
use crate::{ReadError, plan::io_error};

/// Whether a file begins as Parquet does.
pub(crate) fn is_parquet(path: &Path) -> Result<bool, ReadError> {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut head));
    read.map_err(|source| io_error(path, source))?;
    Ok(head == b"PAR1")
}

/// A Parquet file with a column for users and one for items.
pub(crate) struct ParquetTable<'p> {
    name: &'p str,
    reader: SerializedFileReader<File>,
    /// The columns used, by their positions among those that are read.
    columns: Columns,
    projection: Type,
    n_bytes: u64,
}

impl<'p> ParquetTable<'p> {
    /// Opens a file; `None` where it is another table.
    pub(crate) fn open(
        name: &'p str,
        path: &Path,
        limits: &InteractionLimits,
    ) -> Result<Option<Self>, InteractionsError> {
        let file = File::open(path).map_err(|source| io_error(path, source))?;
        let n_bytes = file.metadata().map_err(|source| io_error(path, source))?.len();
        let reader = guarded(name, 0, || SerializedFileReader::new(file))?;
        let groups = reader.metadata().row_groups().iter();
        let n_unpacked = groups.map(|group| group.total_byte_size().max(0) as u64).fold(0, u64::saturating_add);
        let limit = limits.max_compression_ratio;
        if n_unpacked > n_bytes.max(1 << 20).saturating_mul(limit) {
            return Err(InteractionsError::Bomb { file: name.to_owned(), limit });
        }
        let fields = reader.metadata().file_metadata().schema().get_fields();
        // Lists and the like are no columns of these tables.
        let flat: Vec<Arc<Type>> = fields.iter().filter(|field| is_flat(field)).cloned().collect();
        let names: Vec<String> = flat.iter().map(|field| field.name().to_owned()).collect();
        let Some(columns) = Columns::of(&names) else { return Ok(None) };
        let mut used: Vec<usize> = columns.positions();
        used.sort_unstable();
        let fields = used.iter().map(|&at| Arc::clone(&flat[at])).collect();
        let projection = guarded(name, 0, || Type::group_type_builder("rows").with_fields(fields).build())?;
        let columns = columns.moved(|at| used.iter().position(|&other| other == at).unwrap_or(at));
        Ok(Some(Self { name, reader, columns, projection, n_bytes }))
    }

    /// Reads all rows into a table.
    pub(crate) fn read(self, table: &mut Table, gauge: &Gauge<'_>, tally: &mut Tally) -> Result<(), InteractionsError> {
        let mut rows = guarded(self.name, 0, || self.reader.get_row_iter(Some(self.projection.clone())))?;
        let n_rows = self.reader.metadata().file_metadata().num_rows().max(1) as u64;
        let mut n_read = 0;
        while let Some(row) = guarded(self.name, n_read, || rows.next().transpose())? {
            n_read += 1;
            let values: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
            table.push(&self.columns, &mut |at, _: &mut Tally| cell(values[at]), gauge.limits, tally);
            if n_read.is_multiple_of(1 << 16) {
                gauge.tell((self.n_bytes as f64 * n_read as f64 / n_rows as f64) as u64)?;
            }
            check_size(table.size(), self.name, gauge.limits)?;
        }
        gauge.pass(self.n_bytes);
        Ok(())
    }
}

fn is_flat(field: &Type) -> bool {
    let info = field.get_basic_info();
    field.is_primitive() && (!info.has_repetition() || info.repetition() != parquet::basic::Repetition::REPEATED)
}

fn cell(field: &Field) -> Cell<'_> {
    match field {
        Field::Str(text) => Cell::Text(Cow::Borrowed(text)),
        Field::Bytes(bytes) => Cell::Text(String::from_utf8_lossy(bytes.data())),
        Field::Bool(value) => Cell::Number(f64::from(u8::from(*value))),
        Field::Byte(number) => Cell::Number(f64::from(*number)),
        Field::Short(number) => Cell::Number(f64::from(*number)),
        Field::Int(number) => Cell::Number(f64::from(*number)),
        Field::Long(number) => whole(*number),
        Field::UByte(number) => Cell::Number(f64::from(*number)),
        Field::UShort(number) => Cell::Number(f64::from(*number)),
        Field::UInt(number) => Cell::Number(f64::from(*number)),
        Field::ULong(number) => i64::try_from(*number).map_or(Cell::Text(number.to_string().into()), whole),
        Field::Float(number) => Cell::Number(f64::from(*number)),
        Field::Double(number) => Cell::Number(*number),
        Field::Date(days) => Cell::Moment(Moment::from_seconds(i64::from(*days) * 86_400)),
        Field::TimestampMillis(millis) => Cell::Moment(Moment::from_micros(millis.saturating_mul(1_000))),
        Field::TimestampMicros(micros) => Cell::Moment(Moment::from_micros(*micros)),
        _ => Cell::Missing,
    }
}

/// Numbers beyond what a fraction can hold exactly are keys.
fn whole(number: i64) -> Cell<'static> {
    if number.unsigned_abs() < 1 << 53 { Cell::Number(number as f64) } else { Cell::Text(number.to_string().into()) }
}

/// The decoder is meant to answer damage with errors, but asserts in places: an assertion counts as damage here.
fn guarded<T>(
    name: &str,
    n_rows: u64,
    decode: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, InteractionsError> {
    let problem = match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(decoded)) => return Ok(decoded),
        Ok(Err(error)) => format!("damaged or not complete ({error}); download or copy it again"),
        Err(_) => "damaged: the Parquet decoder gave up; download or copy it again".to_owned(),
    };
    Err(InteractionsError::Row { file: name.to_owned(), place: RowPlace::Row(n_rows + 1), problem })
}

use std::{
    cell::Cell,
    io::{self, Read},
};

use nearsong_types::{Cancelled, Progress};

use super::{InteractionLimits, InteractionsError};

/// Packed bytes below which a file may unpack to as much as it likes.
const SMALL: u64 = 1 << 20;

/// Why a reader was stopped from outside the file.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Stop {
    #[error("unpacks to more than {0} times its size")]
    Bomb(u64),
    #[error("more than {0} bytes")]
    TooMuch(u64),
    #[error("a row of more than {0} bytes")]
    LongRow(u64),
    #[error("cancelled")]
    Cancelled,
}

/// Counts what is read, packed and unpacked, against the limits; tells the progress and hears of a wish to stop.
pub(crate) struct Gauge<'a> {
    pub(crate) limits: &'a InteractionLimits,
    progress: &'a dyn Progress,
    n_read: Cell<u64>,
    n_unpacked: Cell<u64>,
    of_file: Cell<(u64, u64)>,
    of_row: Cell<u64>,
}

impl<'a> Gauge<'a> {
    pub(crate) fn new(limits: &'a InteractionLimits, progress: &'a dyn Progress) -> Self {
        let (n_read, n_unpacked) = (Cell::default(), Cell::default());
        Self { limits, progress, n_read, n_unpacked, of_file: Cell::default(), of_row: Cell::default() }
    }

    /// Counts what comes from the disk or out of a zip.
    pub(crate) fn packed<R: Read>(&self, inner: R) -> Packed<'_, 'a, R> {
        self.of_file.set((0, 0));
        Packed { inner, gauge: self }
    }

    /// Counts what a format is read from.
    pub(crate) fn unpacked<R: Read>(&self, inner: R) -> Unpacked<'_, 'a, R> {
        self.of_row.set(0);
        Unpacked { inner, gauge: self }
    }

    /// The rows of a table tell where one begins, since its reader has no limit of its own.
    pub(crate) fn begin_row(&self) {
        self.of_row.set(0);
    }

    /// Tells how far a file is that is not read through [`Gauge::packed`], and hears of a wish to stop.
    pub(crate) fn tell(&self, n_bytes: u64) -> Result<(), InteractionsError> {
        self.progress.advance(self.n_read.get() + n_bytes);
        Ok(self.progress.check()?)
    }

    /// Counts a whole file that is not read through [`Gauge::packed`].
    pub(crate) fn pass(&self, n_bytes: u64) {
        self.n_read.set(self.n_read.get() + n_bytes);
    }

    /// The error for people behind a failure of reading.
    pub(crate) fn error(&self, file: &str, source: io::Error) -> InteractionsError {
        let stop = source.get_ref().and_then(|inner| inner.downcast_ref::<Stop>()).copied();
        let file = file.to_owned();
        let (what, limit) = match stop {
            None => return InteractionsError::of_reading(&file, source),
            Some(Stop::Cancelled) => return InteractionsError::Cancelled(Cancelled),
            Some(Stop::Bomb(limit)) => return InteractionsError::Bomb { file, limit },
            Some(Stop::TooMuch(limit)) => ("bytes in all", limit),
            Some(Stop::LongRow(limit)) => ("bytes in one row, perhaps a quote that is never closed", limit),
        };
        InteractionsError::TooMuch { file, what, limit }
    }

    fn count(&self, n: u64) -> Result<(), Stop> {
        self.n_unpacked.set(self.n_unpacked.get() + n);
        self.of_row.set(self.of_row.get() + n);
        let (packed, unpacked) = self.of_file.get();
        self.of_file.set((packed, unpacked + n));
        let ratio = self.limits.max_compression_ratio;
        if unpacked + n > packed.max(SMALL).saturating_mul(ratio) {
            return Err(Stop::Bomb(ratio));
        }
        if self.n_unpacked.get() > self.limits.max_bytes {
            return Err(Stop::TooMuch(self.limits.max_bytes));
        }
        self.progress.check().map_err(|_| Stop::Cancelled)
    }
}

/// See [`Gauge::packed`].
pub(crate) struct Packed<'g, 'a, R> {
    inner: R,
    gauge: &'g Gauge<'a>,
}

impl<R: Read> Read for Packed<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let gauge = self.gauge;
        let (packed, unpacked) = gauge.of_file.get();
        gauge.of_file.set((packed + n as u64, unpacked));
        gauge.n_read.set(gauge.n_read.get() + n as u64);
        gauge.progress.advance(gauge.n_read.get());
        Ok(n)
    }
}

/// See [`Gauge::unpacked`].
pub(crate) struct Unpacked<'g, 'a, R> {
    inner: R,
    gauge: &'g Gauge<'a>,
}

impl<R: Read> Read for Unpacked<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let max_row_bytes = self.gauge.limits.max_row_bytes as u64;
        if self.gauge.of_row.get() > max_row_bytes.saturating_add(buffer.len() as u64) {
            return Err(io::Error::other(Stop::LongRow(max_row_bytes)));
        }
        let n = self.inner.read(buffer)?;
        self.gauge.count(n as u64).map_err(io::Error::other)?;
        Ok(n)
    }
}

//! An index as bytes: a header, then its arrays as they lie in memory, each at a multiple of 64 bytes.

use std::sync::Arc;

use twox_hash::XxHash3_128;

use crate::array::{ALIGNMENT, Reader};
use crate::index::NeighborIndex;
use crate::metric::Metric;
use crate::packed::Packed;

/// Read as a number, so that it is another one where numbers begin with their other end.
const MAGIC: u64 = u64::from_le_bytes(*b"nearest\n");
const VERSION: u64 = 2;
/// Magic, version, metric, columns, points, rows; then the hash of what follows the header, and that of all these.
const NUMBERS: usize = 6;
const HEADER: usize = NUMBERS * 8 + 16 + 16;
const START: usize = HEADER.next_multiple_of(ALIGNMENT);

/// Why bytes were refused as an index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// No saved index, or one of a machine that begins numbers with their other end.
    #[error("expected a saved neighbour index of this kind of machine, found something else")]
    NotAnIndex,
    /// Saved by another version of this crate.
    #[error("expected a neighbour index of version {VERSION}, found version {found}: build it afresh from the points")]
    Version {
        /// Its version.
        found: u64,
    },
    /// Not as long as its header says.
    #[error("the saved neighbour index is cut off or longer than it says: build it afresh from the points")]
    Length,
    /// The bytes do not begin at a multiple of 64 in memory, as memory maps do.
    #[error("expected the saved neighbour index at a multiple of 64 bytes in memory, as a memory map is")]
    Unaligned,
    /// The hash is another one.
    #[error("the saved neighbour index is damaged: build it afresh from the points")]
    Damaged,
}

impl NeighborIndex {
    /// The index as bytes, for [`NeighborIndex::open`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let packed = self.packed();
        let mut bytes = vec![0; START];
        packed.append(&mut bytes);
        let hash = XxHash3_128::oneshot(&bytes[START..]);
        let numbers =
            [MAGIC, VERSION, code(packed.metric), packed.dim as u64, packed.n_points as u64, packed.n_rows as u64];
        let mut header: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
        header.extend(hash.to_ne_bytes());
        header.extend(XxHash3_128::oneshot(&header).to_ne_bytes());
        bytes[..HEADER].copy_from_slice(&header);
        bytes
    }

    /// An index over bytes that [`NeighborIndex::to_bytes`] made, which are kept and read in place: a memory map is
    /// opened in microseconds, whatever its size, and pages come in as searches touch them.
    ///
    /// The header is checked by its hash here, the rest by [`NeighborIndex::verify`], since that reads everything. What
    /// is damaged there and not verified may be answered wrongly or panic; it can do nothing worse. The bytes must not
    /// change as long as the index is there, which a memory map leaves to who makes it.
    ///
    /// # Errors
    /// Where the bytes are no index of this version, have another length than their header says, or do not begin at a
    /// multiple of 64.
    pub fn open<B: AsRef<[u8]> + Send + Sync + 'static>(bytes: B) -> Result<Self, SavedError> {
        let bytes = Arc::new(bytes);
        let header = Header::read((*bytes).as_ref())?;
        if !(*bytes).as_ref().as_ptr().addr().is_multiple_of(ALIGNMENT) {
            return Err(SavedError::Unaligned);
        }
        let mut reader = Reader::new(&bytes, START);
        let packed = Packed::read(&mut reader, header.metric, header.dim, header.n_points, header.n_rows);
        match packed {
            Some(packed) if reader.is_done() => Ok(Self::of(packed)),
            _ => Err(SavedError::Length),
        }
    }

    /// Checks all of a saved index by its hash, at the speed of memory.
    ///
    /// # Errors
    /// Where [`NeighborIndex::open`] would refuse it, or a bit of it has changed.
    pub fn verify(bytes: &[u8]) -> Result<(), SavedError> {
        let header = Header::read(bytes)?;
        let rest = bytes.get(START..).ok_or(SavedError::Length)?;
        if XxHash3_128::oneshot(rest) == header.hash && bytes[HEADER..START].iter().all(|&byte| byte == 0) {
            Ok(())
        } else {
            Err(SavedError::Damaged)
        }
    }
}

struct Header {
    metric: Metric,
    dim: usize,
    n_points: usize,
    n_rows: usize,
    hash: u128,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, SavedError> {
        let (numbers, hashes) = bytes.get(..HEADER).ok_or(SavedError::NotAnIndex)?.split_at(NUMBERS * 8);
        let mut numbers = numbers.as_chunks().0.iter().map(|&number| u64::from_ne_bytes(number));
        let mut next = || numbers.next().ok_or(SavedError::NotAnIndex);
        if next()? != MAGIC {
            return Err(SavedError::NotAnIndex);
        }
        match next()? {
            VERSION => {}
            found => return Err(SavedError::Version { found }),
        }
        let [hash, of_header] = hashes.as_chunks().0 else { return Err(SavedError::NotAnIndex) };
        if XxHash3_128::oneshot(&bytes[..HEADER - 16]) != u128::from_ne_bytes(*of_header) {
            return Err(SavedError::Damaged);
        }
        let metric = metric(next()?).ok_or(SavedError::Damaged)?;
        let mut size = || usize::try_from(next()?).map_err(|_| SavedError::Length);
        let (dim, n_points, n_rows) = (size()?, size()?, size()?);
        if dim == 0 || n_points > n_rows || n_rows > u32::MAX as usize {
            return Err(SavedError::Damaged);
        }
        Ok(Self { metric, dim, n_points, n_rows, hash: u128::from_ne_bytes(*hash) })
    }
}

fn code(metric: Metric) -> u64 {
    match metric {
        Metric::SquaredEuclidean => 1,
        Metric::Cosine => 2,
        Metric::InnerProduct => 3,
    }
}

fn metric(code: u64) -> Option<Metric> {
    [Metric::SquaredEuclidean, Metric::Cosine, Metric::InnerProduct]
        .into_iter()
        .find(|&metric| self::code(metric) == code)
}

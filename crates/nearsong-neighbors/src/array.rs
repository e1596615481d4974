//! Numbers that an index reads: its own, or part of a memory map that it keeps.
#![allow(unsafe_code)]

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::boxes::Interval;
use crate::simd::{Fours, Lanes, VECTORS};
use crate::sketch::Grid;

/// What may be read from any bytes, and written as bytes.
///
/// # Safety
/// Every pattern of bits is a value, there is no padding, and nothing in it can change behind a shared reference.
pub(crate) unsafe trait Plain: Copy + Send + Sync + 'static {}

// SAFETY: plain numbers.
unsafe impl Plain for u32 {}
// SAFETY: plain numbers.
unsafe impl Plain for i32 {}
// SAFETY: `repr(C)`, sixteen `f32` that fill its 64 bytes.
unsafe impl Plain for Lanes {}
// SAFETY: `repr(C)`, two `Lanes`.
unsafe impl Plain for Interval {}
// SAFETY: `repr(C)`, 64 bytes.
unsafe impl Plain for Fours {}
// SAFETY: an array of what is plain.
unsafe impl Plain for [Fours; VECTORS] {}
// SAFETY: `repr(C)`, three `f64`.
unsafe impl Plain for Grid {}

/// A slice that keeps alive what it lies in.
pub(crate) struct Array<T: Plain> {
    first: NonNull<T>,
    len: usize,
    _owner: Arc<dyn Any + Send + Sync>,
}

// SAFETY: what is pointed to is never changed, and is `Send + Sync`; so is the owner.
unsafe impl<T: Plain> Send for Array<T> {}
// SAFETY: as above.
unsafe impl<T: Plain> Sync for Array<T> {}

impl<T: Plain> Deref for Array<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: both constructors take pointer and length from a slice in the owner, which is kept as long as this
        // and reached by nobody else.
        unsafe { std::slice::from_raw_parts(self.first.as_ptr(), self.len) }
    }
}

impl<T: Plain> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        let values: Arc<Vec<T>> = Arc::new(values);
        Self { first: NonNull::from(values.as_slice()).cast(), len: values.len(), _owner: values }
    }
}

impl<T: Plain> fmt::Debug for Array<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "[{} of {} bytes]", self.len, size_of::<T>())
    }
}

/// The bytes of a saved index, read from the front.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    owner: Arc<dyn Any + Send + Sync>,
}

impl<'a> Reader<'a> {
    /// Reads `bytes` of `owner` from `start` on.
    pub(crate) fn new<B: AsRef<[u8]> + Send + Sync + 'static>(owner: &'a Arc<B>, start: usize) -> Self {
        let bytes: &'a B = owner;
        Self { bytes: bytes.as_ref().get(start..).unwrap_or_default(), owner: owner.clone() }
    }

    /// The next `len` values, without copying them; `None` where they are not there or not aligned.
    pub(crate) fn take<T: Plain>(&mut self, len: usize) -> Option<Array<T>> {
        let n_bytes = len.checked_mul(size_of::<T>())?;
        let taken = self.bytes.get(..n_bytes)?;
        self.bytes = self.bytes.get(n_bytes.checked_next_multiple_of(ALIGNMENT)?..)?;
        let first = NonNull::from(taken).cast::<T>();
        // The slice is of `len` values, aligned, inside the owner; any bytes are values of `T`.
        first.is_aligned().then(|| Array { first, len, _owner: self.owner.clone() })
    }

    /// Whether everything was read.
    pub(crate) fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Every array begins at a multiple of this.
pub(crate) const ALIGNMENT: usize = 64;

/// Appends values as [`Reader::take`] takes them.
pub(crate) fn append<T: Plain>(to: &mut Vec<u8>, values: &[T]) {
    // SAFETY: what is plain has no padding: all its bytes may be read.
    let bytes = unsafe { std::slice::from_raw_parts(values.as_ptr().cast::<u8>(), size_of_val(values)) };
    to.extend_from_slice(bytes);
    to.resize(to.len().next_multiple_of(ALIGNMENT), 0);
}

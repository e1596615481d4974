use crate::bitmap::Bitmap;
use crate::packed::Packed;

/// Which rows may be found: all of them by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allow<'a> {
    /// Only the rows set here; `None` allows every row. Covers as many rows as the index has.
    pub only: Option<&'a Bitmap>,
    /// None of these rows, given in any order. Rows that the index does not have are passed over.
    pub except: &'a [u32],
}

/// [`Allow`] as searching wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) only: Option<&'a Bitmap>,
    /// Ascending.
    pub(crate) except: &'a [u32],
}

impl<'a> Filter<'a> {
    /// `sorted` is the room that the excluded rows are sorted in.
    pub(crate) fn new(allow: Allow<'a>, sorted: &'a mut Vec<u32>) -> Self {
        sorted.clear();
        sorted.extend_from_slice(allow.except);
        sorted.sort_unstable();
        sorted.dedup();
        Self { only: allow.only, except: sorted }
    }

    #[inline(always)]
    pub(crate) fn passes(&self, row: u32) -> bool {
        self.only.is_none_or(|only| only.contains(row))
            && (self.except.is_empty() || self.except.binary_search(&row).is_err())
    }

    /// Number of points that pass.
    pub(crate) fn count(&self, packed: &Packed) -> usize {
        match self.only {
            Some(only) if packed.n_points == packed.n_rows => {
                only.count() - self.except.iter().filter(|&&row| only.contains(row)).count()
            }
            None if self.except.is_empty() => packed.n_points,
            _ => packed.all_rows()[..packed.n_points].iter().filter(|&&row| self.passes(row)).count(),
        }
    }
}

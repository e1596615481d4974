use crate::allow::{Allow, Filter};
use crate::error::{IndexError, check_rows};
use crate::kernel::Kernel;
use crate::neighbor::Neighbor;
use crate::order::spatial_order;
use crate::packed::Packed;
use crate::scratch::{Scratch, Work};
use crate::search::Search;

/// Points in a form that makes the nearest ones quick to find. Never changes once built.
///
/// At 12 columns it takes 1.12 times the memory of the points that it was built from, and does not need those any more.
#[derive(Debug)]
pub struct NeighborIndex {
    packed: Packed,
    kernel: Kernel,
}

/// Row numbers are `u32`, of which the last stands for no row.
const MAX_POINTS: usize = u32::MAX as usize;

impl NeighborIndex {
    /// Puts points in order, on the threads of the current rayon pool. Twice as many points take little more than
    /// twice as long.
    ///
    /// # Shapes
    /// `points`: n points × `dim`, row-major; may be empty.
    ///
    /// # Errors
    /// Where `dim` is 0, `points` does not hold whole rows or more than 2³² - 1 of them, or a coordinate is NaN or
    /// infinite.
    pub fn build(points: &[f32], dim: usize) -> Result<Self, IndexError> {
        check_rows(points, dim)?;
        let n_points = points.len() / dim;
        if n_points > MAX_POINTS {
            return Err(IndexError::TooManyPoints { limit: MAX_POINTS, found: n_points });
        }
        let packed = Packed::new(points, dim, spatial_order(points, dim));
        Ok(Self { packed, kernel: Kernel::fastest() })
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.packed.n_points
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Columns of a point.
    pub fn dim(&self) -> usize {
        self.packed.dim
    }

    /// The `n` allowed points nearest to `query`, or all of them where there are fewer.
    ///
    /// # Shapes
    /// `query`: [`NeighborIndex::dim`] finite values.
    ///
    /// # Order
    /// By distance, then by row.
    ///
    /// # Errors
    /// Where the query or the bitmap does not fit the index, or a value of the query is NaN or infinite.
    pub fn search<'s>(
        &self,
        query: &[f32],
        n: usize,
        allow: Allow<'_>,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [Neighbor], IndexError> {
        if query.len() != self.dim() {
            return Err(IndexError::QueryDim { expected: self.dim(), found: query.len() });
        }
        check_rows(query, self.dim())?;
        self.check_allow(allow)?;
        let Scratch { work, except, found } = scratch;
        self.find(query, n, Filter::new(allow, except), work, found);
        Ok(found)
    }

    /// Searches with all checks done.
    pub(crate) fn find(&self, query: &[f32], n: usize, filter: Filter<'_>, work: &mut Work, found: &mut Vec<Neighbor>) {
        found.clear();
        let n = n.min(self.len());
        if n == 0 {
            return;
        }
        work.nearest.clear(n);
        self.kernel.run(&Search { packed: &self.packed, query, filter }, work);
        found.extend(work.nearest.keys().iter().map(|key| Neighbor { row: key.row(), distance: key.distance() }));
    }

    pub(crate) fn check_allow(&self, allow: Allow<'_>) -> Result<(), IndexError> {
        match allow.only {
            Some(only) if only.len() != self.len() => {
                Err(IndexError::BitmapLen { expected: self.len(), found: only.len() })
            }
            _ => Ok(()),
        }
    }

    /// The same index searched with other instructions.
    #[cfg(test)]
    pub(crate) fn with_kernel(self, kernel: Kernel) -> Self {
        Self { kernel, ..self }
    }
}

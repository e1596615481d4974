use std::sync::OnceLock;

use crate::allow::{Allow, Filter};
use crate::bitmap::Bitmap;
use crate::error::{IndexError, check_rows};
use crate::kernel::Kernel;
use crate::metric::Metric;
use crate::nearest::Nearest;
use crate::neighbor::Neighbor;
use crate::order::spatial_order;
use crate::packed::Packed;
use crate::scratch::{Scratch, Work};
use crate::search::Search;
use crate::tile::Tile;

/// Points in a form that makes the nearest ones quick to find. Never changes once built.
///
/// It takes 1.22 times the memory of the points that it was built from at 12 columns, 1.28 times at 64, and does not
/// need those any more.
#[derive(Debug)]
pub struct NeighborIndex {
    packed: Packed,
    kernel: Kernel,
    /// Position by row, `u32::MAX` for a row that has none: made when first a filter needs it.
    positions: OnceLock<Vec<u32>>,
}

/// Row numbers are `u32`, of which the last stands for no row.
const MAX_POINTS: usize = u32::MAX as usize;

/// Where a filter lets through less than one point in so many, these are looked at one by one.
const FEW: usize = 32;

/// Queries that go through the groups together.
const QUERIES_PER_TILE: usize = 32;

impl NeighborIndex {
    /// Puts points in order, on the threads of the current rayon pool, to be searched by squared Euclidean distance.
    /// Twice as many points take little more than twice as long.
    ///
    /// # Shapes
    /// `points`: n points × `dim`, row-major; may be empty.
    ///
    /// # Errors
    /// Where `dim` is 0, `points` does not hold whole rows or more than 2³² - 1 of them, or a coordinate is NaN or
    /// infinite.
    pub fn build(points: &[f32], dim: usize) -> Result<Self, IndexError> {
        Self::build_with(points, dim, Metric::SquaredEuclidean)
    }

    /// As [`NeighborIndex::build`], to be searched by another metric.
    ///
    /// # Errors
    /// As [`NeighborIndex::build`], and where the metric refuses a coordinate.
    pub fn build_with(points: &[f32], dim: usize, metric: Metric) -> Result<Self, IndexError> {
        check_rows(points, dim)?;
        let n_points = points.len() / dim;
        if n_points > MAX_POINTS {
            return Err(IndexError::TooManyPoints { limit: MAX_POINTS, found: n_points });
        }
        metric.check(points, dim)?;
        let mut room = Vec::new();
        let points = metric.prepared(points, dim, &mut room);
        let rows = spatial_order(points, dim);
        let value = |_, row, column| points[row as usize * dim + column];
        Ok(Self::of(Packed::new(metric, dim, n_points, rows, value)))
    }

    /// The same points but those that are not set in `only`; rows keep their numbers. For many searches with one
    /// filter: they then cost what they cost among so few points. Takes about as long as reading all rows and copying
    /// what is kept.
    ///
    /// # Errors
    /// Where the bitmap does not fit the index.
    pub fn subset(&self, only: &Bitmap) -> Result<Self, IndexError> {
        self.check_allow(Allow { only: Some(only), except: &[] })?;
        let Packed { metric, dim, n_points, n_rows, .. } = self.packed;
        let rows = self.packed.all_rows();
        let kept: Vec<usize> = (0..n_points).filter(|&position| only.contains(rows[position])).collect();
        let kept_rows = kept.iter().map(|&position| rows[position]).collect();
        let value = |at: usize, _, column| self.packed.value(kept[at], column);
        Ok(Self { kernel: self.kernel, ..Self::of(Packed::new(metric, dim, n_rows, kept_rows, value)) })
    }

    pub(crate) fn of(packed: Packed) -> Self {
        Self { packed, kernel: Kernel::fastest(), positions: OnceLock::new() }
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

    /// What near means.
    pub fn metric(&self) -> Metric {
        self.packed.metric
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
    /// Where the query or the bitmap does not fit the index, a value of the query is NaN or infinite, or the metric
    /// refuses it.
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
        self.check(query, allow)?;
        let Scratch { work, except, found } = scratch;
        let filter = Filter::new(allow, except);
        self.list(filter, &mut work.listed);
        self.find(query, n, filter, work, found);
        Ok(found)
    }

    /// Searches with all checks done, and with `work.listed` made for the filter.
    pub(crate) fn find(&self, query: &[f32], n: usize, filter: Filter<'_>, work: &mut Work, found: &mut Vec<Neighbor>) {
        found.clear();
        let n = n.min(self.len());
        if n == 0 {
            return;
        }
        work.nearest.clear(n);
        let (mut room, listed) = (std::mem::take(&mut work.query), std::mem::take(&mut work.listed));
        let query = self.metric().prepared(query, self.dim(), &mut room);
        let listed_only = self.is_listed(filter).then_some(listed.as_slice());
        self.kernel.run(&Search { packed: &self.packed, query, filter, listed: listed_only }, work);
        (work.query, work.listed) = (room, listed);
        take(&work.nearest, found);
    }

    /// Searches for many queries with all checks done, and with `work.listed` made for the filter.
    pub(crate) fn find_many(
        &self,
        queries: &[f32],
        n: usize,
        filter: Filter<'_>,
        Scratch { work, found, .. }: &mut Scratch,
        mut visit: impl FnMut(&[Neighbor]),
    ) {
        if self.packed.sketch.is_none() || self.is_listed(filter) || self.is_empty() || n == 0 {
            for query in queries.chunks_exact(self.dim()) {
                self.find(query, n, filter, work, found);
                visit(found);
            }
            return;
        }
        for queries in queries.chunks(QUERIES_PER_TILE * self.dim()) {
            let mut room = std::mem::take(&mut work.query);
            let n_queries = queries.len() / self.dim();
            let queries = self.metric().prepared(queries, self.dim(), &mut room);
            work.tile.resize_with(work.tile.len().max(n_queries), Default::default);
            work.tile[..n_queries].iter_mut().for_each(|nearest| nearest.clear(n.min(self.len())));
            self.kernel.run(&Tile { packed: &self.packed, queries, filter }, work);
            work.query = room;
            for nearest in &work.tile[..n_queries] {
                take(nearest, found);
                visit(found);
            }
        }
    }

    /// Whether so few points pass that they are looked at one by one.
    fn is_listed(&self, filter: Filter<'_>) -> bool {
        filter.only.is_some_and(|only| only.count() * FEW <= self.packed.n_rows)
    }

    /// Lists the positions that pass where they are few.
    pub(crate) fn list(&self, filter: Filter<'_>, to: &mut Vec<u32>) {
        to.clear();
        let Some(only) = filter.only.filter(|_| self.is_listed(filter)) else { return };
        let positions = self.positions.get_or_init(|| self.positions());
        let passing = only.rows().filter(|&row| filter.passes(row)).map(|row| positions[row as usize]);
        to.extend(passing.filter(|&position| position != u32::MAX));
    }

    fn positions(&self) -> Vec<u32> {
        let mut positions = vec![u32::MAX; self.packed.n_rows];
        for (&row, position) in self.packed.all_rows()[..self.len()].iter().zip(0..) {
            positions[row as usize] = position;
        }
        positions
    }

    pub(crate) fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Checks queries of the right number of columns, and what is allowed.
    pub(crate) fn check(&self, queries: &[f32], allow: Allow<'_>) -> Result<(), IndexError> {
        check_rows(queries, self.dim())?;
        self.metric().check(queries, self.dim())?;
        self.check_allow(allow)
    }

    fn check_allow(&self, allow: Allow<'_>) -> Result<(), IndexError> {
        match allow.only {
            Some(only) if only.len() != self.packed.n_rows => {
                Err(IndexError::BitmapLen { expected: self.packed.n_rows, found: only.len() })
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

fn take(nearest: &Nearest, found: &mut Vec<Neighbor>) {
    found.clear();
    found.extend(nearest.keys().iter().map(|key| Neighbor { row: key.row(), distance: key.distance() }));
}

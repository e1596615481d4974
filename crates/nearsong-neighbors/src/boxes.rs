//! Boxes around points that lie together, kept sixteen side by side.

use crate::array::{Array, Reader, append};
use crate::metric::Measure;
use crate::simd::{LANES, Lanes, Simd};

/// One column of sixteen boxes.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Interval {
    low: Lanes,
    high: Lanes,
}

const EMPTY: Interval = Interval { low: Lanes::splat(f32::INFINITY), high: Lanes::splat(f32::NEG_INFINITY) };

/// All boxes of one size. What is missing to a multiple of sixteen is empty.
///
/// # Shapes
/// For every sixteen boxes, `dim` intervals.
#[derive(Debug)]
pub(crate) struct Boxes {
    dim: usize,
    intervals: Array<Interval>,
}

impl Boxes {
    /// `range` tells the least and the largest value of a column in a box.
    pub(crate) fn draw(dim: usize, n_boxes: usize, range: impl Fn(usize, usize) -> (f32, f32)) -> Self {
        let mut intervals = vec![EMPTY; n_boxes.div_ceil(LANES) * dim];
        for number in 0..n_boxes {
            for column in 0..dim {
                let interval = &mut intervals[number / LANES * dim + column];
                (interval.low.0[number % LANES], interval.high.0[number % LANES]) = range(number, column);
            }
        }
        Self { dim, intervals: intervals.into() }
    }

    /// Boxes around sixteen of these each.
    pub(crate) fn around(&self) -> Self {
        Self::draw(self.dim, self.intervals.len() / self.dim, |number, column| {
            let Interval { low, high } = self.intervals[number * self.dim + column];
            (low.0.into_iter().fold(f32::INFINITY, f32::min), high.0.into_iter().fold(f32::NEG_INFINITY, f32::max))
        })
    }

    /// The boxes that [`Boxes::append`] appended.
    pub(crate) fn read(reader: &mut Reader<'_>, dim: usize, n_boxes: usize) -> Option<Self> {
        Some(Self { dim, intervals: reader.take(n_boxes.div_ceil(LANES) * dim)? })
    }

    pub(crate) fn append(&self, to: &mut Vec<u8>) {
        append(to, &self.intervals);
    }

    /// One box: for each column, the least and the largest value.
    #[inline(always)]
    pub(crate) fn one(&self, number: usize) -> impl Iterator<Item = (f32, f32)> {
        let intervals = &self.intervals[number / LANES * self.dim..][..self.dim];
        intervals.iter().map(move |interval| (interval.low.0[number % LANES], interval.high.0[number % LANES]))
    }

    /// The distance to each of the boxes `16 * sixteen` and following: never above the distance to a point inside, as
    /// the crate's page explains.
    #[inline(always)]
    pub(crate) fn distances<S: Simd, M: Measure>(&self, sixteen: usize, query: &[f32]) -> S {
        let mut sum = S::splat(0.0);
        for (interval, &value) in self.intervals[sixteen * self.dim..][..self.dim].iter().zip(query) {
            sum = M::add_least(sum, S::load(&interval.low), S::load(&interval.high), S::splat(value));
        }
        sum
    }
}

//! What near means, and the little that differs between its kinds.

use crate::error::IndexError;
use crate::simd::Simd;

/// What near means. Every step is rounded by itself, so that all processors compute the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metric {
    /// The sum over the columns, in their order, of the squared difference, each step rounded to `f32`. Infinite where
    /// it exceeds the range of `f32`.
    #[default]
    SquaredEuclidean,
    /// One minus the cosine of the angle, from 0 for the same direction to 2 for the opposite one.
    ///
    /// Computed as the squared Euclidean distance of both rows brought to length √½, which is the same number, and
    /// keeps its digits where an angle is small: a coordinate becomes `x * sqrt(0.5 / sum of squares)` in `f64`, the
    /// sum in order of the columns, rounded to `f32` once. A row of zeros has no direction and is refused.
    Cosine,
    /// Minus the inner product, so that the largest product is nearest: each product subtracted from 0 in order of the
    /// columns, each step rounded to `f32`. Coordinates so large that this could leave the range of `f32` are refused.
    InnerProduct,
}

impl Metric {
    /// Rows that were checked as they are compared, in the room given where they have to be changed for that.
    pub(crate) fn prepared<'r>(self, rows: &'r [f32], dim: usize, room: &'r mut Vec<f32>) -> &'r [f32] {
        if self != Self::Cosine {
            return rows;
        }
        room.clear();
        rows.chunks_exact(dim).for_each(|row| scale(row, room));
        room
    }

    /// Checks what only this metric refuses; `rows` are known to be finite.
    pub(crate) fn check(self, rows: &[f32], dim: usize) -> Result<(), IndexError> {
        match self {
            Self::SquaredEuclidean => Ok(()),
            Self::Cosine => match rows.chunks_exact(dim).position(|row| row.iter().all(|&value| value == 0.0)) {
                None => Ok(()),
                Some(row) => Err(IndexError::NoDirection { row }),
            },
            Self::InnerProduct => {
                let limit = (f64::from(f32::MAX) / 4.0 / dim as f64).sqrt() as f32;
                match rows.iter().position(|value| value.abs() > limit) {
                    None => Ok(()),
                    Some(at) => Err(IndexError::TooLarge { row: at / dim, column: at % dim, value: rows[at], limit }),
                }
            }
        }
    }
}

/// Appends `row` at length √½.
fn scale(row: &[f32], to: &mut Vec<f32>) {
    let squares: f64 = row.iter().fold(0.0, |sum, &value| sum + f64::from(value) * f64::from(value));
    let factor = (0.5 / squares).sqrt();
    to.extend(row.iter().map(|&value| (f64::from(value) * factor) as f32));
}

/// One column's part in a distance. Rounding keeps order, so that a bound made of `add_least` is never above any
/// distance made of `add`.
pub(crate) trait Measure {
    fn add<S: Simd>(sum: S, point: S, query: S) -> S;
    /// What any point between `low` and `high` adds at least.
    fn add_least<S: Simd>(sum: S, low: S, high: S, query: S) -> S;
}

/// [`Metric::SquaredEuclidean`], and [`Metric::Cosine`] of rows that were prepared.
pub(crate) struct Euclidean;

impl Measure for Euclidean {
    #[inline(always)]
    fn add<S: Simd>(sum: S, point: S, query: S) -> S {
        sum.add_square(query.sub(point))
    }

    #[inline(always)]
    fn add_least<S: Simd>(sum: S, low: S, high: S, query: S) -> S {
        sum.add_square(query.max(low).min(high).sub(query))
    }
}

/// [`Metric::InnerProduct`].
pub(crate) struct Product;

impl Measure for Product {
    #[inline(always)]
    fn add<S: Simd>(sum: S, point: S, query: S) -> S {
        sum.sub(point.mul(query))
    }

    #[inline(always)]
    fn add_least<S: Simd>(sum: S, low: S, high: S, query: S) -> S {
        sum.sub(low.mul(query).max(high.mul(query)))
    }
}

//! Points once more in a quarter of the space, to tell which of them cannot be near enough.
//!
//! Each group of blocks has a grid of its own over its box: 255 steps of equal width, in every column around the
//! middle of the box. A point is sketched as the nearest crossing of the grid, one byte per column. How far points lie
//! from their crossings at most is kept with the grid.
//!
//! All bounds here are computed in `f64` and then eased by [`EASE`], which is a thousand times more than thousands of
//! roundings add up to: a bound may let through a point that is too far away, never hold back one that is not.

use crate::array::{Array, Reader, append};
use crate::metric::Metric;
use crate::packed::{Packed, SKETCHED_GROUP};
use crate::simd::{BLOCK, Fours, LANES, VECTORS};

/// By how much of itself a bound is eased.
const EASE: f64 = 1e-9;
/// What a byte is above the step that it stands for.
const MIDDLE: i32 = 128;
/// Steps to each side of the middle.
const STEPS: f64 = 127.0;

/// The sketch of all points.
///
/// # Shapes
/// `points`: for each block, `dim / 4` rounded up, of `VECTORS`; `norms`: `n_blocks * BLOCK`; `grids`: `n_groups`.
#[derive(Debug)]
pub(crate) struct Sketch {
    fours: usize,
    points: Array<[Fours; VECTORS]>,
    norms: Array<i32>,
    grids: Array<Grid>,
}

/// A sketch that is being drawn.
struct Drawing {
    fours: usize,
    points: Vec<[Fours; VECTORS]>,
    norms: Vec<i32>,
}

/// The grid of a group.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Grid {
    /// Width of a step.
    step: f64,
    /// No point is farther from its crossing.
    error: f64,
    /// No point is longer.
    length: f64,
}

/// A query, as a group's grid sees it.
#[derive(Debug, Default)]
pub(crate) struct Sketched {
    values: Vec<[i8; 4]>,
    /// Twice [`MIDDLE`] times the sum of the values, and for Euclidean distance the sum of their squares.
    shift: f64,
    /// How far the query, or its nearest point in the box, is from its crossing.
    error: f64,
    /// Squared distance of the query from the box, or the product with the middle of the box.
    base: f64,
    /// Length of the query, for products.
    length: f64,
    /// Width of a step of the query, for products.
    step: f64,
}

fn middle((low, high): (f32, f32)) -> f64 {
    (f64::from(low) + f64::from(high)) / 2.0
}

impl Sketch {
    pub(crate) fn new(packed: &Packed) -> Self {
        let fours = packed.dim.div_ceil(4);
        let mut drawing = Drawing {
            fours,
            points: vec![[Fours([[0; 4]; LANES]); VECTORS]; packed.n_blocks() * fours],
            norms: vec![0; packed.n_blocks() * BLOCK],
        };
        let grids: Vec<Grid> = (0..packed.n_groups).map(|group| drawing.draw(packed, group)).collect();
        Self { fours, points: drawing.points.into(), norms: drawing.norms.into(), grids: grids.into() }
    }

    /// The arrays that [`Sketch::append`] appended.
    pub(crate) fn read(reader: &mut Reader<'_>, packed: &Packed) -> Option<Self> {
        let fours = packed.dim.div_ceil(4);
        let (points, norms) = (reader.take(packed.n_blocks() * fours)?, reader.take(packed.n_blocks() * BLOCK)?);
        Some(Self { fours, points, norms, grids: reader.take(packed.n_groups)? })
    }

    /// Appends all arrays.
    pub(crate) fn append(&self, to: &mut Vec<u8>) {
        append(to, &self.points);
        append(to, &self.norms);
        append(to, &self.grids);
    }

    /// Sees `query` as the grid of `group` does.
    #[inline(always)]
    pub(crate) fn sketch(&self, packed: &Packed, group: usize, query: &[f32], to: &mut Sketched) {
        to.values.clear();
        to.values.resize(self.fours, [0; 4]);
        match packed.metric {
            Metric::SquaredEuclidean | Metric::Cosine => self.sketch_point(packed, group, query, to),
            Metric::InnerProduct => self.sketch_direction(packed, group, query, to),
        }
    }

    #[inline(always)]
    fn sketch_point(&self, packed: &Packed, group: usize, query: &[f32], to: &mut Sketched) {
        let grid = &self.grids[group];
        let per_step = 1.0 / grid.step;
        let (mut base, mut errors, mut sum, mut norm) = (0.0, 0.0, 0, 0);
        for (column, (range, &value)) in packed.group_boxes.one(group).zip(query).enumerate() {
            let inside = f64::from(value.clamp(range.0, range.1));
            let from_middle = inside - middle(range);
            let steps = (from_middle * per_step).round_ties_even().clamp(-STEPS, STEPS);
            base += (f64::from(value) - inside).powi(2);
            errors += (from_middle - grid.step * steps).powi(2);
            let steps = steps as i32;
            (sum, norm) = (sum + steps, norm + steps * steps);
            to.values[column / 4][column % 4] = steps as i8;
        }
        (to.base, to.error) = (base * (1.0 - EASE), errors.sqrt());
        to.shift = f64::from(norm) + f64::from(2 * MIDDLE) * f64::from(sum);
    }

    #[inline(always)]
    fn sketch_direction(&self, packed: &Packed, group: usize, query: &[f32], to: &mut Sketched) {
        let widest = query.iter().fold(0.0f32, |widest, value| widest.max(value.abs()));
        let step = if widest > 0.0 { f64::from(widest) / STEPS } else { 1.0 };
        let (mut base, mut errors, mut squares, mut sum) = (0.0, 0.0, 0.0, 0);
        for (column, (range, &value)) in packed.group_boxes.one(group).zip(query).enumerate() {
            let value = f64::from(value);
            let steps = (value / step).round_ties_even().clamp(-STEPS, STEPS);
            base += value * middle(range);
            errors += (value - step * steps).powi(2);
            squares += value * value;
            sum += steps as i32;
            to.values[column / 4][column % 4] = steps as i8;
        }
        (to.base, to.error, to.length, to.step) = (base, errors.sqrt(), squares.sqrt(), step);
        to.shift = f64::from(2 * MIDDLE) * f64::from(sum);
    }

    /// What twice the product of sketches, less the norm, is at least where a point of the group may be as near as
    /// `limit`; `None` where no point of the group can be.
    #[inline(always)]
    pub(crate) fn least(&self, packed: &Packed, group: usize, query: &Sketched, limit: f32) -> Option<i32> {
        if limit == f32::INFINITY {
            return Some(i32::MIN);
        }
        let least = match packed.metric {
            Metric::SquaredEuclidean | Metric::Cosine => self.least_near(packed.dim, group, query, limit)?,
            Metric::InnerProduct => self.least_along(packed.dim, group, query, limit),
        };
        // Conversion saturates; where the bound is not a number it is no bound.
        Some(if least.is_nan() { i32::MIN } else { (least - least.abs() * EASE - 1.0).floor() as i32 })
    }

    /// A point within the distance is within a ball around the query's place in the box; its crossing is within a ball
    /// that is larger by both errors.
    #[inline(always)]
    fn least_near(&self, dim: usize, group: usize, query: &Sketched, limit: f32) -> Option<f64> {
        let grid = &self.grids[group];
        let limit = f64::from(limit) * (1.0 + roundings(dim)) + underflow(dim);
        let beyond_box = limit - query.base;
        if beyond_box < 0.0 {
            return None;
        }
        let steps = (beyond_box.sqrt() + query.error + grid.error) / grid.step * (1.0 + EASE);
        Some(query.shift - steps * steps)
    }

    /// A product is that with the middle of the box, that of the sketches, and what the errors can add.
    #[inline(always)]
    fn least_along(&self, dim: usize, group: usize, query: &Sketched, limit: f32) -> f64 {
        let grid = &self.grids[group];
        let size = query.length * grid.length;
        let rounded = size * (roundings(dim) + EASE) + underflow(dim);
        let longest = STEPS * (dim as f64).sqrt() * grid.step;
        let errors = query.length * grid.error + query.error * longest;
        // What is cancelled between the products with the middle and from there on is rounded as they are.
        let cancelled = (query.base.abs() + query.length * longest) * EASE;
        let product = -f64::from(limit) - query.base - (rounded + errors) * (1.0 + EASE) - cancelled;
        2.0 * product / (grid.step * query.step) + query.shift
    }

    /// One bit for each point of a block that may be near enough.
    #[inline(always)]
    pub(crate) fn alike<S: crate::simd::Simd>(&self, block: usize, query: &Sketched, least: i32) -> u64 {
        let points = &self.points[block * self.fours..][..self.fours];
        S::alike(points, &query.values, &self.norms.as_chunks().0[block], least)
    }
}

impl Drawing {
    /// Sketches the points of a group.
    fn draw(&mut self, packed: &Packed, group: usize) -> Grid {
        let widest =
            packed.group_boxes.one(group).map(|(low, high)| f64::from(high) - f64::from(low)).fold(0.0, f64::max);
        let step = if widest > 0.0 { widest / (2.0 * STEPS) } else { 1.0 };
        let middles: Vec<f64> = packed.group_boxes.one(group).map(middle).collect();
        let (mut error, mut length) = (0.0f64, 0.0f64);
        for position in group * SKETCHED_GROUP..packed.n_points.min((group + 1) * SKETCHED_GROUP) {
            let (block, slot) = (position / BLOCK, position % BLOCK);
            let (mut squares, mut errors, mut norm) = (0.0, 0.0, 0);
            for (column, middle) in middles.iter().enumerate() {
                let value = f64::from(packed.value(position, column));
                let steps = ((value - middle) / step).round_ties_even().clamp(-STEPS, STEPS);
                let four = &mut self.points[block * self.fours + column / 4][slot / LANES].0[slot % LANES];
                four[column % 4] = (steps as i32 + MIDDLE) as u8;
                norm += steps as i32 * steps as i32;
                errors += (value - middle - step * steps).powi(2);
                squares += value * value;
            }
            self.norms[position] = if packed.metric == Metric::InnerProduct { 0 } else { norm };
            (error, length) = (error.max(errors.sqrt()), length.max(squares.sqrt()));
        }
        Grid { step, error: error * (1.0 + EASE), length: length * (1.0 + EASE) }
    }
}

/// How much of itself a distance in `f32` may be away from the true one: each column rounds a difference, its square
/// and a sum.
fn roundings(dim: usize) -> f64 {
    (dim + 4) as f64 * f64::from(f32::EPSILON) * 2.0
}

/// What underflow may take away: less than the least number in each column.
fn underflow(dim: usize) -> f64 {
    dim as f64 * f64::from(f32::MIN_POSITIVE) * f64::from(f32::EPSILON)
}

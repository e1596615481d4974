//! The points of an index as they are stored, in spatial order, and boxes around them.

use std::ops::Range;

use crate::array::{Array, Reader, append};
use crate::boxes::Boxes;
use crate::metric::Metric;
use crate::simd::{BLOCK, LANES, Lanes};
use crate::sketch::Sketch;

/// Points in a leaf, which one [`Lanes`] holds a column of.
pub(crate) const LEAF: usize = LANES;
/// Points in a cell of leaves.
pub(crate) const CELL: usize = LANES * LEAF;
/// Points in a group of cells.
pub(crate) const GROUP: usize = LANES * CELL;
/// Points in a group where they are sketched.
pub(crate) const SKETCHED_GROUP: usize = LANES * BLOCK;

/// For so many columns, small boxes skip little: points are stored row by row, with a sketch of them.
const SKETCHED: std::ops::RangeInclusive<usize> = 24..=8192;

#[inline(always)]
fn is_sketched(dim: usize) -> bool {
    SKETCHED.contains(&dim)
}

/// Where a point's first column is.
#[inline(always)]
fn place(dim: usize, position: usize) -> usize {
    if is_sketched(dim) { position * dim } else { position / LEAF * LEAF * dim + position % LEAF }
}

/// How far a point's next column is.
#[inline(always)]
fn stride(dim: usize) -> usize {
    if is_sketched(dim) { 1 } else { LEAF }
}

/// How many numbers the points take, in lanes.
fn n_lanes(dim: usize, n_points: usize) -> usize {
    if is_sketched(dim) { (n_points * dim).div_ceil(LANES) } else { n_leaves(n_points) * dim }
}

/// Leaves come by fours, the last ones not full or empty.
fn n_leaves(n_points: usize) -> usize {
    n_points.next_multiple_of(BLOCK) / LEAF
}

fn n_groups(dim: usize, n_points: usize) -> usize {
    n_points.div_ceil(if is_sketched(dim) { SKETCHED_GROUP } else { GROUP })
}

/// Points in spatial order, and their boxes.
///
/// # Shapes
/// `rows`: one for each point, and `u32::MAX` up to a multiple of `BLOCK`. Without a sketch, `points` holds for each
/// leaf `dim` lanes, NaN where there is no point. With one, `points` holds point after point, and only groups have boxes.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) metric: Metric,
    pub(crate) dim: usize,
    pub(crate) n_points: usize,
    /// Rows are below this: more than there are points in part of another index.
    pub(crate) n_rows: usize,
    pub(crate) n_groups: usize,
    pub(crate) group_boxes: Boxes,
    pub(crate) cell_boxes: Boxes,
    pub(crate) leaf_boxes: Boxes,
    pub(crate) sketch: Option<Sketch>,
    rows: Array<u32>,
    points: Array<Lanes>,
}

impl Packed {
    /// The points that `value` tells by position, row and column; `rows` are theirs, by position.
    pub(crate) fn new(
        metric: Metric,
        dim: usize,
        n_rows: usize,
        mut rows: Vec<u32>,
        value: impl Fn(usize, u32, usize) -> f32,
    ) -> Self {
        let n_points = rows.len();
        rows.resize(n_points.next_multiple_of(BLOCK), u32::MAX);
        rows.shrink_to_fit();
        let mut points = vec![Lanes::splat(f32::NAN); n_lanes(dim, n_points)];
        for (position, &row) in rows[..n_points].iter().enumerate() {
            let first = place(dim, position);
            for column in 0..dim {
                let at = first + column * stride(dim);
                points[at / LANES].0[at % LANES] = value(position, row, column);
            }
        }
        let mut packed = Self::bare(metric, dim, n_points, n_rows, rows.into(), points.into());
        packed.draw();
        packed
    }

    /// Points without boxes or a sketch.
    fn bare(
        metric: Metric,
        dim: usize,
        n_points: usize,
        n_rows: usize,
        rows: Array<u32>,
        points: Array<Lanes>,
    ) -> Self {
        let [group_boxes, cell_boxes, leaf_boxes] = [(); 3].map(|()| Boxes::draw(dim, 0, |_, _| (0.0, 0.0)));
        let n_groups = n_groups(dim, n_points);
        Self {
            metric,
            dim,
            n_points,
            n_rows,
            n_groups,
            group_boxes,
            cell_boxes,
            leaf_boxes,
            sketch: None,
            rows,
            points,
        }
    }

    /// Draws the boxes, and the sketch where there is one.
    fn draw(&mut self) {
        if is_sketched(self.dim) {
            self.group_boxes = Boxes::draw(self.dim, self.n_groups, |group, column| {
                let positions = group * SKETCHED_GROUP..self.n_points.min((group + 1) * SKETCHED_GROUP);
                range(positions.map(|position| self.value(position, column)))
            });
            self.sketch = Some(Sketch::new(self));
        } else {
            let draw = |leaf, column: usize| range(self.points(leaf)[column].0);
            self.leaf_boxes = Boxes::draw(self.dim, n_leaves(self.n_points), draw);
            self.cell_boxes = self.leaf_boxes.around();
            self.group_boxes = self.cell_boxes.around();
        }
    }

    /// The arrays that [`Packed::append`] appended.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        metric: Metric,
        dim: usize,
        n_points: usize,
        n_rows: usize,
    ) -> Option<Self> {
        n_points.checked_mul(dim)?.checked_mul(4)?;
        let (rows, points) = (reader.take(n_points.next_multiple_of(BLOCK))?, reader.take(n_lanes(dim, n_points))?);
        let mut packed = Self::bare(metric, dim, n_points, n_rows, rows, points);
        packed.group_boxes = Boxes::read(reader, dim, packed.n_groups)?;
        if !is_sketched(dim) {
            packed.cell_boxes = Boxes::read(reader, dim, n_points.div_ceil(CELL))?;
            packed.leaf_boxes = Boxes::read(reader, dim, n_leaves(n_points))?;
        }
        if is_sketched(dim) {
            packed.sketch = Some(Sketch::read(reader, &packed)?);
        }
        Some(packed)
    }

    /// Appends all arrays.
    pub(crate) fn append(&self, to: &mut Vec<u8>) {
        append(to, &self.rows);
        append(to, &self.points);
        self.group_boxes.append(to);
        self.cell_boxes.append(to);
        self.leaf_boxes.append(to);
        if let Some(sketch) = &self.sketch {
            sketch.append(to);
        }
    }

    /// Where a point's first column is; the next one is [`Packed::stride`] numbers behind.
    #[inline(always)]
    pub(crate) fn place(&self, position: usize) -> usize {
        place(self.dim, position)
    }

    /// How far a point's next column is.
    #[inline(always)]
    pub(crate) fn stride(&self) -> usize {
        stride(self.dim)
    }

    /// The number at a place.
    #[inline(always)]
    pub(crate) fn at(&self, place: usize) -> f32 {
        self.points[place / LANES].0[place % LANES]
    }

    /// One coordinate of the point at a position.
    #[inline(always)]
    pub(crate) fn value(&self, position: usize, column: usize) -> f32 {
        self.at(self.place(position) + column * self.stride())
    }

    /// The row of each position; `u32::MAX` behind the last.
    #[inline(always)]
    pub(crate) fn all_rows(&self) -> &[u32] {
        &self.rows
    }

    /// The rows of a leaf's points, in their order.
    #[inline(always)]
    pub(crate) fn rows(&self, leaf: usize) -> &[u32; LEAF] {
        &self.rows.as_chunks().0[leaf]
    }

    /// The points of a leaf: for each column, the values of all of them.
    #[inline(always)]
    pub(crate) fn points(&self, leaf: usize) -> &[Lanes] {
        &self.points[leaf * self.dim..][..self.dim]
    }

    /// Where points are sketched, so many of them have their sketches side by side.
    #[inline(always)]
    pub(crate) fn n_blocks(&self) -> usize {
        self.n_points.div_ceil(BLOCK)
    }

    /// The cells of a group.
    #[inline(always)]
    pub(crate) fn cells_of(&self, group: usize) -> Range<usize> {
        let first = group * LANES;
        first..self.n_points.div_ceil(CELL).min(first + LANES)
    }

    /// All leaves: a multiple of four, the last ones not full or empty.
    #[inline(always)]
    pub(crate) fn leaves(&self) -> Range<usize> {
        0..n_leaves(self.n_points)
    }

    /// The leaves of a cell, also a multiple of four.
    #[inline(always)]
    pub(crate) fn leaves_of(&self, cell: usize) -> Range<usize> {
        let first = cell * LANES;
        first..self.leaves().end.min(first + LANES)
    }
}

/// The least and the largest value; NaN is neither.
fn range(values: impl IntoIterator<Item = f32>) -> (f32, f32) {
    values.into_iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
        (if value < low { value } else { low }, if value > high { value } else { high })
    })
}

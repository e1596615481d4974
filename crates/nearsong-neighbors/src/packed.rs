//! The points of an index as they are stored, in spatial order, and boxes around them.

use crate::array::{Array, Reader, append};
use crate::metric::Metric;
use crate::simd::{BLOCK, LANES, Lanes, VECTORS};
use crate::sketch::Sketch;

/// Points in a group of blocks, of which one [`Lanes`] holds a bound each.
pub(crate) const GROUP: usize = LANES * BLOCK;

/// For so many columns, boxes around blocks skip little: points are stored row by row, with a sketch of them.
const SKETCHED: std::ops::RangeInclusive<usize> = 24..=8192;

#[inline(always)]
fn is_sketched(dim: usize) -> bool {
    SKETCHED.contains(&dim)
}

#[inline(always)]
fn place(dim: usize, position: usize) -> usize {
    if is_sketched(dim) { position * dim } else { position / BLOCK * BLOCK * dim + position % BLOCK }
}

#[inline(always)]
fn stride(dim: usize) -> usize {
    if is_sketched(dim) { 1 } else { BLOCK }
}

/// How much there is of everything.
#[derive(Clone, Copy)]
struct Sizes {
    dim: usize,
    n_points: usize,
    n_blocks: usize,
    n_groups: usize,
    n_lanes: usize,
    n_block_boxes: usize,
    n_group_boxes: usize,
}

impl Sizes {
    fn new(dim: usize, n_points: usize) -> Self {
        let n_blocks = n_points.div_ceil(BLOCK);
        let n_groups = n_blocks.div_ceil(LANES);
        let n_group_boxes = n_groups.div_ceil(LANES) * dim;
        let (n_lanes, n_block_boxes) = match is_sketched(dim) {
            true => ((n_points * dim).div_ceil(LANES), 0),
            false => (n_blocks * dim * VECTORS, n_groups * dim),
        };
        Self { dim, n_points, n_blocks, n_groups, n_lanes, n_block_boxes, n_group_boxes }
    }
}

/// One column of sixteen boxes.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Interval {
    pub(crate) low: Lanes,
    pub(crate) high: Lanes,
}

const EMPTY: Interval = Interval { low: Lanes::splat(f32::INFINITY), high: Lanes::splat(f32::NEG_INFINITY) };

impl Interval {
    fn widen(&mut self, lane: usize, (low, high): (f32, f32)) {
        self.low.0[lane] = self.low.0[lane].min(low);
        self.high.0[lane] = self.high.0[lane].max(high);
    }
}

/// Points in spatial order, and their boxes.
///
/// # Shapes
/// `rows`: `n_blocks * BLOCK`; `group_boxes`: `dim` for every sixteen groups. Without a sketch, `points` holds for each
/// block and column `VECTORS` lanes, NaN where the last block is not full, and `block_boxes` is `n_groups * dim`. With
/// one, `points` holds point after point, and there are no boxes around blocks.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) metric: Metric,
    pub(crate) dim: usize,
    pub(crate) n_points: usize,
    /// Rows are below this: more than there are points in part of another index.
    pub(crate) n_rows: usize,
    pub(crate) n_blocks: usize,
    pub(crate) n_groups: usize,
    pub(crate) sketch: Option<Sketch>,
    rows: Array<u32>,
    points: Array<Lanes>,
    block_boxes: Array<Interval>,
    group_boxes: Array<Interval>,
}

impl Packed {
    /// The points that `value` tells by position and column; `rows` are theirs, by position.
    pub(crate) fn new(
        metric: Metric,
        dim: usize,
        n_rows: usize,
        mut rows: Vec<u32>,
        value: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let sizes = Sizes::new(dim, rows.len());
        rows.resize(sizes.n_blocks * BLOCK, u32::MAX);
        rows.shrink_to_fit();
        let mut points = vec![Lanes::splat(f32::NAN); sizes.n_lanes];
        for position in 0..sizes.n_points {
            let first = place(dim, position);
            for column in 0..dim {
                let at = first + column * stride(dim);
                points[at / LANES].0[at % LANES] = value(position, column);
            }
        }
        let mut packed = Self::of(metric, sizes, n_rows, rows.into(), points.into());
        packed.draw_boxes();
        if is_sketched(dim) {
            packed.sketch = Some(Sketch::new(&packed));
        }
        packed
    }

    fn of(metric: Metric, sizes: Sizes, n_rows: usize, rows: Array<u32>, points: Array<Lanes>) -> Self {
        let Sizes { dim, n_points, n_blocks, n_groups, .. } = sizes;
        let (block_boxes, group_boxes) = (Vec::new().into(), Vec::new().into());
        Self { metric, dim, n_points, n_rows, n_blocks, n_groups, sketch: None, rows, points, block_boxes, group_boxes }
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
        let sizes = Sizes::new(dim, n_points);
        let (rows, points) = (reader.take(sizes.n_blocks * BLOCK)?, reader.take(sizes.n_lanes)?);
        let mut packed = Self::of(metric, sizes, n_rows, rows, points);
        packed.block_boxes = reader.take(sizes.n_block_boxes)?;
        packed.group_boxes = reader.take(sizes.n_group_boxes)?;
        if is_sketched(dim) {
            packed.sketch = Some(Sketch::read(reader, &packed)?);
        }
        Some(packed)
    }

    /// Appends all arrays.
    pub(crate) fn append(&self, to: &mut Vec<u8>) {
        append(to, &self.rows);
        append(to, &self.points);
        append(to, &self.block_boxes);
        append(to, &self.group_boxes);
        if let Some(sketch) = &self.sketch {
            sketch.append(to);
        }
    }

    fn draw_boxes(&mut self) {
        let sizes = Sizes::new(self.dim, self.n_points);
        let mut block_boxes = vec![EMPTY; sizes.n_block_boxes];
        let mut group_boxes = vec![EMPTY; sizes.n_group_boxes];
        for block in 0..self.n_blocks {
            let group = block / LANES;
            for column in 0..self.dim {
                let range = self.range(block, column);
                if let Some(interval) = block_boxes.get_mut(group * self.dim + column) {
                    interval.widen(block % LANES, range);
                }
                group_boxes[group / LANES * self.dim + column].widen(group % LANES, range);
            }
        }
        (self.block_boxes, self.group_boxes) = (block_boxes.into(), group_boxes.into());
    }

    /// The least and the largest value of a column in a block.
    fn range(&self, block: usize, column: usize) -> (f32, f32) {
        let mut range = (Lanes::splat(f32::INFINITY), Lanes::splat(f32::NEG_INFINITY));
        if is_sketched(self.dim) {
            for position in block * BLOCK..self.n_points.min((block + 1) * BLOCK) {
                widen(&mut range, position % LANES, self.value(position, column));
            }
        } else {
            for values in &self.points(block)[column] {
                (0..LANES).for_each(|lane| widen(&mut range, lane, values.0[lane]));
            }
        }
        (range.0.0.into_iter().fold(f32::INFINITY, f32::min), range.1.0.into_iter().fold(f32::NEG_INFINITY, f32::max))
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

    /// The rows of a block's points, in their order.
    #[inline(always)]
    pub(crate) fn rows(&self, block: usize) -> &[u32; BLOCK] {
        &self.rows.as_chunks().0[block]
    }

    /// The points of a block: for each column, `VECTORS` lanes.
    #[inline(always)]
    pub(crate) fn points(&self, block: usize) -> &[[Lanes; VECTORS]] {
        &self.points.as_chunks().0[block * self.dim..][..self.dim]
    }

    /// The boxes of a group's blocks: for each column, the interval of every block.
    #[inline(always)]
    pub(crate) fn block_boxes(&self, group: usize) -> &[Interval] {
        &self.block_boxes[group * self.dim..][..self.dim]
    }

    /// The boxes of all groups, sixteen at a time: for each column, the interval of every group.
    #[inline(always)]
    pub(crate) fn group_boxes(&self) -> impl Iterator<Item = &[Interval]> {
        self.group_boxes.chunks_exact(self.dim)
    }

    /// The box of one group: for each column, the least and the largest value.
    #[inline(always)]
    pub(crate) fn group_box(&self, group: usize) -> impl Iterator<Item = (f32, f32)> {
        let boxes = &self.group_boxes[group / LANES * self.dim..][..self.dim];
        boxes.iter().map(move |interval| (interval.low.0[group % LANES], interval.high.0[group % LANES]))
    }
}

/// Widens one of sixteen ranges, but not by NaN.
#[inline(always)]
fn widen((low, high): &mut (Lanes, Lanes), lane: usize, value: f32) {
    low.0[lane] = if value < low.0[lane] { value } else { low.0[lane] };
    high.0[lane] = if value > high.0[lane] { value } else { high.0[lane] };
}

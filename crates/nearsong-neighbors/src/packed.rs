//! The points of an index as they are stored: blocks, column by column, and boxes around them.

use crate::simd::{LANES, Lanes};

/// [`Lanes`] per column of a block.
pub(crate) const VECTORS: usize = 4;
/// Points in a block.
pub(crate) const BLOCK: usize = VECTORS * LANES;
/// Points in a group of blocks, of which one [`Lanes`] holds a bound each.
pub(crate) const GROUP: usize = LANES * BLOCK;

/// One column of sixteen boxes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval {
    pub(crate) low: Lanes,
    pub(crate) high: Lanes,
}

const EMPTY: Interval = Interval { low: Lanes::splat(f32::INFINITY), high: Lanes::splat(f32::NEG_INFINITY) };

impl Interval {
    fn widen(&mut self, lane: usize, value: f32) {
        self.low.0[lane] = self.low.0[lane].min(value);
        self.high.0[lane] = self.high.0[lane].max(value);
    }
}

/// Points in spatial order, and their boxes.
///
/// # Shapes
/// `rows`: `n_blocks * BLOCK`; `points`: `n_blocks * dim * VECTORS`; `block_boxes`: `n_groups * dim`;
/// `group_boxes`: `dim` for every sixteen groups. Where the last block is not full, its points are NaN, whose distance
/// is below no limit.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) dim: usize,
    pub(crate) n_points: usize,
    pub(crate) n_blocks: usize,
    pub(crate) n_groups: usize,
    rows: Vec<u32>,
    points: Vec<Lanes>,
    block_boxes: Vec<Interval>,
    group_boxes: Vec<Interval>,
}

impl Packed {
    /// Takes the rows of `source` in the given order.
    pub(crate) fn new(source: &[f32], dim: usize, order: Vec<u32>) -> Self {
        let n_blocks = order.len().div_ceil(BLOCK);
        let n_groups = n_blocks.div_ceil(LANES);
        let mut packed = Self {
            dim,
            n_points: order.len(),
            n_blocks,
            n_groups,
            rows: Vec::new(),
            points: vec![Lanes::splat(f32::NAN); n_blocks * dim * VECTORS],
            block_boxes: vec![EMPTY; n_groups * dim],
            group_boxes: vec![EMPTY; n_groups.div_ceil(LANES) * dim],
        };
        for (position, &row) in order.iter().enumerate() {
            packed.place(position, &source[row as usize * dim..][..dim]);
        }
        packed.rows = order;
        packed.rows.resize(n_blocks * BLOCK, u32::MAX);
        packed.rows.shrink_to_fit();
        packed
    }

    fn place(&mut self, position: usize, point: &[f32]) {
        let (block, slot) = (position / BLOCK, position % BLOCK);
        let group = block / LANES;
        for (column, &value) in point.iter().enumerate() {
            let vector = (block * self.dim + column) * VECTORS + slot / LANES;
            self.points[vector].0[slot % LANES] = value;
            self.block_boxes[group * self.dim + column].widen(block % LANES, value);
            self.group_boxes[group / LANES * self.dim + column].widen(group % LANES, value);
        }
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
}

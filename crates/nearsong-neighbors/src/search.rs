//! The search itself, written once and compiled for every kind of processor.

use crate::allow::Filter;
use crate::kernel::Job;
use crate::metric::{Euclidean, Measure, Metric, Product};
use crate::nearest::{Key, Nearest};
use crate::packed::Packed;
use crate::scratch::{Room, Work};
use crate::simd::{LANES, Lanes, Simd, VECTORS};

/// One query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) packed: &'a Packed,
    pub(crate) query: &'a [f32],
    pub(crate) filter: Filter<'a>,
    /// Positions of the only points to look at, where they are so few that looking for groups does not pay.
    pub(crate) listed: Option<&'a [u32]>,
}

impl Job for Search<'_> {
    /// Leaves the nearest points in `work.nearest`, which was cleared for their number.
    #[inline(always)]
    fn run<S: Simd>(&self, work: &mut Work) {
        match self.packed.metric {
            Metric::SquaredEuclidean | Metric::Cosine => self.measure::<S, Euclidean>(work),
            Metric::InnerProduct => self.measure::<S, Product>(work),
        }
        work.nearest.sort::<S>();
    }
}

impl Search<'_> {
    #[inline(always)]
    fn measure<S: Simd, M: Measure>(&self, work: &mut Work) {
        match (self.listed, &self.packed.sketch) {
            (Some(positions), _) => {
                positions.chunks(LANES).for_each(|few| self.measure_few::<S, M>(few, &mut work.nearest))
            }
            (None, Some(_)) => self.visit_sketches::<S, M>(work),
            (None, None) if self.packed.n_groups == 1 => {
                self.scan::<S, M>(self.packed.leaves(), &mut work.room, &mut work.nearest)
            }
            (None, None) => self.visit_groups::<S, M>(work),
        }
    }

    /// Fills the frontier with all groups and the distance to their boxes.
    #[inline(always)]
    pub(crate) fn look_around<S: Simd, M: Measure>(&self, frontier: &mut Vec<Key>) {
        frontier.clear();
        for first in (0..self.packed.n_groups).step_by(LANES) {
            let mut bounds = Lanes::splat(0.0);
            self.packed.group_boxes.distances::<S, M>(first / LANES, self.query).store(&mut bounds);
            let groups = first..self.packed.n_groups.min(first + LANES);
            frontier.extend(groups.zip(bounds.0).map(|(group, bound)| Key::new(bound, group as u32)));
        }
    }

    /// Visits the nearest group first, then the others as long as their boxes are near enough.
    #[inline(always)]
    fn visit_groups<S: Simd, M: Measure>(&self, work: &mut Work) {
        let Work { nearest, frontier, room, .. } = work;
        self.look_around::<S, M>(frontier);
        let Some(&home) = frontier.iter().min() else { return };
        let mut n_waiting = self.visit_home::<S, M>(home.row() as usize, room, nearest);
        let limit = nearest.limit();
        frontier.retain(|&key| key.distance() <= limit && key != home);
        frontier.sort_unstable();
        for key in frontier.iter() {
            if key.distance() > nearest.limit() {
                break;
            }
            let bounds = self.packed.cell_boxes.distances::<S, M>(key.row() as usize, self.query);
            let near = bounds.at_most(S::splat(nearest.limit()));
            n_waiting = self.visit_cells::<S, M>(key.row() as usize, near, n_waiting, room, nearest);
        }
        if n_waiting > 0 {
            self.measure_leaves::<S, M>(&room.positions[..n_waiting], nearest);
        }
    }

    /// Scans the nearest cell of a group, then visits the others from the nearest on. Returns how many leaves are waiting.
    #[inline(always)]
    fn visit_home<S: Simd, M: Measure>(&self, group: usize, room: &mut Room, nearest: &mut Nearest) -> usize {
        let mut bounds = Lanes::splat(0.0);
        self.packed.cell_boxes.distances::<S, M>(group, self.query).store(&mut bounds);
        let mut cells = [Key::new(0.0, 0); LANES];
        for (cell, (bound, number)) in cells.iter_mut().zip(bounds.0.into_iter().zip(0..)) {
            *cell = Key::new(bound, number);
        }
        let cells = &mut cells[..self.packed.cells_of(group).len()];
        cells.sort_unstable();
        self.scan::<S, M>(self.packed.leaves_of(group * LANES + cells[0].row() as usize), room, nearest);
        nearest.cut();
        let mut n_waiting = 0;
        for cell in &cells[1..] {
            if cell.distance() <= nearest.limit() {
                n_waiting = self.visit_cells::<S, M>(group, 1 << cell.row(), n_waiting, room, nearest);
            }
        }
        n_waiting
    }

    /// Visits those cells of a group that `near` has a bit for: their leaves that are near enough are measured, four at
    /// a time. Those of which there are no four yet wait at the front of `room.positions`; returns how many.
    #[inline(always)]
    fn visit_cells<S: Simd, M: Measure>(
        &self,
        group: usize,
        near: u16,
        mut n_waiting: usize,
        room: &mut Room,
        nearest: &mut Nearest,
    ) -> usize {
        let cells = self.packed.cells_of(group);
        let mut near = near & lanes(cells.len());
        while near != 0 {
            let cell = cells.start + near.trailing_zeros() as usize;
            near &= near - 1;
            let bounds = self.packed.leaf_boxes.distances::<S, M>(cell, self.query);
            let leaves = bounds.at_most(S::splat(nearest.limit())) & lanes(self.packed.leaves_of(cell).len());
            let to = room.positions[n_waiting..].first_chunk_mut().expect("few leaves are waiting");
            S::positions(leaves, (cell * LANES) as u32, to);
            n_waiting += leaves.count_ones() as usize;
            while n_waiting >= VECTORS {
                n_waiting -= VECTORS;
                self.measure_leaves::<S, M>(&room.positions[n_waiting..][..VECTORS], nearest);
            }
        }
        n_waiting
    }
}

/// A bit for each of the first `n` lanes.
#[inline(always)]
fn lanes(n: usize) -> u16 {
    ((1u32 << n) - 1) as u16
}

//! The search itself, written once and compiled for every kind of processor.

use crate::allow::Filter;
use crate::nearest::{Key, Nearest};
use crate::packed::{BLOCK, Interval, Packed, VECTORS};
use crate::scratch::{GroupRoom, Work};
use crate::simd::{LANES, Lanes, Simd};

/// One query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) packed: &'a Packed,
    pub(crate) query: &'a [f32],
    pub(crate) filter: Filter<'a>,
}

impl Search<'_> {
    /// Leaves the nearest points in `work.nearest`, which was cleared for their number.
    #[inline(always)]
    pub(crate) fn run<S: Simd>(&self, work: &mut Work) {
        match self.packed.n_groups {
            0 => {}
            1 => self.scan_group::<S>(0, &mut work.group, &mut work.nearest),
            _ => self.visit_groups::<S>(work),
        }
        work.nearest.sort::<S>();
    }

    /// Visits the nearest group first, then the others as long as their boxes are near enough.
    #[inline(always)]
    fn visit_groups<S: Simd>(&self, work: &mut Work) {
        let Work { nearest, frontier, group } = work;
        frontier.clear();
        for (first, boxes) in (0..).step_by(LANES).zip(self.packed.group_boxes()) {
            let bounds = box_distances::<S>(boxes, self.query);
            let groups = first..self.packed.n_groups.min(first + LANES);
            frontier.extend(groups.zip(bounds.0).map(|(group, bound)| Key::new(bound, group as u32)));
        }
        let home = *frontier.iter().min().expect("an index of several groups has one that is nearest");
        self.scan_group::<S>(home.row() as usize, group, nearest);
        nearest.cut();

        let limit = nearest.limit();
        frontier.retain(|&key| key.distance() <= limit && key != home);
        frontier.sort_unstable();
        for key in frontier.iter() {
            if key.distance() > nearest.limit() {
                break;
            }
            self.visit_blocks::<S>(key.row() as usize, nearest);
        }
    }

    /// Scans the blocks of a group whose boxes are near enough.
    #[inline(always)]
    fn visit_blocks<S: Simd>(&self, group: usize, nearest: &mut Nearest) {
        let bounds = box_distances::<S>(self.packed.block_boxes(group), self.query);
        let first = group * LANES;
        let blocks = first..self.packed.n_blocks.min(first + LANES);
        for (block, bound) in blocks.zip(bounds.0) {
            if bound <= nearest.limit() {
                self.scan_block::<S>(block, nearest);
            }
        }
    }

    #[inline(always)]
    fn scan_block<S: Simd>(&self, block: usize, nearest: &mut Nearest) {
        let distances = self.distances::<S>(block);
        let limit = S::splat(nearest.limit());
        let mut near = 0u64;
        for (vector, distance) in distances.iter().enumerate() {
            near |= u64::from(distance.at_most(limit)) << (vector * LANES);
        }
        if near == 0 {
            return;
        }
        let mut stored = [Lanes::splat(0.0); VECTORS];
        for (stored, distance) in stored.iter_mut().zip(distances) {
            distance.store(stored);
        }
        let rows = self.packed.rows(block);
        let room = nearest.room(BLOCK);
        let mut n_passed = 0;
        while near != 0 {
            let position = near.trailing_zeros() as usize;
            near &= near - 1;
            room[n_passed] = Key::new(stored[position / LANES].0[position % LANES], rows[position]);
            n_passed += usize::from(self.filter.passes(rows[position]));
        }
        nearest.keep(n_passed);
        nearest.tighten();
    }

    /// Scans all points of a group: measures first, so that a good limit is known before any point is gathered, and
    /// gathers without branches that depend on the data.
    #[inline(always)]
    fn scan_group<S: Simd>(&self, group: usize, room: &mut GroupRoom, nearest: &mut Nearest) {
        let first = group * LANES;
        let n_blocks = LANES.min(self.packed.n_blocks - first);
        let mut least = [S::splat(f32::INFINITY); VECTORS];
        for (block, stored) in (first..).zip(&mut room.distances[..n_blocks]) {
            let distances = self.distances::<S>(block);
            for vector in 0..VECTORS {
                least[vector] = distances[vector].min(least[vector]);
                distances[vector].store(&mut stored[vector]);
            }
        }
        let enough = nearest.n() + self.filter.except.len();
        if self.filter.only.is_none() && enough <= LANES {
            let n_lanes = LANES.min(self.packed.n_points - first * BLOCK);
            let least = least[0].min(least[1]).min(least[2].min(least[3]));
            nearest.lower_limit(nth_least(least, enough, n_lanes));
        }

        let limit = S::splat(nearest.limit());
        let mut n_near = 0;
        for (vector, stored) in room.distances[..n_blocks].as_flattened().iter().enumerate() {
            let near = S::load(stored).at_most(limit);
            let to = room.positions[n_near..].first_chunk_mut().expect("a group's room ends with spare lanes");
            S::positions(near, (vector * LANES) as u32, to);
            n_near += near.count_ones() as usize;
        }
        let keys = nearest.room(n_near);
        let mut n_passed = 0;
        for &position in &room.positions[..n_near] {
            let (block, slot) = (position as usize / BLOCK, position as usize % BLOCK);
            let row = self.packed.rows(first + block)[slot];
            keys[n_passed] = Key::new(room.distances[block][slot / LANES].0[slot % LANES], row);
            n_passed += usize::from(self.filter.passes(row));
        }
        nearest.keep(n_passed);
    }

    /// The distance to each point of a block.
    #[inline(always)]
    fn distances<S: Simd>(&self, block: usize) -> [S; VECTORS] {
        let mut sums = [S::splat(0.0); VECTORS];
        for (column, &value) in self.packed.points(block).iter().zip(self.query) {
            let value = S::splat(value);
            for (sum, values) in sums.iter_mut().zip(column) {
                *sum = sum.add_square(S::load(values).sub(value));
            }
        }
        sums
    }
}

/// The distance to each of sixteen boxes: never above the distance to a point inside, as the crate's page explains.
#[inline(always)]
fn box_distances<S: Simd>(boxes: &[Interval], query: &[f32]) -> Lanes {
    let mut sum = S::splat(0.0);
    for (interval, &value) in boxes.iter().zip(query) {
        let value = S::splat(value);
        let below = S::load(&interval.low).sub(value);
        let above = value.sub(S::load(&interval.high));
        sum = sum.add_square(below.max(above).max(S::splat(0.0)));
    }
    let mut distances = Lanes::splat(0.0);
    sum.store(&mut distances);
    distances
}

/// The `n`-th smallest of the first `n_lanes` lanes. Each is the distance of another point, so that `n` points lie no
/// farther; the lanes behind, if any, hold no point. Infinity where there are fewer than `n`.
#[inline(always)]
fn nth_least<S: Simd>(least: S, n: usize, n_lanes: usize) -> f32 {
    let mut values = Lanes::splat(0.0);
    least.store(&mut values);
    let mut nth = f32::INFINITY;
    for &value in &values.0[..n_lanes] {
        let is_enough = least.at_most(S::splat(value)).count_ones() as usize >= n;
        let value = if is_enough { value } else { f32::INFINITY };
        nth = if value < nth { value } else { nth };
    }
    nth
}

//! The search itself, written once and compiled for every kind of processor.

use crate::allow::Filter;
use crate::kernel::Job;
use crate::metric::{Euclidean, Measure, Metric, Product};
use crate::nearest::{Key, Nearest};
use crate::packed::{Interval, Packed};
use crate::scratch::{GroupRoom, Work};
use crate::simd::{BLOCK, LANES, Lanes, Simd, VECTORS};

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
            (None, None) => match self.packed.n_groups {
                0 => {}
                1 => self.scan_group::<S, M>(0, &mut work.group, &mut work.nearest),
                _ => self.visit_groups::<S, M>(work),
            },
        }
    }

    /// Fills the frontier with all groups and the distance to their boxes.
    #[inline(always)]
    pub(crate) fn look_around<S: Simd, M: Measure>(&self, frontier: &mut Vec<Key>) {
        frontier.clear();
        for (first, boxes) in (0..).step_by(LANES).zip(self.packed.group_boxes()) {
            let bounds = box_distances::<S, M>(boxes, self.query);
            let groups = first..self.packed.n_groups.min(first + LANES);
            frontier.extend(groups.zip(bounds.0).map(|(group, bound)| Key::new(bound, group as u32)));
        }
    }

    /// Visits the nearest group first, then the others as long as their boxes are near enough.
    #[inline(always)]
    fn visit_groups<S: Simd, M: Measure>(&self, work: &mut Work) {
        let Work { nearest, frontier, group, .. } = work;
        self.look_around::<S, M>(frontier);
        let home = *frontier.iter().min().expect("an index of several groups has one that is nearest");
        self.scan_group::<S, M>(home.row() as usize, group, nearest);
        nearest.cut();

        let limit = nearest.limit();
        frontier.retain(|&key| key.distance() <= limit && key != home);
        frontier.sort_unstable();
        for key in frontier.iter() {
            if key.distance() > nearest.limit() {
                break;
            }
            self.visit_blocks::<S, M>(key.row() as usize, nearest);
        }
    }

    /// Scans the blocks of a group whose boxes are near enough.
    #[inline(always)]
    fn visit_blocks<S: Simd, M: Measure>(&self, group: usize, nearest: &mut Nearest) {
        let bounds = box_distances::<S, M>(self.packed.block_boxes(group), self.query);
        let first = group * LANES;
        let blocks = first..self.packed.n_blocks.min(first + LANES);
        for (block, bound) in blocks.zip(bounds.0) {
            if bound <= nearest.limit() {
                self.scan_block::<S, M>(block, nearest);
            }
        }
    }

    #[inline(always)]
    fn scan_block<S: Simd, M: Measure>(&self, block: usize, nearest: &mut Nearest) {
        let distances = self.distances::<S, M>(block);
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
    fn scan_group<S: Simd, M: Measure>(&self, group: usize, room: &mut GroupRoom, nearest: &mut Nearest) {
        let first = group * LANES;
        let n_blocks = LANES.min(self.packed.n_blocks - first);
        let mut least = [S::splat(f32::INFINITY); VECTORS];
        for (block, stored) in (first..).zip(&mut room.distances[..n_blocks]) {
            for (stored, distance) in stored.iter_mut().zip(self.distances::<S, M>(block)) {
                distance.store(stored);
            }
            self.rule_out(block, stored);
            for (least, stored) in least.iter_mut().zip(stored) {
                *least = S::load(stored).min(*least);
            }
        }
        let enough = nearest.n() + self.filter.except.len();
        if enough <= LANES {
            let least = least[0].min(least[1]).min(least[2].min(least[3]));
            nearest.lower_limit(nth_least(&[least], enough));
        } else if enough <= BLOCK {
            nearest.lower_limit(nth_least(&least, enough));
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

    /// Makes NaN, which is near nothing, of the distances to points that the bitmap does not allow.
    #[inline(always)]
    fn rule_out(&self, block: usize, distances: &mut [Lanes; VECTORS]) {
        let Some(only) = self.filter.only else { return };
        for (slot, &row) in self.packed.rows(block).iter().enumerate() {
            let distance = &mut distances[slot / LANES].0[slot % LANES];
            *distance = if only.contains(row) { *distance } else { f32::NAN };
        }
    }

    /// The distance to each point of a block.
    #[inline(always)]
    fn distances<S: Simd, M: Measure>(&self, block: usize) -> [S; VECTORS] {
        let mut sums = [S::splat(0.0); VECTORS];
        for (column, &value) in self.packed.points(block).iter().zip(self.query) {
            let value = S::splat(value);
            for (sum, values) in sums.iter_mut().zip(column) {
                *sum = M::add(*sum, S::load(values), value);
            }
        }
        sums
    }
}

/// The distance to each of sixteen boxes: never above the distance to a point inside, as the crate's page explains.
#[inline(always)]
fn box_distances<S: Simd, M: Measure>(boxes: &[Interval], query: &[f32]) -> Lanes {
    let mut sum = S::splat(0.0);
    for (interval, &value) in boxes.iter().zip(query) {
        sum = M::add_least(sum, S::load(&interval.low), S::load(&interval.high), S::splat(value));
    }
    let mut distances = Lanes::splat(0.0);
    sum.store(&mut distances);
    distances
}

/// The `n`-th smallest of all lanes. Each is the distance of another point, so that `n` points lie no farther, or
/// infinite where there is none.
#[inline(always)]
fn nth_least<S: Simd, const N: usize>(least: &[S; N], n: usize) -> f32 {
    let mut values = [Lanes::splat(0.0); N];
    for (values, least) in values.iter_mut().zip(least) {
        least.store(values);
    }
    let mut nth = f32::INFINITY;
    for value in values.iter().flat_map(|values| values.0) {
        let n_less: u32 = least.iter().map(|least| least.at_most(S::splat(value)).count_ones()).sum();
        let value = if n_less as usize >= n { value } else { f32::INFINITY };
        nth = if value < nth { value } else { nth };
    }
    nth
}

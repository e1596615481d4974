//! The part of a search that measures leaves: sixteen points each, stored column by column.

use std::ops::Range;

use crate::metric::Measure;
use crate::nearest::{Key, Nearest};
use crate::scratch::Room;
use crate::search::Search;
use crate::simd::{BLOCK, LANES, Lanes, Simd, VECTORS};

impl Search<'_> {
    /// Measures up to four leaves, and gathers their points that are near enough.
    #[inline(always)]
    pub(crate) fn measure_leaves<S: Simd, M: Measure>(&self, leaves: &[u32], nearest: &mut Nearest) {
        let mut four = [0; VECTORS];
        four.iter_mut().zip(leaves).for_each(|(to, &leaf)| *to = leaf as usize);
        let distances = self.distances::<S, M>(four);
        let limit = S::splat(nearest.limit());
        let mut near = 0u64;
        for (vector, distance) in distances.iter().enumerate().take(leaves.len()) {
            near |= u64::from(distance.at_most(limit)) << (vector * LANES);
        }
        if near == 0 {
            return;
        }
        let mut stored = [Lanes::splat(0.0); VECTORS];
        for (stored, distance) in stored.iter_mut().zip(distances) {
            distance.store(stored);
        }
        let room = nearest.room(BLOCK);
        let mut n_passed = 0;
        while near != 0 {
            let (leaf, slot) = (near.trailing_zeros() as usize / LANES, near.trailing_zeros() as usize % LANES);
            near &= near - 1;
            let row = self.packed.rows(four[leaf])[slot];
            room[n_passed] = Key::new(stored[leaf].0[slot], row);
            n_passed += usize::from(self.filter.passes(row));
        }
        nearest.keep(n_passed);
        nearest.tighten();
    }

    /// Scans all points of as many leaves as there is room for: measures first, so that a good limit is known before any
    /// point is gathered, and gathers without branches that depend on the data.
    #[inline(always)]
    pub(crate) fn scan<S: Simd, M: Measure>(&self, leaves: Range<usize>, room: &mut Room, nearest: &mut Nearest) {
        let mut least = [S::splat(f32::INFINITY); VECTORS];
        let fours = room.distances.as_chunks_mut::<VECTORS>().0;
        for (leaf, stored) in leaves.clone().step_by(VECTORS).zip(fours) {
            let leaves = [leaf, leaf + 1, leaf + 2, leaf + 3];
            for ((stored, distance), leaf) in stored.iter_mut().zip(self.distances::<S, M>(leaves)).zip(leaves) {
                distance.store(stored);
                self.rule_out(leaf, stored);
            }
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
        self.gather::<S>(leaves, room, nearest);
    }

    /// Gathers the measured points of leaves that are near enough.
    #[inline(always)]
    fn gather<S: Simd>(&self, leaves: Range<usize>, room: &mut Room, nearest: &mut Nearest) {
        let limit = S::splat(nearest.limit());
        let mut n_near = 0;
        for (leaf, stored) in room.distances[..leaves.len()].iter().enumerate() {
            let near = S::load(stored).at_most(limit);
            let to = room.positions[n_near..].first_chunk_mut().expect("the room ends with spare lanes");
            S::positions(near, (leaf * LANES) as u32, to);
            n_near += near.count_ones() as usize;
        }
        let keys = nearest.room(n_near);
        let mut n_passed = 0;
        for &position in &room.positions[..n_near] {
            let (leaf, slot) = (position as usize / LANES, position as usize % LANES);
            let row = self.packed.rows(leaves.start + leaf)[slot];
            keys[n_passed] = Key::new(room.distances[leaf].0[slot], row);
            n_passed += usize::from(self.filter.passes(row));
        }
        nearest.keep(n_passed);
    }

    /// Makes NaN, which is near nothing, of the distances to points that the bitmap does not allow.
    #[inline(always)]
    fn rule_out(&self, leaf: usize, distances: &mut Lanes) {
        let Some(only) = self.filter.only else { return };
        for (distance, &row) in distances.0.iter_mut().zip(self.packed.rows(leaf)) {
            *distance = if only.contains(row) { *distance } else { f32::NAN };
        }
    }

    /// The distance to each point of four leaves.
    #[inline(always)]
    fn distances<S: Simd, M: Measure>(&self, leaves: [usize; VECTORS]) -> [S; VECTORS] {
        let mut points = [&[][..]; VECTORS];
        for (points, leaf) in points.iter_mut().zip(leaves) {
            *points = &self.packed.points(leaf)[..self.query.len()];
        }
        let mut sums = [S::splat(0.0); VECTORS];
        for (column, &value) in self.query.iter().enumerate() {
            let value = S::splat(value);
            for (sum, points) in sums.iter_mut().zip(points) {
                *sum = M::add(*sum, S::load(&points[column]), value);
            }
        }
        sums
    }
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

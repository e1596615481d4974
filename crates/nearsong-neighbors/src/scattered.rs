//! The part of a search that measures points wherever they are, a few at a time: those that a sketch cannot rule out,
//! and the few that a filter lets through.

use crate::metric::Measure;
use crate::nearest::{Key, Nearest};
use crate::scratch::Work;
use crate::search::Search;
use crate::simd::{BLOCK, LANES, Lanes, Simd};

impl Search<'_> {
    /// Visits the groups from the nearest on; of each, the points whose sketches are near enough.
    #[inline(always)]
    pub(crate) fn visit_sketches<S: Simd, M: Measure>(&self, work: &mut Work) {
        self.look_around::<S, M>(&mut work.frontier);
        work.frontier.sort_unstable();
        for at in 0..work.frontier.len() {
            let key = work.frontier[at];
            if key.distance() > work.nearest.limit() {
                break;
            }
            self.visit_sketch::<S, M>(key.row() as usize, work);
        }
    }

    /// Measures the points of one group whose sketches are near enough, sixteen at a time.
    #[inline(always)]
    pub(crate) fn visit_sketch<S: Simd, M: Measure>(&self, group: usize, work: &mut Work) {
        let Work { nearest, room, sketched, .. } = work;
        let Some(sketch) = &self.packed.sketch else { return };
        sketch.sketch(self.packed, group, self.query, sketched);
        let first = group * LANES;
        let (mut limit, mut n_waiting) = (nearest.limit(), 0);
        let Some(mut least) = sketch.least(self.packed, group, sketched, limit) else { return };
        for block in first..self.packed.n_blocks().min(first + LANES) {
            let mut alike = sketch.alike::<S>(block, sketched, least);
            while alike != 0 {
                let position = block * BLOCK + alike.trailing_zeros() as usize;
                alike &= alike - 1;
                room.positions[n_waiting] = position as u32;
                n_waiting += usize::from(position < self.packed.n_points && self.filter.passes(self.row(position)));
            }
            while n_waiting >= LANES {
                n_waiting -= LANES;
                self.measure_few::<S, M>(&room.positions[n_waiting..][..LANES], nearest);
            }
            if nearest.limit() < limit {
                limit = nearest.limit();
                match sketch.least(self.packed, group, sketched, limit) {
                    Some(lower) => least = lower,
                    None => break,
                }
            }
        }
        self.measure_few::<S, M>(&room.positions[..n_waiting], nearest);
    }

    /// Measures up to sixteen points that pass the filter, wherever they are.
    #[inline(always)]
    pub(crate) fn measure_few<S: Simd, M: Measure>(&self, positions: &[u32], nearest: &mut Nearest) {
        let mut places = [0; LANES];
        for (place, &position) in places.iter_mut().zip(positions) {
            *place = self.packed.place(position as usize);
        }
        let mut sum = S::splat(0.0);
        for (column, &value) in self.query.iter().enumerate() {
            let from = column * self.packed.stride();
            let mut values = Lanes::splat(0.0);
            for (value, place) in values.0.iter_mut().zip(places) {
                *value = self.packed.at(place + from);
            }
            sum = M::add(sum, S::load(&values), S::splat(value));
        }
        let mut distances = Lanes::splat(0.0);
        sum.store(&mut distances);
        let limit = nearest.limit();
        let keys = nearest.room(LANES);
        let mut n_near = 0;
        for (&position, distance) in positions.iter().zip(distances.0) {
            keys[n_near] = Key::new(distance, self.row(position as usize));
            n_near += usize::from(distance <= limit);
        }
        nearest.keep(n_near);
        nearest.tighten();
    }

    #[inline(always)]
    fn row(&self, position: usize) -> u32 {
        self.packed.all_rows()[position]
    }
}

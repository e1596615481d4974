//! Many queries side by side, for points that are sketched.

use crate::allow::Filter;
use crate::kernel::Job;
use crate::metric::{Euclidean, Measure, Metric, Product};
use crate::packed::Packed;
use crate::scratch::Work;
use crate::search::Search;
use crate::simd::Simd;

/// Groups that each query visits by itself, the nearest first, before all queries go through the others together.
const OWN_GROUPS: usize = 8;

/// Queries that visit each group together: its sketches come from memory once, and for the other queries from the
/// processor's cache.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tile<'a> {
    pub(crate) packed: &'a Packed,
    /// As they are compared, query after query.
    pub(crate) queries: &'a [f32],
    pub(crate) filter: Filter<'a>,
}

impl Job for Tile<'_> {
    /// Leaves the nearest points in `work.tile`, which was cleared for their number.
    #[inline(always)]
    fn run<S: Simd>(&self, work: &mut Work) {
        match self.packed.metric {
            Metric::SquaredEuclidean | Metric::Cosine => self.measure::<S, Euclidean>(work),
            Metric::InnerProduct => self.measure::<S, Product>(work),
        }
    }
}

impl Tile<'_> {
    #[inline(always)]
    fn measure<S: Simd, M: Measure>(&self, work: &mut Work) {
        let (n_groups, n_queries) = (self.packed.n_groups, self.queries.len() / self.packed.dim);
        work.bounds.clear();
        for number in 0..n_queries {
            std::mem::swap(&mut work.nearest, &mut work.tile[number]);
            self.visit_own::<S, M>(number, work);
            std::mem::swap(&mut work.nearest, &mut work.tile[number]);
        }
        for group in 0..n_groups {
            for number in 0..n_queries {
                if work.bounds[number * n_groups + group] <= work.tile[number].limit() {
                    std::mem::swap(&mut work.nearest, &mut work.tile[number]);
                    self.search(number).visit_sketch::<S, M>(group, work);
                    std::mem::swap(&mut work.nearest, &mut work.tile[number]);
                }
            }
        }
        work.tile[..n_queries].iter_mut().for_each(|nearest| nearest.sort::<S>());
    }

    /// Visits a query's nearest groups, and appends how near all others may be; NaN stands for a group that is done.
    #[inline(always)]
    fn visit_own<S: Simd, M: Measure>(&self, number: usize, work: &mut Work) {
        let search = self.search(number);
        search.look_around::<S, M>(&mut work.frontier);
        let first = work.bounds.len();
        work.bounds.extend(work.frontier.iter().map(|key| key.distance()));
        let n_own = OWN_GROUPS.min(work.frontier.len());
        if n_own < work.frontier.len() {
            work.frontier.select_nth_unstable(n_own);
        }
        work.frontier[..n_own].sort_unstable();
        for at in 0..n_own {
            let group = work.frontier[at].row() as usize;
            work.bounds[first + group] = f32::NAN;
            search.visit_sketch::<S, M>(group, work);
        }
    }

    #[inline(always)]
    fn search(&self, number: usize) -> Search<'_> {
        let query = &self.queries[number * self.packed.dim..][..self.packed.dim];
        Search { packed: self.packed, query, filter: self.filter, listed: None }
    }
}

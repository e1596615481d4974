use rayon::prelude::*;

use crate::allow::{Allow, Filter};
use crate::error::{IndexError, check_rows};
use crate::index::NeighborIndex;
use crate::neighbor::Neighbor;
use crate::scratch::Scratch;

/// Queries that one thread takes at a time.
const QUERIES_PER_TASK: usize = 64;

/// What was found for many queries, which is equally many points for each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Query after query, each sorted by distance, then row.
    ///
    /// # Shapes
    /// n queries × `per_query`.
    pub neighbors: Vec<Neighbor>,
    /// Points found per query: as many as were asked for, or as are allowed where those are fewer.
    pub per_query: usize,
}

impl Batch {
    /// What was found for one query, counted from 0.
    ///
    /// # Panics
    /// Where there is no such query.
    pub fn neighbors_of(&self, query: usize) -> &[Neighbor] {
        &self.neighbors[query * self.per_query..][..self.per_query]
    }
}

impl NeighborIndex {
    /// The `n` allowed points nearest to each query, on the threads of the current rayon pool.
    ///
    /// # Shapes
    /// `queries`: n queries × [`NeighborIndex::dim`], row-major.
    ///
    /// # Errors
    /// As [`NeighborIndex::search`], before any query is searched.
    pub fn search_batch(&self, queries: &[f32], n: usize, allow: Allow<'_>) -> Result<Batch, IndexError> {
        check_rows(queries, self.dim())?;
        self.check_allow(allow)?;
        let mut except = Vec::new();
        let filter = Filter::new(allow, &mut except);
        let per_query = n.min(filter.count(self.len()));
        let mut neighbors = vec![Neighbor::default(); queries.len() / self.dim() * per_query];
        if per_query > 0 {
            neighbors
                .par_chunks_mut(QUERIES_PER_TASK * per_query)
                .zip(queries.par_chunks(QUERIES_PER_TASK * self.dim()))
                .for_each_init(Scratch::default, |Scratch { work, found, .. }, (to, queries)| {
                    for (to, query) in to.chunks_exact_mut(per_query).zip(queries.chunks_exact(self.dim())) {
                        self.find(query, n, filter, work, found);
                        to.copy_from_slice(found);
                    }
                });
        }
        Ok(Batch { neighbors, per_query })
    }

    /// Hands what is found for each query to `visit`, with the query's number from 0: query after query, on the
    /// calling thread, storing nothing. For those who reduce what is found, as a weighted mean over neighbours does.
    ///
    /// # Shapes
    /// `queries`: n queries × [`NeighborIndex::dim`], row-major.
    ///
    /// # Errors
    /// As [`NeighborIndex::search`], before any query is searched.
    pub fn for_each(
        &self,
        queries: &[f32],
        n: usize,
        allow: Allow<'_>,
        scratch: &mut Scratch,
        mut visit: impl FnMut(usize, &[Neighbor]),
    ) -> Result<(), IndexError> {
        check_rows(queries, self.dim())?;
        self.check_allow(allow)?;
        let Scratch { work, except, found } = scratch;
        let filter = Filter::new(allow, except);
        for (number, query) in queries.chunks_exact(self.dim()).enumerate() {
            self.find(query, n, filter, work, found);
            visit(number, found);
        }
        Ok(())
    }
}

use rayon::prelude::*;

use crate::allow::{Allow, Filter};
use crate::error::IndexError;
use crate::index::NeighborIndex;
use crate::neighbor::Neighbor;
use crate::order::spatial_order;
use crate::scratch::Scratch;

/// Queries that one thread takes at a time.
const QUERIES_PER_TASK: usize = 64;

/// Queries that are put in order together.
const QUERIES_PER_ROUND: usize = 1 << 14;

/// From so many queries on, searching only what a filter lets through is worth setting it apart first.
const QUERIES_PER_SUBSET: usize = 64;

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
        self.check(queries, allow)?;
        if let Some(subset) = self.subset_for(queries, allow)? {
            return subset.search_batch(queries, n, Allow { only: None, ..allow });
        }
        let (mut except, mut listed) = (Vec::new(), Vec::new());
        let filter = Filter::new(allow, &mut except);
        self.list(filter, &mut listed);
        let per_query = n.min(filter.count(self.packed()));
        let mut neighbors = vec![Neighbor::default(); queries.len() / self.dim() * per_query];
        if per_query > 0 {
            let rounds = queries.chunks(QUERIES_PER_ROUND * self.dim());
            for (queries, to) in rounds.zip(neighbors.chunks_mut(QUERIES_PER_ROUND * per_query)) {
                self.search_round(queries, n, filter, &listed, to);
            }
        }
        Ok(Batch { neighbors, per_query })
    }

    /// Searches many queries side by side, those that lie close together one after the other: what one has brought
    /// into the processor's cache, the next finds there.
    fn search_round(&self, queries: &[f32], n: usize, filter: Filter<'_>, listed: &[u32], to: &mut [Neighbor]) {
        let (dim, order) = (self.dim(), spatial_order(queries, self.dim()));
        let query = |number: u32| &queries[number as usize * dim..][..dim];
        let per_query = to.len() / order.len();
        let mut found = vec![Neighbor::default(); to.len()];
        found.par_chunks_mut(QUERIES_PER_TASK * per_query).zip(order.par_chunks(QUERIES_PER_TASK)).for_each_init(
            Scratch::default,
            |scratch, (found, order)| {
                scratch.work.listed.clear();
                scratch.work.listed.extend_from_slice(listed);
                let queries: Vec<f32> = order.iter().flat_map(|&number| query(number)).copied().collect();
                let mut found = found.chunks_exact_mut(per_query);
                self.find_many(&queries, n, filter, scratch, |neighbors| {
                    found.next().expect("there is room for every query").copy_from_slice(neighbors);
                });
            },
        );
        for (found, number) in found.chunks_exact(per_query).zip(order) {
            to[number as usize * per_query..][..per_query].copy_from_slice(found);
        }
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
        self.check(queries, allow)?;
        let subset = self.subset_for(queries, allow)?;
        let (index, allow) = subset.as_ref().map_or((self, allow), |subset| (subset, Allow { only: None, ..allow }));
        let mut except = std::mem::take(&mut scratch.except);
        let filter = Filter::new(allow, &mut except);
        index.list(filter, &mut scratch.work.listed);
        let mut number = 0;
        index.find_many(queries, n, filter, scratch, |found| {
            visit(number, found);
            number += 1;
        });
        scratch.except = except;
        Ok(())
    }

    /// What a filter lets through, where there are queries enough to set it apart.
    fn subset_for(&self, queries: &[f32], allow: Allow<'_>) -> Result<Option<Self>, IndexError> {
        match allow.only {
            Some(only) if queries.len() / self.dim() >= QUERIES_PER_SUBSET => self.subset(only).map(Some),
            _ => Ok(None),
        }
    }
}

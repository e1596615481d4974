//! kiddo as one of the contenders of `bench/neighbors`, which starts it.

#[path = "../../../../crates/nearsong-neighbors/examples/race/harness.rs"]
mod harness;

use std::num::NonZero;

use harness::{Contender, Failure};
use kiddo::{ImmutableKdTree, SquaredEuclidean};
use rayon::prelude::*;

struct Kiddo<const DIM: usize>(ImmutableKdTree<f32, DIM>);

impl<const DIM: usize> Kiddo<DIM> {
    fn rows(&self, query: &[f32], n: NonZero<usize>) -> Result<Vec<u32>, Failure> {
        let query = query.first_chunk::<DIM>().ok_or("a query is too short")?;
        let found = self.0.query(query).nearest_n::<SquaredEuclidean<f32>>(n).execute();
        Ok(found.into_iter().map(|found| found.item as u32).collect())
    }
}

impl<const DIM: usize> Contender for Kiddo<DIM> {
    type Room = Vec<u32>;

    fn build(points: &[f32], _dim: usize) -> Result<Self, Failure> {
        Ok(Self(ImmutableKdTree::new_from_slice(points.as_chunks::<DIM>().0).map_err(|error| format!("{error:?}"))?))
    }

    fn search<'r>(&self, query: &[f32], n: usize, room: &'r mut Vec<u32>) -> Result<&'r [u32], Failure> {
        *room = self.rows(query, NonZero::new(n).ok_or("no neighbours are asked for")?)?;
        Ok(room)
    }

    fn batch(&self, queries: &[f32], dim: usize, n: usize) -> Result<(), Failure> {
        let n = NonZero::new(n).ok_or("no neighbours are asked for")?;
        let found: Vec<Vec<u32>> =
            queries.par_chunks_exact(dim).map(|query| self.rows(query, n).unwrap_or_default()).collect();
        std::hint::black_box(found);
        Ok(())
    }
}

fn main() -> Result<(), Failure> {
    match std::env::args().nth(3).as_deref() {
        Some("9") => harness::run::<Kiddo<9>>(),
        Some("12") => harness::run::<Kiddo<12>>(),
        _ => Err("compiled for 9 and 12 columns".into()),
    }
}

//! This crate as one of the contenders of `bench/neighbors`, which starts it.

mod harness;

use harness::{Contender, Failure};
use nearsong_neighbors::{Allow, NeighborIndex, Scratch};

struct Ours(NeighborIndex);

impl Contender for Ours {
    type Room = (Scratch, Vec<u32>);

    fn build(points: &[f32], dim: usize) -> Result<Self, Failure> {
        Ok(Self(NeighborIndex::build(points, dim)?))
    }

    fn search<'r>(&self, query: &[f32], n: usize, (scratch, rows): &'r mut Self::Room) -> Result<&'r [u32], Failure> {
        rows.clear();
        rows.extend(self.0.search(query, n, Allow::default(), scratch)?.iter().map(|neighbor| neighbor.row));
        Ok(rows)
    }

    fn batch(&self, queries: &[f32], _dim: usize, n: usize) -> Result<(), Failure> {
        std::hint::black_box(self.0.search_batch(queries, n, Allow::default())?);
        Ok(())
    }
}

fn main() -> Result<(), Failure> {
    harness::run::<Ours>()
}

//! Items that are near because the same owners have them: the one loop of item-kNN and RP3beta.

mod nearest;

use std::sync::Mutex;

use nearsong_types::{Cancelled, Progress};
use rayon::prelude::*;

use crate::{owner_matrix::OwnerMatrix, sparse::SparseRows};
use nearest::Nearest;

/// Items that one thread takes at a time.
const ITEMS_PER_CHUNK: usize = 64;
/// Chunks whose rows are put in order at a time, and between two signs of progress.
const CHUNKS_PER_ROUND: usize = 256;
/// Most values in a model: 2.1 GB.
const MOST_VALUES: u64 = 1 << 28;

/// How near an item is to another one that shares owners with it.
pub(crate) trait Nearness: Sync {
    /// What an owner weighs, above 0.
    fn owner_weight(&self, owner: usize) -> f32;

    /// Orders the items near to the heard one, most first; at least 0, and 0 is not near at all. `together` is the weight of the owners
    /// who have both; items are named by their places.
    fn of_pair(&self, together: f32, heard: usize, other: usize) -> f32;

    /// What the heard one says for an item of that nearness.
    fn weight(&self, nearness: f32, heard: usize) -> f32;
}

/// For each item the nearest others, at most `max_neighbors`; equal ones by place.
///
/// Time grows with the sum over owners of the square of their number of items. Memory is bounded by [`MOST_VALUES`]: where there are
/// so many items that they could not all have `max_neighbors`, those of few owners, of which least is known, have fewer.
pub(crate) fn nearest_by_owners(
    matrix: &OwnerMatrix,
    nearness: &impl Nearness,
    max_neighbors: usize,
    progress: &dyn Progress,
) -> Result<SparseRows, Cancelled> {
    let n_items = matrix.n_items();
    progress.begin("Comparing recordings", Some(n_items as u64), "recordings");
    let place_of = matrix.place_of();
    let owner_weights: Vec<f32> = (0..matrix.n_owners()).map(|owner| nearness.owner_weight(owner)).collect();
    let per_owner = neighbors_per_owner(matrix, max_neighbors, MOST_VALUES);
    let idle: Mutex<Vec<Row>> = Mutex::new(Vec::new());
    let rows_of_chunk = |places: &[u32]| -> Result<SparseRows, Cancelled> {
        let mut row = idle.lock().expect("nobody panics with it").pop().unwrap_or_else(|| Row::new(n_items));
        let mut rows = SparseRows::default();
        for &place in places {
            progress.check()?;
            let heard = place as usize;
            row.add_up(matrix, &owner_weights, heard);
            let max = max_neighbors.min(per_owner * matrix.owners_of(heard).len());
            rows.push_row(row.nearest(matrix, nearness, heard, max));
        }
        idle.lock().expect("nobody panics with it").push(row);
        Ok(rows)
    };
    let mut rows = SparseRows::default();
    for round in place_of.chunks(ITEMS_PER_CHUNK * CHUNKS_PER_ROUND) {
        let chunks: Vec<SparseRows> =
            round.par_chunks(ITEMS_PER_CHUNK).map(rows_of_chunk).collect::<Result<_, Cancelled>>()?;
        chunks.iter().for_each(|chunk| rows.append(chunk));
        progress.advance(rows.n_rows() as u64);
    }
    Ok(rows)
}

/// The largest number of neighbours for each owner of an item, up to `max_neighbors`, with which all rows together stay below `most`; at least 1.
fn neighbors_per_owner(matrix: &OwnerMatrix, max_neighbors: usize, most: u64) -> usize {
    let n_values = |per_owner: usize| -> u64 {
        (0..matrix.n_items()).map(|place| max_neighbors.min(per_owner * matrix.owners_of(place).len()) as u64).sum()
    };
    let (mut fits, mut too_many) = (1, max_neighbors + 1);
    while too_many - fits > 1 {
        let middle = fits.midpoint(too_many);
        if n_values(middle) <= most { fits = middle } else { too_many = middle }
    }
    fits
}

/// Working memory for one row at a time.
struct Row {
    /// By place; all 0 between two rows.
    sums: Vec<f32>,
    /// Places whose sum is not 0.
    touched: Vec<u32>,
}

impl Row {
    fn new(n_items: usize) -> Self {
        Self { sums: vec![0.0; n_items], touched: Vec::new() }
    }

    /// The weight of the owners who have the heard item, by what else they have.
    fn add_up(&mut self, matrix: &OwnerMatrix, owner_weights: &[f32], heard: usize) {
        for &owner in matrix.owners_of(heard) {
            let weight = owner_weights[owner as usize];
            for &place in matrix.places_of(owner as usize) {
                let sum = &mut self.sums[place as usize];
                if *sum == 0.0 {
                    self.touched.push(place);
                }
                *sum += weight;
            }
        }
    }

    /// The nearest as (item, weight), items ascending; the sums are 0 again.
    fn nearest(&mut self, matrix: &OwnerMatrix, nearness: &impl Nearness, heard: usize, max: usize) -> Vec<(u32, f32)> {
        let mut nearest = Nearest::new(max);
        for place in self.touched.drain(..) {
            let together = std::mem::take(&mut self.sums[place as usize]);
            if place as usize != heard {
                nearest.offer(place, nearness.of_pair(together, heard, place as usize));
            }
        }
        let weighed = |(place, near): (u32, f32)| (matrix.item_at()[place as usize], nearness.weight(near, heard));
        let mut row: Vec<(u32, f32)> = nearest.into_found().into_iter().map(weighed).collect();
        row.sort_unstable_by_key(|&(item, _)| item);
        row
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use nearsong_types::Silent;

    use super::*;
    use crate::{ItemKnnConfig, fixture::interactions};

    /// Counts how often it is asked whether to go on, and says no from one of them on.
    struct StopAfter(u64, AtomicU64);

    impl Progress for StopAfter {
        fn begin(&self, _step: &str, _total: Option<u64>, _unit: &'static str) {}

        fn advance(&self, _done: u64) {}

        fn check(&self) -> Result<(), Cancelled> {
            if self.1.fetch_add(1, Ordering::Relaxed) < self.0 { Ok(()) } else { Err(Cancelled) }
        }
    }

    #[test]
    fn every_item_is_a_chance_to_stop() {
        let by_item = interactions().by_item;
        for after in [0, 2, 50] {
            let stopped = ItemKnnConfig::default().neighbors(&by_item, &StopAfter(after, AtomicU64::new(0)));
            assert_eq!(stopped, Err(Cancelled));
        }
        let asked = StopAfter(u64::MAX, AtomicU64::new(0));
        assert_eq!(ItemKnnConfig::default().neighbors(&by_item, &asked).unwrap().n_rows(), by_item.n_items());
        assert!(asked.1.into_inner() as usize > by_item.n_items());
    }

    #[test]
    fn where_memory_is_short_items_of_few_owners_have_fewer_neighbors() {
        let matrix = OwnerMatrix::new(&interactions().by_item, &Silent).unwrap();
        let n_values = |per_owner: usize| -> usize {
            (0..matrix.n_items()).map(|place| 50.min(per_owner * matrix.owners_of(place).len())).sum()
        };
        assert_eq!(neighbors_per_owner(&matrix, 50, u64::MAX), 50);
        for most in [3_000, 5_000] {
            let per_owner = neighbors_per_owner(&matrix, 50, most);
            assert!((1..50).contains(&per_owner), "{per_owner}");
            assert!(n_values(per_owner) as u64 <= most && n_values(per_owner + 1) as u64 > most);
        }
    }
}

//! What the API promises beyond its answers.

use nearsong_neighbors::{Allow, Batch, Bitmap, Metric, Neighbor, NeighborIndex, Scratch};

/// Numbers between -1 and 1 that look random.
fn scattered(len: usize) -> Vec<f32> {
    (1..=len as u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32 / 8_388_608.0 - 1.0).collect()
}

/// Allocations by a second round of searches, one by one and together, after a first one that does ask for memory.
fn allocations(n_points: usize, dim: usize, metric: Metric, allow: Allow<'_>) -> u64 {
    let points = scattered(n_points * dim);
    let index = NeighborIndex::build_with(&points, dim, metric).expect("the points are in order");
    let mut scratch = Scratch::default();
    let queries: Vec<f32> = points.chunks_exact(dim).step_by(n_points / 40).flatten().copied().collect();
    let mut search_all = || {
        for query in queries.chunks_exact(dim) {
            assert!(!index.search(query, 30, allow, &mut scratch).expect("the query is in order").is_empty());
        }
        let visit = |_, found: &[Neighbor]| assert!(!found.is_empty());
        index.for_each(&queries, 30, allow, &mut scratch, visit).expect("the queries are in order");
    };
    assert!(allocation_counter::measure(&mut search_all).count_total > 0);
    allocation_counter::measure(search_all).count_total
}

#[test]
fn a_search_allocates_nothing_once_its_scratch_is_warm() {
    for metric in [Metric::SquaredEuclidean, Metric::Cosine, Metric::InnerProduct] {
        for (n_points, dim) in [(700, 5), (20_000, 5), (5000, 40)] {
            let half = Bitmap::from_fn(n_points, |row| row % 2 == 0);
            let few = Bitmap::from_fn(n_points, |row| row % 50 == 0);
            for only in [None, Some(&half), Some(&few)] {
                let counted = allocations(n_points, dim, metric, Allow { only, except: &[4, 2, 400] });
                assert_eq!(counted, 0, "{n_points} x {dim}, {metric:?}, {:?} pass", only.map(Bitmap::count));
            }
        }
    }
}

#[test]
fn an_index_can_be_searched_on_many_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<NeighborIndex>();
    shared::<Bitmap>();
    shared::<Batch>();
    shared::<Scratch>();
}

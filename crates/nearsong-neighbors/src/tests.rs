//! Every kernel against a plain loop.

use proptest::prelude::*;

use crate::kernel::Kernel;
use crate::{Allow, Bitmap, IndexError, Metric, Neighbor, NeighborIndex, SavedError, Scratch};

const METRICS: [Metric; 3] = [Metric::SquaredEuclidean, Metric::Cosine, Metric::InnerProduct];

/// What the index must find, by the shortest way there is.
fn plain_loop(metric: Metric, points: &[f32], query: &[f32], n: usize, allow: Allow<'_>) -> Vec<(u32, u32)> {
    let rows = points.chunks_exact(query.len()).zip(0u32..);
    let passes = |row: &u32| allow.only.is_none_or(|only| only.contains(*row)) && !allow.except.contains(row);
    let mut all: Vec<(f32, u32)> =
        rows.filter(|(_, row)| passes(row)).map(|(point, row)| (distance(metric, point, query), row)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    all.into_iter().take(n).map(|(distance, row)| (row, distance.to_bits())).collect()
}

fn distance(metric: Metric, point: &[f32], query: &[f32]) -> f32 {
    let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b));
    match metric {
        Metric::SquaredEuclidean => squared(point, query),
        Metric::Cosine => squared(&half_length(point), &half_length(query)),
        Metric::InnerProduct => point.iter().zip(query).fold(0.0, |sum, (a, b)| sum - a * b),
    }
}

fn half_length(row: &[f32]) -> Vec<f32> {
    let squares = row.iter().fold(0.0, |sum, &value| sum + f64::from(value).powi(2));
    row.iter().map(|&value| (f64::from(value) * (0.5 / squares).sqrt()) as f32).collect()
}

/// Whether the metric must refuse one of the rows.
fn is_refused(metric: Metric, rows: &[f32], dim: usize) -> bool {
    match metric {
        Metric::SquaredEuclidean => false,
        Metric::Cosine => rows.chunks_exact(dim).any(|row| row.iter().all(|&value| value == 0.0)),
        Metric::InnerProduct => rows.iter().any(|value| value.abs() > (f32::MAX / 4.0 / dim as f32).sqrt()),
    }
}

fn bits(found: &[Neighbor]) -> Vec<(u32, u32)> {
    found.iter().map(|neighbor| (neighbor.row, neighbor.distance.to_bits())).collect()
}

/// Checks search, batch, visiting and what is set apart, with every kernel and metric, for all `queries`.
fn check(points: &[f32], dim: usize, queries: &[f32], n: usize, allow: Allow<'_>) {
    for metric in METRICS {
        if is_refused(metric, points, dim) {
            assert!(NeighborIndex::build_with(points, dim, metric).is_err());
            continue;
        }
        for kernel in Kernel::detected() {
            let index = NeighborIndex::build_with(points, dim, metric).unwrap().with_kernel(kernel);
            if is_refused(metric, queries, dim) {
                assert!(index.search_batch(queries, n, allow).is_err());
                continue;
            }
            let expected: Vec<_> =
                queries.chunks_exact(dim).map(|query| plain_loop(metric, points, query, n, allow)).collect();
            check_index(&index, queries, n, allow, &expected);
            if let Some(only) = allow.only {
                let subset = index.subset(only).unwrap();
                assert_eq!(subset.len(), only.count());
                check_index(&subset, queries, n, Allow { only: None, ..allow }, &expected);
                check_index(&subset, queries, n, allow, &expected);
            }
        }
    }
}

fn check_index(index: &NeighborIndex, queries: &[f32], n: usize, allow: Allow<'_>, expected: &[Vec<(u32, u32)>]) {
    let mut scratch = Scratch::default();
    let batch = index.search_batch(queries, n, allow).unwrap();
    let mut visited = Vec::new();
    index.for_each(queries, n, allow, &mut scratch, |number, found| visited.push((number, bits(found)))).unwrap();
    assert_eq!(visited.len(), expected.len());
    for (number, query) in queries.chunks_exact(index.dim()).enumerate() {
        let found = bits(index.search(query, n, allow, &mut scratch).unwrap());
        assert_eq!(found, expected[number], "query {number}");
        assert_eq!(bits(batch.neighbors_of(number)), expected[number], "batch, query {number}");
        assert_eq!(visited[number], (number, expected[number].clone()), "visit");
    }
}

/// Coordinates of one kind, drawn for a whole case: few values (ties and duplicates), common ones, denormals, and
/// such whose squares exceed the range.
fn coordinates() -> impl Strategy<Value = BoxedStrategy<f32>> {
    prop_oneof![
        2 => Just((-2i8..=2).prop_map(f32::from).boxed()),
        3 => Just((-10.0f32..10.0).boxed()),
        1 => Just((-1.0f32..1.0).prop_map(|value| 100.0 + value * value.abs() * 1e-4).boxed()),
        1 => Just((-1000i32..1000).prop_map(|i| i as f32 * f32::from_bits(1)).boxed()),
        1 => Just(prop_oneof![-f32::MAX..f32::MAX, -1e20f32..1e20, Just(f32::MAX), Just(f32::MIN)].boxed()),
        1 => Just(any::<f32>().prop_filter("finite", |value| value.is_finite()).boxed()),
    ]
}

#[derive(Debug)]
struct Case {
    points: Vec<f32>,
    dim: usize,
    queries: Vec<f32>,
    n: usize,
    allowed: Vec<bool>,
    except: Vec<u32>,
}

/// Few columns (leaves and boxes) or many (sketches).
fn cases() -> impl Strategy<Value = Case> {
    let few = (prop_oneof![0..70usize, 500..1100usize, 2000..9000usize], 1..24usize);
    let many = (prop_oneof![0..70usize, 1000..2500usize], prop_oneof![Just(24usize), Just(33usize), Just(70usize)]);
    let n = prop_oneof![0..20usize, 20..70usize, 70..10_000usize];
    let share = prop_oneof![Just(0.3), Just(0.02)];
    (coordinates(), prop_oneof![few, many], n, share).prop_flat_map(|(value, (n_points, dim), n, share)| {
        let points = prop::collection::vec(value.clone(), n_points * dim);
        let queries = prop::collection::vec(value, 3 * dim);
        let allowed = prop::collection::vec(prop::bool::weighted(share), n_points);
        let except = prop::collection::vec(0..n_points as u32 + 3, 0..12);
        (points, Just(dim), queries, Just(n), allowed, except)
            .prop_map(|(points, dim, queries, n, allowed, except)| Case { points, dim, queries, n, allowed, except })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn finds_what_a_plain_loop_finds(case in cases()) {
        let only = Bitmap::from_fn(case.allowed.len(), |row| case.allowed[row as usize]);
        for (only, except) in [(None, &[][..]), (None, &case.except), (Some(&only), &[]), (Some(&only), &case.except)] {
            check(&case.points, case.dim, &case.queries, case.n, Allow { only, except });
        }
    }
}

/// Numbers between -1 and 1 that look random: bits of a multiplicative sequence.
fn scattered(len: usize) -> Vec<f32> {
    (1..=len as u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32 / 8_388_608.0 - 1.0).collect()
}

#[test]
fn skips_boxes_and_still_finds_the_nearest_of_many_points() {
    let points = scattered(40_000 * 3);
    check(&points, 3, &scattered(60), 10, Allow::default());
    check(&points, 3, &scattered(6), 400, Allow { only: None, except: &[7, 39_999, 7] });
}

/// Points close around a few centres, as embeddings lie.
fn clustered(n_points: usize, dim: usize) -> Vec<f32> {
    let (centres, noise) = (scattered(20 * dim), scattered(n_points * dim + 7));
    (0..n_points * dim).map(|at| 3.0 * centres[at / dim % 20 * dim + at % dim] + 0.3 * noise[at + 7]).collect()
}

#[test]
fn sketches_skip_points_and_still_find_the_nearest() {
    for dim in [24, 64] {
        let points = clustered(12_000, dim);
        let queries: Vec<f32> = points[..40 * dim].iter().map(|value| value + 0.01).collect();
        let only = Bitmap::from_fn(12_000, |row| row % 40 == 0);
        check(&points, dim, &queries, 50, Allow::default());
        check(&points, dim, &queries, 10, Allow { only: Some(&only), except: &[40, 41] });
    }
}

#[test]
fn sketches_hold_where_one_coordinate_dwarfs_the_others() {
    let mut points = clustered(3000, 32);
    for (row, point) in points.chunks_exact_mut(32).enumerate().filter(|(row, _)| row % 97 == 0) {
        point[row % 32] = if row % 2 == 0 { 3e38 } else { -1e12 };
    }
    let queries = [&points[97 * 32..99 * 32], &points[..32]].concat();
    check(&points, 32, &queries, 20, Allow::default());
}

#[test]
fn finds_the_nearest_in_more_columns_than_are_sketched() {
    let points = scattered(70 * 8193);
    check(&points, 8193, &scattered(2 * 8193), 9, Allow { only: None, except: &[4] });
}

#[test]
fn many_queries_with_one_filter_find_the_same_as_one() {
    let (points, queries) = (scattered(9000 * 3), scattered(100 * 3));
    let only = Bitmap::from_fn(9000, |row| row % 5 < 2);
    check(&points, 3, &queries, 8, Allow { only: Some(&only), except: &[0, 5, 7] });
}

#[test]
fn leaves_out_the_very_nearest() {
    for n_points in [300, 5000] {
        let (points, query) = (scattered(n_points * 4), [0.1, 0.2, 0.3, 0.4]);
        let nearest: Vec<u32> = plain_loop(Metric::SquaredEuclidean, &points, &query, 9, Allow::default())
            .into_iter()
            .map(|(row, _)| row)
            .collect();
        check(&points, 4, &query, 1, Allow { only: None, except: &nearest });
        check(&points, 4, &query, 12, Allow { only: None, except: &nearest[..3] });
    }
}

#[test]
fn equal_points_come_in_order_of_row() {
    let index = NeighborIndex::build(&[1.5; 3000], 1).unwrap();
    let mut scratch = Scratch::default();
    let found = index.search(&[0.5], 20, Allow { only: None, except: &[3] }, &mut scratch).unwrap();
    assert_eq!(
        found.iter().map(|neighbor| neighbor.row).collect::<Vec<_>>(),
        [(0..3), (4..21)].into_iter().flatten().collect::<Vec<_>>()
    );
    assert!(found.iter().all(|neighbor| neighbor.distance == 1.0));
}

#[test]
fn distances_beyond_the_range_are_infinite_and_ordered_by_row() {
    let points: Vec<f32> = (0..2500).flat_map(|row| [if row % 2 == 0 { f32::MAX } else { f32::MIN }, 0.0]).collect();
    check(&points, 2, &[f32::MAX, 0.0, 0.0, 0.0], 1300, Allow::default());
    let index = NeighborIndex::build(&points, 2).unwrap();
    let mut scratch = Scratch::default();
    let found = index.search(&[0.0, 0.0], 3, Allow::default(), &mut scratch).unwrap();
    assert_eq!(bits(found), [0, 1, 2].map(|row| (row, f32::INFINITY.to_bits())));
}

#[test]
fn a_filter_that_passes_nothing_finds_nothing() {
    let points = scattered(3000);
    let all: Vec<u32> = (0..1500).rev().collect();
    check(&points, 2, &[0.0, 0.0], 5, Allow { only: Some(&Bitmap::new(1500)), except: &[] });
    check(&points, 2, &[0.0, 0.0], 5, Allow { only: None, except: &all });
    check(&[], 2, &[0.0, 0.0], 5, Allow { only: Some(&Bitmap::new(0)), except: &[4] });
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let (points, queries) = (scattered(30_000 * 5), scattered(5 * 1000));
    let on_threads = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| NeighborIndex::build(&points, 5).unwrap().search_batch(&queries, 7, Allow::default()).unwrap())
    };
    let (one, four) = (on_threads(1), on_threads(4));
    assert_eq!((one.per_query, one.neighbors.len()), (7, 7000));
    assert_eq!(bits(&one.neighbors), bits(&four.neighbors));
}

/// Bytes that begin at a multiple of 64 in memory, as those of a memory map do.
#[repr(align(64))]
struct Aligned([u8; 1 << 17], usize);

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        &self.0[..self.1]
    }
}

fn aligned(bytes: &[u8]) -> Aligned {
    let mut aligned = Aligned([0; 1 << 17], bytes.len());
    aligned.0[..bytes.len()].copy_from_slice(bytes);
    aligned
}

#[test]
fn what_was_saved_answers_alike() {
    let mut scratch = Scratch::default();
    for metric in METRICS {
        for (n_points, dim) in [(0, 3), (1, 1), (3000, 3), (700, 30)] {
            let index = NeighborIndex::build_with(&scattered(n_points * dim), dim, metric).unwrap();
            let subset = index.subset(&Bitmap::from_fn(n_points, |row| row % 3 > 0)).unwrap();
            for index in [index, subset] {
                let bytes = index.to_bytes();
                NeighborIndex::verify(&bytes).unwrap();
                let opened = NeighborIndex::open(aligned(&bytes)).unwrap();
                assert_eq!((opened.len(), opened.dim(), opened.metric()), (index.len(), dim, metric));
                let query = scattered(dim);
                let expected = bits(index.search(&query, 40, Allow::default(), &mut scratch).unwrap());
                assert_eq!(bits(opened.search(&query, 40, Allow::default(), &mut scratch).unwrap()), expected);
                assert_eq!(opened.to_bytes(), bytes);
            }
        }
    }
}

#[test]
fn what_is_damaged_is_refused() {
    let bytes = NeighborIndex::build(&scattered(200 * 3), 3).unwrap().to_bytes();
    let open = |bytes: &[u8]| NeighborIndex::open(aligned(bytes)).map(|index| index.len());
    assert_eq!(open(&bytes), Ok(200));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        let found = NeighborIndex::verify(&damaged).unwrap_err();
        match at {
            0..8 => assert_eq!(found, SavedError::NotAnIndex),
            8..16 => assert!(matches!(found, SavedError::Version { .. })),
            _ => assert_eq!(found, SavedError::Damaged, "byte {at}"),
        }
        assert!(at >= 80 || open(&damaged) == Err(found), "byte {at}");
    }
    assert_eq!(open(&bytes[..bytes.len() - 64]), Err(SavedError::Length));
    assert_eq!(open(&[&bytes[..], &[0; 64]].concat()), Err(SavedError::Length));
    assert_eq!(open(b"nearest"), Err(SavedError::NotAnIndex));
    struct Shifted(Aligned);
    impl AsRef<[u8]> for Shifted {
        fn as_ref(&self) -> &[u8] {
            &self.0.as_ref()[4..]
        }
    }
    let shifted = Shifted(aligned(&[&[0; 4], &bytes[..]].concat()));
    assert_eq!(NeighborIndex::open(shifted).unwrap_err(), SavedError::Unaligned);
}

#[test]
fn bad_input_is_refused_and_named() {
    let refused = |points: &[f32], dim| NeighborIndex::build(points, dim).unwrap_err().to_string();
    assert_eq!(refused(&[1.0], 0), "expected points of at least 1 column, found 0 columns");
    assert_eq!(refused(&[1.0; 5], 3), "expected whole rows of 3 values, found 5 values: 2 are left over");
    assert_eq!(refused(&[1.0, 2.0, 3.0, f32::NAN], 2), "row 1, column 1: expected a finite number, found NaN");
    assert_eq!(refused(&[f32::NEG_INFINITY], 1), "row 0, column 0: expected a finite number, found -inf");

    let index = NeighborIndex::build(&[1.0; 4], 2).unwrap();
    let mut scratch = Scratch::default();
    let mut search = |query: &[f32], allow| index.search(query, 1, allow, &mut scratch).map(<[_]>::to_vec);
    assert_eq!(search(&[0.0; 4], Allow::default()), Err(IndexError::QueryDim { expected: 2, found: 4 }));
    assert!(matches!(search(&[0.0, f32::NAN], Allow::default()), Err(IndexError::NotFinite { column: 1, .. })));
    let wrong = Bitmap::new(3);
    let allow = Allow { only: Some(&wrong), except: &[] };
    assert_eq!(search(&[0.0; 2], allow), Err(IndexError::BitmapLen { expected: 2, found: 3 }));
    assert_eq!(index.search_batch(&[0.0; 3], 1, Allow::default()), Err(IndexError::Ragged { dim: 2, found: 3 }));
}

#[test]
fn a_bitmap_holds_what_was_put_in() {
    let mut bitmap = Bitmap::from_fn(130, |row| row % 3 == 0);
    assert_eq!((bitmap.len(), bitmap.count()), (130, 44));
    bitmap.insert(128);
    bitmap.remove(129);
    let rows: Vec<u32> = (0..200).filter(|&row| bitmap.contains(row)).collect();
    assert_eq!(rows, (0..129).filter(|row| row % 3 == 0 || *row == 128).collect::<Vec<_>>());
}

//! How long searching takes: `cargo run --release -p nearsong-neighbors --example timing [FILE COLUMNS]`.
//!
//! Without a file, over made-up points in clusters; with the word `growth`, over more and more of them; else over the rows of a file of little-endian `f32`. Queries are
//! points of the set, moved a little. All but the batch run on one thread.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use nearsong_neighbors::{Allow, Bitmap, NeighborIndex, Scratch};

type Failure = Box<dyn std::error::Error>;

const N_QUERIES: usize = 2000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => {
            time_regression(&clusters(500, 12, 1), &clusters(90_000, 12, 2), 12)?;
            time_searches("made-up clusters", &clusters(280_000, 12, 3), 12)?;
            time_searches("made-up clusters", &clusters(491_000, 12, 4), 12)
        }
        [word] if word == "growth" => time_growth(),
        [file, dim] => {
            let dim = dim.parse()?;
            let bytes = std::fs::read(file)?;
            let points: Vec<f32> = bytes.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value)).collect();
            let step = points.len() / dim / 500;
            let few: Vec<f32> = points.chunks_exact(dim).step_by(step.max(1)).take(500).flatten().copied().collect();
            time_regression(&few, &points[..points.len().min(90_000 * dim)], dim)?;
            time_searches(file, &points, dim)
        }
        _ => Err("expected no argument, `growth`, or a file and its number of columns".into()),
    }
}

/// Many queries over few points, reduced on the fly.
fn time_regression(points: &[f32], queries: &[f32], dim: usize) -> Result<(), Failure> {
    let index = NeighborIndex::build(points, dim)?;
    let mut scratch = Scratch::default();
    let mut times = Vec::new();
    for _ in 0..21 {
        let start = Instant::now();
        let mut sum = 0.0;
        index.for_each(queries, 10, Allow::default(), &mut scratch, |_, found| {
            sum += found.iter().map(|neighbor| neighbor.distance).sum::<f32>();
        })?;
        black_box(sum);
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let (n_queries, n_points) = (queries.len() / dim, index.len());
    println!(
        "{n_queries} queries over {n_points} x {dim}, n = 10: median {:.1} ms, least {:.1} ms",
        times[10], times[0]
    );
    Ok(())
}

fn time_searches(name: &str, points: &[f32], dim: usize) -> Result<(), Failure> {
    let start = Instant::now();
    let index = NeighborIndex::build(points, dim)?;
    println!("{name}, {} x {dim}: built in {:.0} ms", index.len(), start.elapsed().as_secs_f64() * 1e3);
    let mut random = Random(5);
    let mut queries = Vec::with_capacity(N_QUERIES * dim);
    for _ in 0..N_QUERIES {
        let row = random.next() as usize % index.len();
        queries.extend(points[row * dim..][..dim].iter().map(|value| value + 0.05 * random.bell()));
    }

    let every = Allow::default();
    for n in [10, 50, 500] {
        report(&format!("n = {n}"), &index, &queries, n, every)?;
    }
    let start = Instant::now();
    black_box(index.search_batch(&queries, 50, every)?);
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "  n = 50, batch on {n_threads} threads: {:.0} a second",
        N_QUERIES as f64 / start.elapsed().as_secs_f64()
    );
    for (name, share) in [("half", 2), ("a tenth", 10), ("a hundredth", 100)] {
        let only = Bitmap::from_fn(index.len(), |_| random.next().is_multiple_of(share));
        time_filter(name, points, &index, &queries, &only)?;
    }
    time_saved(&index, &queries[..dim])
}

/// More and more points, and more and more columns.
fn time_growth() -> Result<(), Failure> {
    let sizes = [(10_000, 12), (100_000, 12), (1_000_000, 12), (10_000_000, 12), (10_000_000, 32)];
    for (n_points, dim) in sizes.into_iter().chain([2, 4, 8, 16, 23, 24, 32, 64, 128, 256].map(|dim| (100_000, dim))) {
        let points = clusters(n_points, dim, 3);
        let start = Instant::now();
        let index = NeighborIndex::build(&points, dim)?;
        println!("{n_points} x {dim}: built in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
        let queries: Vec<f32> =
            points.chunks_exact(dim).step_by(n_points / 500).flatten().map(|value| value + 0.02).collect();
        report("n = 50", &index, &queries, 50, Allow::default())?;
        let start = Instant::now();
        black_box(index.search_batch(&queries, 50, Allow::default())?);
        println!("  batch: {:.0} a second", (queries.len() / dim) as f64 / start.elapsed().as_secs_f64());
        time_saved(&index, &queries[..dim])?;
    }
    Ok(())
}

/// One search at a time with a filter, a scan of what passes, and searches of what passes once it is set apart.
fn time_filter(
    name: &str,
    points: &[f32],
    index: &NeighborIndex,
    queries: &[f32],
    only: &Bitmap,
) -> Result<(), Failure> {
    let allow = Allow { only: Some(only), except: &[] };
    report(&format!("n = 50, {name} allowed"), index, queries, 50, allow)?;
    let mut times: Vec<f64> =
        queries.chunks_exact(index.dim()).take(200).map(|query| scan(points, query, only)).collect();
    times.sort_by(f64::total_cmp);
    println!("    a plain scan of {name}: median {:.1} us", times[times.len() / 2]);
    let start = Instant::now();
    let subset = index.subset(only)?;
    println!("    {name} set apart in {:.2} ms", start.elapsed().as_secs_f64() * 1e3);
    report(&format!("  n = 50 of {name} set apart"), &subset, queries, 50, Allow::default())
}

/// How long it takes to measure every allowed point and to keep the fifty nearest, in microseconds.
fn scan(points: &[f32], query: &[f32], only: &Bitmap) -> f64 {
    let start = Instant::now();
    let distances = only.rows().map(|row| {
        let point = &points[row as usize * query.len()..][..query.len()];
        (point.iter().zip(query).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b)), row)
    });
    let mut all: Vec<(f32, u32)> = distances.collect();
    if all.len() > 50 {
        all.select_nth_unstable_by(50, |a, b| a.0.total_cmp(&b.0));
    }
    black_box(all);
    start.elapsed().as_secs_f64() * 1e6
}

/// Saving to a file, and opening it by memory map.
fn time_saved(index: &NeighborIndex, query: &[f32]) -> Result<(), Failure> {
    let mut file = tempfile::tempfile()?;
    let bytes = index.to_bytes();
    file.write_all(&bytes)?;
    let start = Instant::now();
    let opened = NeighborIndex::open(map(&file)?)?;
    let opened_ms = start.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    let mut scratch = Scratch::default();
    black_box(opened.search(query, 50, Allow::default(), &mut scratch)?);
    let searched_ms = start.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    NeighborIndex::verify(&map(&file)?)?;
    let verified_ms = start.elapsed().as_secs_f64() * 1e3;
    println!("  saved in {} bytes; opened by memory map in {opened_ms:.3} ms", bytes.len());
    println!("  first search after that {searched_ms:.3} ms; all verified in {verified_ms:.1} ms");
    Ok(())
}

#[allow(unsafe_code)]
fn map(file: &std::fs::File) -> Result<memmap2::Mmap, Failure> {
    // SAFETY: nobody else has the temporary file, and it is not written to any more.
    Ok(unsafe { memmap2::Mmap::map(file)? })
}

fn report(name: &str, index: &NeighborIndex, queries: &[f32], n: usize, allow: Allow<'_>) -> Result<(), Failure> {
    let mut scratch = Scratch::default();
    let mut times = Vec::new();
    for query in queries.chunks_exact(index.dim()) {
        let start = Instant::now();
        black_box(index.search(query, n, allow, &mut scratch)?);
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    println!("  {name}: median {:.1} us, p99 {:.1} us", times[times.len() / 2], times[times.len() * 99 / 100]);
    Ok(())
}

/// Points around 300 centres, each drawn as often as any.
fn clusters(n_points: usize, dim: usize, seed: u64) -> Vec<f32> {
    let mut random = Random(1);
    let centres: Vec<f32> = (0..300 * dim).map(|_| random.bell()).collect();
    random.0 = seed;
    let mut points = Vec::with_capacity(n_points * dim);
    for _ in 0..n_points {
        let centre = random.next() as usize % 300 * dim;
        points.extend(centres[centre..][..dim].iter().map(|value| value + 0.5 * random.bell()));
    }
    points
}

/// The SplitMix64 generator.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Near enough to a normal distribution of variance 1: the sum of twelve even ones.
    fn bell(&mut self) -> f32 {
        (0..12).map(|_| (self.next() >> 40) as f32 / 16_777_216.0).sum::<f32>() - 6.0
    }
}

//! What every contender written in Rust does: read, build, search one by one, search as a batch, and report.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

pub type Failure = Box<dyn std::error::Error>;

/// Something that finds nearest points.
pub trait Contender: Sized {
    /// What one search leaves its findings in.
    type Room: Default;

    fn build(points: &[f32], dim: usize) -> Result<Self, Failure>;

    /// The rows of the nearest points, nearest first.
    fn search<'r>(&self, query: &[f32], n: usize, room: &'r mut Self::Room) -> Result<&'r [u32], Failure>;

    /// All queries on the threads of rayon's pool.
    fn batch(&self, queries: &[f32], dim: usize, n: usize) -> Result<(), Failure>;
}

/// Arguments: points, queries, number of columns, how many neighbours, number of single searches, file for the rows.
pub fn run<C: Contender>() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [points, queries, dim, n, n_single, rows] = arguments.as_slice() else {
        return Err("expected POINTS QUERIES COLUMNS N SINGLE ROWS".into());
    };
    let (points, queries) = (read(points)?, read(queries)?);
    let (dim, n, n_single): (usize, usize, usize) = (dim.parse()?, n.parse()?, n_single.parse()?);
    rayon::ThreadPoolBuilder::new().num_threads(2).build_global()?;

    let (before, raw) = (resident_bytes()?, size_of_val(points.as_slice()));
    let start = Instant::now();
    let contender = C::build(&points, dim)?;
    let build_s = start.elapsed().as_secs_f64();
    drop(points);
    let memory = (resident_bytes()? + raw).saturating_sub(before) as f64 / raw as f64;

    let (times, found) = single(&contender, &queries[..queries.len().min(n_single * dim)], dim, n)?;
    std::fs::write(rows, found)?;
    let mut rates = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        contender.batch(&queries, dim, n)?;
        rates.push((queries.len() / dim) as f64 / start.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let mut report = String::new();
    write!(report, "{{\"build_s\": {build_s}, \"memory\": {memory}, \"per_second\": {}, ", rates[2])?;
    write!(report, "\"median_us\": {}, \"p99_us\": {}}}", times[times.len() / 2], times[times.len() * 99 / 100])?;
    println!("{report}");
    Ok(())
}

/// Times in microseconds, ascending, and the rows found. Each query is searched three times, a whole round after the
/// other, and its median counts, so that one interruption by another program does not.
fn single<C: Contender>(contender: &C, queries: &[f32], dim: usize, n: usize) -> Result<(Vec<f64>, Vec<u8>), Failure> {
    let (mut room, mut found) = (C::Room::default(), Vec::new());
    let mut times = vec![[0.0; 3]; queries.len() / dim];
    for round in 0..3 {
        for (query, times) in queries.chunks_exact(dim).zip(&mut times) {
            let start = Instant::now();
            let rows = black_box(contender.search(query, n, &mut room)?);
            times[round] = start.elapsed().as_secs_f64() * 1e6;
            if round == 0 {
                found.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
            }
        }
    }
    times.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
    let mut times: Vec<f64> = times.into_iter().map(|times| times[1]).collect();
    times.sort_by(f64::total_cmp);
    Ok((times, found))
}

fn read(file: &str) -> Result<Vec<f32>, Failure> {
    let bytes = std::fs::read(file)?;
    Ok(bytes.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value)).collect())
}

fn resident_bytes() -> Result<usize, Failure> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    Ok(pages.split_whitespace().nth(1).ok_or("no resident pages are told")?.parse::<usize>()? * 4096)
}

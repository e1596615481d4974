//! What item-kNN and RP3beta cost on interactions of the Million Playlist Dataset's size.
//!
//! `cargo bench -p nearsong-recommend --bench mpd_size -- [PLAYLISTS] [ALGORITHM …]`, by default 1,000,000 of both. Prints a table:
//! the time of the training, its largest memory and that of the training and the making of the bytes to keep, and how many they are.
//!
//! The interactions are made up. The popularity of the tracks follows
//! the published one: 2.2 million tracks, half of them in a single playlist, the first in 4.6 % of all, 66 million entries. Playlists have
//! 5 to 250 tracks, half of them at most 49, 65 in the mean. Which tracks meet is chance, so more different pairs meet than on real
//! playlists: there is more to do. Fewer playlists are the first of the same million.
#![allow(clippy::unwrap_used, reason = "a benchmark stops where a step of it fails")]

use std::time::Instant;

use nearsong_recommend::{Algorithm, Model, TrainConfig, TrainingData};
use nearsong_types::{Interaction, Interactions, MatchedInteractions, RecordingTable, Silent};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

const N_TRACKS: u32 = 2_200_000;
const N_PLAYLISTS: usize = 1_000_000;
const SEED: u64 = 1;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (numbers, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.parse::<usize>().is_ok());
    let n_playlists = numbers.first().map_or(N_PLAYLISTS, |number| number.parse().unwrap());
    let mut algorithms: Vec<Algorithm> = names.iter().map(|name| name.parse().unwrap()).collect();
    if algorithms.is_empty() {
        algorithms = vec![Algorithm::ItemKnn, Algorithm::Rp3Beta];
    }
    let interactions = interactions(n_playlists);
    describe(&interactions.by_item);
    println!("{:12} {:>9} {:>14} {:>14} {:>10}", "algorithm", "training", "peak training", "peak with bytes", "bytes");
    for algorithm in algorithms {
        measure(algorithm, &interactions);
    }
}

fn measure(algorithm: Algorithm, interactions: &MatchedInteractions) {
    // These algorithms look at the interactions alone.
    let data = TrainingData { table: &RecordingTable::default(), interactions: Some(interactions) };
    forget_peak();
    let started = Instant::now();
    let model = Model::train(&TrainConfig::of(algorithm), &data, SEED, &Silent).unwrap();
    let (seconds, trained) = (started.elapsed().as_secs_f64(), peak());
    let bytes = model.to_bytes().len();
    let gb = |bytes: usize| format!("{:.2} GB", bytes as f64 / 1e9);
    println!("{:12} {seconds:>7.1} s {:>14} {:>14} {:>10}", algorithm.name(), gb(trained), gb(peak()), gb(bytes));
}

/// The first playlists of the made-up million.
fn interactions(n_playlists: usize) -> MatchedInteractions {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut entries: Vec<u32> = (0..N_TRACKS).flat_map(|track| (0..n_entries(track)).map(move |_| track)).collect();
    entries.shuffle(&mut rng);
    let mut by_item = Interactions::new(N_TRACKS as usize);
    let mut left = entries.as_slice();
    for _ in 0..n_playlists.min(N_PLAYLISTS) {
        let (playlist, rest) = left.split_at(length(&mut rng).min(left.len()));
        by_item.push_owner(playlist.iter().map(|&track| Interaction { item: scattered(track), weight: 1.0, at: None }));
        left = rest;
    }
    MatchedInteractions { by_item, by_artist: Interactions::new(0) }
}

/// How many entries the track has that is `rank`th in popularity, from 0: a Zipf-Mandelbrot curve through the figures above.
fn n_entries(rank: u32) -> u32 {
    const SHIFT: f64 = 534.5;
    (46_000.0 * (SHIFT / (f64::from(rank) + SHIFT)).powf(1.354)).round().max(1.0) as u32
}

/// Log-normal, by the method of Box and Muller (1958).
fn length(rng: &mut impl Rng) -> usize {
    let (angle, radius): (f64, f64) = (rng.random(), rng.random());
    let normal = (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos();
    (49.0 * (0.81 * normal).exp()).round().clamp(5.0, 250.0) as usize
}

/// Another row for every track: rows do not go by popularity. The factor shares no divisor with the number of tracks.
fn scattered(track: u32) -> u32 {
    (u64::from(track) * 1_234_577 % u64::from(N_TRACKS)) as u32
}

fn describe(interactions: &Interactions) {
    let mut counts = interactions.owners_per_item();
    counts.sort_unstable_by_key(|&count| std::cmp::Reverse(count));
    let n_seen = counts.partition_point(|&count| count > 0);
    let n_pairs: u64 = (0..interactions.n_owners()).map(|owner| interactions.items_of(owner).len().pow(2) as u64).sum();
    println!(
        "{} playlists, {} entries, {n_seen} tracks in them, the first in {} and the middle one in {}; {:.1} billion pairs",
        interactions.n_owners(),
        interactions.n_entries(),
        counts[0],
        counts[n_seen / 2],
        n_pairs as f64 / 1e9
    );
}

/// Largest resident memory of this process since [`forget_peak`], in bytes (`VmHWM`).
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).map_or(0, |kib| kib * 1024)
}

/// Linux counts the peak anew from here.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

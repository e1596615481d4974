//! How fast interactions are read, and how much memory that takes: `cargo run --release -p nearsong-history --example interactions PATH…`

use std::{path::PathBuf, time::Instant};

use nearsong_history::{InteractionLimits, read_interactions};
use nearsong_types::Silent;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let begun = Instant::now();
    let read = read_interactions(&paths, &InteractionLimits::default(), &Silent)?;
    let seconds = begun.elapsed().as_secs_f64();
    let set = &read.set.interactions;
    println!("{}: {} files, {} others passed over", read.format, read.n_files, read.n_ignored_files);
    println!("{} owners, {} items, {} entries of {} rows", set.n_owners(), set.n_items(), set.n_entries(), read.n_rows);
    for (fault, n) in &read.faults {
        println!("{n} {}: {}", fault.words(), fault.done());
    }
    println!("{seconds:.2} s, {:.0} rows/s, peak {}", read.n_rows as f64 / seconds, peak_memory());
    let begun = Instant::now();
    let bytes = read.set.to_bytes().len();
    println!("{bytes} bytes to keep, made in {:.2} s, peak {}", begun.elapsed().as_secs_f64(), peak_memory());
    Ok(())
}

/// The most memory that this process ever had, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

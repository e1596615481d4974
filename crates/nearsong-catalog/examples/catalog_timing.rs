//! Reads datasets, merges them and compiles the table, and prints how long each step took.
//!
//! `cargo run --release -p nearsong-catalog --example catalog_timing -- FILE…`

use std::{path::Path, time::Instant};

use nearsong_catalog::{CatalogError, ReadLimits, compile, find, merge, read_dataset};
use nearsong_types::Silent;

fn main() -> Result<(), CatalogError> {
    let mut datasets = Vec::new();
    for path in std::env::args().skip(1) {
        let start = Instant::now();
        let dataset = read_dataset(Path::new(&path), &ReadLimits::default(), &Silent)?;
        println!(
            "read {}: {} rows, {} tracks, {:.0?}",
            dataset.name,
            dataset.n_rows,
            dataset.tracks.len(),
            start.elapsed()
        );
        for fault in dataset.quality.faults() {
            println!("  {:>8}  {}: {}", fault.count, fault.fault, fault.done);
        }
        datasets.push(dataset);
    }
    let start = Instant::now();
    let merged = merge(datasets)?;
    println!("merge: {} tracks, {} recordings, {:.0?}", merged.tracks.len(), merged.n_recordings, start.elapsed());
    for fault in &merged.faults {
        println!("  {:>8}  {}: {}", fault.count, fault.fault, fault.done);
    }
    let start = Instant::now();
    let table = compile(&merged.tracks);
    println!(
        "compile: {} items, {} artists, {} genres, {} albums, {} names, {:.0?}",
        table.n_items(),
        table.n_artists(),
        table.n_genres(),
        table.n_albums(),
        table.name_items.len(),
        start.elapsed()
    );
    for query in ["radiohead - creep", "bohemian rhapsody", "radiohed - paranoid andoid"] {
        let start = Instant::now();
        println!("find “{query}”: {:?}, {:.0?}", find(&table, query), start.elapsed());
    }
    Ok(())
}

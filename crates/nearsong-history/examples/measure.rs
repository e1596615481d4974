//! Writes a made-up export of the size of a long life with music and measures how it is read.
//!
//! `cargo run --release -p nearsong-history --example measure -- [rows]`

use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    time::Instant,
};

use nearsong_history::{Limits, ReadError, read_exports};
use nearsong_types::{Outcome, Silent};
use zip::{ZipWriter, write::SimpleFileOptions};

const ROWS_PER_FILE: u64 = 15_000;
const DEFAULT_ROWS: u64 = 400_000;

fn main() -> Result<(), Box<dyn Error>> {
    let n_rows = std::env::args().nth(1).map_or(Ok(DEFAULT_ROWS), |rows| rows.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("my_spotify_data.zip");
    let json_bytes = write_export(&path, n_rows)?;
    let zip_bytes = path.metadata()?.len();
    println!("{n_rows} rows, {} MB of JSON, {} MB of zip; {}", json_bytes >> 20, zip_bytes >> 20, peak_memory());

    let start = Instant::now();
    let mut n_skipped = 0u64;
    let report = read_exports::<ReadError>(&[path], &Limits::default(), &Silent, |listen| {
        n_skipped += u64::from(listen.outcome == Outcome::Skipped);
        Ok(())
    })?;
    println!("read in {:.2} s; {}", start.elapsed().as_secs_f64(), peak_memory());
    println!("{} files, {:?}, {n_skipped} skipped", report.files.len(), report.total);
    Ok(())
}

fn write_export(path: &Path, n_rows: u64) -> Result<u64, Box<dyn Error>> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path)?));
    let mut json_bytes = 0;
    for first in (0..n_rows).step_by(ROWS_PER_FILE as usize) {
        let name = format!("Streaming_History_Audio_{}_{}.json", 2010 + first / 30_000, first / ROWS_PER_FILE);
        zip.start_file(format!("Spotify Extended Streaming History/{name}"), SimpleFileOptions::default())?;
        for number in first..n_rows.min(first + ROWS_PER_FILE) {
            let separator = if number == first { "[" } else { "," };
            let row = format!("{separator}{}", row(number));
            json_bytes += row.len() as u64;
            zip.write_all(row.as_bytes())?;
        }
        zip.write_all(b"]")?;
    }
    zip.finish()?.flush()?;
    Ok(json_bytes)
}

/// A row of the usual length with texts that pack about as well as real ones.
fn row(number: u64) -> String {
    let noise = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let song = noise % 9_000;
    let ended_at = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1_300_000_000 + number as i64 * 1_000);
    let (ms_played, reason_end) =
        if noise >> 60 < 4 { (noise >> 40 & 0x3FFF, "fwdbtn") } else { (180_000, "trackdone") };
    format!(
        r#"
  {{
    "ts": "{ended_at}",
    "platform": "Android OS 12 API 31 (made up, {})",
    "ms_played": {},
    "conn_country": "ZZ",
    "ip_addr": "203.0.113.{}",
    "master_metadata_track_name": "Song {song:x} of Björk \u00e9 {}",
    "master_metadata_album_artist_name": "Artist {}",
    "master_metadata_album_album_name": "Album {:x}",
    "spotify_track_uri": "spotify:track:{song:022}",
    "episode_name": null,
    "episode_show_name": null,
    "spotify_episode_uri": null,
    "audiobook_title": null,
    "audiobook_uri": null,
    "audiobook_chapter_uri": null,
    "audiobook_chapter_title": null,
    "reason_start": "trackdone",
    "reason_end": "{reason_end}",
    "shuffle": false,
    "skipped": {},
    "offline": false,
    "offline_timestamp": {},
    "incognito_mode": false
  }}"#,
        noise % 7,
        ms_played + (noise >> 20 & 0xFFFF),
        noise % 200,
        song * 7_919,
        song % 900,
        song / 9,
        reason_end == "fwdbtn",
        1_300_000_000 + number * 1_000 - 180,
    )
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("not known on this system");
    format!("peak memory {}", peak.trim())
}

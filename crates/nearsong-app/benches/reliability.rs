//! A year of Mondays in a minute or so, against the stand-in, with faults rained in: every Monday's edition made exactly once, no playlist twice, empty
//! or half written at any moment, calls within their budget, and how fast playlists follow a taste that turns in the middle of the year.
//!
//! `cargo bench -p nearsong-app --bench reliability -- [SEED] [N_PLAYED]`: how many songs of a genre the listener plays again and
//! again, 60 where nothing is said. The same seed gives the same year.
#![allow(clippy::unwrap_used, reason = "a benchmark fails where a step of it does")]

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/fixture.rs"]
mod fixture;
#[path = "../tests/it/year/mod.rs"]
mod year;

use year::{Plan, live};

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (seed, n_played) = (numbers.next().unwrap_or(7), numbers.next().unwrap_or(60));
    let plan =
        Plan { seed, days: 365, n_tracks: 20_000, n_songs: 20, n_played: n_played as usize, sync_every_minutes: 120 };
    println!("seed {seed}, {n_played} songs of a genre played again and again\n{}", live(&plan));
}

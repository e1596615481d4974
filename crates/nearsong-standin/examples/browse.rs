//! Prints a few made-up tracks and what a made-up listener likes, and writes both files into a folder with the time it takes:
//! `cargo run --release -p nearsong-standin --example browse -- FOLDER [TRACKS] [PLAYS] [DAYS]`.

use std::{path::PathBuf, time::Instant};

use nearsong_standin::{ExportPlan, MadeUpListener, World};
use nearsong_types::Moment;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("expected a folder to write into")?);
    let mut number = |usual: usize| args.next().map_or(Ok(usual), |text| text.parse());
    let (n_tracks, n_plays, days) = (number(World::DEMO_TRACKS)?, number(15_000)?, number(730)?);

    let started = Instant::now();
    let world = World::new(1, n_tracks);
    println!("{} tracks in {:?}", world.tracks.len(), started.elapsed());
    for track in world.tracks.iter().step_by((n_tracks / 40).max(1)) {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let (title, album) = (text(&track.title), text(&track.album));
        println!("  {} — {title} ({album}) [{}]", track.artists.join(", "), track.genres.join(", "));
    }
    let started = Instant::now();
    println!("{:#?}\nin {:?}", world.write_catalogue(&folder.join("catalogue.csv.gz"))?, started.elapsed());

    let listener = MadeUpListener::new(&world, 1);
    println!("likes {}: {}", listener.favourite_genres().join(", "), listener.favourite_artists().join(", "));
    let plan = ExportPlan { ends_at: Moment::from_seconds(1_767_225_600), days: days as u32, n_plays };
    let started = Instant::now();
    println!("{:#?}\nin {:?}", listener.write_export(&folder.join("my_spotify_data.zip"), &plan)?, started.elapsed());
    Ok(())
}

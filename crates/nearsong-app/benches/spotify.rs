//! How many calls, and how long: bringing in 50 recent plays, three lists of 50 most played songs and 200 saved ones, and writing a
//! playlist of 100, from a first sign-in on, against the stand-in on this machine. Aim: at most 12 calls.
//!
//! `cargo bench -p nearsong-app --bench spotify`. What the network and Spotify take comes on top of the times.
#![allow(clippy::unwrap_used, reason = "a benchmark fails where a step of it does")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use nearsong_app::{App, Scopes, WishedPlaylist};
use nearsong_standin::{SpotifySetting, SpotifyStandin, SpotifyTrack, TimeRange};
use nearsong_types::{Clock, Moment, Silent, TrackId};

const RUNS: usize = 21;
const NOW: Moment = Moment::from_seconds(1_795_500_000);

struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Moment {
        NOW
    }

    fn sleep(&self, _duration: Duration) {}
}

fn main() {
    let runs: Vec<_> = (0..RUNS).map(|_| run()).collect();
    println!("{:28} {:>6} {:>12}", "", "calls", "median");
    for (at, what) in ["sign-in", "sync", "playlist of 100", "the same playlist again"].into_iter().enumerate() {
        let mut times: Vec<_> = runs.iter().map(|run| run[at].1).collect();
        times.sort();
        println!("{what:28} {:>6} {:>9.1} ms", runs[0][at].0, times[RUNS / 2].as_secs_f64() * 1e3);
    }
    println!("sync and playlist: {} calls, aim at most 12", runs[0][1].0 + runs[0][2].0);
}

/// Calls and time of each step, in a new data directory.
fn run() -> [(usize, Duration); 4] {
    let setting = SpotifySetting { clock: Arc::new(|| NOW), ..SpotifySetting::default() };
    let client_id = setting.client_id.clone();
    let spotify = SpotifyStandin::start(setting).unwrap();
    fill(&spotify);
    let folder = tempfile::tempdir().unwrap();
    let (accounts, api) = (spotify.accounts_url(), spotify.api_url());
    let config = format!("[spotify]\nclient_id = \"{client_id}\"\naccounts = \"{accounts}\"\napi = \"{api}\"\n");
    std::fs::write(folder.path().join("config.toml"), config).unwrap();
    let mut app = App::open(folder.path()).unwrap();
    let wish = WishedPlaylist {
        handle: "bench".to_owned(),
        title: "Bench".to_owned(),
        description: "Made by a benchmark.".to_owned(),
        tracks: (0..100).map(id).collect(),
        make_again: false,
    };
    let measured = |work: &mut dyn FnMut()| {
        spotify.forget_calls();
        let started = Instant::now();
        work();
        (spotify.calls().len(), started.elapsed())
    };
    [
        measured(&mut || {
            let pending = app.begin_sign_in(None, &Scopes::reading().and(Scopes::writing())).unwrap();
            let landed = spotify.consent(pending.address()).unwrap();
            app.finish_sign_in(None, &pending, &landed, &StandingClock, &Silent).unwrap();
        }),
        measured(&mut || drop(app.sync(None, &StandingClock, &Silent).unwrap())),
        measured(&mut || drop(app.publish(None, &wish, &StandingClock, &Silent).unwrap())),
        measured(&mut || drop(app.publish(None, &wish, &StandingClock, &Silent).unwrap())),
    ]
}

fn fill(spotify: &SpotifyStandin) {
    spotify.add_tracks((0..100).map(track));
    for number in 0..50 {
        spotify.add_play("ana", NOW.minus_days(number), track(number as usize));
    }
    for range in TimeRange::ALL {
        spotify.set_top_tracks("ana", range, (0..50).map(track));
    }
    for number in 0..200 {
        spotify.save_track("ana", NOW.minus_days(number), track(1_000 + number as usize));
    }
}

fn track(number: usize) -> SpotifyTrack {
    SpotifyTrack::new(id(number), &format!("Song {number}"), "Somebody")
}

fn id(number: usize) -> TrackId {
    format!("{number:022}").parse().unwrap()
}

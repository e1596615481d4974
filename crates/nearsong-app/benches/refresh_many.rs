//! How long it takes to make three playlists anew for each of many listeners, without the network: a discovery, a calm one and songs by loved artists,
//! thirty songs each, into files; twice, a week apart, so that the second time there are earlier editions to keep clear of.
//!
//! `cargo bench -p nearsong-app --bench refresh_many -- [N_LISTENERS] [DATASET]`. 1,000 listeners and a made-up catalogue where nothing is said.
#![allow(clippy::unwrap_used, reason = "a benchmark fails where a step of it does")]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use nearsong_app::{App, Origin, Recipe, RecipeKind};
use nearsong_standin::World;
use nearsong_store::{DataDir, Store};
use nearsong_types::{Clock, ItemIdx, Listen, ListenSource, Moment, Outcome, RecordingTable, Silent, Song};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};

const START: Moment = Moment::from_seconds(1_795_500_000);
const WEEK: Duration = Duration::from_secs(7 * 86_400);
const N_GENRES: usize = 6;
const N_OF_GENRE: usize = 40;
const N_PLAYS: usize = 1_000;

struct TurnedClock(AtomicI64);

impl Clock for TurnedClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) {
        self.0.fetch_add(duration.as_micros() as i64, Ordering::SeqCst);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let n_listeners: usize = arguments.first().map_or(1_000, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut app = App::open(&data).unwrap();
    // Before there is a catalogue, in which each would be looked up otherwise.
    add_playlists(&mut app, n_listeners, folder.path());
    let dataset = arguments.get(1).map_or_else(|| made_up(folder.path()), PathBuf::from);
    let origin = Origin { is_made_up: arguments.len() < 2, source_url: None };
    app.add_datasets(&[dataset], &origin, START, &Silent).unwrap();
    let recommender = app.recommender(None, START, &Silent).unwrap();
    println!("{n_listeners} listeners with {N_PLAYS} plays each, {} recordings", recommender.table.n_items());
    listen(&data, &recommender.table, n_listeners);
    drop(recommender);
    drop(app);
    let mut app = App::open(&data).unwrap();
    let clock = TurnedClock(AtomicI64::new(START.micros()));
    println!("before the refreshes: peak memory {} MB", peak_memory_mb());
    for time in ["first time", "a week later"] {
        let started = Instant::now();
        let (mut n_songs, mut n_done) = (0, 0);
        let report = app.round(&clock, &Silent, &mut |done| {
            if let Ok(nearsong_app::JobOutcome::Refreshed(refreshed)) = done.outcome {
                (n_songs, n_done) = (n_songs + refreshed.edition.songs.len(), n_done + 1);
            }
        });
        let (seconds, report) = (started.elapsed().as_secs_f64(), report.unwrap());
        assert_eq!((report.n_failed, n_done), (0, 3 * n_listeners), "every playlist is made");
        println!(
            "{time}: {seconds:.1} s, {:.1} listeners a second, {:.1} songs a playlist, peak memory {} MB",
            n_listeners as f64 / seconds,
            n_songs as f64 / n_done as f64,
            peak_memory_mb()
        );
        clock.sleep(WEEK);
    }
}

fn made_up(folder: &Path) -> PathBuf {
    let catalogue = folder.join("catalogue.csv.gz");
    World::new(1, World::DEMO_TRACKS).write_catalogue(&catalogue).unwrap();
    catalogue
}

fn name(number: usize) -> String {
    format!("listener-{number}")
}

/// Gives each listener plays of the last year, of songs of a few genres, some much more often than others.
fn listen(data: &Path, table: &RecordingTable, n_listeners: usize) {
    let mut by_genre = vec![Vec::new(); table.n_genres()];
    for item in table.items().filter(|item| !table.title(*item).is_empty() && table.main_artist(*item).is_some()) {
        table.genres_of(item).for_each(|genre| by_genre[genre.at()].push(item));
    }
    by_genre.retain(|songs| songs.len() >= 2 * N_OF_GENRE);
    let mut store = Store::open(&DataDir::open_or_create(data).unwrap()).unwrap();
    for number in 0..n_listeners {
        let mut rng = ChaCha8Rng::seed_from_u64(number as u64);
        let mut liked = BTreeSet::new();
        for genre in by_genre.sample(&mut rng, N_GENRES) {
            liked.extend(genre.sample(&mut rng, N_OF_GENRE));
        }
        let liked: Vec<ItemIdx> = liked.into_iter().collect();
        let mut import = store.begin_import_as(&name(number), "Europe/Berlin", START).unwrap();
        for _ in 0..N_PLAYS {
            let upto = rng.random_range(1..=liked.len());
            let item = liked[rng.random_range(0..upto)];
            import.add(&play(table, item, rng.random_range(1..365 * 86_400))).unwrap();
        }
        import.commit("{}").unwrap();
    }
}

fn play(table: &RecordingTable, item: ItemIdx, seconds_ago: i64) -> Listen {
    let song = Song {
        track_id: Some(table.track_ids[item.at()]),
        title: table.title(item).to_owned(),
        artist: table.artist_line(item),
        album: None,
    };
    Listen {
        ended_at: Moment::from_seconds(START.seconds() - seconds_ago),
        ms_played: 180_000,
        song,
        outcome: Outcome::Completed,
        source: ListenSource::ExtendedHistory,
    }
}

fn add_playlists(app: &mut App, n_listeners: usize, folder: &Path) {
    let mut store = Store::open(&DataDir::open_or_create(&folder.join("data")).unwrap()).unwrap();
    for number in 0..n_listeners {
        let of = |kind, title: &str| Recipe {
            title: title.to_owned(),
            kind,
            file: Some(folder.join(format!("{number}-{title}.m3u8"))),
            ..Recipe::default()
        };
        let calm = Recipe { mood: Some("calm".to_owned()), may_repeat: true, ..of(RecipeKind::Mood, "calm") };
        store.add_listener(&name(number), "Europe/Berlin", START).unwrap();
        for recipe in [of(RecipeKind::Discovery, "discovery"), calm, of(RecipeKind::LovedArtists, "loved-artists")] {
            let title = recipe.title.clone();
            app.add_playlist(Some(&name(number)), &title, recipe, START).unwrap();
        }
    }
}

/// The most memory that the process had until now, in units of 10⁶ bytes; 0 where the kernel does not tell.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: u64 = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default();
    kib * 1_024 / 1_000_000
}

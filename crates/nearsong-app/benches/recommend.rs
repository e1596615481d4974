//! How long one answer takes inside a running process.
//!
//! `cargo bench -p nearsong-app --bench recommend -- [recommend|regressor] [DATA_DIR]`. Without a data directory a
//! catalogue is made up. Prints one line of JSON: median and 99th percentile in milliseconds, of how many answers, over how
//! many recordings.

use std::{error::Error, path::Path, time::Instant};

use nearsong_app::{App, Origin, Recommender, TrainRequest, WishText, moment};
use nearsong_recommend::{Adventure, Algorithm, ScoreRequest, Taste, TrainConfig};
use nearsong_standin::World;
use nearsong_types::{ItemIdx, Moment, RecordingTable, Silent};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};

const N_LIKED: usize = 500;
const N_TASTES: u64 = 240;
const N_GENRES: usize = 8;
const N_OF_GENRE: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let what = arguments.first().map_or("recommend", String::as_str);
    let made_up = tempfile::tempdir()?;
    let now = moment(jiff::Timestamp::now());
    let mut app = match arguments.get(1) {
        Some(folder) => App::open(Path::new(folder))?,
        None => made_up_app(made_up.path(), what, now)?,
    };
    let recommender = app.recommender(None, now, &Silent)?;
    let times = match what {
        "recommend" => time_recommendations(&app, &recommender, now)?,
        "regressor" => time_regressor(&recommender)?,
        other => return Err(format!("expected recommend or regressor, found {other}").into()),
    };
    report(times, recommender.table.n_items());
    Ok(())
}

fn made_up_app(folder: &Path, what: &str, now: Moment) -> Result<App, Box<dyn Error>> {
    let catalogue = folder.join("catalogue.csv.gz");
    World::new(1, World::DEMO_TRACKS).write_catalogue(&catalogue)?;
    let mut app = App::open(&folder.join("data"))?;
    app.add_datasets(&[catalogue], &Origin { is_made_up: true, source_url: None }, now, &Silent)?;
    let algorithm = if what == "regressor" { Algorithm::KnnRegressor } else { Algorithm::ContentKnn };
    app.train(&TrainRequest::of(TrainConfig::of(algorithm)), now, &Silent)?;
    Ok(app)
}

/// Lists of 30 songs with their reasons, each for another taste.
fn time_recommendations(app: &App, recommender: &Recommender, now: Moment) -> Result<Vec<f64>, Box<dyn Error>> {
    let songs = Songs::of(&recommender.table);
    let mut times = Vec::new();
    for seed in 0..N_TASTES {
        let liked = songs.draw(seed);
        let ids = liked.iter().map(|item| recommender.table.track_ids[item.at()].to_string());
        let wish = WishText { like: ids.collect(), limit: Some(30), ..WishText::default() };
        let started = Instant::now();
        let made = app.recommend(recommender, None, &wish, now, &Silent)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        assert_eq!(made.list.songs.len(), 30, "every taste gets its 30 songs");
    }
    Ok(times)
}

/// The preference for every recording, on one thread.
fn time_regressor(recommender: &Recommender) -> Result<Vec<f64>, Box<dyn Error>> {
    let table = &recommender.table;
    let songs = Songs::of(table);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut times = Vec::new();
    for seed in 0..N_TASTES / 4 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let taste = Taste::new(songs.draw(seed).into_iter().map(|item| (item, rng.random_range(0.1..3.0))), []);
        let mut allowed = vec![true; table.n_items()];
        taste.items().iter().for_each(|&(item, _)| allowed[item.at()] = false);
        let request =
            ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
        let started = Instant::now();
        let scored = one_thread.install(|| recommender.scorer().best(&request, table.n_items()))?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        assert!(scored.len() > table.n_items() / 2, "most recordings have a sound to go by");
    }
    Ok(times)
}

/// Songs that can be liked.
struct Songs {
    all: Vec<ItemIdx>,
    /// Songs of each genre that has enough of them.
    by_genre: Vec<Vec<ItemIdx>>,
}

impl Songs {
    fn of(table: &RecordingTable) -> Self {
        let is_named = |item: &ItemIdx| !table.title(*item).is_empty() && table.main_artist(*item).is_some();
        let mut by_genre = vec![Vec::new(); table.n_genres()];
        for item in table.items().filter(is_named) {
            table.genres_of(item).for_each(|genre| by_genre[genre.at()].push(item));
        }
        by_genre.retain(|songs| songs.len() >= 2 * N_OF_GENRE);
        Self { all: table.items().filter(is_named).collect(), by_genre }
    }

    /// Different songs: mostly of a few genres, as a person's are, the rest of any.
    fn draw(&self, seed: u64) -> Vec<ItemIdx> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut liked = std::collections::BTreeSet::new();
        for genre in self.by_genre.sample(&mut rng, N_GENRES) {
            liked.extend(genre.sample(&mut rng, N_OF_GENRE));
        }
        while liked.len() < N_LIKED {
            liked.extend(self.all.choose(&mut rng));
        }
        liked.into_iter().collect()
    }
}

fn report(mut times: Vec<f64>, n_recordings: usize) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{{\"median_ms\": {:.3}, \"p99_ms\": {:.3}, \"n\": {}, \"n_recordings\": {n_recordings}}}",
        at(0.5),
        at(0.99),
        times.len()
    );
}

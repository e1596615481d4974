use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use nearsong_spotify::Scopes;
use nearsong_standin::{
    CatalogueSummary, ExportPlan, ExportSummary, MadeUpAccount, MadeUpListener, SpotifyPlaylist, SpotifySetting,
    SpotifyStandin, World,
};
use nearsong_types::{Clock, Moment, Progress};

use crate::{
    AddedDatasets, App, AppError, Connected, ImportReport, Origin, Published, Recommendation, Recommender, SyncReport,
    TrainRequest, Trained, WishText, WishedPlaylist,
};

/// The made-up plays end here, whenever the demo runs: the same seed gives the same list on any day.
pub const DEMO_MOMENT: Moment = Moment::from_seconds(1_793_491_200);
const DEMO_DAYS: u32 = 730;
const MARKER: &str = "MADE-UP.txt";
const MARKER_TEXT: &str =
    "Everything in this folder was made up by `nearsong demo`, which may delete it and make it anew.\n";

/// How large the demo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPlan {
    /// Tracks of the made-up catalogue.
    pub n_tracks: usize,
    /// Plays of the made-up listener.
    pub n_plays: usize,
    /// Seed of both.
    pub seed: u64,
}

/// What one step of the demo did.
pub enum DemoStep {
    /// A catalogue was made up and written to a file.
    Catalogue(PathBuf, CatalogueSummary),
    /// It was added.
    Added(AddedDatasets),
    /// A listener was made up and the plays written as an export zip.
    Export(PathBuf, ExportSummary),
    /// The zip was imported.
    Imported(ImportReport),
    /// The made-up listener signed in at the stand-in for Spotify.
    Connected(Connected),
    /// Listening came from there.
    Synced(SyncReport),
    /// A model was trained and promoted.
    Trained(Trained),
    /// A list was made.
    Recommended(Box<Recommender>, Recommendation),
    /// It was written into a playlist, which the stand-in holds like this.
    Published(Published, SpotifyPlaylist),
}

/// Runs everything once with made-up music and a made-up listener, in a folder of its own.
///
/// `on_step` hears of each step when it is done, and how long it took.
///
/// # Errors
/// [`AppError::Unusable`] where the folder holds anything that a demo did not make; any error of the steps.
pub fn run_demo(
    root: &Path,
    plan: &DemoPlan,
    progress: &dyn Progress,
    on_step: &mut dyn FnMut(DemoStep, Duration),
) -> Result<(), AppError> {
    make_anew(root)?;
    let mut timed = Timed { started: Instant::now(), on_step };
    let world = World::new(plan.seed, plan.n_tracks);
    let catalogue = root.join("made-up-catalogue.csv.gz");
    let summary = world.write_catalogue(&catalogue)?;
    timed.done(DemoStep::Catalogue(catalogue.clone(), summary));

    let mut app = App::open(&root.join("data"))?;
    let origin = Origin { is_made_up: true, source_url: None };
    timed.done(DemoStep::Added(app.add_datasets(&[catalogue], &origin, DEMO_MOMENT, progress)?));

    let zip = root.join("my_spotify_data.zip");
    let export = ExportPlan { ends_at: DEMO_MOMENT, days: DEMO_DAYS, n_plays: plan.n_plays };
    let listener = MadeUpListener::new(&world, plan.seed);
    let summary = listener.write_export(&zip, &export)?;
    timed.done(DemoStep::Export(zip.clone(), summary));

    timed.done(DemoStep::Imported(app.import(&[zip], None, Some("Europe/Berlin"), DEMO_MOMENT, progress)?));
    let spotify = stand_in(&mut app, MadeUpAccount::new(&listener, &export)?)?;
    timed.done(DemoStep::Connected(sign_in(&mut app, &spotify, progress)?));
    timed.done(DemoStep::Synced(app.sync(None, &DemoClock, progress)?));
    let request = TrainRequest { seed: plan.seed, ..TrainRequest::of(app.default_config()?) };
    timed.done(DemoStep::Trained(app.train(&request, DEMO_MOMENT, progress)?));

    let recommender = app.recommender(None, DEMO_MOMENT, progress)?;
    let list = app.recommend(&recommender, None, &WishText::default(), DEMO_MOMENT, progress)?;
    let wish = wished(&recommender, &list);
    timed.done(DemoStep::Recommended(Box::new(recommender), list));
    let published = app.publish(None, &wish, &DemoClock, progress)?;
    let held = spotify.playlists().into_iter().next_back();
    timed.done(DemoStep::Published(published, held.expect("the playlist was just written there")));
    Ok(())
}

/// The demo takes place at one moment.
struct DemoClock;

impl Clock for DemoClock {
    fn now(&self) -> Moment {
        DEMO_MOMENT
    }

    fn sleep(&self, _duration: Duration) {}
}

/// Starts the stand-in for Spotify with the listener's account, and has the app call it in Spotify's place.
fn stand_in(app: &mut App, account: MadeUpAccount) -> Result<SpotifyStandin, AppError> {
    let setting = SpotifySetting { clock: Arc::new(|| DEMO_MOMENT), ..SpotifySetting::default() };
    let (client_id, user) = (setting.client_id.clone(), setting.users[0].id.clone());
    let spotify = SpotifyStandin::start(setting)?;
    spotify.fill(&user, account);
    let config = &mut app.config.spotify;
    config.client_id = client_id;
    config.accounts = spotify.accounts_url().to_owned();
    config.api = spotify.api_url().to_owned();
    Ok(spotify)
}

/// The real sign-in, in which the stand-in's page is agreed to as a person would in the browser.
fn sign_in(app: &mut App, spotify: &SpotifyStandin, progress: &dyn Progress) -> Result<Connected, AppError> {
    let pending = app.begin_sign_in(None, &Scopes::reading().and(Scopes::writing()))?;
    let landed = spotify.consent(pending.address())?;
    app.finish_sign_in(None, &pending, &landed, &DemoClock, progress)
}

fn wished(recommender: &Recommender, list: &Recommendation) -> WishedPlaylist {
    WishedPlaylist {
        handle: "demo".to_owned(),
        title: "Next up".to_owned(),
        description: "Songs picked by Nearsong's demo. All of it is made up.".to_owned(),
        tracks: list.list.songs.iter().map(|song| recommender.table.track_ids[song.item.at()]).collect(),
        make_again: false,
    }
}

struct Timed<'a> {
    started: Instant,
    on_step: &'a mut dyn FnMut(DemoStep, Duration),
}

impl Timed<'_> {
    fn done(&mut self, step: DemoStep) {
        (self.on_step)(step, self.started.elapsed());
        self.started = Instant::now();
    }
}

/// An empty folder for the demo. What a demo made before is deleted; anything else is left alone.
fn make_anew(root: &Path) -> Result<(), AppError> {
    let is_there = root.exists();
    let is_empty = !is_there || std::fs::read_dir(root).map_err(AppError::io(root))?.next().is_none();
    if !is_empty && !root.join(MARKER).exists() {
        return Err(AppError::Unusable(format!(
            "{} holds files that no demo made; nothing was touched. Choose another folder: nearsong --data-dir FOLDER demo",
            root.display()
        )));
    }
    if is_there && !is_empty {
        std::fs::remove_dir_all(root).map_err(AppError::io(root))?;
    }
    std::fs::create_dir_all(root).map_err(AppError::io(root))?;
    std::fs::write(root.join(MARKER), MARKER_TEXT).map_err(AppError::io(root))
}

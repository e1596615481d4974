use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use nearsong_app::{App, AppError, Connected, Origin, Published, Scopes, SyncOutcome, SyncReport, WishedPlaylist};
use nearsong_standin::{ExportPlan, MadeUpListener, SpotifySetting, SpotifyStandin, SpotifyTrack, SpotifyUser, World};
use nearsong_types::{Clock, Moment, Silent, TrackId};

/// Where time begins: 2026-11-24T06:00:00Z.
pub const START: Moment = Moment::from_seconds(1_795_500_000);
pub const ANA: &str = "ana";
pub const BEN: &str = "ben";

/// A clock that is turned by hand, and by sleeping.
#[derive(Clone)]
pub struct TurnedClock(Arc<AtomicI64>);

impl TurnedClock {
    pub fn turn(&self, duration: Duration) {
        self.0.fetch_add(duration.as_micros() as i64, Ordering::SeqCst);
    }

    pub fn set(&self, moment: Moment) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) {
        self.turn(duration);
    }
}

/// An app with a data directory of its own and a stand-in for Spotify that knows Ana and Ben.
pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub spotify: SpotifyStandin,
    pub clock: TurnedClock,
    pub app: App,
}

impl Fixture {
    pub fn new() -> Self {
        Self::with("", |_| {})
    }

    /// With more lines under `[spotify]`, and another stand-in.
    pub fn with(config: &str, change: impl FnOnce(&mut SpotifySetting)) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), config, change)
    }

    /// On a data directory that may hold something already.
    pub fn in_folder(folder: tempfile::TempDir, config: &str, change: impl FnOnce(&mut SpotifySetting)) -> Self {
        let clock = TurnedClock(Arc::new(AtomicI64::new(START.micros())));
        let told = clock.clone();
        let mut setting = SpotifySetting {
            users: vec![SpotifyUser::new(ANA, "Ana"), SpotifyUser::new(BEN, "Ben")],
            clock: Arc::new(move || told.now()),
            ..SpotifySetting::default()
        };
        change(&mut setting);
        let client_id = setting.client_id.clone();
        let spotify = SpotifyStandin::start(setting).unwrap();
        spotify.add_tracks((0..1_000).map(track));
        let app = app_in(folder.path(), &spotify, &client_id, config);
        Self { folder, spotify, clock, app }
    }

    /// With Ana connected for reading and writing.
    pub fn connected() -> Self {
        Self::connected_with("", |_| {})
    }

    pub fn connected_with(config: &str, change: impl FnOnce(&mut SpotifySetting)) -> Self {
        let mut fixture = Self::with(config, change);
        fixture.connect(&Scopes::reading().and(Scopes::writing()), ANA).unwrap();
        fixture.spotify.forget_calls();
        fixture
    }

    /// The same data directory opened anew, as another process would.
    pub fn reopen(&mut self) {
        self.app = App::open(self.folder.path()).unwrap();
    }

    pub fn connect(&mut self, scopes: &Scopes, user: &str) -> Result<Connected, AppError> {
        let pending = self.app.begin_sign_in(None, scopes)?;
        let landed = self.spotify.answer_consent(pending.address(), user, true)?;
        self.app.finish_sign_in(None, &pending, &landed, &self.clock, &Silent)
    }

    pub fn sync(&mut self) -> Result<SyncReport, AppError> {
        self.app.sync(None, &self.clock, &Silent)
    }

    pub fn publish(&mut self, wish: &WishedPlaylist) -> Result<Published, AppError> {
        self.app.publish(None, wish, &self.clock, &Silent)
    }

    /// Paths of the calls since they were last forgotten, which they are then.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.spotify.calls();
        self.spotify.forget_calls();
        calls.into_iter().map(|call| format!("{} {}", call.method, call.path)).collect()
    }

    /// Plays and favourites that are kept of the one listener.
    pub fn kept(&self) -> (u64, u64) {
        let status = self.app.status(self.clock.now()).unwrap();
        let favourites = status.spotify.map_or(0, |spotify| {
            spotify.connections.iter().map(|connection| connection.n_saved + connection.n_most_played).sum()
        });
        (status.listeners[0].n_plays, favourites)
    }
}

pub fn app_in(folder: &std::path::Path, spotify: &SpotifyStandin, client_id: &str, more: &str) -> App {
    let (accounts, api) = (spotify.accounts_url(), spotify.api_url());
    let config = format!(
        "[spotify]\nclient_id = \"{client_id}\"\nredirect_uri = \"http://127.0.0.1/callback\"\naccounts = \"{accounts}\"\napi = \"{api}\"\n{more}\n"
    );
    std::fs::write(folder.join("config.toml"), config).unwrap();
    App::open(folder).unwrap()
}

/// A made-up track by number.
pub fn track(number: usize) -> SpotifyTrack {
    SpotifyTrack::new(id(number), &format!("Song {number}"), &format!("Artist {}", number % 7))
}

pub fn id(number: usize) -> TrackId {
    format!("{number:022}").parse().unwrap()
}

/// A moment so many minutes before the start.
pub fn minutes_before(minutes: usize) -> Moment {
    Moment::from_seconds(START.seconds() - 60 * minutes as i64)
}

/// A wish for these tracks.
pub fn wish(title: &str, tracks: std::ops::Range<usize>) -> WishedPlaylist {
    WishedPlaylist {
        handle: "weekly".to_owned(),
        title: title.to_owned(),
        description: "Picked for a test.".to_owned(),
        tracks: tracks.map(id).collect(),
        make_again: false,
    }
}

pub fn uris(tracks: std::ops::Range<usize>) -> Vec<String> {
    tracks.map(|number| id(number).uri()).collect()
}

/// How many were read, new and left of a list, by its place in the report.
pub fn read(report: &SyncReport, at: usize) -> (u64, u64, Option<u32>) {
    match report.lists[at].outcome {
        SyncOutcome::Read { n_read, n_new, n_left } => (n_read, n_new, n_left),
        ref other => panic!("{}: {other:?}", report.lists[at].list),
    }
}

/// A data directory that knows made-up music and half a year of a made-up listener's plays, made once for all tests of a process.
struct MadeUp {
    folder: tempfile::TempDir,
    account: nearsong_standin::MadeUpAccount,
}

fn made_up() -> &'static MadeUp {
    static MADE_UP: OnceLock<MadeUp> = OnceLock::new();
    MADE_UP.get_or_init(|| {
        let world: &'static World = Box::leak(Box::new(World::new(5, 3_000)));
        let listener = MadeUpListener::new(world, 5);
        let plan = ExportPlan { ends_at: START, days: 500, n_plays: 3_000 };
        let folder = tempfile::tempdir().unwrap();
        let (catalogue, zip) = (folder.path().join("made-up.csv.gz"), folder.path().join("my_spotify_data.zip"));
        world.write_catalogue(&catalogue).unwrap();
        listener.write_export(&zip, &plan).unwrap();
        let mut app = App::open(&folder.path().join("data")).unwrap();
        let origin = Origin { is_made_up: true, source_url: None };
        app.add_datasets(&[catalogue], &origin, START, &Silent).unwrap();
        app.import(&[zip], None, Some("Europe/Berlin"), START, &Silent).unwrap();
        let account = nearsong_standin::MadeUpAccount::new(&listener, &plan).unwrap();
        MadeUp { folder, account }
    })
}

impl Fixture {
    /// With music, a listener who knows much of it, and Ana connected.
    pub fn with_music() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&made_up().folder.path().join("data"), folder.path());
        let mut fixture = Self::in_folder(folder, "", |_| {});
        fixture.spotify.fill(ANA, made_up().account.clone());
        fixture.connect(&Scopes::reading().and(Scopes::writing()), ANA).unwrap();
        fixture.spotify.forget_calls();
        fixture
    }

    /// A file beside the data directory.
    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else if !path.to_string_lossy().contains("lock") {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

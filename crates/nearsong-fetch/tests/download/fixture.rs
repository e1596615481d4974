use std::{cell::RefCell, fs, path::PathBuf, sync::Mutex, time::Duration};

use nearsong_fetch::{DownloadLimits, DownloadRequest, Downloaded, FetchError, download};
use nearsong_types::{Cancelled, Progress, Silent};
use tempfile::TempDir;

/// A directory to download to, and a clock that only notes how long it should have waited.
pub struct Fixture {
    pub directory: TempDir,
    pub target: PathBuf,
    pub limits: DownloadLimits,
    waited: RefCell<Duration>,
}

impl Fixture {
    pub fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let target = directory.path().join("tracks.csv");
        let limits = DownloadLimits {
            connect_timeout: Duration::from_secs(2),
            read_timeout: Duration::from_secs(3),
            total_timeout: Duration::from_secs(20),
            max_attempts: 3,
            ..DownloadLimits::default()
        };
        Self { directory, target, limits, waited: RefCell::default() }
    }

    pub fn with_limits(change: impl FnOnce(&mut DownloadLimits)) -> Self {
        let mut fixture = Self::new();
        change(&mut fixture.limits);
        fixture
    }

    /// Counts 200 ms of silence as a break.
    pub fn impatient() -> Self {
        Self::with_limits(|limits| limits.read_timeout = Duration::from_millis(200))
    }

    pub fn fetch(&self, url: &str) -> Result<Downloaded, FetchError> {
        self.request(&DownloadRequest::new("Test", url), &Silent)
    }

    pub fn watch(&self, url: &str, progress: &dyn Progress) -> Result<Downloaded, FetchError> {
        self.request(&DownloadRequest::new("Test", url), progress)
    }

    pub fn request(&self, request: &DownloadRequest, progress: &dyn Progress) -> Result<Downloaded, FetchError> {
        let pause = |wait: Duration| *self.waited.borrow_mut() += wait;
        download(request, &self.target, &self.limits, progress, &pause)
    }

    /// Waits asked for so far, in all.
    pub fn waited(&self) -> Duration {
        *self.waited.borrow()
    }

    /// Names of all files, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn content(&self) -> Vec<u8> {
        fs::read(&self.target).unwrap()
    }
}

/// Bytes in which no two stretches are alike, so that a part joined at the wrong place is noticed.
pub fn sample(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let step = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..len).map(step).collect()
}

/// Notes every step, and asks to stop once a number of bytes has come.
#[derive(Default)]
pub struct Watcher {
    pub steps: Mutex<Vec<Step>>,
    pub stop_at: Option<u64>,
}

/// One step: its name, its total, and every progress told.
pub type Step = (String, Option<u64>, Vec<u64>);

impl Progress for Watcher {
    fn begin(&self, step: &str, total: Option<u64>, unit: &'static str) {
        assert_eq!(unit, "bytes");
        self.steps.lock().unwrap().push((step.to_owned(), total, Vec::new()));
    }

    fn advance(&self, done: u64) {
        self.steps.lock().unwrap().last_mut().expect("a step begins first").2.push(done);
    }

    fn check(&self) -> Result<(), Cancelled> {
        let steps = self.steps.lock().unwrap();
        let done = steps.last().and_then(|(_, _, told)| told.last().copied()).unwrap_or(0);
        if self.stop_at.is_some_and(|stop_at| done >= stop_at) { Err(Cancelled) } else { Ok(()) }
    }
}

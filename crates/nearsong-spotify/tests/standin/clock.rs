use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use nearsong_types::{Clock, Moment};

/// When every test begins: 2026-11-24T06:00:00Z.
pub(crate) const START: Moment = Moment::from_seconds(1_795_500_000);

/// A time that moves on when somebody waits, and never else.
#[derive(Clone)]
pub(crate) struct ManualClock {
    micros: Arc<AtomicI64>,
    sleeps: Arc<Mutex<Vec<Duration>>>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self { micros: Arc::new(AtomicI64::new(START.micros())), sleeps: Arc::default() }
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.micros.fetch_add(i64::try_from(duration.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn pass_seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    /// Every wait so far, in order.
    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.sleeps.lock().unwrap().clone()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) {
        self.sleeps.lock().unwrap().push(duration);
        self.pass(duration);
    }
}

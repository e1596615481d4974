use std::time::Duration;

use nearsong_app::moment;
use nearsong_types::{Clock, Moment};

/// The clock of this machine.
pub(crate) struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Moment {
        moment(jiff::Timestamp::now())
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

use std::time::Duration;

use crate::Moment;

/// The time, and waiting. The binary gives the machine's; tests give one that they turn by hand.
pub trait Clock: Sync {
    /// Now.
    fn now(&self) -> Moment;
    /// Comes back after `duration`.
    fn sleep(&self, duration: Duration);
}

//! The refresh loop: what is due is done, each step a stored job.

mod due;
mod job;
mod metrics;
mod round;

pub use job::{JobDone, JobOutcome, JobView};
pub use round::RoundReport;

pub(crate) use due::{first_run, next_run};

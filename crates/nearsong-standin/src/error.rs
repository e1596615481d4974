use std::path::PathBuf;

use crate::ExportPlan;

/// Why made-up data could not be written, or the stand-in for Spotify could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StandinError {
    /// The disk or the file system refused; nothing is left under the asked name.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file that was to be written.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// More plays than fit into the days of a listener who also sleeps.
    #[error(
        "{n_plays} plays do not fit into {days} days: expected at most {} a day on average; ask for at least {min_days} days",
        ExportPlan::MAX_PLAYS_PER_DAY
    )]
    PlanTooFull {
        /// Plays asked for.
        n_plays: usize,
        /// Days asked for.
        days: u32,
        /// Days that would do.
        min_days: u64,
    },
    /// A plan that reaches before 1970 or after 9999, or over more days than a life has.
    #[error(
        "a history of {days} days that ends at {ends_at_seconds} s after 1970-01-01 leaves the calendar: expected at most {} days, between the years 1970 and 9999",
        ExportPlan::MAX_DAYS
    )]
    PlanOutsideCalendar {
        /// Days asked for.
        days: u32,
        /// End asked for, in seconds since the epoch.
        ends_at_seconds: i64,
    },
    /// No port could be listened on.
    #[error("the stand-in for Spotify cannot listen on 127.0.0.1: {source}")]
    Listen {
        /// What the system said.
        source: std::io::Error,
    },
    /// The consent page did not lead back to the app.
    #[error("the consent page says: {said}")]
    NoConsent {
        /// The page's heading.
        said: String,
    },
}

use nearsong_store::{JobRecord, JobState};
use nearsong_types::Moment;
use serde::Serialize;

use crate::{App, AppError, Refreshed, SyncReport};

/// A job that ran.
pub struct JobDone {
    /// What it does: `sync`, `train` or `refresh`.
    pub kind: String,
    /// To what: a listener, or a listener and a playlist.
    pub subject: String,
    /// What came of it.
    pub outcome: Result<JobOutcome, AppError>,
    /// When it runs next.
    pub next_run: Option<Moment>,
}

/// What a job that went well did.
pub enum JobOutcome {
    /// Listening was brought in.
    Synced(SyncReport),
    /// The data had not moved since the model in use was trained.
    NothingToTrain,
    /// A model was trained; whether it is in use now.
    Trained(bool),
    /// A playlist was made anew.
    Refreshed(Box<Refreshed>),
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobView {
    /// What it does: `sync`, `train` or `refresh`.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// `waiting`, `signin` (needs a sign-in) or `paused`; `running` where a process is at work on it, or ended in the middle.
    pub state: &'static str,
    /// When it runs next.
    pub next_run: Option<Moment>,
    /// Tries since it last went well.
    pub attempts: u32,
    /// When it last went well.
    pub last_ok_at: Option<Moment>,
    /// Why it did not go well the last time.
    pub last_error: Option<String>,
    /// How often it went well, and how often it did not.
    pub n_ok: u64,
    /// How often it did not.
    pub n_failed: u64,
}

impl JobView {
    pub(super) fn of(job: &JobRecord) -> Self {
        let is_begun = job.started_at.is_some() && job.finished_at.is_none();
        Self {
            kind: job.kind.clone(),
            subject: job.subject.clone(),
            state: if is_begun { "running" } else { job.state.name() },
            next_run: job.next_run.filter(|_| job.state == JobState::Waiting),
            attempts: job.attempts,
            last_ok_at: job.last_ok_at,
            last_error: job.last_error.clone(),
            n_ok: job.n_ok,
            n_failed: job.n_failed,
        }
    }
}

impl App {
    /// All jobs, by kind and subject.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn jobs(&self) -> Result<Vec<JobView>, AppError> {
        Ok(self.store.jobs()?.iter().map(JobView::of).collect())
    }

    /// Has a job run in the next round, whatever stood in its way.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such job.
    pub fn retry_job(&mut self, kind: &str, subject: &str, now: Moment) -> Result<JobView, AppError> {
        self.change_job(kind, subject, |job| (job.state, job.next_run) = (JobState::Waiting, Some(now)))
    }

    /// Pauses a job: it does not run before it is retried.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such job.
    pub fn cancel_job(&mut self, kind: &str, subject: &str) -> Result<JobView, AppError> {
        self.change_job(kind, subject, |job| job.state = JobState::Paused)
    }

    fn change_job(&mut self, kind: &str, subject: &str, change: impl Fn(&mut JobRecord)) -> Result<JobView, AppError> {
        let Some(mut job) = self.store.job(kind, subject)? else {
            return Err(AppError::Unusable(format!("there is no job “{kind} {subject}”: nearsong jobs list")));
        };
        change(&mut job);
        self.store.keep_job(&job)?;
        Ok(JobView::of(&job))
    }
}

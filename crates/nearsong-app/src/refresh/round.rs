use std::time::Duration;

use nearsong_spotify::Scopes;
use nearsong_store::{JobRecord, JobState, Listener};
use nearsong_types::{Clock, Moment, Progress};

use super::{
    due::{next_run, retry_at, spread},
    job::{JobDone, JobOutcome},
};
use crate::{App, AppError, ErrorKind, Promote, Recipe, Recommender, TrainRequest};

/// What changes in a day at most is looked at no more often.
const DAY: Duration = Duration::from_secs(24 * 3_600);
const TRAIN: &str = "train";
const SYNC: &str = "sync";
const REFRESH: &str = "refresh";
/// The one subject of training.
const CATALOGUE: &str = "catalogue";

/// What a round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoundReport {
    /// Jobs that went well.
    pub n_ok: usize,
    /// Jobs that did not.
    pub n_failed: usize,
    /// When the next job is due.
    pub next_run: Option<Moment>,
}

impl App {
    /// Does what is due, once: new listening comes in, a model is trained where the data moved, playlists are made anew. Each job is kept with its state;
    /// one that a killed process left in the middle is due still. What was missed several times is done once. Only one process is at it at a time.
    ///
    /// `on_job` hears of each job when it is done.
    ///
    /// # Errors
    /// [`AppError::Store`] where another process is at it or nothing can be kept. A job that fails is no error of the round.
    pub fn round(
        &mut self,
        clock: &dyn Clock,
        progress: &dyn Progress,
        on_job: &mut dyn FnMut(JobDone),
    ) -> Result<RoundReport, AppError> {
        let _lock = self.data.lock_rounds()?;
        self.make_jobs(clock.now())?;
        self.bring_back(clock.now())?;
        self.forget_old_plays(clock.now())?;
        let mut report = RoundReport::default();
        let mut recommender = None;
        // Each kind is looked for anew: what came in before may have made more of it due.
        for kind in [SYNC, TRAIN, REFRESH] {
            for job in self.due(kind, clock.now())? {
                progress.check()?;
                // Paused or removed since the round began.
                let Some(job) = self.store.job(&job.kind, &job.subject)?.filter(|job| is_due(job, clock.now())) else {
                    continue;
                };
                let done = self.run(job, &mut recommender, clock, progress)?;
                match done.outcome {
                    Ok(_) => report.n_ok += 1,
                    Err(_) => report.n_failed += 1,
                }
                if let (TRAIN, Ok(JobOutcome::Trained(true))) = (kind, &done.outcome) {
                    recommender = None;
                }
                on_job(done);
            }
        }
        let waiting = self.store.jobs()?.into_iter().filter(|job| job.state == JobState::Waiting);
        report.next_run = waiting.filter_map(|job| job.next_run).min();
        Ok(report)
    }

    /// Jobs of everything that there is; those that waited for a sign-in go on once there was one.
    fn make_jobs(&mut self, now: Moment) -> Result<(), AppError> {
        if self.store.job(TRAIN, CATALOGUE)?.is_none() {
            self.store.keep_job(&JobRecord::new(TRAIN, CATALOGUE, Some(now)))?;
        }
        let jobs = self.store.jobs()?;
        for listener in self.store.listeners()? {
            let connection = self.store.connection(listener.id)?;
            let may_read = connection.as_ref().is_some_and(|it| Scopes::parse(&it.scopes).include(&Scopes::reading()));
            let has_app = !self.config().spotify.client_id.trim().is_empty();
            if may_read && has_app && self.store.job(SYNC, &listener.name)?.is_none() {
                self.store.keep_job(&JobRecord::new(SYNC, &listener.name, Some(now)))?;
            }
            let signed_in_at = connection.filter(|it| it.has_tokens).map(|it| it.consented_at);
            for mut job in jobs.iter().filter(|job| is_of(job, &listener)).cloned() {
                let has_signed_in = signed_in_at.is_some_and(|at| job.finished_at.is_none_or(|failed| at > failed));
                if job.state == JobState::NeedsSignIn && has_signed_in {
                    (job.state, job.next_run) = (JobState::Waiting, Some(now));
                    self.store.keep_job(&job)?;
                }
            }
        }
        Ok(())
    }

    /// Brings jobs back that were planned while the clock was ahead: none is due later than it would be if it went well now.
    fn bring_back(&mut self, now: Moment) -> Result<(), AppError> {
        for mut job in self.store.jobs()?.into_iter().filter(|job| job.attempts == 0 && job.next_run > Some(now)) {
            let latest = self.next_run_of(&job, now)?;
            if job.next_run > latest {
                job.next_run = latest;
                self.store.keep_job(&job)?;
            }
        }
        Ok(())
    }

    fn due(&self, kind: &str, now: Moment) -> Result<Vec<JobRecord>, AppError> {
        Ok(self.store.jobs()?.into_iter().filter(|job| job.kind == kind && is_due(job, now)).collect())
    }

    /// Runs one job, with its state kept before and after.
    fn run(
        &mut self,
        mut job: JobRecord,
        recommender: &mut Option<Recommender>,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<JobDone, AppError> {
        if job.attempts == 0 {
            job.slot = job.next_run;
        }
        job.attempts += 1;
        (job.started_at, job.finished_at) = (Some(clock.now()), None);
        self.store.keep_job(&job)?;
        let outcome = match job.kind.as_str() {
            SYNC => self.sync(Some(&job.subject), clock, progress).map(JobOutcome::Synced),
            TRAIN => self.train_if_moved(clock.now(), progress),
            _ => self.refresh_due(&job, recommender, clock, progress),
        };
        if let Err(AppError::Cancelled(cancelled)) = outcome {
            return Err(cancelled.into());
        }
        self.settle(&mut job, &outcome, clock.now())?;
        self.store.end_job(&job)?;
        Ok(JobDone { kind: job.kind, subject: job.subject, outcome, next_run: job.next_run })
    }

    /// A playlist that was made anew by hand is not due before the next moment of its schedule.
    pub(crate) fn settle_refreshed(&self, listener: Option<&str>, name: &str, now: Moment) -> Result<(), AppError> {
        let (listener, playlist) = self.playlist_of(listener, name)?;
        let mut job = self.refresh_job(&listener, &playlist)?;
        (job.attempts, job.slot, job.last_ok_at, job.last_error) = (0, None, Some(now), None);
        job.n_ok += 1;
        job.next_run = self.next_run_of(&job, now)?;
        Ok(self.store.keep_job(&job)?)
    }

    fn settle(&self, job: &mut JobRecord, outcome: &Result<JobOutcome, AppError>, now: Moment) -> Result<(), AppError> {
        job.finished_at = Some(now);
        match outcome {
            Ok(_) => {
                (job.attempts, job.slot, job.last_ok_at, job.last_error) = (0, None, Some(now), None);
                job.n_ok += 1;
                job.next_run = self.next_run_of(job, now)?;
            }
            Err(error) => {
                job.last_error = Some(error.to_string());
                job.n_failed += 1;
                job.next_run = match error {
                    // The rules let nothing through: the catalogue or the listening has to change.
                    AppError::NoSongs { .. } => self.next_run_of(job, now)?,
                    error => retry_at(error, job.attempts, now, spread(&job.subject, now)),
                };
                job.state = match error {
                    AppError::DeletedThere { .. } => JobState::Paused,
                    error if error.kind() == ErrorKind::NeedsSignIn => JobState::NeedsSignIn,
                    _ => JobState::Waiting,
                };
            }
        }
        Ok(())
    }

    fn next_run_of(&self, job: &JobRecord, now: Moment) -> Result<Option<Moment>, AppError> {
        match job.kind.as_str() {
            SYNC => {
                let every = Duration::from_secs(u64::from(self.config().spotify.sync_every_minutes) * 60);
                Ok(Some(now.plus(every)))
            }
            TRAIN => Ok(Some(now.plus(DAY))),
            _ => {
                let (owner, name) = owner_and_name(job);
                match self.playlist_of(Some(owner), name) {
                    Ok((listener, playlist)) => {
                        next_run(&listener, name, &Recipe::from_json(&playlist.recipe_json)?, now)
                    }
                    // Removed meanwhile.
                    Err(AppError::Unusable(_)) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// Trains what is in use on what there is now, where that is other data than it was trained on; uses it where it is better.
    fn train_if_moved(&mut self, now: Moment, progress: &dyn Progress) -> Result<JobOutcome, AppError> {
        let Some(latest) = self.catalogue_if_any()? else { return Ok(JobOutcome::NothingToTrain) };
        let champion = self.store.champion()?;
        let data = self.data_fingerprint(&latest.manifest.fingerprint)?;
        let config = match &champion {
            Some(model) if model.model.data_fingerprint == data => return Ok(JobOutcome::NothingToTrain),
            Some(model) => self.config_of(model)?,
            None => self.default_config()?,
        };
        let request = TrainRequest { promote: Promote::IfBetter, ..TrainRequest::of(config) };
        Ok(JobOutcome::Trained(self.train(&request, now, progress)?.is_promoted))
    }

    fn refresh_due(
        &mut self,
        job: &JobRecord,
        recommender: &mut Option<Recommender>,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<JobOutcome, AppError> {
        if recommender.is_none() {
            *recommender = Some(self.recommender(None, clock.now(), progress)?);
        }
        let recommender = recommender.as_ref().expect("it was opened just now");
        let (owner, name) = owner_and_name(job);
        let refreshed = self.refresh_by(recommender, Some(owner), name, job.slot, clock, progress)?;
        Ok(JobOutcome::Refreshed(Box::new(refreshed)))
    }
}

fn is_due(job: &JobRecord, now: Moment) -> bool {
    job.state == JobState::Waiting && job.next_run.is_some_and(|next| next <= now)
}

fn is_of(job: &JobRecord, listener: &Listener) -> bool {
    job.kind != TRAIN && owner_and_name(job).0 == listener.name
}

fn owner_and_name(job: &JobRecord) -> (&str, &str) {
    job.subject.split_once('/').unwrap_or((&job.subject, ""))
}

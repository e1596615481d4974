use nearsong_types::Moment;
use rusqlite::{OptionalExtension, Row, params};

use crate::{Store, StoreError};

/// Whether a job can run by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It runs when its time has come.
    Waiting,
    /// It cannot run before somebody signed in at Spotify.
    NeedsSignIn,
    /// Somebody paused it.
    Paused,
}

impl JobState {
    /// A short name that stays the same.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::NeedsSignIn => "signin",
            Self::Paused => "paused",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::NeedsSignIn, Self::Paused].into_iter().find(|state| state.name() == name)
    }
}

/// Something that is done again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// What is done: `sync`, `train`, `refresh`.
    pub kind: String,
    /// To what: a listener, or a listener and a playlist.
    pub subject: String,
    /// Whether it can run by itself.
    pub state: JobState,
    /// When it runs next; never by itself where there is none.
    pub next_run: Option<Moment>,
    /// The moment of its schedule that is being done, from the first try until it went well.
    pub slot: Option<Moment>,
    /// Tries since it last went well.
    pub attempts: u32,
    /// When it was last begun.
    pub started_at: Option<Moment>,
    /// When that ended; none while it is at work, or where the process ended before.
    pub finished_at: Option<Moment>,
    /// When it last went well.
    pub last_ok_at: Option<Moment>,
    /// Why it did not go well the last time.
    pub last_error: Option<String>,
    /// How often it went well.
    pub n_ok: u64,
    /// How often it did not.
    pub n_failed: u64,
}

impl JobRecord {
    /// One that has never run.
    pub fn new(kind: &str, subject: &str, next_run: Option<Moment>) -> Self {
        Self {
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            state: JobState::Waiting,
            next_run,
            slot: None,
            attempts: 0,
            started_at: None,
            finished_at: None,
            last_ok_at: None,
            last_error: None,
            n_ok: 0,
            n_failed: 0,
        }
    }
}

const COLUMNS: &str =
    "kind, subject, state, next_run, attempts, started_at, finished_at, last_ok_at, last_error, n_ok, n_failed, slot";

impl Store {
    /// All jobs, by kind and subject.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn jobs(&self) -> Result<Vec<JobRecord>, StoreError> {
        let failed = self.failed();
        let sql = format!("SELECT {COLUMNS} FROM job ORDER BY kind, subject");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        let rows = statement.query_map([], job_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// One job; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn job(&self, kind: &str, subject: &str) -> Result<Option<JobRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM job WHERE kind = ?1 AND subject = ?2");
        self.connection.query_row(&sql, params![kind, subject], job_of).optional().map_err(self.failed())
    }

    /// Keeps a job as it is now, in place of what was kept of it.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`].
    pub fn keep_job(&self, job: &JobRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO job (kind, subject, state, next_run, attempts, started_at, finished_at, last_ok_at, last_error, n_ok, n_failed, slot)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                   ON CONFLICT (kind, subject) DO UPDATE SET state = ?3, next_run = ?4, attempts = ?5, started_at = ?6,
                       finished_at = ?7, last_ok_at = ?8, last_error = ?9, n_ok = ?10, n_failed = ?11, slot = ?12";
        let micros = |moment: Option<Moment>| moment.map(Moment::micros);
        let row = params![
            job.kind,
            job.subject,
            job.state.name(),
            micros(job.next_run),
            job.attempts,
            micros(job.started_at),
            micros(job.finished_at),
            micros(job.last_ok_at),
            job.last_error,
            job.n_ok.cast_signed(),
            job.n_failed.cast_signed(),
            micros(job.slot),
        ];
        self.connection.prepare_cached(sql).and_then(|mut kept| kept.execute(row)).map_err(self.failed())?;
        Ok(())
    }

    /// Keeps what a run of a job came to. A job that was deleted meanwhile stays so, and one that was paused stays paused.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`].
    pub fn end_job(&self, job: &JobRecord) -> Result<(), StoreError> {
        match self.job(&job.kind, &job.subject)? {
            None => Ok(()),
            Some(now) if now.state == JobState::Paused => self.keep_job(&JobRecord { state: now.state, ..job.clone() }),
            Some(_) => self.keep_job(job),
        }
    }

    /// Deletes a job.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn forget_job(&self, kind: &str, subject: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM job WHERE kind = ?1 AND subject = ?2";
        self.connection.execute(sql, params![kind, subject]).map_err(self.failed())?;
        Ok(())
    }
}

fn job_of(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let moment = |column| row.get::<_, Option<i64>>(column).map(|micros| micros.map(Moment::from_micros));
    let state: String = row.get(2)?;
    Ok(JobRecord {
        kind: row.get(0)?,
        subject: row.get(1)?,
        // A word of a later Nearsong: better not to run it.
        state: JobState::of_name(&state).unwrap_or(JobState::Paused),
        next_run: moment(3)?,
        attempts: row.get(4)?,
        started_at: moment(5)?,
        finished_at: moment(6)?,
        last_ok_at: moment(7)?,
        last_error: row.get(8)?,
        n_ok: row.get::<_, i64>(9)?.cast_unsigned(),
        n_failed: row.get::<_, i64>(10)?.cast_unsigned(),
        slot: moment(11)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataDir, DecidedSong, NewEdition};

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&DataDir::open_or_create(directory.path()).unwrap()).unwrap();
        (directory, store)
    }

    #[test]
    fn jobs_are_kept_by_kind_and_subject() {
        let (_directory, store) = store();
        let mut job = JobRecord::new("refresh", "me/weekly", Some(NOW));
        store.keep_job(&job).unwrap();
        (job.state, job.attempts, job.last_error) = (JobState::NeedsSignIn, 3, Some("why".to_owned()));
        (job.n_ok, job.n_failed, job.last_ok_at, job.slot) = (7, 3, Some(NOW), Some(NOW));
        store.keep_job(&job).unwrap();
        store.keep_job(&JobRecord::new("sync", "me", None)).unwrap();
        assert_eq!(store.job("refresh", "me/weekly").unwrap(), Some(job));
        assert_eq!(store.jobs().unwrap().len(), 2);
        store.forget_job("sync", "me").unwrap();
        assert_eq!(store.job("sync", "me").unwrap(), None);
    }

    #[test]
    fn playlists_have_editions_pins_and_bans_until_they_are_removed() {
        let (_directory, mut store) = store();
        let anna = store.add_listener("anna", "UTC", NOW).unwrap().id;
        let playlist = store.add_playlist(anna, "weekly", "{}", NOW).unwrap();
        assert!(matches!(store.add_playlist(anna, "weekly", "{}", NOW), Err(StoreError::Conflict { .. })));
        store.set_recipe(playlist.id, "{\"length\":3}").unwrap();
        assert_eq!(store.playlists(anna).unwrap()[0].recipe_json, "{\"length\":3}");
        let edition = |note: &str| NewEdition {
            made_at: NOW,
            due_at: Some(NOW),
            model: Some(1),
            features_version: Some(0),
            recipe_json: "{}".to_owned(),
            songs_json: "[]".to_owned(),
            note: note.to_owned(),
        };
        assert_eq!(store.add_edition(playlist.id, &edition("one")).unwrap().number, 1);
        assert_eq!(store.add_edition(playlist.id, &edition("two")).unwrap().number, 2);
        store.mark_published(playlist.id, 2, NOW).unwrap();
        let editions = store.editions(playlist.id, 9).unwrap();
        assert_eq!(
            editions.iter().map(|it| (it.number, it.published_at)).collect::<Vec<_>>(),
            [(2, Some(NOW)), (1, None)]
        );
        assert_eq!(store.edition(playlist.id, 1).unwrap().unwrap().edition, edition("one"));

        let song = DecidedSong {
            track_id: "000000000000000000000a".parse().unwrap(),
            title: "Song".to_owned(),
            artists: "Ada".to_owned(),
            at: NOW,
            why: "said".to_owned(),
        };
        store.ban(anna, &song).unwrap();
        store.ban(anna, &song).unwrap();
        assert_eq!(store.bans(anna).unwrap(), std::slice::from_ref(&song));
        store.pin(anna, playlist.id, &song).unwrap();
        assert_eq!((store.bans(anna).unwrap(), store.pins(playlist.id).unwrap()), (vec![], vec![song.clone()]));
        assert!(store.unpin(playlist.id, song.track_id).unwrap() && !store.unpin(playlist.id, song.track_id).unwrap());
        store.pin(anna, playlist.id, &song).unwrap();
        store.ban(anna, &song).unwrap();
        assert_eq!(store.pins(playlist.id).unwrap(), [], "a ban takes it out wherever it was pinned");
        assert_eq!(store.remove_playlist(playlist.id).unwrap(), 2);
        assert_eq!(store.playlists(anna).unwrap(), []);
        assert!(store.unban(anna, song.track_id).unwrap(), "a ban is the listener's, not the playlist's");
    }
}

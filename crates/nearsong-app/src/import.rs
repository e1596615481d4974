use std::{collections::HashMap, path::PathBuf};

use nearsong_catalog::{SongMatch, match_song};
use nearsong_history::{Limits, ReadReport, read_exports};
use nearsong_store::{Added, ImportRecord, UndoneImport};
use nearsong_types::{Listen, Moment, Progress, RecordingTable, Song};
use serde::{Deserialize, Serialize};

use crate::{
    App, AppError, MatchCounts,
    app::{DEFAULT_LISTENER, check_time_zone},
};

/// What an import found and did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Whose listening it is.
    pub listener: String,
    /// Rows, listens and what was left out, by file and in all.
    pub read: ReadReport,
    /// Plays that were not known before.
    pub n_new: u64,
    /// Plays that were known already.
    pub n_duplicates: u64,
    /// Plays known to the minute that gave way to the same plays known to the second.
    pub n_superseded: u64,
    /// How many of the plays read are in the catalogue; `None` where the catalogue is empty.
    pub matched: Option<MatchCounts>,
}

impl App {
    /// Reads a listening history and keeps it: all of it, or nothing where anything is wrong.
    ///
    /// # Errors
    /// [`AppError::History`] naming file and place, [`AppError::Store`].
    pub fn import(
        &mut self,
        paths: &[PathBuf],
        listener: Option<&str>,
        time_zone: Option<&str>,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<ImportReport, AppError> {
        let _lock = self.lock("importing a listening history")?;
        let table = match self.catalogue_if_any()? {
            Some(latest) => Some(self.table(latest.version, progress)?),
            None => None,
        };
        let name = listener.unwrap_or(DEFAULT_LISTENER);
        let time_zone = self.time_zone_for(name, time_zone)?;
        let mut transaction = self.store.begin_import_as(name, &time_zone, now)?;
        let mut matcher = table.as_deref().map(Matcher::new);
        let (mut n_new, mut n_duplicates, mut n_superseded) = (0, 0, 0);
        let read = read_exports(paths, &Limits::default(), progress, |listen: Listen| -> Result<(), AppError> {
            match transaction.add(&listen)? {
                Added::New => n_new += 1,
                Added::Duplicate => n_duplicates += 1,
                Added::Replacing => {
                    n_new += 1;
                    n_superseded += 1;
                }
            }
            if let Some(matcher) = &mut matcher {
                matcher.count(listen.song);
            }
            Ok(())
        })?;
        let matched = matcher.map(|matcher| matcher.counts);
        let report = ImportReport { listener: name.to_owned(), read, n_new, n_duplicates, n_superseded, matched };
        progress.begin("Keeping the plays", None, "");
        transaction.commit(&serde_json::to_string(&report).expect("a report is plain data with text names"))?;
        Ok(report)
    }

    /// The time zone given, else the one the listener has, else this machine's.
    pub(crate) fn time_zone_for(&self, name: &str, given: Option<&str>) -> Result<String, AppError> {
        if let Some(given) = given {
            check_time_zone(given)?;
            return Ok(given.to_owned());
        }
        let known = self.store.listeners()?.into_iter().find(|listener| listener.name == name);
        let system = || jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned();
        Ok(known.map_or_else(system, |listener| listener.time_zone))
    }

    /// Takes a listener's last import back; `None` where there is none.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is no such listener, [`AppError::Store`].
    pub fn undo_import(&mut self, listener: Option<&str>) -> Result<Option<UndoneImport>, AppError> {
        let listener = self.listener(listener)?;
        let _lock = self.lock("taking an import back")?;
        Ok(self.store.undo_last_import(listener.id)?)
    }

    /// A listener's imports, oldest first.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is no such listener.
    pub fn imports(&self, listener: Option<&str>) -> Result<Vec<ImportRecord>, AppError> {
        Ok(self.store.imports(self.listener(listener)?.id)?)
    }
}

/// Finds each song in the catalogue once, however often it was played.
struct Matcher<'a> {
    table: &'a RecordingTable,
    found: HashMap<Song, SongMatch>,
    counts: MatchCounts,
}

impl<'a> Matcher<'a> {
    fn new(table: &'a RecordingTable) -> Self {
        Self { table, found: HashMap::new(), counts: MatchCounts::default() }
    }

    fn count(&mut self, song: Song) {
        if let Some(found) = self.found.get(&song) {
            self.counts.add(found);
            return;
        }
        let found = match_song(self.table, &song);
        self.counts.add(&found);
        self.found.insert(song, found);
    }
}

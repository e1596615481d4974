use std::{collections::HashMap, path::PathBuf, sync::Arc};

use nearsong_catalog::{SongMatch, match_song};
use nearsong_history::{Limits, ReadReport, read_exports};
use nearsong_store::{Added, ImportRecord, UndoneImport};
use nearsong_types::{Listen, Moment, Progress, RecordingTable, Song};
use serde::{Deserialize, Serialize};

use crate::{App, AppError, MatchCounts};

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
        let is_new_listener = !self.knows_listener(listener)?;
        let listener = self.listener_or_new(listener, time_zone, now)?;
        let imported = self.import_for(&listener, paths, table, now, progress);
        match (&imported, time_zone) {
            (Ok(_), Some(time_zone)) => self.store.set_time_zone(listener.id, time_zone)?,
            (Err(_), _) if is_new_listener => self.store.remove_listener(listener.id)?,
            _ => {}
        }
        imported
    }

    fn import_for(
        &mut self,
        listener: &nearsong_store::Listener,
        paths: &[PathBuf],
        table: Option<Arc<RecordingTable>>,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<ImportReport, AppError> {
        let mut transaction = self.store.begin_import(listener.id, now)?;
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
        let report = ImportReport { listener: listener.name.clone(), read, n_new, n_duplicates, n_superseded, matched };
        progress.begin("Keeping the plays", None, "");
        transaction.commit(&serde_json::to_string(&report).expect("a report is plain data with text names"))?;
        Ok(report)
    }

    fn knows_listener(&self, name: Option<&str>) -> Result<bool, AppError> {
        let name = name.unwrap_or(crate::app::DEFAULT_LISTENER);
        Ok(self.store.listeners()?.iter().any(|listener| listener.name == name))
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

mod own_listeners;

use std::{collections::BTreeMap, path::PathBuf};

use nearsong_catalog::{InteractionMatches, match_interactions};
use nearsong_history::{InteractionFault, InteractionFormat, InteractionLimits, read_interactions};
use nearsong_store::{InteractionSetRecord, NewInteractionSet};
use nearsong_types::{InteractionSet, Interactions, MatchedInteractions, Moment, Progress, RecordingTable};
use sha2::{Digest, Sha256};

use crate::{App, AppError};

/// What a person says of a set of interactions that is added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboutInteractions {
    /// Name to know it by; else that of the first file or folder.
    pub name: Option<String>,
    /// The terms it was published under; else those that the format tells of.
    pub licence: Option<String>,
    /// Where it was published; else what the format tells of that.
    pub origin: Option<String>,
    /// Whether Nearsong made it up.
    pub is_made_up: bool,
}

/// What adding interactions did.
#[derive(Debug, Clone, PartialEq)]
pub struct AddedInteractions {
    /// The set as it is kept.
    pub record: InteractionSetRecord,
    /// Whether it is new; `false` where a set of the same content was there already.
    pub is_new: bool,
    /// What was read.
    pub format: InteractionFormat,
    /// Files that it was read from.
    pub n_files: u64,
    /// Files that hold something else.
    pub n_ignored_files: u64,
    /// Entries read, before those of one owner and one item were added up.
    pub n_rows: u64,
    /// What was not as it should be, and how often.
    pub faults: BTreeMap<InteractionFault, u64>,
    /// How much of it is in the catalogue; `None` where the catalogue is empty.
    pub matches: Option<InteractionMatches>,
}

impl App {
    /// Reads a set of interactions and keeps it: all of it, or nothing where anything is wrong.
    ///
    /// Nothing that was read through Spotify's Web API belongs here, as its terms forbid training on that.
    ///
    /// # Errors
    /// [`AppError::Interactions`] naming file and place, [`AppError::Store`].
    pub fn add_interactions(
        &mut self,
        paths: &[PathBuf],
        about: &AboutInteractions,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<AddedInteractions, AppError> {
        let _lock = self.lock("adding interactions")?;
        let read = read_interactions(paths, &InteractionLimits::default(), progress)?;
        let text = |given: &Option<String>, known: Option<&str>| given.clone().or_else(|| known.map(str::to_owned));
        let new = NewInteractionSet {
            name: about.name.clone().unwrap_or_else(|| name_of(paths)),
            format: read.format.name().to_owned(),
            licence: text(&about.licence, read.format.licence()),
            origin: text(&about.origin, read.format.origin()),
            is_made_up: about.is_made_up,
            added_at: now,
        };
        progress.begin("Keeping the interactions", None, "");
        let (record, is_new) = self.store.add_interactions(&new, &read.set)?;
        Ok(AddedInteractions {
            record,
            is_new,
            format: read.format,
            n_files: read.n_files,
            n_ignored_files: read.n_ignored_files,
            n_rows: read.n_rows,
            faults: read.faults,
            matches: self.matches_of(&read.set, progress)?,
        })
    }

    /// All sets of interactions, in the order in which they were added.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn interaction_sets(&self) -> Result<Vec<InteractionSetRecord>, AppError> {
        Ok(self.store.interaction_sets()?)
    }

    /// The record of a set.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is none of that name.
    pub fn interaction_set(&self, name: &str) -> Result<InteractionSetRecord, AppError> {
        let sets = self.store.interaction_sets()?;
        let names = || match sets.as_slice() {
            [] => "there are none yet".to_owned(),
            sets => {
                format!("there are: {}", sets.iter().map(|set| set.set.name.as_str()).collect::<Vec<_>>().join(", "))
            }
        };
        let unknown = || AppError::Unusable(format!("there are no interactions “{name}”; {}", names()));
        sets.iter().find(|set| set.set.name == name).cloned().ok_or_else(unknown)
    }

    /// How much of a set is in the catalogue as it is now; `None` where the catalogue is empty.
    ///
    /// # Errors
    /// [`AppError::Store`] where its file is missing or damaged.
    pub fn interaction_matches(
        &self,
        record: &InteractionSetRecord,
        progress: &dyn Progress,
    ) -> Result<Option<InteractionMatches>, AppError> {
        self.matches_of(&self.store.load_interactions(record)?, progress)
    }

    /// Takes a set out. Models trained on it stay as they are.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is none of that name, [`AppError::Store`].
    pub fn remove_interactions(&mut self, name: &str) -> Result<InteractionSetRecord, AppError> {
        let _lock = self.lock("taking interactions out")?;
        let record = self.interaction_set(name)?;
        self.store.remove_interactions(name)?;
        Ok(record)
    }

    /// Everything there is to learn from, in the rows of a table: all sets in the order in which they were added, and the
    /// listeners of this instance where `config.toml` has `[interactions] own_listeners = true`. `None` where there is nothing.
    ///
    /// With `as_of`, entries whose moment is later are left out. The moment of an entry is that of its last play, so a song
    /// first played before `as_of` and again after it is left out too: nothing of the later time shows.
    ///
    /// Listening that was read through Spotify's Web API is never among it.
    ///
    /// # Errors
    /// [`AppError::Store`] where a file is missing or damaged, [`AppError::Cancelled`].
    pub fn matched_interactions(
        &self,
        table: &RecordingTable,
        as_of: Option<Moment>,
        progress: &dyn Progress,
    ) -> Result<Option<MatchedInteractions>, AppError> {
        let sets = self.store.interaction_sets()?;
        progress.begin("Looking up interactions", Some(sets.len() as u64), "sets");
        let mut all: Option<MatchedInteractions> = None;
        let mut append = |set: InteractionSet| {
            let (matched, _) = match_interactions(&set, table);
            match &mut all {
                _ if matched.n_owners() == 0 => {}
                None => all = Some(matched),
                Some(all) => {
                    all.by_item.append(&matched.by_item);
                    all.by_artist.append(&matched.by_artist);
                }
            }
        };
        for (n_done, record) in (0..).zip(&sets) {
            progress.check()?;
            append(up_to(self.store.load_interactions(record)?, as_of));
            progress.advance(n_done + 1);
        }
        if self.config().interactions.own_listeners {
            append(self.own_listeners(as_of)?);
        }
        Ok(all)
    }

    /// SHA-256 (hex) over what [`App::matched_interactions`] gives without a moment, but for the table: the sets by their content
    /// and, where they count, the listeners of this instance up to their last plays. `None` where there is nothing.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn interactions_fingerprint(&self) -> Result<Option<String>, AppError> {
        let sets = self.store.interaction_sets()?;
        let mut hash = Sha256::new();
        sets.iter().for_each(|set| hash.update(&set.sha256));
        let mut is_empty = sets.is_empty();
        if self.config().interactions.own_listeners {
            for listener in self.store.listeners()? {
                let counts = self.store.listen_counts(listener.id)?;
                is_empty &= counts.n_plays == 0;
                hash.update(format!("\n{} {:?}", listener.name, counts));
            }
        }
        let hex = || hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((!is_empty).then(hex))
    }

    fn matches_of(
        &self,
        set: &InteractionSet,
        progress: &dyn Progress,
    ) -> Result<Option<InteractionMatches>, AppError> {
        let Some(latest) = self.catalogue_if_any()? else { return Ok(None) };
        let table = self.table(latest.version, progress)?;
        progress.begin("Looking up interactions", None, "");
        Ok(Some(match_interactions(set, &table).1))
    }
}

/// The set without what happened after a moment, as far as its moments are known.
fn up_to(set: InteractionSet, as_of: Option<Moment>) -> InteractionSet {
    let Some(as_of) = as_of else { return set };
    let mut interactions = Interactions::new(set.interactions.n_items());
    for owner in 0..set.interactions.n_owners() {
        let is_known = |at: Option<Moment>| at.is_none_or(|at| at <= as_of);
        interactions.push_owner(set.interactions.entries_of(owner).filter(|entry| is_known(entry.at)));
    }
    InteractionSet { interactions, ..set }
}

fn name_of(paths: &[PathBuf]) -> String {
    let name = paths.first().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "interactions".to_owned())
}

#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc};

use nearsong_catalog::{match_interactions, table_of};
use nearsong_history::{InteractionLimits, read_interactions};
use nearsong_types::{ItemKind, MatchedInteractions, Progress, RecordingTable};
use sha2::{Digest, Sha256};

use crate::{App, AppError};

/// Which interactions to measure on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichInteractions {
    /// All in the data directory, as training reads them.
    DataDirectory,
    /// These files, folders or archives, read as one set and not kept.
    Files(Vec<PathBuf>),
}

/// What was measured on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuredOn {
    /// The sets, with their terms.
    pub sets: Vec<SetMeasured>,
    /// SHA-256 (hex) over the interactions and the track features.
    pub fingerprint: String,
    /// Version of the track features; `None` where the set is its own catalogue.
    pub features_version: Option<u64>,
    /// Whether items are songs.
    pub knows_songs: bool,
    /// Recordings that every list is chosen from.
    pub n_items: usize,
    /// Playlists and listeners of whom the catalogue knows anything.
    pub n_owners: usize,
    /// Their entries that the catalogue has.
    pub n_entries: usize,
}

/// One set of interactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMeasured {
    /// Its name.
    pub name: String,
    /// The terms it was published under, where they are known.
    pub licence: Option<String>,
    /// Where it was published, where that is known.
    pub origin: Option<String>,
}

/// Interactions with the table in whose rows they are.
type Found = (MeasuredOn, MatchedInteractions, Arc<RecordingTable>);

impl App {
    /// The interactions, in the rows of the catalogue, or of their own where it cannot know them.
    pub(super) fn find_interactions(
        &self,
        which: &WhichInteractions,
        progress: &dyn Progress,
    ) -> Result<Found, AppError> {
        match which {
            WhichInteractions::DataDirectory => self.kept_interactions(progress),
            WhichInteractions::Files(paths) => self.interactions_in(paths, progress),
        }
    }

    fn kept_interactions(&self, progress: &dyn Progress) -> Result<Found, AppError> {
        let Some(of_interactions) = self.interactions_fingerprint()? else { return Err(nothing_to_measure_on()) };
        let version = self.catalogue()?;
        let table = self.table(version.version, progress)?;
        let data = self.matched_interactions(&table, None, progress)?.ok_or_else(nothing_known)?;
        let of_record = |record: nearsong_store::InteractionSetRecord| SetMeasured {
            name: record.set.name,
            licence: record.set.licence,
            origin: record.set.origin,
        };
        let sets = self.interaction_sets()?.into_iter().map(of_record).collect();
        let fingerprint = fingerprint(&[&version.manifest.fingerprint, &of_interactions]);
        Ok(found(sets, fingerprint, Some(version.version), true, data, table))
    }

    fn interactions_in(&self, paths: &[PathBuf], progress: &dyn Progress) -> Result<Found, AppError> {
        let read = read_interactions(paths, &InteractionLimits::default(), progress)?;
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let sets = vec![SetMeasured {
            name: names.join(", "),
            licence: read.format.licence().map(str::to_owned),
            origin: read.format.origin().map(str::to_owned),
        }];
        let of_set = hex(&Sha256::digest(read.set.to_bytes()));
        let is_songs = read.set.kind == ItemKind::Song;
        let catalogue = if is_songs { self.catalogue_if_any()? } else { None };
        let Some(version) = catalogue else {
            let (table, data) = table_of(&read.set);
            return Ok(found(sets, fingerprint(&[&of_set]), None, is_songs, data, Arc::new(table)));
        };
        let table = self.table(version.version, progress)?;
        progress.begin("Looking up interactions", None, "");
        let (data, _) = match_interactions(&read.set, &table);
        let fingerprint = fingerprint(&[&version.manifest.fingerprint, &of_set]);
        Ok(found(sets, fingerprint, Some(version.version), true, data, table))
    }
}

fn found(
    sets: Vec<SetMeasured>,
    fingerprint: String,
    features_version: Option<u64>,
    knows_songs: bool,
    data: MatchedInteractions,
    table: Arc<RecordingTable>,
) -> Found {
    let measured_on = MeasuredOn {
        sets,
        fingerprint,
        features_version,
        knows_songs,
        n_items: table.n_items(),
        n_owners: data.n_owners(),
        n_entries: data.by_item.n_entries(),
    };
    (measured_on, data, table)
}

fn fingerprint(parts: &[&str]) -> String {
    hex(&Sha256::digest(parts.join("\n")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn nothing_to_measure_on() -> AppError {
    AppError::Missing(
        "there is nothing to measure on: what is good shows in what people put into one playlist, or listen to.\n\
         Add playlists or listening histories: nearsong interactions add playlists.zip\n\
         Or measure on files that stay where they are: nearsong evaluate playlists.zip"
            .to_owned(),
    )
}

fn nothing_known() -> AppError {
    AppError::Missing(
        "the catalogue knows nothing of the interactions that were added, so there is nothing to measure on.\n\
         Add a larger dataset: nearsong catalog add dataset.csv\n\
         See what is found of a set: nearsong interactions show NAME"
            .to_owned(),
    )
}

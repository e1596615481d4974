use std::{collections::BTreeMap, sync::Arc};

use nearsong_catalog::{Dataset, PIPELINE_VERSION, ReadLimits, compile, merge, read_dataset};
use nearsong_store::{DatasetRecord, Version};
use nearsong_types::{InputFile, Manifest, Moment, Progress, RecordingTable};
use sha2::{Digest, Sha256};

use crate::{App, AppError};

/// What the feature pipeline did.
#[derive(Debug)]
pub struct FeatureUpdate {
    /// The version that is current now.
    pub version: u64,
    /// Whether it was made just now; `false` where nothing had changed.
    pub is_new: bool,
    /// What went into it.
    pub manifest: Manifest,
    /// Its recordings.
    pub table: Arc<RecordingTable>,
}

/// Names a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichVersion {
    /// The newest.
    Latest,
    /// By number.
    Number(u64),
    /// The one that was current then.
    AsOf(Moment),
}

impl App {
    /// The feature pipeline: reads the datasets (those in `fresh` are read already), merges them, and writes a new version
    /// where inputs or code have changed since the last one.
    pub(crate) fn update_features(
        &mut self,
        mut fresh: BTreeMap<String, Dataset>,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<FeatureUpdate, AppError> {
        let records = self.store.datasets()?;
        let fingerprint = fingerprint(&records);
        if let Some(latest) = self.features.latest()?.filter(|latest| latest.manifest.fingerprint == fingerprint) {
            let table = self.table(latest.version, progress)?;
            return Ok(FeatureUpdate { version: latest.version, is_new: false, manifest: latest.manifest, table });
        }
        let mut datasets = Vec::with_capacity(records.len());
        for record in &records {
            let dataset = match fresh.remove(&record.sha256) {
                Some(dataset) => dataset,
                None => read_dataset(&self.store.dataset_path(record), &ReadLimits::default(), progress)?,
            };
            datasets.push(dataset);
        }
        let inputs = datasets.iter().zip(&records).map(|(dataset, record)| input_file(dataset, record)).collect();
        progress.begin("Merging tracks into recordings", None, "");
        let merged = merge(datasets)?;
        progress.check()?;
        let table = compile(&merged.tracks);
        let manifest = Manifest {
            fingerprint,
            pipeline_version: PIPELINE_VERSION,
            inputs,
            n_tracks: merged.tracks.len() as u64,
            n_recordings: table.n_items() as u64,
            n_with_audio: merged.tracks.iter().filter(|track| !track.track.audio.is_empty()).count() as u64,
            faults: merged.faults,
        };
        progress.begin("Writing the track features", None, "");
        let version = self.features.write(&merged.tracks, &manifest, now)?;
        drop(merged.tracks);
        self.features.save_table(version, &table.to_bytes())?;
        Ok(FeatureUpdate { version, is_new: true, manifest, table: Arc::new(table) })
    }

    /// The recordings of a version: the compiled table where it is kept and whole, else compiled anew from the track features.
    pub(crate) fn table(&self, version: u64, progress: &dyn Progress) -> Result<Arc<RecordingTable>, AppError> {
        if let Some(bytes) = self.features.load_table(version)?
            && let Ok(table) = RecordingTable::from_bytes(&bytes)
        {
            return Ok(Arc::new(table));
        }
        progress.begin("Compiling the recordings", None, "");
        let table = compile(&self.features.read(version)?);
        // The kept table only saves time: a directory that cannot be written to is no reason to fail.
        let _ = self.features.save_table(version, &table.to_bytes());
        Ok(Arc::new(table))
    }

    /// All versions of the track features, oldest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn feature_versions(&self) -> Result<Vec<Version>, AppError> {
        Ok(self.features.versions()?)
    }

    /// The version of the track features that is the catalogue now. With the last dataset taken out there is none, although
    /// the versions made so far stay readable.
    ///
    /// # Errors
    /// [`AppError::Missing`] where the catalogue is empty.
    pub fn catalogue(&self) -> Result<Version, AppError> {
        self.catalogue_if_any()?.ok_or_else(no_catalogue)
    }

    pub(crate) fn catalogue_if_any(&self) -> Result<Option<Version>, AppError> {
        if self.store.datasets()?.is_empty() { Ok(None) } else { Ok(self.features.latest()?) }
    }

    /// One version of the track features.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is none yet, [`AppError::Store`] where there is no such one.
    pub fn feature_version(&self, which: WhichVersion) -> Result<Version, AppError> {
        let found = match which {
            WhichVersion::Latest => self.features.latest()?,
            WhichVersion::Number(version) => Some(self.features.version(version)?),
            WhichVersion::AsOf(at) => self.features.as_of(at)?,
        };
        found.ok_or_else(|| match which {
            WhichVersion::AsOf(_) => AppError::Missing("there was no version of the track features then".to_owned()),
            _ => no_catalogue(),
        })
    }
}

/// What to say where nothing can be done without a catalogue.
pub(crate) fn no_catalogue() -> AppError {
    AppError::Missing(
        "the catalogue is empty. Add a dataset: nearsong catalog add dataset.csv\n\
         Or see which ones can be downloaded: nearsong catalog fetch"
            .to_owned(),
    )
}

/// A kept file bears another name than the one the person gave it.
fn input_file(dataset: &Dataset, record: &DatasetRecord) -> InputFile {
    InputFile { name: record.name.clone(), ..dataset.input_file(record.is_made_up) }
}

fn fingerprint(records: &[DatasetRecord]) -> String {
    let mut hash = Sha256::new();
    hash.update(PIPELINE_VERSION.to_le_bytes());
    for record in records {
        hash.update(record.sha256.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

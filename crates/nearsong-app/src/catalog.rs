use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use nearsong_catalog::{Dataset, ReadLimits, read_dataset};
use nearsong_store::DatasetRecord;
use nearsong_types::{Manifest, Moment, Progress};

use crate::{App, AppError, FeatureUpdate};

/// Where a dataset comes from, apart from its content.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Whether Nearsong made the data up.
    pub is_made_up: bool,
    /// Address it was downloaded from.
    pub source_url: Option<String>,
}

/// What adding datasets did.
#[derive(Debug)]
pub struct AddedDatasets {
    /// Names of the datasets that are new.
    pub added: Vec<String>,
    /// Names of the datasets that were there already.
    pub known: Vec<String>,
    /// The track features after it.
    pub features: FeatureUpdate,
}

impl App {
    /// Reads datasets, keeps them, and brings the track features up to date.
    ///
    /// All or nothing: a file that cannot be read leaves the catalogue as it was.
    ///
    /// # Errors
    /// [`AppError::Catalog`] naming file and place, [`AppError::Store`].
    pub fn add_datasets(
        &mut self,
        paths: &[PathBuf],
        origin: &Origin,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<AddedDatasets, AppError> {
        let files: Vec<(&Path, &Origin)> = paths.iter().map(|path| (path.as_path(), origin)).collect();
        self.add_files(&files, now, progress)
    }

    /// [`App::add_datasets`] of files that come from different places.
    pub(crate) fn add_files(
        &mut self,
        files: &[(&Path, &Origin)],
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<AddedDatasets, AppError> {
        let _lock = self.lock("adding datasets")?;
        let mut read: Vec<(&Path, &Origin, Dataset)> = Vec::new();
        for &(path, origin) in files {
            let dataset = read_dataset(path, &ReadLimits::default(), progress)?;
            if !read.iter().any(|(_, _, other)| other.sha256 == dataset.sha256) {
                read.push((path, origin, dataset));
            }
        }
        let there = self.store.datasets()?;
        self.check_room(there.len() + read.len())?;
        let mut trust = there.iter().map(|dataset| dataset.trust + 1).max().unwrap_or(0);
        let mut fresh = BTreeMap::new();
        let (mut added, mut known, mut records) = (Vec::new(), Vec::new(), Vec::new());
        for (path, origin, dataset) in read {
            if there.iter().any(|record| record.sha256 == dataset.sha256) {
                known.push(dataset.name.clone());
            } else {
                records.push(self.keep(path, &dataset, origin, trust, now)?);
                added.push(dataset.name.clone());
                trust += 1;
            }
            fresh.insert(dataset.sha256.clone(), dataset);
        }
        for record in &records {
            self.store.add_dataset(record)?;
        }
        match self.update_features(fresh, now, progress) {
            Ok(features) => Ok(AddedDatasets { added, known, features }),
            Err(error) => {
                // What could not be merged was not added.
                records.iter().try_for_each(|record| self.store.remove_dataset(&record.sha256))?;
                Err(error)
            }
        }
    }

    fn check_room(&self, n_datasets: usize) -> Result<(), AppError> {
        if n_datasets <= Manifest::MAX_INPUTS {
            return Ok(());
        }
        Err(AppError::Unusable(format!(
            "a catalogue has at most {} datasets; take one out first: nearsong catalog remove NAME",
            Manifest::MAX_INPUTS
        )))
    }

    fn keep(
        &self,
        path: &Path,
        dataset: &Dataset,
        origin: &Origin,
        trust: u32,
        now: Moment,
    ) -> Result<DatasetRecord, AppError> {
        let kept = self.data.keep_dataset_file(path)?;
        Ok(DatasetRecord {
            name: dataset.name.clone(),
            schema: dataset.schema.name().to_owned(),
            sha256: dataset.sha256.clone(),
            is_made_up: origin.is_made_up,
            size_bytes: kept.size_bytes,
            n_rows: dataset.n_rows,
            trust,
            added_at: now,
            file_name: kept.file_name,
            source_url: origin.source_url.clone(),
        })
    }

    /// Takes a dataset out and brings the track features up to date.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is none of that name.
    pub fn remove_dataset(
        &mut self,
        name: &str,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Option<FeatureUpdate>, AppError> {
        let _lock = self.lock("taking a dataset out")?;
        let datasets = self.store.datasets()?;
        let Some(dataset) = datasets.iter().find(|dataset| dataset.name == name) else {
            let names: Vec<_> = datasets.iter().map(|dataset| dataset.name.as_str()).collect();
            return Err(AppError::Unusable(format!("there is no dataset “{name}”; there are: {}", names.join(", "))));
        };
        self.store.remove_dataset(&dataset.sha256)?;
        if datasets.len() == 1 {
            return Ok(None);
        }
        Ok(Some(self.update_features(BTreeMap::new(), now, progress)?))
    }

    /// The datasets, in order of trust.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn datasets(&self) -> Result<Vec<DatasetRecord>, AppError> {
        Ok(self.store.datasets()?)
    }
}

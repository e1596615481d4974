use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
    sync::Arc,
};

use nearsong_catalog::{Dataset, PIPELINE_VERSION, ReadLimits, compile, merge, read_dataset};
use nearsong_store::{DatasetRecord, Version};
use nearsong_types::{AudioFeature, CatalogTrack, InputFile, Manifest, Moment, Progress, RecordingTable, TrackId};
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

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FeatureDiff {
    /// Tracks in both.
    pub n_same: u64,
    /// Tracks in both of which something differs.
    pub n_changed: u64,
    /// Tracks only in the later one.
    pub n_added: u64,
    /// Tracks only in the earlier one.
    pub n_removed: u64,
    /// For each column in how many tracks of both it differs; columns that never differ are left out.
    pub changed_columns: BTreeMap<&'static str, u64>,
    /// Inputs only in the later one.
    pub added_inputs: Vec<String>,
    /// Inputs only in the earlier one.
    pub removed_inputs: Vec<String>,
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

    /// What changed between two versions.
    ///
    /// # Errors
    /// [`AppError::Store`] where there is no such version.
    pub fn diff_features(&self, from: u64, to: u64) -> Result<FeatureDiff, AppError> {
        let (from, to) = (self.features.version(from)?, self.features.version(to)?);
        let inputs = |version: &Version| -> BTreeSet<String> {
            version.manifest.inputs.iter().map(|input| input.name.clone()).collect()
        };
        let (before, after) = (inputs(&from), inputs(&to));
        let diff = diff_tracks(&self.features.read(from.version)?, &self.features.read(to.version)?);
        Ok(FeatureDiff {
            added_inputs: after.difference(&before).cloned().collect(),
            removed_inputs: before.difference(&after).cloned().collect(),
            ..diff
        })
    }

    /// Writes one version as CSV, through a temporary file; an existing file is replaced only when all is written.
    ///
    /// # Errors
    /// [`AppError::Store`], [`AppError::Io`].
    pub fn export_features(&self, version: &Version, to: &Path) -> Result<u64, AppError> {
        let tracks = self.features.read(version.version)?;
        let partial = to.with_extension("part");
        let written = std::fs::File::create(&partial)
            .and_then(|file| write_csv(&tracks, &version.manifest, std::io::BufWriter::new(file)))
            .and_then(|()| std::fs::rename(&partial, to));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&partial);
            return Err(AppError::io(to)(error));
        }
        Ok(tracks.len() as u64)
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

/// Both sides ascend by id.
fn diff_tracks(before: &[CatalogTrack], after: &[CatalogTrack]) -> FeatureDiff {
    let by_id: BTreeMap<TrackId, &CatalogTrack> = before.iter().map(|track| (track.track.id, track)).collect();
    let mut changed_columns = BTreeMap::new();
    let (mut n_same, mut n_changed, mut n_added) = (0, 0, 0);
    for track in after {
        let Some(old) = by_id.get(&track.track.id) else {
            n_added += 1;
            continue;
        };
        let columns = changed_columns_of(old, track);
        if columns.is_empty() {
            n_same += 1
        } else {
            n_changed += 1
        }
        for column in columns {
            *changed_columns.entry(column).or_default() += 1;
        }
    }
    let n_removed = before.len() as u64 - n_same - n_changed;
    let (added_inputs, removed_inputs) = (Vec::new(), Vec::new());
    FeatureDiff { n_same, n_changed, n_added, n_removed, changed_columns, added_inputs, removed_inputs }
}

fn changed_columns_of(old: &CatalogTrack, new: &CatalogTrack) -> Vec<&'static str> {
    let (a, b) = (&old.track, &new.track);
    let plain = [
        ("title", a.title != b.title),
        ("artists", a.artists != b.artists),
        ("album", a.album != b.album),
        ("release_date", a.release_date != b.release_date),
        ("duration_ms", a.duration_ms != b.duration_ms),
        ("explicit", a.explicit != b.explicit),
        ("popularity", a.popularity != b.popularity),
        ("genres", a.genres != b.genres),
        ("key", a.key != b.key),
        ("mode", a.is_major != b.is_major),
        ("time_signature", a.time_signature != b.time_signature),
        ("recording_id", old.recording_id != new.recording_id),
    ];
    let audio = AudioFeature::ALL.map(|feature| (feature.name(), a.audio.get(feature) != b.audio.get(feature)));
    plain.into_iter().chain(audio).filter_map(|(column, differs)| differs.then_some(column)).collect()
}

fn write_csv(tracks: &[CatalogTrack], manifest: &Manifest, to: impl Write) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    let metadata = ["track_id", "recording_id", "title", "artists", "album", "release_date", "duration_ms", "explicit"];
    let rest = ["popularity", "genres", "key", "mode", "time_signature", "sources"];
    csv.write_record(metadata.into_iter().chain(AudioFeature::ALL.map(AudioFeature::name)).chain(rest))?;
    for track in tracks {
        csv.write_record(csv_row(track, manifest))?;
    }
    csv.flush()
}

fn csv_row(row: &CatalogTrack, manifest: &Manifest) -> Vec<String> {
    fn or_empty<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let track = &row.track;
    let mut cells = vec![
        track.id.to_string(),
        row.recording_id.to_string(),
        or_empty(track.title.as_ref()),
        track.artists.join(";"),
        or_empty(track.album.as_ref()),
        or_empty(track.release_date.as_ref()),
        or_empty(track.duration_ms),
        or_empty(track.explicit),
    ];
    cells.extend(AudioFeature::ALL.map(|feature| or_empty(track.audio.get(feature))));
    let sources = manifest.inputs.iter().enumerate().filter(|(bit, _)| row.sources >> bit & 1 == 1);
    cells.extend([
        or_empty(track.popularity),
        track.genres.join(";"),
        or_empty(track.key),
        or_empty(track.is_major.map(u8::from)),
        or_empty(track.time_signature),
        sources.map(|(_, input)| input.name.as_str()).collect::<Vec<_>>().join(";"),
    ]);
    cells
}

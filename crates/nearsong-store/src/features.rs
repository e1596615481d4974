mod columns;
mod log;
mod read;
mod stats;
mod write;

use std::{fs, io, path::PathBuf};

use nearsong_types::{CatalogTrack, Manifest, Moment};

use crate::{DataDir, StoreError, fingerprint::fingerprint_of, partial_file::write_whole};

pub(crate) const DAMAGED: &str = "make the features again or restore a backup";

/// The track features: a Delta table of numbered, immutable versions.
///
/// Protocol: reader 1, writer 2. Each version is one commit that replaces the one Parquet file of the version before; the old files
/// stay, so that every version can be read. The commit carries the [`Manifest`] and the SHA-256 of its file. pandas, DuckDB, Polars and Spark
/// read the table as it is.
#[derive(Debug, Clone)]
pub struct FeatureStore {
    table: PathBuf,
    tables: PathBuf,
}

/// One version of the feature table.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its number, from 0.
    pub version: u64,
    /// When it was made.
    pub at: Moment,
    /// What it was made from.
    pub manifest: Manifest,
    /// Its Parquet file.
    pub file: PathBuf,
    /// Length of the file in bytes.
    pub size_bytes: u64,
    /// SHA-256 (hex) of the file.
    pub sha256: String,
}

impl FeatureStore {
    /// The feature store of a data directory.
    pub fn open(data: &DataDir) -> Self {
        Self { table: data.features(), tables: data.tables() }
    }

    /// Adds a version; gives its number. The same tracks and manifest give the same bytes of Parquet.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where tracks and manifest do not fit, [`StoreError::Conflict`] where another process added the same
    /// number meanwhile, [`StoreError::DiskFull`], [`StoreError::ReadOnly`], [`StoreError::Corrupt`] for a damaged last version.
    /// No version is added then.
    pub fn write(&self, tracks: &[CatalogTrack], manifest: &Manifest, at: Moment) -> Result<u64, StoreError> {
        check(tracks, manifest)?;
        let last = self.latest()?;
        let version = last.as_ref().map_or(0, |last| last.version + 1);
        let file = write::write_file(&self.table, version, tracks, manifest)?;
        log::commit(&self.table, version, last.as_ref(), file, manifest, at)?;
        Ok(version)
    }

    /// All versions, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where an entry of the log is missing or cannot be read.
    pub fn versions(&self) -> Result<Vec<Version>, StoreError> {
        let n_versions = log::n_versions(&self.table)?;
        (0..n_versions).map(|version| log::version(&self.table, version)).collect()
    }

    /// The newest version; `None` in an empty store.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where its entry of the log cannot be read.
    pub fn latest(&self) -> Result<Option<Version>, StoreError> {
        let n_versions = log::n_versions(&self.table)?;
        n_versions.checked_sub(1).map(|version| log::version(&self.table, version)).transpose()
    }

    /// The version of a number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Corrupt`].
    pub fn version(&self, version: u64) -> Result<Version, StoreError> {
        if version >= log::n_versions(&self.table)? {
            return Err(StoreError::not_found(format!("version {version} of the features")));
        }
        log::version(&self.table, version)
    }

    /// The newest version made at `at` or before; `None` where there was none yet.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn as_of(&self, at: Moment) -> Result<Option<Version>, StoreError> {
        for version in (0..log::n_versions(&self.table)?).rev() {
            let version = log::version(&self.table, version)?;
            if version.at <= at {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }

    /// The tracks of a version as they were given to [`FeatureStore::write`], in the same order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Corrupt`] where the file is missing or not what was written.
    pub fn read(&self, version: u64) -> Result<Vec<CatalogTrack>, StoreError> {
        let version = self.version(version)?;
        check_file(&version)?;
        read::read_file(&version)
    }

    /// Keeps the compiled table of a version, so that the next start need not compile it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::ReadOnly`].
    pub fn save_table(&self, version: u64, bytes: &[u8]) -> Result<(), StoreError> {
        write_whole(&self.table_path(version), bytes)
    }

    /// The compiled table of a version as it was saved; `None` where there is none. The bytes check themselves when read.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn load_table(&self, version: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.table_path(version);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoreError::Io { path, source }),
        }
    }

    fn table_path(&self, version: u64) -> PathBuf {
        self.tables.join(format!("{version}.table"))
    }
}

fn check(tracks: &[CatalogTrack], manifest: &Manifest) -> Result<(), StoreError> {
    let n_inputs = manifest.inputs.len();
    let n_tracks = tracks.len() as u64;
    let known = u64::MAX.checked_shr(Manifest::MAX_INPUTS.saturating_sub(n_inputs) as u32).unwrap_or(0);
    let problem = if n_inputs > Manifest::MAX_INPUTS {
        format!("at most {} datasets make a version, found {n_inputs}", Manifest::MAX_INPUTS)
    } else if manifest.n_tracks != n_tracks {
        format!("the manifest tells of {} tracks, found {n_tracks}", manifest.n_tracks)
    } else if let Some(track) = tracks.iter().find(|track| track.sources & !known != 0) {
        format!("track {} names a source that is none of the {n_inputs} datasets", track.track.id)
    } else {
        return Ok(());
    };
    Err(StoreError::Invalid { problem })
}

/// Fails unless the file of a version is there and is what was written.
pub(crate) fn check_file(version: &Version) -> Result<(), StoreError> {
    let damaged = |problem: String| StoreError::corrupt(&version.file, problem, DAMAGED);
    let (sha256, size_bytes) = fingerprint_of(&version.file).map_err(|error| match error {
        StoreError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            damaged("the file is missing".to_owned())
        }
        other => other,
    })?;
    if size_bytes != version.size_bytes {
        return Err(damaged(format!("expected {} bytes, found {size_bytes}", version.size_bytes)));
    }
    if sha256 != version.sha256 {
        return Err(damaged("its SHA-256 is not the one in the log".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;

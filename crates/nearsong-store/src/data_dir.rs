use std::{
    fs::{self, DirBuilder, File},
    io,
    path::{Path, PathBuf},
};

use crate::{StoreError, WriteLock, fingerprint::copy_hashed, leftovers::sweep, partial_file::PartialFile};

/// The one directory in which Nearsong keeps everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
}

/// A file copied into the data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Name in [`DataDir::datasets`].
    pub file_name: String,
    /// SHA-256 (hex) of its content.
    pub sha256: String,
    /// Length in bytes.
    pub size_bytes: u64,
}

impl DataDir {
    /// Opens the directory and makes what is missing of it. On Unix a new directory is closed to other users.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where `path` is not a directory, [`StoreError::ReadOnly`], [`StoreError::DiskFull`],
    /// [`StoreError::Io`].
    pub fn open_or_create(path: &Path) -> Result<Self, StoreError> {
        if path.exists() && !path.is_dir() {
            let problem = format!("{} is a file; a directory is needed to keep data in", path.display());
            return Err(StoreError::Invalid { problem });
        }
        create_private(path)?;
        let data = Self::at(path);
        for part in [data.datasets(), data.interactions(), data.features(), data.tables(), data.models()] {
            create_private(&part)?;
        }
        Ok(data)
    }

    /// The layout beneath `root`, whether it exists or not.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database: listeners, listening, datasets, interactions, model registry.
    pub fn database(&self) -> PathBuf {
        self.root.join("nearsong.db")
    }

    /// The datasets as they were added.
    pub fn datasets(&self) -> PathBuf {
        self.root.join("datasets")
    }

    /// Playlists and listening histories of others, `<hash>-<name>.interactions`.
    pub fn interactions(&self) -> PathBuf {
        self.root.join("interactions")
    }

    /// The feature table, a Delta table.
    pub fn features(&self) -> PathBuf {
        self.root.join("features")
    }

    /// Compiled tables: a cache, made again when missing.
    pub fn tables(&self) -> PathBuf {
        self.root.join("tables")
    }

    /// The trained models, `<id>.model`.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// The key that tokens are sealed with, where none is given from outside. It is in no backup.
    pub fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    /// Claims the talk with Spotify for one process, until the lock is dropped or the process ends: so that tokens are exchanged once and calls
    /// keep to their budget. Everything else may be changed meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the id and work of the process that holds it.
    pub fn lock_spotify(&self, doing: &str) -> Result<WriteLock, StoreError> {
        WriteLock::acquire(&self.root.join("spotify.lock"), doing)
    }

    /// Claims the refresh loop for one process, until the lock is dropped or the process ends.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the id of the process that holds it.
    pub fn lock_rounds(&self) -> Result<WriteLock, StoreError> {
        WriteLock::acquire(&self.root.join("refresh.lock"), "refreshing what is due")
    }

    /// Claims the directory for one process that is about to change it, until the lock is dropped or the process ends.
    ///
    /// `doing` is shown to whoever comes second, such as `import`. What killed processes left half-written is deleted.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the id and work of the process that holds it.
    pub fn lock(&self, doing: &str) -> Result<WriteLock, StoreError> {
        let lock = WriteLock::acquire(&self.root.join("lock"), doing)?;
        sweep(self, &lock);
        Ok(lock)
    }

    /// Copies a dataset into the directory under a name made of its content and its own name; the same file twice is one file.
    ///
    /// # Errors
    /// [`StoreError::Io`] where `from` cannot be read, [`StoreError::DiskFull`], [`StoreError::ReadOnly`].
    pub fn keep_dataset_file(&self, from: &Path) -> Result<KeptFile, StoreError> {
        let mut source = File::open(from).map_err(|error| StoreError::Io { path: from.to_owned(), source: error })?;
        let mut copy = PartialFile::create(&self.datasets().join("dataset"))?;
        let hashed = copy_hashed(&mut source, copy.writer());
        let (sha256, size_bytes) = hashed.map_err(|error| StoreError::io(&self.datasets(), error))?;
        let file_name = format!("{}-{}", &sha256[..16], plain_name(from));
        copy.replace_as(&self.datasets().join(&file_name))?;
        Ok(KeptFile { file_name, sha256, size_bytes })
    }
}

/// The last part of a path, at most 80 characters of letters, digits, `.`, `_` and `-`.
pub(crate) fn plain_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let start = name.chars().count().saturating_sub(80);
    name.chars().skip(start).map(|c| if is_plain(c) { c } else { '_' }).collect()
}

fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| StoreError::io(path, source))
}

/// The names in a directory, sorted; none where it does not exist.
pub(crate) fn names_in(directory: &Path) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io(directory, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| StoreError::io(directory, source))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_has_its_parts_and_is_private() {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(&parent.path().join("a/b")).unwrap();
        assert!(data.models().is_dir() && data.features().is_dir());
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(data.root()).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o700);
        }
        assert_eq!(DataDir::open_or_create(data.root()).unwrap(), data);
    }

    #[test]
    fn a_file_is_no_data_directory() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = DataDir::open_or_create(file.path()).unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    }

    #[test]
    fn a_dataset_is_kept_once_under_a_plain_name() {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(&parent.path().join("data")).unwrap();
        let from = parent.path().join("my tracks (1).csv");
        fs::write(&from, "track_id\n").unwrap();
        let kept = data.keep_dataset_file(&from).unwrap();
        assert_eq!(data.keep_dataset_file(&from).unwrap(), kept);
        assert_eq!(kept.file_name, format!("{}-my_tracks__1_.csv", &kept.sha256[..16]));
        assert_eq!(kept.size_bytes, 9);
        assert_eq!(names_in(&data.datasets()).unwrap(), [kept.file_name]);
    }
}

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::StoreError;

/// How the name of every file ends that is still being written.
pub(crate) const PARTIAL: &str = ".partial";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A file that appears under its name only when it is whole and on the disk; dropped before that, it vanishes.
pub(crate) struct PartialFile {
    target: PathBuf,
    path: PathBuf,
    file: BufWriter<File>,
    is_published: bool,
}

impl PartialFile {
    /// Begins to write what shall become `target`, in the same directory.
    pub(crate) fn create(target: &Path) -> Result<Self, StoreError> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{number}{PARTIAL}", process::id()));
        let path = target.with_file_name(name);
        // A process killed long ago can have had the same id; what it left under this name is nobody's.
        let file = OpenOptions::new().write(true).read(true).create(true).truncate(true).open(&path);
        let file = file.map_err(|source| StoreError::io(&path, source))?;
        Ok(Self { target: target.to_owned(), path, file: BufWriter::new(file), is_published: false })
    }

    /// Where to write.
    pub(crate) fn writer(&mut self) -> &mut BufWriter<File> {
        &mut self.file
    }

    /// Puts the file in place of whatever had the name before.
    pub(crate) fn replace(mut self) -> Result<(), StoreError> {
        self.sync()?;
        fs::rename(&self.path, &self.target).map_err(|source| StoreError::io(&self.target, source))?;
        self.is_published = true;
        sync_directory(&self.target)
    }

    /// Puts the file under a name that was not known when it was begun, in the same directory.
    pub(crate) fn replace_as(mut self, target: &Path) -> Result<(), StoreError> {
        self.target = target.to_owned();
        self.replace()
    }

    /// Puts the file in place unless the name is taken; of two writers exactly one succeeds.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the name is taken.
    pub(crate) fn publish_new(mut self) -> Result<(), StoreError> {
        self.sync()?;
        fs::hard_link(&self.path, &self.target).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Conflict {
                what: format!("{} was written by someone else meanwhile", self.target.display()),
            },
            _ => StoreError::io(&self.target, source),
        })?;
        sync_directory(&self.target)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        let synced = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        synced.map_err(|source| StoreError::io(&self.path, source))
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.is_published {
            // Nothing better can be done here; `doctor` names what stays.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes a whole file at once, in place of whatever had the name before.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = PartialFile::create(path)?;
    file.writer().write_all(bytes).map_err(|source| StoreError::io(path, source))?;
    file.replace()
}

/// Makes a new name survive a power cut.
pub(crate) fn sync_directory(file: &Path) -> Result<(), StoreError> {
    // A bare file name has an empty parent, which means the working directory.
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        let synced = File::open(directory).and_then(|directory| directory.sync_all());
        synced.map_err(|source| StoreError::io(directory, source))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("a");
        let mut given_up = PartialFile::create(&target).unwrap();
        given_up.writer().write_all(b"half").unwrap();
        drop(given_up);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);

        write_whole(&target, b"first").unwrap();
        write_whole(&target, b"second").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"second");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn of_two_new_files_of_one_name_the_second_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("a");
        let mut first = PartialFile::create(&target).unwrap();
        let mut second = PartialFile::create(&target).unwrap();
        first.writer().write_all(b"first").unwrap();
        second.writer().write_all(b"second").unwrap();
        first.publish_new().unwrap();
        assert!(matches!(second.publish_new(), Err(StoreError::Conflict { .. })));
        assert_eq!(fs::read(&target).unwrap(), b"first");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Write},
    path::Path,
    process,
};

use crate::StoreError;

/// Longest description of a holder that is read back.
const MAX_HOLDER: u64 = 200;

/// The right to change a data directory; released when dropped, also by a killed process.
#[derive(Debug)]
pub struct WriteLock {
    file: File,
}

impl WriteLock {
    pub(crate) fn acquire(path: &Path, doing: &str) -> Result<Self, StoreError> {
        let failed = |source| StoreError::io(path, source);
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = options.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0).map_err(failed)?;
                write!(file, "process {} ({doing})", process::id()).map_err(failed)?;
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { by: holder(&mut file) }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // The lock goes with the file handle in any case; an empty file only keeps a stale name from being shown.
        let _ = self.file.set_len(0);
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(MAX_HOLDER).read_to_string(&mut text) {
        Ok(_) if !text.is_empty() => text,
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child_process;

    #[test]
    fn the_second_is_told_who_holds_it_until_it_is_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let first = WriteLock::acquire(&path, "import").unwrap();
        let error = WriteLock::acquire(&path, "train").unwrap_err();
        assert!(error.is_temporary());
        assert!(error.to_string().starts_with(&format!("process {} (import)", process::id())), "{error}");
        drop(first);
        WriteLock::acquire(&path, "train").unwrap();
    }

    /// The other half of the next test: holds the lock until it is killed.
    #[test]
    fn holder_process() {
        let Some(directory) = child_process::directory() else { return };
        let _lock = WriteLock::acquire(&directory.join("lock"), "train").unwrap();
        child_process::ready("");
    }

    #[test]
    fn a_killed_process_holds_it_no_longer() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let mut holder = child_process::command("write_lock::tests::holder_process", directory.path()).spawn().unwrap();
        child_process::wait_until_ready(&mut holder);
        let error = WriteLock::acquire(&path, "import").unwrap_err();
        assert!(error.to_string().starts_with(&format!("process {} (train)", holder.id())), "{error}");
        holder.kill().unwrap();
        holder.wait().unwrap();
        WriteLock::acquire(&path, "import").unwrap();
    }
}

use std::{fs, path::PathBuf};

use crate::{DataDir, StoreError, WriteLock, data_dir::names_in, partial_file::PARTIAL};

/// Files that somebody is writing just now, or was writing when killed.
pub(crate) fn half_written(data: &DataDir) -> Result<Vec<PathBuf>, StoreError> {
    let log = data.features().join("_delta_log");
    let root = data.root().to_owned();
    let mut found = Vec::new();
    for directory in [root, data.datasets(), data.interactions(), data.features(), log, data.tables(), data.models()] {
        let names = names_in(&directory)?.into_iter();
        found.extend(names.filter(|name| name.ends_with(PARTIAL)).map(|name| directory.join(name)));
    }
    Ok(found)
}

/// Deletes what killed processes left half-written. Whoever holds the lock is the only one who writes; a table that is compiled
/// without it only saves time and is compiled again.
pub(crate) fn sweep(data: &DataDir, _lock: &WriteLock) {
    for path in half_written(data).unwrap_or_default() {
        // Nothing depends on it; `doctor` names what stays.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_the_lock_finds_nothing_half_written() {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(&parent.path().join("data")).unwrap();
        let whole = data.models().join("1.model");
        let cut = [data.models().join("2.model.7-0.partial"), data.tables().join("0.table.7-1.partial")];
        fs::write(&whole, "whole").unwrap();
        cut.iter().for_each(|path| fs::write(path, "ha").unwrap());
        assert_eq!(half_written(&data).unwrap().len(), 2);
        let lock = data.lock("train").unwrap();
        assert_eq!(half_written(&data).unwrap(), Vec::<PathBuf>::new());
        assert!(whole.exists());
        fs::write(&cut[0], "ha").unwrap();
        assert!(data.lock("import").is_err(), "somebody is at work");
        assert!(cut[0].exists(), "and may be writing it");
        drop(lock);
    }
}

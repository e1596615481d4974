use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use nearsong_types::Progress;

use crate::{
    FileKind, Limits, ReadError,
    archive::{Entry, find_in_archive},
    error::excerpt,
    file_kind::base_name,
    recognise::recognise,
};

const MAX_NAMES_TOLD: usize = 6;

/// One history file and where its bytes are.
#[derive(Debug)]
pub(crate) struct HistoryFile {
    pub(crate) name: String,
    pub(crate) base_name: String,
    pub(crate) kind: FileKind,
    pub(crate) n_bytes: u64,
    pub(crate) source: Source,
}

#[derive(Debug)]
pub(crate) enum Source {
    Plain(PathBuf),
    Archived(Entry),
}

/// What there is to read, and what was passed over.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) files: Vec<HistoryFile>,
    pub(crate) n_ignored: u64,
    ignored_names: Vec<String>,
    n_entries: usize,
}

impl Plan {
    /// Looks through all paths; nothing but zips and JSON files named on their own are opened.
    ///
    /// # Order
    /// Of the files: by kind, then by name without regard to case, then by path.
    pub(crate) fn of(paths: &[PathBuf], limits: &Limits, progress: &dyn Progress) -> Result<Self, ReadError> {
        let mut plan = Self::default();
        for path in paths {
            let (n_files, n_ignored) = (plan.files.len(), plan.n_ignored);
            plan.ignored_names.clear();
            plan.add_path(path, limits, progress)?;
            if plan.files.len() == n_files {
                let (found, n_found) = (plan.ignored_names, plan.n_ignored - n_ignored);
                return Err(ReadError::NoHistory { path: path.display().to_string(), found, n_found });
            }
        }
        plan.files.sort_by_cached_key(|file| (file.kind, file.base_name.to_lowercase(), file.name.clone()));
        Ok(plan)
    }

    pub(crate) fn add(&mut self, file: HistoryFile) {
        self.files.push(file);
    }

    pub(crate) fn ignore(&mut self, name: &str) {
        self.n_ignored += 1;
        if self.ignored_names.len() < MAX_NAMES_TOLD {
            self.ignored_names.push(excerpt(base_name(name)));
        }
    }

    /// Counts what is looked at; false above the limit.
    pub(crate) fn count_entries(&mut self, n_entries: usize, limits: &Limits) -> bool {
        self.n_entries = self.n_entries.saturating_add(n_entries);
        self.n_entries <= limits.max_entries
    }

    fn add_path(&mut self, path: &Path, limits: &Limits, progress: &dyn Progress) -> Result<(), ReadError> {
        let metadata = fs::metadata(path).map_err(|source| io_error(path, source))?;
        if metadata.is_dir() {
            return self.add_folder(path, limits, progress);
        }
        if !metadata.is_file() {
            return Err(io_error(path, io::Error::other("neither a file nor a folder")));
        }
        if has_zip_name(path) || begins_like_a_zip(path).map_err(|source| io_error(path, source))? {
            return find_in_archive(path, limits, self);
        }
        let kind = match FileKind::of_name(&path.to_string_lossy()) {
            Some(kind) => kind,
            None => recognise(path, limits)?,
        };
        self.add_plain(path, kind, metadata.len());
        Ok(())
    }

    fn add_plain(&mut self, path: &Path, kind: FileKind, n_bytes: u64) {
        let (name, source) = (path.display().to_string(), Source::Plain(path.to_owned()));
        self.add(HistoryFile { base_name: base_name(&name).to_owned(), name, kind, n_bytes, source });
    }

    /// Looks through a folder and those below it, in the order of names; links are not followed.
    fn add_folder(&mut self, root: &Path, limits: &Limits, progress: &dyn Progress) -> Result<(), ReadError> {
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            progress.check()?;
            let most = limits.max_entries.saturating_add(1);
            let entries = fs::read_dir(&folder).and_then(|entries| entries.take(most).collect());
            let mut entries: Vec<fs::DirEntry> = entries.map_err(|source| io_error(&folder, source))?;
            if !self.count_entries(entries.len(), limits) {
                return Err(ReadError::TooManyFiles { path: root.display().to_string(), limit: limits.max_entries });
            }
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let path = entry.path();
                let metadata = entry.metadata().map_err(|source| io_error(&path, source))?;
                if metadata.is_dir() {
                    folders.push(path);
                } else {
                    self.add_found(&path, &metadata, limits)?;
                }
            }
        }
        Ok(())
    }

    fn add_found(&mut self, path: &Path, metadata: &fs::Metadata, limits: &Limits) -> Result<(), ReadError> {
        let name = path.to_string_lossy();
        match FileKind::of_name(&name) {
            _ if !metadata.is_file() => self.ignore(&name),
            Some(kind) => self.add_plain(path, kind, metadata.len()),
            None if has_zip_name(path) => return find_in_archive(path, limits, self),
            None => self.ignore(&name),
        }
        Ok(())
    }
}

pub(crate) fn io_error(path: &Path, source: io::Error) -> ReadError {
    ReadError::Io { file: path.display().to_string(), source }
}

pub(crate) fn has_zip_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

pub(crate) fn begins_like_a_zip(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut beginning)?;
    Ok(beginning == b"PK\x03\x04" || beginning == b"PK\x05\x06")
}

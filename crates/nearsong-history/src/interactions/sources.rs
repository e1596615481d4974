use std::{
    collections::HashMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use nearsong_types::Progress;

use super::{InteractionLimits, InteractionsError};
use crate::{
    ArchiveFault, ReadError,
    archive::{Entry, list_archive},
    file_kind::base_name,
    plan::{begins_like_a_zip, has_zip_name, io_error},
};

/// A file, or an entry of a zip.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) n_bytes: u64,
    pub(crate) place: Place,
    /// Which of the paths given led here; a file to which several do is read once.
    pub(crate) paths: Vec<usize>,
    /// Whether a person named it on its own.
    pub(crate) is_named: bool,
}

#[derive(Debug)]
pub(crate) enum Place {
    Plain(PathBuf),
    Archived(Entry),
}

/// Finds all files, none of which is opened but to see whether it is a zip.
///
/// # Order
/// By name without folders, then by all of the name: a folder and an archive of it give the same order.
pub(crate) fn sources_of(
    paths: &[PathBuf],
    limits: &InteractionLimits,
    progress: &dyn Progress,
) -> Result<Vec<Source>, InteractionsError> {
    let (sources, known) = (Vec::new(), HashMap::new());
    let mut finder = Finder { limits, progress, sources, known, n_looked_at: 0, path: 0 };
    for (position, path) in paths.iter().enumerate() {
        finder.path = position;
        finder.add(path)?;
    }
    let mut sources = finder.sources;
    sources.sort_by_cached_key(|source| (base_name(&source.name).to_lowercase(), source.name.clone()));
    Ok(sources)
}

struct Finder<'a> {
    limits: &'a InteractionLimits,
    progress: &'a dyn Progress,
    sources: Vec<Source>,
    known: HashMap<String, usize>,
    n_looked_at: usize,
    path: usize,
}

impl Finder<'_> {
    fn add(&mut self, path: &Path) -> Result<(), InteractionsError> {
        let metadata = fs::metadata(path).map_err(|source| io_error(path, source))?;
        if metadata.is_dir() {
            return self.add_folder(path);
        }
        if !metadata.is_file() {
            return Err(io_error(path, io::Error::other("neither a file nor a folder")).into());
        }
        if begins_like_a_zip(path).map_err(|source| io_error(path, source))? {
            return self.add_archive(path);
        }
        self.add_file(path, metadata.len(), true);
        // HetRec has the names of its artists in a file beside the one that a person thinks of.
        for name in ["artists.dat", "artists.dat.gz"] {
            let beside = path.with_file_name(name);
            if base_name(&path.to_string_lossy()).starts_with("user_artists.dat") && beside.is_file() {
                let n_bytes = fs::metadata(&beside).map_err(|source| io_error(&beside, source))?.len();
                self.add_file(&beside, n_bytes, false);
                break;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, n_bytes: u64, is_named: bool) {
        self.add_source(path.display().to_string(), n_bytes, Place::Plain(path.to_owned()), is_named);
    }

    fn add_source(&mut self, name: String, n_bytes: u64, place: Place, is_named: bool) {
        let next = self.sources.len();
        let at = *self.known.entry(name.clone()).or_insert(next);
        if at == next {
            self.sources.push(Source { name, n_bytes, place, paths: vec![self.path], is_named });
        } else {
            self.sources[at].paths.push(self.path);
            self.sources[at].is_named |= is_named;
        }
    }

    fn add_archive(&mut self, path: &Path) -> Result<(), InteractionsError> {
        let limits = self.limits.of_files();
        list_archive(path, &limits, |listed| {
            self.count(1).map_err(|limit| ArchiveFault::TooManyEntries { limit })?;
            if listed.is_file {
                let path_in_it = listed.path;
                let entry = listed.checked(&limits)?;
                let n_bytes = entry.size();
                let entry = Entry::new(path, path_in_it, entry);
                let name = entry.full_name();
                self.add_source(name, n_bytes, Place::Archived(entry), false);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Looks through a folder and those below it; links are not followed.
    fn add_folder(&mut self, root: &Path) -> Result<(), InteractionsError> {
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            self.progress.check()?;
            for entry in fs::read_dir(&folder).map_err(|source| io_error(&folder, source))? {
                let too_many = |limit| ReadError::TooManyFiles { path: root.display().to_string(), limit };
                self.count(1).map_err(too_many)?;
                let entry = entry.map_err(|source| io_error(&folder, source))?;
                let path = entry.path();
                let metadata = entry.metadata().map_err(|source| io_error(&path, source))?;
                if metadata.is_dir() {
                    folders.push(path);
                } else if metadata.is_file() && has_zip_name(&path) {
                    self.add_archive(&path)?;
                } else if metadata.is_file() {
                    self.add_file(&path, metadata.len(), false);
                }
            }
        }
        Ok(())
    }

    /// Counts what is looked at; the limit where it is passed.
    fn count(&mut self, n: usize) -> Result<(), usize> {
        self.n_looked_at += n;
        if self.n_looked_at > self.limits.max_files { Err(self.limits.max_files) } else { Ok(()) }
    }
}

impl Source {
    /// Calls `read` with the bytes as they lie there.
    pub(crate) fn with_input<T>(
        &self,
        read: impl FnOnce(&mut dyn Read) -> Result<T, InteractionsError>,
    ) -> Result<T, InteractionsError> {
        match &self.place {
            Place::Plain(path) => read(&mut fs::File::open(path).map_err(|source| io_error(path, source))?),
            Place::Archived(entry) => entry.with_input(read),
        }
    }
}

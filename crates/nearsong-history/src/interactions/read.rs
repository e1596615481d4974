use std::{collections::BTreeMap, path::PathBuf};

use nearsong_types::{InteractionSet, ItemKind, Progress};

use super::{
    InteractionFault, InteractionFormat, InteractionLimits, InteractionsError,
    error::beginning,
    gauge::Gauge,
    hetrec::HetRec,
    listenbrainz,
    parquet_rows::{ParquetTable, is_parquet},
    playlists::Playlists,
    plays::Plays,
    recognise::{Recognised, recognise},
    slices,
    sources::{Place, Source, sources_of},
    table::Table,
    unpacking::{Unpacked, unpack},
};
use crate::{error::excerpt, file_kind::base_name};

const MAX_NAMES_TOLD: usize = 6;

/// A set of interactions and how its reading went.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadInteractions {
    /// What was read.
    pub format: InteractionFormat,
    /// The interactions.
    pub set: InteractionSet,
    /// Files that they were read from.
    pub n_files: u64,
    /// Files that hold something else and were passed over.
    pub n_ignored_files: u64,
    /// Entries read, before those of one owner and one item were added up.
    pub n_rows: u64,
    /// What was not as it should be, and how often.
    pub faults: BTreeMap<InteractionFault, u64>,
}

/// What readers count.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) n_rows: u64,
    pub(crate) faults: BTreeMap<InteractionFault, u64>,
}

impl Tally {
    pub(crate) fn count(&mut self, fault: InteractionFault) {
        self.count_many(fault, 1);
    }

    pub(crate) fn count_many(&mut self, fault: InteractionFault, n: u64) {
        if n > 0 {
            *self.faults.entry(fault).or_default() += n;
        }
    }
}

/// Reads a set of interactions from files, folders, zips and tars, plain or packed with gzip or zstd.
///
/// Files are recognised by their content. All of them must be of one format; files that are none are passed over, unless they
/// were named on their own. Owners are numbers: no user name or key of a user is kept.
///
/// | format | what |
/// |---|---|
/// | slices of the Million Playlist Dataset, or its challenge set | playlists in the order of their numbers, songs by track id |
/// | `user_artists.dat` of HetRec 2011 | listeners and artists; names from `artists.dat`, given too or beside it |
/// | listens of ListenBrainz, one JSON object a line | plays added up by listener and song, the moment is the last play |
/// | CSV, TSV or Parquet with columns for user and item | rows in any order, added up by user and item |
///
/// The same files in any container give the same set. Memory is bounded beside what is gathered: 4 bytes for an entry of a
/// playlist, 48 for a listener's song, and the names of the items.
///
/// # Errors
/// Any [`InteractionsError`], naming file and place.
pub fn read_interactions(
    paths: &[PathBuf],
    limits: &InteractionLimits,
    progress: &dyn Progress,
) -> Result<ReadInteractions, InteractionsError> {
    let sources = sources_of(paths, limits, progress)?;
    let n_bytes = sources.iter().map(|source| source.n_bytes).fold(0, u64::saturating_add);
    progress.begin("Reading interactions", Some(n_bytes), "bytes");
    let gauge = Gauge::new(limits, progress);
    let mut gathering = Gathering {
        gauge: &gauge,
        begun: None,
        tally: Tally::default(),
        n_files: 0,
        last_file: String::new(),
        ignored: Vec::new(),
    };
    let mut is_of_use = vec![false; paths.len()];
    for source in &sources {
        let n_before = gathering.n_files;
        gathering.read(source)?;
        source.paths.iter().for_each(|&path| is_of_use[path] |= gathering.n_files > n_before);
    }
    if let Some(useless) = is_of_use.iter().position(|is_of_use| !is_of_use) {
        let of_path = gathering.ignored.iter().filter(|(path, _)| *path == useless);
        let found: Vec<String> = of_path.map(|(_, name)| name.clone()).collect();
        let (path, n_found) = (paths[useless].display().to_string(), found.len() as u64);
        return Err(InteractionsError::Nothing {
            path,
            found: found.into_iter().take(MAX_NAMES_TOLD).collect(),
            n_found,
        });
    }
    gathering.finish()
}

struct Gathering<'g, 'a> {
    gauge: &'g Gauge<'a>,
    begun: Option<(Gathered, InteractionFormat)>,
    tally: Tally,
    n_files: u64,
    last_file: String,
    /// Files passed over: which path led there, and their names.
    ignored: Vec<(usize, String)>,
}

/// What the files of one format gave so far.
enum Gathered {
    Playlists(Playlists),
    HetRec(HetRec),
    Listens(Plays),
    Table(Table),
}

impl Gathering<'_, '_> {
    fn read(&mut self, source: &Source) -> Result<(), InteractionsError> {
        let gauge = self.gauge;
        match &source.place {
            Place::Plain(path) if is_parquet(path)? => match ParquetTable::open(&source.name, path, gauge.limits)? {
                Some(rows) => {
                    let gathered = begin(&mut self.begun, Recognised::Table, &source.name)?;
                    if let Gathered::Table(table) = gathered {
                        rows.read(table, gauge, &mut self.tally)?;
                    }
                    self.was_read(&source.name)
                }
                None => self.was_ignored(source, &source.name, b"a Parquet file with other columns"),
            },
            _ => source.with_input(|input| {
                unpack(&source.name, &mut gauge.packed(input), 0, gauge, &mut |file| self.read_file(source, file))
            }),
        }
    }

    fn read_file(&mut self, source: &Source, file: Unpacked<'_>) -> Result<(), InteractionsError> {
        let Some(recognised) = recognise(file.head) else {
            return self.was_ignored(source, file.name, file.head);
        };
        let (gauge, tally) = (self.gauge, &mut self.tally);
        let name = file.name;
        match (begin(&mut self.begun, recognised, name)?, recognised) {
            (Gathered::Playlists(playlists), _) => slices::read(file, playlists, gauge, tally)?,
            (Gathered::Listens(plays), _) => listenbrainz::read(file, plays, gauge, tally)?,
            (Gathered::HetRec(artists), Recognised::ArtistNames) => artists.read_names(file, gauge, tally)?,
            (Gathered::HetRec(artists), _) => artists.read(file, gauge, tally)?,
            (Gathered::Table(table), _) => table.read_text(file, gauge, tally)?,
        }
        self.was_read(name)
    }

    fn was_read(&mut self, name: &str) -> Result<(), InteractionsError> {
        self.n_files += 1;
        name.clone_into(&mut self.last_file);
        let Some((gathered, _)) = &self.begun else { return Ok(()) };
        check_size(gathered.size(), name, self.gauge.limits)
    }

    fn was_ignored(&mut self, source: &Source, name: &str, head: &[u8]) -> Result<(), InteractionsError> {
        if source.is_named && name == source.name {
            return Err(InteractionsError::Unknown { file: name.to_owned(), found: beginning(head) });
        }
        self.ignored.extend(source.paths.iter().map(|&path| (path, excerpt(base_name(name)))));
        Ok(())
    }

    fn finish(mut self) -> Result<ReadInteractions, InteractionsError> {
        let (gathered, format) = self.begun.expect("every path led to a file that was read");
        let set = gathered.finish(&mut self.tally);
        if set.interactions.n_entries() == 0 {
            let told = self.tally.faults.iter().map(|(fault, n)| format!("{n} {}", fault.words())).collect();
            return Err(InteractionsError::Empty { file: self.last_file, told });
        }
        let (n_ignored_files, tally) = (self.ignored.len() as u64, self.tally);
        Ok(ReadInteractions {
            format,
            set,
            n_files: self.n_files,
            n_ignored_files,
            n_rows: tally.n_rows,
            faults: tally.faults,
        })
    }
}

/// What is gathered from files of this kind, begun with the first of them.
fn begin<'b>(
    begun: &'b mut Option<(Gathered, InteractionFormat)>,
    recognised: Recognised,
    file: &str,
) -> Result<&'b mut Gathered, InteractionsError> {
    let found = recognised.format();
    let (gathered, format) = begun.get_or_insert_with(|| {
        let gathered = match recognised {
            Recognised::Slice { .. } => Gathered::Playlists(Playlists::default()),
            Recognised::UserArtists | Recognised::ArtistNames => Gathered::HetRec(HetRec::default()),
            Recognised::Listens => Gathered::Listens(Plays::default()),
            Recognised::Table => Gathered::Table(Table::default()),
        };
        (gathered, found)
    });
    match (&gathered, recognised) {
        (Gathered::Playlists(_), Recognised::Slice { is_original }) if !is_original => *format = found,
        _ if *format == found => {}
        (Gathered::Playlists(_), Recognised::Slice { .. }) => {}
        _ => return Err(InteractionsError::Mixed { file: file.to_owned(), expected: *format, found }),
    }
    Ok(gathered)
}

impl Gathered {
    /// Owners, entries and bytes of names so far.
    fn size(&self) -> [usize; 3] {
        match self {
            Self::Playlists(playlists) => playlists.size(),
            Self::HetRec(artists) => artists.size(),
            Self::Listens(plays) => plays.size(),
            Self::Table(table) => table.size(),
        }
    }

    fn finish(self, tally: &mut Tally) -> InteractionSet {
        match self {
            Self::Playlists(playlists) => playlists.finish(),
            Self::HetRec(artists) => artists.finish(tally),
            Self::Listens(plays) => plays.finish(ItemKind::Song, |_| true, tally),
            Self::Table(table) => table.finish(tally),
        }
    }
}

/// Fails where more is gathered than the limits allow.
pub(crate) fn check_size(size: [usize; 3], file: &str, limits: &InteractionLimits) -> Result<(), InteractionsError> {
    let bounds = [
        (limits.max_owners, "playlists or listeners"),
        (limits.max_entries, "entries"),
        (limits.max_name_bytes, "bytes of names"),
    ];
    match size.into_iter().zip(bounds).find(|&(n, (limit, _))| n > limit) {
        None => Ok(()),
        Some((_, (limit, what))) => {
            Err(InteractionsError::TooMuch { file: file.to_owned(), what, limit: limit as u64 })
        }
    }
}

use std::{fs::File, io::Read, path::PathBuf};

use nearsong_types::{Listen, Progress};

use crate::{
    FileReport, Limits, ReadError, ReadReport, Tally,
    json_rows::JsonRows,
    meter::{Halt, Meter},
    plan::{HistoryFile, Plan, Source, io_error},
    row::{Reading, parse_row},
};

/// Reads everything heard from zips, folders and JSON files, and hands over one listen after another.
///
/// A zip is read as downloaded or re-packed, its files at any depth; a folder with all folders and zips below it, links
/// not followed; a JSON file by its name or else by the fields of its first row. Zips within zips are not opened.
/// Memory stays bounded (one row and one window of a file); duplicates are passed on.
///
/// # Order
/// Extended history before account data; files by name; rows as they stand. The order of `paths` does not matter.
///
/// # Errors
/// Any [`ReadError`], and what `on_listen` returns. Damage may show only at the end of a file, so after an error all
/// listens of this call are to be dropped: take them within one transaction.
pub fn read_exports<E: From<ReadError>>(
    paths: &[PathBuf],
    limits: &Limits,
    progress: &dyn Progress,
    mut on_listen: impl FnMut(Listen) -> Result<(), E>,
) -> Result<ReadReport, E> {
    let plan = Plan::of(paths, limits, progress)?;
    let n_bytes = plan.files.iter().map(|file| file.n_bytes).fold(0, u64::saturating_add);
    progress.begin("Reading the listening history", Some(n_bytes), "bytes");
    let mut meter = Meter::new(limits, progress);
    let mut report = ReadReport { n_ignored_files: plan.n_ignored, ..ReadReport::default() };
    for file in plan.files {
        let tally = file.read(limits, &mut meter, &mut on_listen)?;
        report.total.add(&tally);
        report.files.push(FileReport { name: file.name, kind: file.kind, tally });
    }
    Ok(report)
}

impl HistoryFile {
    fn read<E: From<ReadError>>(
        &self,
        limits: &Limits,
        meter: &mut Meter,
        on_listen: &mut impl FnMut(Listen) -> Result<(), E>,
    ) -> Result<Tally, E> {
        let mut read_rows = |input: &mut dyn Read| {
            let mut tally = Tally::default();
            let mut rows = JsonRows::new(input, meter, limits);
            while let Some(reading) =
                rows.next_row(|bytes| parse_row(self.kind, limits, bytes)).map_err(|halt| self.error(halt))?
            {
                tally.count(&reading);
                if let Reading::Listen(listen) = reading {
                    on_listen(listen)?;
                }
            }
            Ok(tally)
        };
        match &self.source {
            Source::Archived(entry) => entry.with_input(read_rows),
            Source::Plain(path) => read_rows(&mut File::open(path).map_err(|source| io_error(path, source))?),
        }
    }

    fn error(&self, halt: Halt) -> ReadError {
        match (halt, &self.source) {
            (Halt::Io(source), Source::Archived(entry)) => entry.read_error(source),
            (halt, _) => halt.in_file(&self.name),
        }
    }
}

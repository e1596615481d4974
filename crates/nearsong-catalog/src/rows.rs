use nearsong_types::Progress;
use rayon::prelude::*;

use crate::{
    CatalogError, QualityReport, ReadLimits,
    cell::Cells,
    clean::{CleanRow, clean_row},
    fault::Refusal,
    schema::Layout,
};

/// How many rows are cleaned at a time, on all cores.
pub(crate) const BATCH: usize = 8192;

/// What reading a file needs to know and gathers on the way.
pub(crate) struct Rows<'a> {
    pub(crate) file: &'a str,
    pub(crate) limits: &'a ReadLimits,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) layout: Option<Layout>,
    pub(crate) rows: Vec<CleanRow>,
    pub(crate) n_rows: u64,
    pub(crate) report: QualityReport,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(file: &'a str, limits: &'a ReadLimits, progress: &'a dyn Progress) -> Self {
        Self { file, limits, progress, layout: None, rows: Vec::new(), n_rows: 0, report: QualityReport::default() }
    }

    /// Cleans a batch of rows and keeps them in file order.
    ///
    /// # Errors
    /// [`CatalogError::TooLarge`], [`CatalogError::Cancelled`].
    pub(crate) fn accept<R: Sync>(
        &mut self,
        batch: &[R],
        cells: impl for<'r> Fn(&'r R) -> Result<Cells<'r>, Refusal> + Sync,
        place: impl Fn(&R) -> String,
    ) -> Result<(), CatalogError> {
        let layout = self.layout.as_ref().expect("the header is read before the first row");
        let outcomes: Vec<Result<CleanRow, Refusal>> =
            batch.par_iter().with_min_len(256).map(|row| clean_row(&cells(row)?, layout.schema, self.limits)).collect();
        self.n_rows += batch.len() as u64;
        if self.n_rows > self.limits.max_rows {
            return Err(self.too_large("the number of rows", self.limits.max_rows));
        }
        for (row, outcome) in batch.iter().zip(outcomes) {
            match outcome {
                Ok(row) => self.rows.push(row),
                Err(refusal) => self.report.refuse(refusal, || place(row)),
            }
        }
        Ok(self.progress.check()?)
    }

    pub(crate) fn too_large(&self, what: &'static str, limit: u64) -> CatalogError {
        CatalogError::TooLarge { file: self.file.to_owned(), what, limit }
    }
}

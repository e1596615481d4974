use std::fmt;

use nearsong_types::FaultCount;

use crate::{
    Fault,
    fault::{Faults, Refusal},
};

/// What was found in one dataset, and what was done about it.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityReport {
    counts: [u64; Fault::COUNT],
    /// The first rows that were refused, at most [`QualityReport::MAX_EXAMPLES`] of each kind, in file order.
    pub refused: Vec<RefusedRow>,
    /// Longest track in milliseconds.
    pub longest_duration_ms: u32,
    /// Lowest and highest loudness in dB among analysed and unanalysed rows; `None` where there is none.
    pub loudness_range_db: Option<(f32, f32)>,
    /// The most artists credited on one track.
    pub most_artists: usize,
}

/// One row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Which kind of refusal.
    pub fault: Fault,
    /// Where it stands, such as `line 7` or `row 7`.
    pub place: String,
    /// Column that decided.
    pub column: &'static str,
    /// What should stand there.
    pub expected: String,
    /// What stands there, shortened.
    pub found: String,
}

impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: expected {}, found “{}”", self.place, self.column, self.expected, self.found)
    }
}

impl Default for QualityReport {
    fn default() -> Self {
        Self {
            counts: [0; Fault::COUNT],
            refused: Vec::new(),
            longest_duration_ms: 0,
            loudness_range_db: None,
            most_artists: 0,
        }
    }
}

impl QualityReport {
    /// Most examples kept of one kind of refusal.
    pub const MAX_EXAMPLES: u64 = 3;

    /// How often a fault was found.
    pub fn count(&self, fault: Fault) -> u64 {
        self.counts[fault as usize]
    }

    /// Rows that were refused.
    pub fn n_refused(&self) -> u64 {
        let of_rows = Fault::ALL.iter().take_while(|&&fault| fault < Fault::NotAnalysed);
        of_rows.map(|&fault| self.count(fault)).sum()
    }

    /// The faults that were found, with their counts and what was done; refusals name their first places.
    pub fn faults(&self) -> Vec<FaultCount> {
        let found = Fault::ALL.into_iter().filter(|&fault| self.count(fault) > 0);
        found
            .map(|fault| FaultCount {
                fault: fault.fault().to_owned(),
                count: self.count(fault),
                done: self.done_with_examples(fault),
            })
            .collect()
    }

    fn done_with_examples(&self, fault: Fault) -> String {
        let examples = self.refused.iter().filter(|row| row.fault == fault).map(RefusedRow::to_string);
        let examples = examples.collect::<Vec<_>>().join("; ");
        if examples.is_empty() { fault.done().to_owned() } else { format!("{} ({examples})", fault.done()) }
    }

    pub(crate) fn add(&mut self, fault: Fault, count: u64) {
        self.counts[fault as usize] += count;
    }

    /// Counts the faults of a row that are counted by row, or those that are counted by id.
    pub(crate) fn add_all(&mut self, faults: Faults, by_id: bool) {
        for fault in faults.iter().filter(|fault| fault.is_by_id() == by_id) {
            self.add(fault, 1);
        }
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal, place: impl FnOnce() -> String) {
        let Refusal { fault, column, expected, found } = refusal;
        self.add(fault, 1);
        if self.count(fault) <= Self::MAX_EXAMPLES {
            self.refused.push(RefusedRow { fault, place: place(), column, expected, found });
        }
    }

    pub(crate) fn see_loudness(&mut self, loudness_db: f32) {
        let (low, high) = self.loudness_range_db.unwrap_or((loudness_db, loudness_db));
        self.loudness_range_db = Some((low.min(loudness_db), high.max(loudness_db)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_and_the_first_are_kept() {
        let mut report = QualityReport::default();
        for line in 2..9 {
            report.refuse(Refusal::bad_id("x"), || format!("line {line}"));
        }
        report.add(Fault::ZeroTempo, 4);
        assert_eq!(report.n_refused(), 7);
        assert_eq!(report.refused.len(), 3);
        let faults = report.faults();
        assert_eq!(faults.len(), 2);
        assert_eq!(faults[0].count, 7);
        assert!(
            faults[0].done.starts_with("row refused (line 2: track id: expected 22 letters and digits, found “x”;")
        );
        assert_eq!(faults[1].done, "taken as unknown");
    }
}

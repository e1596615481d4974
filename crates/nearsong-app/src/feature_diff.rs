use std::collections::{BTreeMap, BTreeSet};

use nearsong_store::Version;
use nearsong_types::{AudioFeature, CatalogTrack, TrackId};

use crate::{App, AppError};

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FeatureDiff {
    /// Tracks in both.
    pub n_same: u64,
    /// Tracks in both of which something differs.
    pub n_changed: u64,
    /// Tracks only in the later one.
    pub n_added: u64,
    /// Tracks only in the earlier one.
    pub n_removed: u64,
    /// For each column in how many tracks of both it differs; columns that never differ are left out.
    pub changed_columns: BTreeMap<&'static str, u64>,
    /// Inputs only in the later one.
    pub added_inputs: Vec<String>,
    /// Inputs only in the earlier one.
    pub removed_inputs: Vec<String>,
}

impl App {
    /// What changed between two versions.
    ///
    /// # Errors
    /// [`AppError::Store`] where there is no such version.
    pub fn diff_features(&self, from: u64, to: u64) -> Result<FeatureDiff, AppError> {
        let (from, to) = (self.features.version(from)?, self.features.version(to)?);
        let inputs = |version: &Version| -> BTreeSet<String> {
            version.manifest.inputs.iter().map(|input| input.name.clone()).collect()
        };
        let (before, after) = (inputs(&from), inputs(&to));
        let diff = diff_tracks(&self.features.read(from.version)?, &self.features.read(to.version)?);
        Ok(FeatureDiff {
            added_inputs: after.difference(&before).cloned().collect(),
            removed_inputs: before.difference(&after).cloned().collect(),
            ..diff
        })
    }
}

fn diff_tracks(before: &[CatalogTrack], after: &[CatalogTrack]) -> FeatureDiff {
    let by_id: BTreeMap<TrackId, &CatalogTrack> = before.iter().map(|track| (track.track.id, track)).collect();
    let mut changed_columns = BTreeMap::new();
    let (mut n_same, mut n_changed, mut n_added) = (0, 0, 0);
    for track in after {
        let Some(old) = by_id.get(&track.track.id) else {
            n_added += 1;
            continue;
        };
        let columns = changed_columns_of(old, track);
        if columns.is_empty() {
            n_same += 1
        } else {
            n_changed += 1
        }
        for column in columns {
            *changed_columns.entry(column).or_default() += 1;
        }
    }
    let n_removed = before.len() as u64 - n_same - n_changed;
    let (added_inputs, removed_inputs) = (Vec::new(), Vec::new());
    FeatureDiff { n_same, n_changed, n_added, n_removed, changed_columns, added_inputs, removed_inputs }
}

fn changed_columns_of(old: &CatalogTrack, new: &CatalogTrack) -> Vec<&'static str> {
    let (a, b) = (&old.track, &new.track);
    let plain = [
        ("title", a.title != b.title),
        ("artists", a.artists != b.artists),
        ("album", a.album != b.album),
        ("release_date", a.release_date != b.release_date),
        ("duration_ms", a.duration_ms != b.duration_ms),
        ("explicit", a.explicit != b.explicit),
        ("popularity", a.popularity != b.popularity),
        ("genres", a.genres != b.genres),
        ("key", a.key != b.key),
        ("mode", a.is_major != b.is_major),
        ("time_signature", a.time_signature != b.time_signature),
        ("recording_id", old.recording_id != new.recording_id),
    ];
    let audio = AudioFeature::ALL.map(|feature| (feature.name(), a.audio.get(feature) != b.audio.get(feature)));
    plain.into_iter().chain(audio).filter_map(|(column, differs)| differs.then_some(column)).collect()
}

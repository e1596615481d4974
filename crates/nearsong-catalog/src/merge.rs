use std::{iter::Peekable, vec::IntoIter};

use nearsong_types::{CatalogTrack, FaultCount, Manifest, Track};

use crate::{CatalogError, Dataset, recording::join_recordings, unite::fill_gaps};

/// Several datasets as one catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// One per id, ascending by id, joined into recordings.
    pub tracks: Vec<CatalogTrack>,
    /// Number of recordings.
    pub n_recordings: u64,
    /// What the datasets say differently about one id.
    pub faults: Vec<FaultCount>,
}

/// Merges datasets, given in order of trust: where two disagree the earlier one is believed, where it knows nothing the
/// later ones fill in. Genres are united. Bit *i* of a track's `sources` stands for dataset *i*.
///
/// # Errors
/// [`CatalogError::TooManyDatasets`].
pub fn merge(datasets: Vec<Dataset>) -> Result<Merged, CatalogError> {
    if datasets.len() > Manifest::MAX_INPUTS {
        return Err(CatalogError::TooManyDatasets { found: datasets.len() });
    }
    let largest = datasets.iter().map(|dataset| dataset.tracks.len()).max().unwrap_or(0);
    let mut tracks = Vec::with_capacity(largest);
    let mut differences = Differences::default();
    let mut heads: Vec<Peekable<IntoIter<Track>>> =
        datasets.into_iter().map(|dataset| dataset.tracks.into_iter().peekable()).collect();
    while let Some(id) = heads.iter_mut().filter_map(|head| head.peek().map(|track| track.id)).min() {
        let mut merged: Option<CatalogTrack> = None;
        for (source, head) in heads.iter_mut().enumerate() {
            let Some(track) = head.next_if(|track| track.id == id) else { continue };
            match &mut merged {
                None => merged = Some(CatalogTrack { track, recording_id: id, sources: 1 << source }),
                Some(merged) => {
                    differences.see(&merged.track, &track, merged.sources.count_ones() == 1);
                    merged.sources |= 1 << source;
                    fill_gaps(&mut merged.track, track);
                }
            }
        }
        tracks.extend(merged);
    }
    join_recordings(&mut tracks);
    let n_recordings = tracks.iter().filter(|track| track.recording_id == track.track.id).count() as u64;
    Ok(Merged { n_recordings, faults: differences.faults(tracks.len() as u64 - n_recordings), tracks })
}

#[derive(Default)]
struct Differences {
    n_shared: u64,
    n_names: u64,
    n_popularity: u64,
    n_audio: u64,
}

impl Differences {
    fn see(&mut self, believed: &Track, other: &Track, is_first: bool) {
        self.n_shared += u64::from(is_first);
        let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        let artists_differ =
            !believed.artists.is_empty() && !other.artists.is_empty() && believed.artists[0] != other.artists[0];
        self.n_names += u64::from(differ(&believed.title, &other.title) || artists_differ);
        let popularities = believed.popularity.zip(other.popularity);
        self.n_popularity += u64::from(popularities.is_some_and(|(a, b)| a != b));
        self.n_audio += u64::from(audio_differs(believed, other));
    }

    fn faults(self, n_joined: u64) -> Vec<FaultCount> {
        let believed = "the dataset named first believed, its gaps filled from the others";
        let all = [
            (self.n_shared, "ids in several datasets", "united into one track per id"),
            (self.n_names, "ids with another title or main artist in another dataset", believed),
            (self.n_popularity, "ids with another popularity in another dataset", believed),
            (self.n_audio, "ids whose audio features differ by more than 0.001 of their range", believed),
            (n_joined, "tracks that are another track's recording", "joined by title and main artist"),
        ];
        let found = all.into_iter().filter(|&(count, _, _)| count > 0);
        found.map(|(count, fault, done)| FaultCount { fault: fault.to_owned(), count, done: done.to_owned() }).collect()
    }
}

/// Whether a feature that both know differs by more than a thousandth: of 1 for unit features, of 1 dB or 1 BPM else.
fn audio_differs(a: &Track, b: &Track) -> bool {
    const TOLERANCE: f32 = 0.001;
    a.audio.raw().iter().zip(b.audio.raw()).any(|(a, b)| (a - b).abs() > TOLERANCE)
}

#[cfg(test)]
mod tests;

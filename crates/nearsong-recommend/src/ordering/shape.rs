//! What an order is after, as a cost, and where the search for it begins.

use nearsong_types::{AudioFeature, ItemIdx, RecordingTable};

/// What half an octave of tempo, the most that two songs can be apart, counts where the whole scale of energy counts 1.
const HALF_OCTAVE: f64 = 0.15;
/// Tempos are folded into the octave from here, in beats per minute: few songs lie at its seam.
const SLOWEST: f64 = 80.0;
/// Where the peak of a rise and fall lies, as a share of the way.
const PEAK: f64 = 2.0 / 3.0;

/// What is known of a song; `row` breaks ties.
pub(super) struct Sound {
    row: ItemIdx,
    energy: Option<f64>,
    /// Octaves above [`SLOWEST`], 0..1.
    tempo: Option<f64>,
}

impl Sound {
    pub(super) fn of(table: &RecordingTable, item: ItemIdx) -> Self {
        let audio = &table.audio[item.at()];
        // A tempo of 0 is how the analysis says that it found no beat.
        let tempo = audio.get(AudioFeature::Tempo).map(f64::from).filter(|&tempo| tempo > 0.0);
        let octaves = tempo.map(|tempo| (tempo / SLOWEST).log2());
        Self {
            row: item,
            energy: audio.get(AudioFeature::Energy).map(f64::from),
            tempo: octaves.map(|octaves| octaves - octaves.floor()),
        }
    }
}

/// What an order is after. Entries belong to the songs as ranked.
pub(super) enum Shape {
    /// Small steps from song to song: energy and, where known, tempo.
    Path(Vec<Option<(f64, Option<f64>)>>),
    /// Values that follow a target, one for each place that is left to songs with a known value.
    Profile { values: Vec<Option<f64>>, targets: Vec<f64> },
}

impl Shape {
    /// Small steps, with two orders to begin with: from the calmest to the nearest by turns, and as ranked.
    pub(super) fn path(sounds: &[Sound]) -> (Self, Vec<Vec<usize>>) {
        let shape = Self::Path(sounds.iter().map(|sound| Some((sound.energy?, sound.tempo))).collect());
        let mut left = ascending(sounds, |sound| sound.energy);
        let mut chain: Vec<usize> = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let nearest = match chain.last() {
                None => 0,
                // The first of the nearest: `left` goes by energy, then by row.
                Some(&last) => (0..left.len())
                    .min_by(|&a, &b| shape.step(last, left[a]).total_cmp(&shape.step(last, left[b])))
                    .unwrap_or(0),
            };
            chain.push(left.remove(nearest));
        }
        let starts = vec![shape.around_unknown(&chain), (0..sounds.len()).collect()];
        (shape, starts)
    }

    /// Energy that rises to a peak and falls, with the order that does so evenly on both sides.
    pub(super) fn rise_and_fall(sounds: &[Sound]) -> (Self, Vec<Vec<usize>>) {
        let mut rising = ascending(sounds, |sound| sound.energy);
        let loudest = rising.pop();
        let n_lower = rising.len();
        let n_before = (n_lower as f64 * PEAK).round() as usize;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (position, song) in rising.into_iter().enumerate() {
            // Rounded up, so that the calmest song opens the list.
            let is_before = ((position + 1) * n_before).div_ceil(n_lower) > (position * n_before).div_ceil(n_lower);
            if is_before { before.push(song) } else { after.push(song) }
        }
        let ideal: Vec<usize> = before.into_iter().chain(loudest).chain(after.into_iter().rev()).collect();
        Self::following(sounds.iter().map(|sound| sound.energy).collect(), &ideal)
    }

    /// Folded tempo that rises.
    pub(super) fn tempo_steps(sounds: &[Sound]) -> (Self, Vec<Vec<usize>>) {
        let ideal = ascending(sounds, |sound| sound.tempo);
        Self::following(sounds.iter().map(|sound| sound.tempo).collect(), &ideal)
    }

    fn following(values: Vec<Option<f64>>, ideal: &[usize]) -> (Self, Vec<Vec<usize>>) {
        let targets = ideal.iter().filter_map(|&song| values[song]).collect();
        let shape = Self::Profile { values, targets };
        let starts = vec![shape.around_unknown(ideal)];
        (shape, starts)
    }

    /// Whether what the order goes by is known of a song.
    pub(super) fn is_known(&self, song: usize) -> bool {
        match self {
            Self::Path(points) => points[song].is_some(),
            Self::Profile { values, .. } => values[song].is_some(),
        }
    }

    /// What is paid for a song with a known value that stands `place`-th among these, after `previous`. 0 at best.
    pub(super) fn cost(&self, place: usize, previous: Option<usize>, song: usize) -> f64 {
        match self {
            Self::Path(_) => previous.map_or(0.0, |previous| self.step(previous, song)),
            Self::Profile { values, targets } => values[song].map_or(0.0, |value| (value - targets[place]).abs()),
        }
    }

    fn step(&self, a: usize, b: usize) -> f64 {
        let Self::Path(points) = self else { return 0.0 };
        let (Some((energy_a, tempo_a)), Some((energy_b, tempo_b))) = (points[a], points[b]) else { return 0.0 };
        let octaves = tempo_a.zip(tempo_b).map_or(0.0, |(a, b)| (a - b).abs());
        (energy_a - energy_b).abs() + 2.0 * HALF_OCTAVE * octaves.min(1.0 - octaves)
    }

    /// The songs of `known` in their order, around those whose value is not known, which stay at their ranks.
    fn around_unknown(&self, known: &[usize]) -> Vec<usize> {
        let n_songs = match self {
            Self::Path(points) => points.len(),
            Self::Profile { values, .. } => values.len(),
        };
        let mut known = known.iter().copied();
        (0..n_songs).filter_map(|rank| if self.is_known(rank) { known.next() } else { Some(rank) }).collect()
    }
}

/// The songs that have a value, the lowest first, ties by row.
fn ascending(sounds: &[Sound], value: impl Fn(&Sound) -> Option<f64>) -> Vec<usize> {
    let mut known: Vec<(f64, ItemIdx, usize)> =
        sounds.iter().enumerate().filter_map(|(song, sound)| Some((value(sound)?, sound.row, song))).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    known.into_iter().map(|(_, _, song)| song).collect()
}

use nearsong_types::{AudioFeature, AudioFeatures};

use crate::{draw::Draw, genre::Genre};

/// How far an artist or an album stands from what is typical, feature by feature, in thousandths of a standard deviation.
#[derive(Debug, Clone)]
pub(crate) struct Lean([i64; AudioFeature::COUNT]);

impl Lean {
    pub(crate) fn new(draw: &mut Draw) -> Self {
        Self(std::array::from_fn(|_| draw.bell()))
    }
}

/// Standard deviations of the 0..1 features in thousandths, of loudness in thousandths of a dB.
const SPREADS: [i64; 8] = [105, 130, 2400, 45, 190, 0, 110, 180];
/// Shares of the deviation that come from the artist, the album and the track alone; their squares sum to 1.
const SHARES: [i64; 3] = [50, 30, 81];

/// How a track of this genre sounds when this artist plays it on this album.
pub(crate) fn audio(genre: &Genre, artist: &Lean, album: &Lean, draw: &mut Draw) -> AudioFeatures {
    let own = own_lean(draw);
    let mix = |at: usize| (SHARES[0] * artist.0[at] + SHARES[1] * album.0[at] + SHARES[2] * own[at]) / 100;
    let mut audio = AudioFeatures::NONE;
    for feature in AudioFeature::ALL {
        let at = feature as usize;
        let value = match feature {
            AudioFeature::Loudness => {
                thousandths((i64::from(genre.sound[at]) * 1000 + SPREADS[at] * mix(at) / 1000).clamp(-48_000, 1_500))
            }
            AudioFeature::Instrumentalness => instrumentalness(genre, artist, draw),
            AudioFeature::Tempo => tempo_bpm(genre.tempo_bpm, mix(at), draw),
            _ => thousandths(share(i64::from(genre.sound[at]) * 10, SPREADS[at], mix(at))),
        };
        audio.set(feature, Some(value));
    }
    audio
}

/// The track's own deviation: what is intense is also loud and hardly acoustic.
fn own_lean(draw: &mut Draw) -> [i64; AudioFeature::COUNT] {
    let Lean(mut own) = Lean::new(draw);
    let intensity = draw.bell();
    for (feature, sign) in [(AudioFeature::Energy, 1), (AudioFeature::Loudness, 1), (AudioFeature::Acousticness, -1)] {
        let at = feature as usize;
        own[at] = (60 * own[at] + 80 * sign * intensity) / 100;
    }
    own
}

/// A value within 4..=990 thousandths around `mean`; narrower near the ends, which reflect.
fn share(mean: i64, spread: i64, lean: i64) -> i64 {
    let room = mean.min(1000 - mean);
    let value = (mean + spread.min(20 + room * 8 / 10) * lean / 1000).abs();
    (if value > 1000 { 2000 - value } else { value }).clamp(4, 990)
}

/// Mostly near 0 or near 1, as a voice is there or is not.
fn instrumentalness(genre: &Genre, artist: &Lean, draw: &mut Draw) -> f32 {
    let at = AudioFeature::Instrumentalness as usize;
    let usual = i64::from(genre.sound[at]);
    let inclination = usual + artist.0[at] * usual.min(100 - usual) / 2000;
    if draw.percent(inclination.max(0) as u64) {
        thousandths(940 - draw.bell().abs() * 90 / 1000)
    } else if draw.percent(55) {
        0.0
    } else {
        let scale = *draw.pick(&[1_000_000, 100_000, 10_000]);
        draw.between(1, 999) as f32 / scale as f32
    }
}

/// Within the genre's range; a few are heard at half or double speed, as beat trackers do.
fn tempo_bpm((low, high): (i64, i64), lean: i64, draw: &mut Draw) -> f32 {
    let tempo = (low + high) * 500 + (high - low) * 250 * lean / 1000;
    let heard = match draw.below(100) {
        0..4 if tempo > 120_000 => tempo / 2,
        0..4 => tempo * 2,
        _ => tempo,
    };
    thousandths(heard.clamp(45_000, 220_000))
}

/// Exact: both numbers are small integers, and division rounds alike everywhere.
fn thousandths(value: i64) -> f32 {
    value as f32 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genre::GENRES;

    fn mean(genre: &str, feature: AudioFeature) -> f32 {
        let mut draw = Draw::new(1, 0);
        let genre = GENRES.iter().find(|known| known.name == genre).unwrap();
        let values: Vec<f32> = (0..500)
            .map(|_| {
                let (artist, album) = (Lean::new(&mut draw), Lean::new(&mut draw));
                audio(genre, &artist, &album, &mut draw).get(feature).unwrap()
            })
            .collect();
        values.iter().sum::<f32>() / 500.0
    }

    #[test]
    fn a_genre_sounds_like_its_row_in_the_table() {
        for (genre, feature, expected, tolerance) in [
            ("ambient", AudioFeature::Energy, 0.15, 0.03),
            ("ambient", AudioFeature::Instrumentalness, 0.76, 0.08),
            ("punk", AudioFeature::Energy, 0.92, 0.03),
            ("punk", AudioFeature::Acousticness, 0.02, 0.02),
            ("drum-and-bass", AudioFeature::Tempo, 172.0, 6.0),
            ("classical", AudioFeature::Loudness, -22.0, 0.6),
            ("disco", AudioFeature::Valence, 0.83, 0.04),
        ] {
            let found = mean(genre, feature);
            assert!((found - expected).abs() < tolerance, "{genre} {}: {found}", feature.name());
        }
    }

    #[test]
    fn loud_tracks_are_energetic() {
        let (mut draw, genre) = (Draw::new(2, 0), &GENRES[0]);
        let (artist, album) = (Lean::new(&mut draw), Lean::new(&mut draw));
        let mut tracks: Vec<(f32, f32)> = (0..1000)
            .map(|_| audio(genre, &artist, &album, &mut draw))
            .map(|audio| (audio.get(AudioFeature::Loudness).unwrap(), audio.get(AudioFeature::Energy).unwrap()))
            .collect();
        tracks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let energy = |tracks: &[(f32, f32)]| tracks.iter().map(|track| track.1).sum::<f32>() / tracks.len() as f32;
        assert!(energy(&tracks[500..]) > energy(&tracks[..500]) + 0.08);
    }
}

use nearsong_types::{AudioFeature, AudioFeatures};
use serde::{Deserialize, Serialize};

/// Standardises audio features: mean 0 and standard deviation 1 over the recordings it was fitted on.
///
/// Unknown values become 0, the mean: they pull a recording neither way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandardScaler {
    /// Mean of each feature, in its own unit.
    pub means: [f32; AudioFeature::COUNT],
    /// Standard deviation (population) of each feature, in its own unit; 1 where the feature does not vary.
    pub deviations: [f32; AudioFeature::COUNT],
}

impl StandardScaler {
    /// Fits to all known values; a feature that is never known has mean 0 and deviation 1.
    pub fn fit(audio: &[AudioFeatures]) -> Self {
        let mut scaler = Self { means: [0.0; AudioFeature::COUNT], deviations: [1.0; AudioFeature::COUNT] };
        for feature in AudioFeature::ALL {
            let known = || audio.iter().filter_map(|audio| audio.get(feature)).map(f64::from);
            let count = known().count();
            if count == 0 {
                continue;
            }
            let mean = known().sum::<f64>() / count as f64;
            let variance = known().map(|value| (value - mean).powi(2)).sum::<f64>() / count as f64;
            scaler.means[feature as usize] = mean as f32;
            if variance > 1e-12 {
                scaler.deviations[feature as usize] = variance.sqrt() as f32;
            }
        }
        scaler
    }

    /// The standardised features, in storage order.
    pub fn transform(&self, audio: &AudioFeatures) -> [f32; AudioFeature::COUNT] {
        let mut point = *audio.raw();
        for ((value, mean), deviation) in point.iter_mut().zip(self.means).zip(self.deviations) {
            *value = if value.is_nan() { 0.0 } else { (*value - mean) / deviation };
        }
        point
    }
}

/// Squared Euclidean distance of two standardised points.
pub fn squared_distance(a: &[f32; AudioFeature::COUNT], b: &[f32; AudioFeature::COUNT]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audio(energy: f32, tempo: f32) -> AudioFeatures {
        let mut audio = AudioFeatures::NONE;
        audio.set(AudioFeature::Energy, Some(energy));
        audio.set(AudioFeature::Tempo, Some(tempo));
        audio
    }

    #[test]
    fn fitted_features_have_mean_0_and_deviation_1() {
        let rows = [audio(0.2, 80.0), audio(0.4, 120.0), audio(0.9, 160.0), AudioFeatures::NONE];
        let scaler = StandardScaler::fit(&rows);
        for feature in [AudioFeature::Energy, AudioFeature::Tempo] {
            let values: Vec<f32> = rows[..3].iter().map(|row| scaler.transform(row)[feature as usize]).collect();
            let mean = values.iter().sum::<f32>() / 3.0;
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 3.0;
            assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5, "{feature:?}: {mean} {variance}");
        }
    }

    #[test]
    fn unknown_and_constant_features_are_0() {
        let scaler = StandardScaler::fit(&[audio(0.5, 100.0), audio(0.5, 120.0)]);
        assert_eq!(scaler.transform(&AudioFeatures::NONE), [0.0; AudioFeature::COUNT]);
        assert_eq!(scaler.transform(&audio(0.5, 100.0))[AudioFeature::Energy as usize], 0.0);
    }
}

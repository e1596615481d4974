use serde::{Deserialize, Serialize};

/// The nine continuous audio features, in the order in which they are stored.
///
/// Definitions: Spotify Web API, schema `AudioFeaturesObject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum AudioFeature {
    /// Suitability for dancing, 0..1.
    Danceability,
    /// Perceived intensity, 0..1.
    Energy,
    /// Average loudness in dB, -60..0 as documented; a little above 0 occurs.
    Loudness,
    /// Share of spoken words, 0..1.
    Speechiness,
    /// Confidence that the track is acoustic, 0..1.
    Acousticness,
    /// Likelihood of no vocals, 0..1.
    Instrumentalness,
    /// Presence of an audience, 0..1.
    Liveness,
    /// Musical positiveness, 0..1.
    Valence,
    /// Estimated tempo in beats per minute.
    Tempo,
}

impl AudioFeature {
    /// All of them, in storage order.
    pub const ALL: [Self; 9] = [
        Self::Danceability,
        Self::Energy,
        Self::Loudness,
        Self::Speechiness,
        Self::Acousticness,
        Self::Instrumentalness,
        Self::Liveness,
        Self::Valence,
        Self::Tempo,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The column name that every public dataset uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Danceability => "danceability",
            Self::Energy => "energy",
            Self::Loudness => "loudness",
            Self::Speechiness => "speechiness",
            Self::Acousticness => "acousticness",
            Self::Instrumentalness => "instrumentalness",
            Self::Liveness => "liveness",
            Self::Valence => "valence",
            Self::Tempo => "tempo",
        }
    }

    /// The values that are believed, both ends included; anything else is a fault in the data.
    ///
    /// Loudness and tempo are wider than documented because real files hold such values (loudness up to about 5 dB).
    pub const fn range(self) -> (f32, f32) {
        match self {
            Self::Loudness => (-100.0, 20.0),
            Self::Tempo => (0.0, 350.0),
            _ => (0.0, 1.0),
        }
    }

    /// Whether `value` is finite and within [`AudioFeature::range`].
    pub fn accepts(self, value: f32) -> bool {
        let (low, high) = self.range();
        value >= low && value <= high
    }
}

/// What is known of a track's sound. A value that is not known is absent, never zero.
///
/// Absence is kept as NaN inside, so that a track costs 36 bytes; it never leaves this type.
#[derive(Debug, Clone, Copy)]
pub struct AudioFeatures([f32; AudioFeature::COUNT]);

impl AudioFeatures {
    /// Nothing known.
    pub const NONE: Self = Self([f32::NAN; AudioFeature::COUNT]);

    /// The value of one feature, in its own unit.
    pub fn get(&self, feature: AudioFeature) -> Option<f32> {
        let value = self.0[feature as usize];
        (!value.is_nan()).then_some(value)
    }

    /// Sets or clears one feature.
    ///
    /// # Panics
    /// Where the value is outside [`AudioFeature::range`]: readers check first.
    pub fn set(&mut self, feature: AudioFeature, value: Option<f32>) {
        assert!(value.is_none_or(|value| feature.accepts(value)), "{} out of range: {value:?}", feature.name());
        self.0[feature as usize] = value.unwrap_or(f32::NAN);
    }

    /// Whether nothing at all is known.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|value| value.is_nan())
    }

    /// Whether all nine are known.
    pub fn is_complete(&self) -> bool {
        self.0.iter().all(|value| !value.is_nan())
    }

    /// The nine values in storage order, NaN where unknown: for kernels and columns only.
    pub fn raw(&self) -> &[f32; AudioFeature::COUNT] {
        &self.0
    }

    /// Takes nine stored values; `None` where one is neither NaN nor within its range.
    pub fn from_raw(values: [f32; AudioFeature::COUNT]) -> Option<Self> {
        let sound = AudioFeature::ALL.iter().all(|&f| values[f as usize].is_nan() || f.accepts(values[f as usize]));
        sound.then_some(Self(values))
    }
}

impl Default for AudioFeatures {
    fn default() -> Self {
        Self::NONE
    }
}

impl PartialEq for AudioFeatures {
    /// Equal where the same values are known and equal.
    fn eq(&self, other: &Self) -> bool {
        AudioFeature::ALL.iter().all(|&f| self.get(f) == other.get(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_order_is_the_order_of_the_enum() {
        for (position, feature) in AudioFeature::ALL.into_iter().enumerate() {
            assert_eq!(feature as usize, position);
        }
    }

    #[test]
    fn unknown_is_not_zero() {
        let mut audio = AudioFeatures::NONE;
        assert!(audio.is_empty());
        audio.set(AudioFeature::Energy, Some(0.0));
        assert_eq!(audio.get(AudioFeature::Energy), Some(0.0));
        assert_eq!(audio.get(AudioFeature::Valence), None);
        assert!(!audio.is_empty() && !audio.is_complete());
    }

    #[test]
    fn stored_values_out_of_range_are_refused() {
        let mut raw = [0.5; AudioFeature::COUNT];
        assert!(AudioFeatures::from_raw(raw).is_some());
        raw[AudioFeature::Energy as usize] = 1.5;
        assert!(AudioFeatures::from_raw(raw).is_none());
        raw[AudioFeature::Energy as usize] = f32::INFINITY;
        assert!(AudioFeatures::from_raw(raw).is_none());
    }
}

use crate::{
    Cover,
    chance::Chance,
    colour::{Colour, mix},
};

/// Hue of the most negative mood, in degrees: blue.
const COOLEST: f32 = 252.0;
/// Hue of the most positive mood: amber. The way from blue leads over plum and rose, never over green.
const WARMEST: f32 = 413.0;
/// How far rings may go beyond these two: farther on, blue turns to green and amber to olive.
const BEYOND_COOLEST: f32 = 20.0;
const BEYOND_WARMEST: f32 = 5.0;
/// The label on dark records, as on many of the old ones.
const AMBER: Colour = Colour { lightness: 0.81, chroma: 0.105, hue: 66.0 };

/// The colours of a cover, from the mood.
pub(crate) struct Palette {
    hue: f32,
    hue_range: f32,
    chroma: f32,
    lightness: f32,
    /// How far rings go from the mean lightness.
    contrast: f32,
}

impl Palette {
    pub(crate) fn new(cover: &Cover) -> Self {
        let tint = Chance::new(cover.playlist).between(-14.0, 14.0) + Chance::new(cover.edition).between(-5.0, 5.0);
        let (valence, energy) = (cover.valence, cover.energy);
        // Steeper in the middle, where most means lie: so that playlists differ more.
        let eased = valence * valence * (3.0 - 2.0 * valence);
        Self {
            hue: mix(COOLEST, WARMEST, eased) + tint,
            hue_range: mix(28.0, 110.0, cover.spread),
            chroma: mix(0.072, 0.19, energy),
            lightness: mix(0.33, 0.74, valence) + valence * mix(0.14, -0.06, energy),
            contrast: mix(0.07, 0.22, energy),
        }
    }

    /// The colour of a ring.
    ///
    /// # Range
    /// `way` from 0 (middle) to 1 (rim); `light` from -1 (darkest) to 1 (lightest).
    pub(crate) fn ring(&self, way: f32, light: f32) -> Colour {
        // Lighter rings lean to the warm side, as they do in sunlight.
        let lean = 0.35 * light + (0.5 - way);
        Colour {
            lightness: self.lightness + self.contrast * light + 0.10 * (0.5 - way),
            chroma: self.chroma * (1.0 - 0.25 * light.max(0.0)),
            hue: (self.hue + 0.5 * self.hue_range * lean).clamp(COOLEST - BEYOND_COOLEST, WARMEST + BEYOND_WARMEST),
        }
    }

    /// The line between two rings.
    pub(crate) fn gap(&self, way: f32) -> Colour {
        let ring = self.ring(way, -1.0);
        Colour { lightness: 0.55 * ring.lightness, chroma: 0.7 * ring.chroma, ..ring }
    }

    /// The label in the middle: stands out from the rings around it.
    pub(crate) fn label(&self) -> Colour {
        if self.suits_amber() { AMBER } else { Colour { lightness: 0.34, chroma: 0.09, hue: self.hue - 60.0 } }
    }

    /// The hole in the label.
    pub(crate) fn hole(&self) -> Colour {
        if self.suits_amber() { self.gap(0.0) } else { self.ring(0.0, 1.0) }
    }

    /// Whether amber stands out: not from light rings, nor from red and orange ones.
    fn suits_amber(&self) -> bool {
        self.lightness < 0.6 && self.hue < 365.0
    }
}

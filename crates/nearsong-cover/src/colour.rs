//! Colours as people see them (Oklab: B. Ottosson, "A perceptual color space for image processing", 2020) and as light.

/// Light: red, green and blue, 0..1 each, proportional to intensity.
pub(crate) type Light = [f32; 3];

/// A colour by lightness (0 black to 1 white), chroma (0 grey to some 0.3) and hue in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colour {
    pub lightness: f32,
    pub chroma: f32,
    pub hue: f32,
}

impl Colour {
    /// The light of this colour; where a screen cannot show it, that of the strongest colour of its hue and lightness that it can.
    pub(crate) fn light(self) -> Light {
        let lightness = self.lightness.clamp(0.0, 1.0);
        let at = |chroma: f32| Self { lightness, chroma, ..self }.raw_light();
        let is_shown = |light: &Light| light.iter().all(|part| (-1e-4..=1.0 + 1e-4).contains(part));
        let (mut low, mut high) = (0.0, self.chroma);
        if !is_shown(&at(high)) {
            for _ in 0..12 {
                let middle = 0.5 * (low + high);
                if is_shown(&at(middle)) { low = middle } else { high = middle }
            }
            high = low;
        }
        at(high).map(|part| part.clamp(0.0, 1.0))
    }

    fn raw_light(self) -> Light {
        let (sin, cos) = self.hue.to_radians().sin_cos();
        let (a, b) = (self.chroma * cos, self.chroma * sin);
        let long = (self.lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let medium = (self.lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let short = (self.lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_93 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
            -0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
    }
}

/// The byte that a screen takes for a part of a light, 0..1 (the transfer function of sRGB, IEC 61966-2-1).
pub(crate) fn to_byte(part: f32) -> u8 {
    let encoded = if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
    (encoded * 255.0).round() as u8
}

/// `from` at 0, `to` at 1.
pub(crate) fn mix(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_have_three_equal_parts_and_white_is_white() {
        let white = Colour { lightness: 1.0, chroma: 0.0, hue: 40.0 }.light().map(to_byte);
        assert_eq!(white, [255; 3]);
        let grey = Colour { lightness: 0.5, chroma: 0.0, hue: 200.0 }.light().map(to_byte);
        assert_eq!(grey, [99; 3]);
    }

    #[test]
    fn colours_beyond_the_screen_keep_hue_and_lightness() {
        let light = Colour { lightness: 0.6, chroma: 0.5, hue: 29.0 }.light();
        assert!(light.iter().all(|part| (0.0..=1.0).contains(part)));
        assert!(light[0] > 5.0 * light[2], "{light:?} is red");
    }
}

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use crate::{
    grooves::Grooves,
    palette::Palette,
    picture::{Composition, paint},
};

/// Width and height of a cover in pixels.
pub const SIDE_PX: usize = 640;
/// The most that a cover's JPEG is long, in bytes: Spotify takes 256 KB of Base64.
pub const MAX_BYTES: usize = 190_000;
/// Qualities of the JPEG, tried in this order until it is short enough.
const QUALITIES: [u8; 5] = [92, 86, 78, 66, 50];

/// What a cover is made from.
///
/// ```
/// use nearsong_cover::{Cover, MAX_BYTES};
///
/// let cover = Cover { valence: 0.7, energy: 0.3, spread: 0.2, playlist: 17, edition: 4 };
/// assert!(cover.to_jpeg()?.len() <= MAX_BYTES);
/// # Ok::<(), nearsong_cover::CoverError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cover {
    /// Mean valence of the songs (how positive), 0..=1.
    pub valence: f32,
    /// Mean energy of the songs (how intense), 0..=1.
    pub energy: f32,
    /// How much the songs differ in mood: 0 where all are alike, 1 where they are as different as can be. The farther, the wider
    /// the range of colours.
    pub spread: f32,
    /// What stands for the playlist. All its covers have their middle and their tint in common.
    pub playlist: u64,
    /// What stands for this edition of it. Widths of rings and the light on them differ from edition to edition.
    pub edition: u64,
}

/// Why there is no cover.
#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    /// A part of the mood is not a number from 0 to 1.
    #[error("expected a {part} from 0 to 1 for a cover, found {found}")]
    OutOfRange {
        /// Which one.
        part: &'static str,
        /// What was given.
        found: f32,
    },
    /// The JPEG could not be made.
    #[error("the cover could not be made into a JPEG: {0}")]
    Encoding(#[from] EncodingError),
    /// At the lowest quality that is still good to look at the JPEG is longer than [`MAX_BYTES`].
    #[error("the cover takes {n_bytes} bytes, and {MAX_BYTES} is the most that a playlist's picture may have")]
    TooLong {
        /// Length of the JPEG.
        n_bytes: usize,
    },
}

impl Cover {
    /// Draws the cover: a square JPEG of [`SIDE_PX`] pixels a side and at most [`MAX_BYTES`] bytes. The same cover is the same bytes.
    ///
    /// # Errors
    /// Where valence, energy or spread is outside 0..=1 or not a number. The other two are not known to happen.
    pub fn to_jpeg(&self) -> Result<Vec<u8>, CoverError> {
        self.check()?;
        let palette = Palette::new(self);
        let grooves = Grooves::cut(self, &palette);
        let pixels = paint(&grooves, &Composition::new(self), SIDE_PX);
        let mut n_bytes = 0;
        for quality in QUALITIES {
            let jpeg = encode(&pixels, quality)?;
            if jpeg.len() <= MAX_BYTES {
                return Ok(jpeg);
            }
            n_bytes = jpeg.len();
        }
        Err(CoverError::TooLong { n_bytes })
    }

    fn check(&self) -> Result<(), CoverError> {
        for (part, found) in [("valence", self.valence), ("energy", self.energy), ("spread", self.spread)] {
            if !(0.0..=1.0).contains(&found) {
                return Err(CoverError::OutOfRange { part, found });
            }
        }
        Ok(())
    }
}

fn encode(pixels: &[u8], quality: u8) -> Result<Vec<u8>, EncodingError> {
    let mut jpeg = Vec::with_capacity(MAX_BYTES);
    let mut encoder = Encoder::new(&mut jpeg, quality);
    // Colours at full resolution: at half of it the thin lines between rings fray.
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(pixels, SIDE_PX as u16, SIDE_PX as u16, ColorType::Rgb)?;
    Ok(jpeg)
}

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::SpotifyError;

/// Spotify takes 256 KB of base64, which is so many bytes of JPEG.
pub const MAX_COVER_BYTES: usize = 256 * 1024 / 4 * 3;

/// A JPEG in the form that Spotify takes: base64 without line breaks or prefix.
pub(crate) fn encoded_cover(jpeg: &[u8]) -> Result<String, SpotifyError> {
    let bad = |found: String| SpotifyError::BadCover { max_bytes: MAX_COVER_BYTES, found };
    if !jpeg.starts_with(&[0xff, 0xd8, 0xff]) {
        return Err(bad("something else than a JPEG".to_owned()));
    }
    if jpeg.len() > MAX_COVER_BYTES {
        return Err(bad(format!("one of {} bytes", jpeg.len())));
    }
    Ok(STANDARD.encode(jpeg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_small_jpeg_is_a_cover() {
        let mut picture = vec![0xff, 0xd8, 0xff];
        assert_eq!(encoded_cover(&picture).unwrap(), "/9j/");
        picture.resize(MAX_COVER_BYTES, 0);
        assert_eq!(encoded_cover(&picture).unwrap().len(), 256 * 1024);
        picture.push(0);
        assert!(matches!(encoded_cover(&picture), Err(SpotifyError::BadCover { .. })));
        assert!(matches!(encoded_cover(b"\x89PNG"), Err(SpotifyError::BadCover { .. })));
    }
}

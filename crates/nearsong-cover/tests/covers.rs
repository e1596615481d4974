//! What a cover promises, looked at by a decoder that others wrote.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use jpeg_decoder::{Decoder, PixelFormat};
use nearsong_cover::{Cover, CoverError, MAX_BYTES, SIDE_PX};
use proptest::prelude::*;

const CALM: Cover = Cover { valence: 0.6, energy: 0.2, spread: 0.3, playlist: 7, edition: 1 };

fn pixels(cover: Cover) -> Vec<u8> {
    let jpeg = cover.to_jpeg().unwrap();
    assert!(jpeg.len() <= MAX_BYTES, "{} bytes", jpeg.len());
    let mut decoder = Decoder::new(jpeg.as_slice());
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    assert_eq!((usize::from(info.width), usize::from(info.height)), (SIDE_PX, SIDE_PX));
    assert_eq!(info.pixel_format, PixelFormat::RGB24);
    pixels
}

/// Mean of a number for each pixel, from its red, green and blue (0..=255).
fn mean(pixels: &[u8], number: impl Fn(f64, f64, f64) -> f64) -> f64 {
    let all = pixels.chunks_exact(3).map(|rgb| number(rgb[0].into(), rgb[1].into(), rgb[2].into()));
    all.sum::<f64>() / (pixels.len() / 3) as f64
}

fn warmth(cover: Cover) -> f64 {
    mean(&pixels(cover), |red, _, blue| red - blue)
}

fn brightness(cover: Cover) -> f64 {
    mean(&pixels(cover), |red, green, blue| (red + green + blue) / 3.0)
}

/// Mean difference between neighbours in a row, red, green and blue together.
fn unrest(cover: Cover) -> f64 {
    let pixels = pixels(cover);
    let pairs = pixels.iter().zip(&pixels[3..]);
    pairs.map(|(&a, &b)| f64::from(a.abs_diff(b))).sum::<f64>() / pixels.len() as f64
}

fn difference(a: Cover, b: Cover) -> f64 {
    let (a, b) = (pixels(a), pixels(b));
    a.iter().zip(&b).map(|(&a, &b)| f64::from(a.abs_diff(b))).sum::<f64>() / a.len() as f64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_mood_gives_a_picture_that_spotify_takes(
        mood in (0.0_f32..=1.0, 0.0_f32..=1.0, 0.0_f32..=1.0),
        playlist: u64,
        edition: u64,
    ) {
        let (valence, energy, spread) = mood;
        pixels(Cover { valence, energy, spread, playlist, edition });
    }
}

#[test]
fn extremes_are_pictures_as_well() {
    for (valence, energy, spread) in (0..8).map(|bits| ((bits & 1) as f32, (bits >> 1 & 1) as f32, (bits >> 2) as f32))
    {
        for edition in [0, u64::MAX] {
            pixels(Cover { valence, energy, spread, playlist: edition, edition });
        }
    }
}

#[test]
fn the_same_cover_is_the_same_bytes_and_another_edition_is_not() {
    let jpeg = CALM.to_jpeg().unwrap();
    assert_eq!(jpeg, CALM.to_jpeg().unwrap());
    assert_ne!(jpeg, Cover { edition: 2, ..CALM }.to_jpeg().unwrap());
    assert_ne!(jpeg, Cover { playlist: 8, ..CALM }.to_jpeg().unwrap());
}

#[test]
fn editions_of_a_playlist_are_nearer_to_each_other_than_to_another_mood() {
    let melancholy = Cover { valence: 0.15, energy: 0.25, ..CALM };
    for edition in 2..6 {
        let next = Cover { edition, ..CALM };
        assert!(2.0 * difference(CALM, next) < difference(CALM, Cover { edition, ..melancholy }), "edition {edition}");
    }
}

#[test]
fn the_more_positive_the_warmer_and_lighter() {
    for energy in [0.1, 0.5, 0.9] {
        for edition in 1..4 {
            let at = |valence| Cover { valence, energy, edition, ..CALM };
            let rising = [0.05, 0.35, 0.65, 0.95];
            assert!(rising.map(|valence| warmth(at(valence))).is_sorted(), "energy {energy}, edition {edition}");
            assert!(warmth(at(0.05)) < 0.0 && warmth(at(0.95)) > 0.0);
            assert!(brightness(at(0.05)) + 30.0 < brightness(at(0.95)));
        }
    }
}

#[test]
fn the_livelier_the_richer_in_contrast() {
    for valence in [0.1, 0.5, 0.9] {
        let at = |energy| unrest(Cover { valence, energy, ..CALM });
        assert!(at(0.1) < at(0.5) && at(0.5) < at(0.9), "valence {valence}");
    }
}

#[test]
fn a_wider_spread_is_more_colours() {
    let range_of = |spread| {
        let pixels = pixels(Cover { spread, ..CALM });
        let balance = mean(&pixels, |red, _, blue| red - blue);
        mean(&pixels, |red, _, blue| (red - blue - balance).abs())
    };
    assert!(range_of(0.0) < range_of(1.0));
}

#[test]
fn a_mood_that_is_none_is_refused_by_name() {
    for wrong in [-0.01, 1.01, f32::NAN, f32::INFINITY] {
        let covers = [
            ("valence", Cover { valence: wrong, ..CALM }),
            ("energy", Cover { energy: wrong, ..CALM }),
            ("spread", Cover { spread: wrong, ..CALM }),
        ];
        for (name, cover) in covers {
            let error = cover.to_jpeg().unwrap_err();
            assert!(matches!(error, CoverError::OutOfRange { part, .. } if part == name), "{error}");
        }
    }
}

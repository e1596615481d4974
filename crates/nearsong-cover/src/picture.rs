use std::f32::consts::TAU;

use crate::{Cover, chance::Chance, colour::to_byte, grooves::Grooves};

/// The brightest light from the side. Up to 0.4 no part of a colour can leave 0..1, and hues stay what they are.
const SHEEN: f32 = 0.4;
/// How much darker the corners are.
const SHADE: f32 = 0.30;

/// Where the record lies: its middle, in sides of the square from the upper left corner.
pub(crate) struct Composition {
    middle: [f32; 2],
}

impl Composition {
    /// The playlist says where the middle is; an edition moves it by a little.
    pub(crate) fn new(cover: &Cover) -> Self {
        let mut chance = Chance::new(cover.playlist);
        let (sin, cos) = chance.between(0.0, TAU).sin_cos();
        let off = chance.between(0.10, 0.20);
        let mut chance = Chance::new(cover.edition);
        let mut near = |place: f32| 0.5 + off * place + chance.between(-0.02, 0.02);
        Self { middle: [near(cos), near(sin)] }
    }
}

/// Turns the cut around the middle.
///
/// # Shapes
/// Gives `side · side` pixels, row by row, each as red, green and blue.
pub(crate) fn paint(grooves: &Grooves, composition: &Composition, side: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(3 * side * side);
    for row in 0..side {
        for column in 0..side {
            let at = |place: usize| (place as f32 + 0.5) / side as f32;
            pixels.extend(pixel(grooves, composition, at(column), at(row)));
        }
    }
    pixels
}

fn pixel(grooves: &Grooves, composition: &Composition, x: f32, y: f32) -> [u8; 3] {
    let (right, down) = (x - composition.middle[0], y - composition.middle[1]);
    let radius = right.hypot(down);
    let point = grooves.at(radius);
    // Grooves throw light back in two wedges, as a record under a lamp does.
    let across = (right * point.towards[0] + down * point.towards[1]) / radius.max(0.03);
    let sheen = SHEEN * point.gloss * across.abs().min(1.0).powi(10);
    let from_centre = (x - 0.5).hypot(y - 0.5);
    let shade = 1.0 - SHADE * (2.0 * from_centre * from_centre).min(1.0);
    point.light.map(|part| to_byte((part + sheen * (2.0 * part * (1.0 - part) + 0.05 * (1.0 - part))) * shade))
}

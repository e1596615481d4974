use std::f32::consts::TAU;

use crate::{
    Cover,
    chance::Chance,
    colour::{Colour, Light, mix},
    palette::Palette,
};

/// How far the cut reaches, in sides of the square: from any middle to any corner.
const REACH: f32 = 1.25;
/// Points of the cut for one side of the square: four for a pixel.
const POINTS_PER_SIDE: usize = 2560;
/// Points that are averaged into one: a little more than a pixel, so that no edge is jagged.
const BLUR: usize = 5;
/// Distances from the middle, in sides of the square.
const HOLE: f32 = 0.013;
const LABEL: f32 = 0.115;
const GAP: f32 = 0.0035;
const GROOVE: f32 = 0.0105;

/// A point of the cut.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub light: Light,
    /// How much of the light from the side is thrown back, 0..1.
    pub gloss: f32,
    /// Where that light stands: cosine and sine of its angle.
    pub towards: [f32; 2],
}

/// A cut through the record, from the middle to beyond the rim.
pub(crate) struct Grooves(Vec<Point>);

struct Ring {
    end: f32,
    light: f32,
    gloss: f32,
    towards: [f32; 2],
}

impl Grooves {
    pub(crate) fn cut(cover: &Cover, palette: &Palette) -> Self {
        let rings = rings(cover);
        let n_points = (REACH * POINTS_PER_SIDE as f32) as usize;
        let depth = mix(0.012, 0.03, cover.energy);
        let mut ring = 0;
        let sharp: Vec<Point> = (0..n_points)
            .map(|point| {
                let radius = point as f32 / POINTS_PER_SIDE as f32;
                while radius >= rings[ring].end && ring + 1 < rings.len() {
                    ring += 1;
                }
                point_at(radius, &rings[ring], palette, depth)
            })
            .collect();
        Self(sharp.windows(BLUR).map(mean).collect())
    }

    /// What lies at a distance from the middle, in sides of the square.
    pub(crate) fn at(&self, radius: f32) -> Point {
        let point = (radius * POINTS_PER_SIDE as f32) as usize;
        self.0[point.min(self.0.len() - 1)]
    }
}

/// Rings from the label to beyond the rim, the tighter the more energy there is.
fn rings(cover: &Cover) -> Vec<Ring> {
    let mut chance = Chance::new(cover.edition ^ cover.playlist.rotate_left(32));
    let mean_width = mix(0.125, 0.042, cover.energy);
    let lit_from = chance.between(0.0, TAU);
    let mut rings: Vec<Ring> = Vec::new();
    let mut end = LABEL;
    let mut is_lighter = chance.between(0.0, 1.0) < 0.5;
    while end < REACH {
        end += mean_width * chance.between(0.45, 1.65);
        let light = chance.between(0.15, 1.0);
        let (sin, cos) = (lit_from + chance.between(-0.35, 0.35)).sin_cos();
        let light = if is_lighter { light } else { -light };
        rings.push(Ring { end, light, gloss: chance.between(0.35, 1.0), towards: [cos, sin] });
        is_lighter = !is_lighter;
    }
    rings
}

fn point_at(radius: f32, ring: &Ring, palette: &Palette, depth: f32) -> Point {
    let matt = |colour: Colour| Point { light: colour.light(), gloss: 0.12, towards: ring.towards };
    let way = ((radius - LABEL) / (0.8 - LABEL)).clamp(0.0, 1.0);
    if radius < HOLE {
        return matt(palette.hole());
    }
    if radius < LABEL {
        return matt(palette.label());
    }
    if ring.end - radius < GAP || radius - LABEL < GAP {
        return matt(palette.gap(way));
    }
    let mut colour = palette.ring(way, ring.light);
    colour.lightness += depth * (TAU * radius / GROOVE).sin();
    Point { light: colour.light(), gloss: ring.gloss, towards: ring.towards }
}

fn mean(points: &[Point]) -> Point {
    let share = 1.0 / points.len() as f32;
    let mut mean = Point { light: [0.0; 3], gloss: 0.0, towards: [0.0; 2] };
    for point in points {
        for (sum, part) in mean.light.iter_mut().zip(point.light) {
            *sum += share * part;
        }
        for (sum, part) in mean.towards.iter_mut().zip(point.towards) {
            *sum += share * part;
        }
        mean.gloss += share * point.gloss;
    }
    mean
}

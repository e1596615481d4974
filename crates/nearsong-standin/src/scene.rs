use std::ops::Range;

use crate::{
    draw::{Draw, Weighted},
    genre::{Family, GENRES, Genre},
};

/// Artists of one genre and language who know each other and play on each other's tracks.
pub(crate) struct Scene {
    pub(crate) genre: usize,
    /// Genres of the same family that some of its artists also play.
    pub(crate) neighbours: Vec<usize>,
    pub(crate) tongue: &'static str,
    pub(crate) artists: Range<usize>,
    /// Its tracks in the catalogue.
    pub(crate) tracks: Range<usize>,
}

impl Scene {
    const TRACKS: usize = 90;
    const AT_LEAST: usize = 12;

    pub(crate) fn family(&self) -> Family {
        GENRES[self.genre].family
    }

    /// The scenes of a world, with how many tracks each has in the catalogue; together exactly `n_tracks`.
    pub(crate) fn draw_all(n_tracks: usize, draw: &mut Draw) -> Vec<(Self, usize)> {
        let n_scenes = (n_tracks / Self::TRACKS).max(Self::AT_LEAST);
        let sizes: Vec<u64> = (0..n_scenes).map(|_| draw.between(60, 150) as u64).collect();
        let total: u64 = sizes.iter().sum();
        let (mut so_far, mut given) = (0, 0);
        genres(n_scenes, draw)
            .into_iter()
            .zip(sizes)
            .map(|(genre, size)| {
                so_far += size;
                let upto = (n_tracks as u64 * so_far / total) as usize;
                let n = upto - given;
                given = upto;
                (Self::new(genre, draw), n)
            })
            .collect()
    }

    fn new(genre: usize, draw: &mut Draw) -> Self {
        let tongue = *draw.pick(GENRES[genre].tongues);
        let fits = |other: &Genre| other.family == GENRES[genre].family && other.tongues.contains(&tongue);
        let mut neighbours: Vec<usize> =
            (0..GENRES.len()).filter(|&other| other != genre && fits(&GENRES[other])).collect();
        draw.shuffle(&mut neighbours);
        neighbours.truncate(2);
        Self { genre, neighbours, tongue, artists: 0..0, tracks: 0..0 }
    }
}

/// One genre for each scene: first of every family, then every genre once, then by weight.
fn genres(n_scenes: usize, draw: &mut Draw) -> Vec<usize> {
    let mut order: Vec<usize> = (0..GENRES.len()).collect();
    draw.shuffle(&mut order);
    let mut families = Vec::new();
    let (mut first, later): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|&genre| {
        let is_new = !families.contains(&GENRES[genre].family);
        families.extend(is_new.then_some(GENRES[genre].family));
        is_new
    });
    first.extend(later);
    let weights: Weighted = GENRES.iter().map(|genre| genre.weight).collect();
    let more = n_scenes.saturating_sub(first.len());
    first.extend((0..more).filter_map(|_| weights.draw(draw)));
    first.truncate(n_scenes);
    first
}

use nearsong_types::{AudioFeature, ItemIdx};

use super::scorer::ContentKnnScorer;
use crate::{Heard, Taste, scaler::squared_distance};

/// Popularity, in points, over which a fit falls to 0.61 (`exp(-1/2)`).
const POPULARITY_WIDTH: f32 = 12.0;
/// Years over which likeness falls to 0.61.
const YEAR_WIDTH: f32 = 4.0;
/// Share of a featured artist in what a song says of its artists.
pub(super) const FEATURED: f32 = 0.5;
const FIRST_YEAR: u16 = 1900;
const N_YEARS: usize = 150;
const DIM: usize = AudioFeature::COUNT;

/// What a taste asks of every artist, genre, album, word, year and popularity: the sums, over all that was heard, of its weights.
///
/// The weights of what is liked add up to 1, so that a long history and ten songs are read on one scale.
pub(super) struct Profile {
    /// By artist: main artists of what was heard.
    pub main: Vec<f32>,
    /// By artist: featured artists of what was heard.
    pub featured: Vec<f32>,
    /// By artist: the surroundings of those artists; a product with an artist's row of `near` says how near that artist is.
    pub surroundings: Vec<f32>,
    /// By genre.
    pub genres: Vec<f32>,
    /// By album.
    pub albums: Vec<f32>,
    /// By word of album titles.
    pub words: Vec<f32>,
    /// By popularity, 0..=100.
    pub popularity_fit: [f32; 101],
    /// By year from 1900.
    pub year_fit: [f32; N_YEARS],
    /// Sums of weight, weighted points and weighted squares over the liked recordings whose sound is known.
    sound: [f64; 1 + 2 * DIM],
}

/// The weight of everything heard, on the scale on which what is liked adds up to 1.
pub(super) fn weights(scorer: &ContentKnnScorer, taste: &Taste) -> Vec<(Heard, f32)> {
    let table = &scorer.space.table;
    let items = taste.items().iter().filter(|(item, _)| item.at() < table.n_items());
    let artists = taste.artists().iter().filter(|(artist, _)| artist.at() < table.n_artists());
    let heard: Vec<(Heard, f32)> = items
        .map(|&(item, weight)| (Heard::Item(item), weight))
        .chain(artists.map(|&(artist, weight)| (Heard::Artist(artist), weight)))
        .collect();
    let liked: f32 = heard.iter().map(|&(_, weight)| weight).filter(|&weight| weight > 0.0).sum();
    if liked <= 0.0 {
        return Vec::new();
    }
    heard.into_iter().map(|(heard, weight)| (heard, weight / liked)).collect()
}

/// How many equal weights the liked ones amount to: `1 / Σ w²`, their sum being 1.
pub(super) fn n_effective(weights: &[(Heard, f32)]) -> f64 {
    let squares: f64 = weights.iter().map(|&(_, weight)| f64::from(weight.max(0.0)).powi(2)).sum();
    if squares > 0.0 { 1.0 / squares } else { 0.0 }
}

impl Profile {
    pub fn new(scorer: &ContentKnnScorer, weights: &[(Heard, f32)]) -> Self {
        let table = &scorer.space.table;
        let mut profile = Self {
            main: vec![0.0; table.n_artists()],
            featured: vec![0.0; table.n_artists()],
            surroundings: vec![0.0; table.n_artists()],
            genres: vec![0.0; table.n_genres()],
            albums: vec![0.0; table.n_albums()],
            words: vec![0.0; scorer.model.n_words],
            popularity_fit: [0.0; 101],
            year_fit: [0.0; N_YEARS],
            sound: [0.0; 1 + 2 * DIM],
        };
        for &(heard, weight) in weights {
            profile.add(scorer, heard, weight);
        }
        profile
    }

    /// Adds something heard.
    fn add(&mut self, scorer: &ContentKnnScorer, heard: Heard, weight: f32) {
        match heard {
            Heard::Item(item) => self.add_item(scorer, item, weight),
            Heard::Artist(artist) => {
                self.main[artist.at()] += weight;
                scorer.model.near.add_row(artist.at(), weight, &mut self.surroundings);
                scorer.model.genres.artists.add_row(artist.at(), weight, &mut self.genres);
            }
        }
    }

    /// Takes a recording's share away, so that it does not speak for itself.
    pub fn remove_item(&mut self, scorer: &ContentKnnScorer, item: ItemIdx, weight: f32) {
        self.add_names(scorer, item, -weight);
        self.add_sound(scorer, item, weight, -1.0);
    }

    /// Adds a recording, or puts it back.
    pub fn add_item(&mut self, scorer: &ContentKnnScorer, item: ItemIdx, weight: f32) {
        self.add_names(scorer, item, weight);
        self.add_sound(scorer, item, weight, 1.0);
    }

    /// All but the sound, which is not linear in the weight.
    fn add_names(&mut self, scorer: &ContentKnnScorer, item: ItemIdx, weight: f32) {
        let (model, table, row) = (&scorer.model, &scorer.space.table, item.at());
        for (position, artist) in table.artists_of(item).enumerate() {
            let (sums, share) = if position == 0 { (&mut self.main, 1.0) } else { (&mut self.featured, FEATURED) };
            sums[artist.at()] += weight;
            model.near.add_row(artist.at(), share * weight, &mut self.surroundings);
        }
        scorer.genre_vector(item).for_each(|(genre, value)| self.genres[genre] += weight * value);
        table.albums.row(row).iter().for_each(|&album| self.albums[album as usize] += weight);
        model.words.add_row(row, weight, &mut self.words);
        let popularity = f32::from(model.popularities[row]);
        for (points, fit) in self.popularity_fit.iter_mut().enumerate() {
            *fit += weight * bell(points as f32 - popularity, POPULARITY_WIDTH);
        }
        if model.years[row] != 0 {
            for (year, fit) in self.year_fit.iter_mut().enumerate() {
                *fit += weight * year_likeness(FIRST_YEAR + year as u16, model.years[row]);
            }
        }
    }

    /// Adds (`sign` 1) or takes away (`sign` -1) the sound of a liked recording; what is disliked has no say in it.
    fn add_sound(&mut self, scorer: &ContentKnnScorer, item: ItemIdx, weight: f32, sign: f64) {
        if weight <= 0.0 || !scorer.space.has_sound(item) {
            return;
        }
        let weight = sign * f64::from(weight);
        self.sound[0] += weight;
        for (feature, &value) in scorer.space.point(item).iter().enumerate() {
            self.sound[1 + feature] += weight * f64::from(value);
            self.sound[1 + DIM + feature] += weight * f64::from(value) * f64::from(value);
        }
    }

    /// Weighted mean and spread of the liked sounds; `None` where no sound is known.
    ///
    /// `n_effective`: how many equal weights the weights amount to.
    pub fn sound(&self, n_effective: f64) -> Option<Sound> {
        let weight = self.sound[0];
        if weight <= 1e-9 {
            return None;
        }
        let mean: [f64; DIM] = std::array::from_fn(|feature| self.sound[1 + feature] / weight);
        let variance: [f64; DIM] = std::array::from_fn(|feature| {
            (self.sound[1 + DIM + feature] / weight - mean[feature] * mean[feature]).max(0.0)
        });
        Some(Sound {
            mean: mean.map(|mean| mean as f32),
            inverse_spread: variance.map(|variance| 1.0 / variance.sqrt().max(MIN_SPREAD) as f32),
            unity: unity(&variance, n_effective),
        })
    }

    pub fn year_fit(&self, year: u16) -> f32 {
        self.year_fit[usize::from(year.saturating_sub(FIRST_YEAR)).min(N_YEARS - 1)]
    }
}

/// How near two years are, 0..=1.
pub(super) fn year_likeness(a: u16, b: u16) -> f32 {
    bell(f32::from(a) - f32::from(b), YEAR_WIDTH)
}

fn bell(difference: f32, width: f32) -> f32 {
    (-0.5 * (difference / width) * (difference / width)).exp()
}

/// In standard deviations of the catalogue: a taste is never narrower than this in any feature.
const MIN_SPREAD: f64 = 0.35;
/// Squared distance over which likeness of sound falls to `1/e`.
const SOUND_WIDTH: f32 = 20.0;

/// The unity of a taste too small to have a spread.
const UNITY_OF_ONE: f32 = 0.5;

/// How much more alike the liked songs sound than the catalogue at large, 0..=1: 1 less their mean variance, in the
/// catalogue's variances and corrected for their number. A taste all over the place has no sound of its own.
fn unity(variance: &[f64; DIM], n_effective: f64) -> f32 {
    if n_effective <= 1.5 {
        return UNITY_OF_ONE;
    }
    let mean = variance.iter().sum::<f64>() / DIM as f64;
    (1.0 - n_effective / (n_effective - 1.0) * mean).clamp(0.0, 1.0) as f32
}

/// The sound a taste has: where it lies, how wide it is, feature by feature, and how much of one.
pub(super) struct Sound {
    mean: [f32; DIM],
    inverse_spread: [f32; DIM],
    unity: f32,
}

impl Sound {
    /// How well a point fits, 0..=1.
    pub fn fit(&self, point: &[f32; DIM]) -> f32 {
        let mut squared = 0.0;
        for ((value, mean), inverse_spread) in point.iter().zip(self.mean).zip(self.inverse_spread) {
            let distance = (value.clamp(-FARTHEST, FARTHEST) - mean) * inverse_spread;
            squared += distance * distance;
        }
        self.unity * (-squared / SOUND_WIDTH).exp()
    }
}

/// Standard deviations beyond which a recording is only called far away.
const FARTHEST: f32 = 4.0;

/// How alike two points sound, 0..=1: how the sound part is shared out among what was heard.
pub(super) fn sound_likeness(a: &[f32; DIM], b: &[f32; DIM]) -> f32 {
    (-squared_distance(a, b) / SOUND_WIDTH).exp()
}

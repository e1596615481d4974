use std::collections::HashMap;

use nearsong_types::{ArtistIdx, ItemIdx};

use super::{
    ContentKnnScorer,
    profile::{FEATURED, sound_likeness, year_likeness},
    reading::{Factors, Reading, damped},
};
use crate::{Contributions, Heard, Part, Parts};

/// Contributions: each part of the score, shared out among what was heard in proportion to what each put into the profile.
impl Reading<'_> {
    pub fn contributions(&self, item: ItemIdx, weights: &[(Heard, f32)]) -> Contributions {
        let factors = self.factors(item);
        let candidate = Candidate::new(self, item, weights);
        let mut own = Parts::default();
        own.add(Part::Prior, self.prior(item));
        if self.scorer.model.years[item.at()] == 0 {
            own.add(Part::Year, self.config.year * self.mean_year_fit * factors.rest);
        }
        let by_heard = weights
            .iter()
            .map(|&(heard, weight)| {
                let mut parts = Parts::default();
                match heard {
                    Heard::Item(other) => self.add_item_parts(&candidate, other, weight, &factors, &mut parts),
                    Heard::Artist(artist) => {
                        self.add_artist_parts(&candidate, artist, 1.0, weight, &factors, &mut parts)
                    }
                }
                (heard, parts)
            })
            .filter(|(_, parts)| parts.iter().next().is_some())
            .collect();
        Contributions { by_heard, own }
    }

    fn add_item_parts(&self, candidate: &Candidate, other: ItemIdx, weight: f32, factors: &Factors, parts: &mut Parts) {
        let (scorer, config) = (self.scorer, self.config);
        for (position, artist) in scorer.space.table.artists_of(other).enumerate() {
            let share = if position == 0 { 1.0 } else { FEATURED };
            self.add_tie(candidate, artist, position == 0, weight, factors, parts);
            self.add_near(candidate, artist, share * weight, factors, parts);
        }
        let genre: f32 = scorer.genre_vector(other).map(|(genre, value)| value * candidate.genre(genre)).sum();
        parts.add(Part::Genre, config.genre * weight * genre * factors.rest);
        let albums = scorer.space.table.albums.row(other.at());
        let n_shared = albums.iter().filter(|album| candidate.albums.contains(album)).count();
        let album = n_shared as f32 * weight * candidate.album_factor;
        parts.add(Part::Album, config.album * album * factors.tie);
        let words: f32 = scorer.model.words.row(other.at()).map(|(word, value)| value * candidate.word(word)).sum();
        parts.add(Part::Words, config.words * weight * words * factors.rest);
        let (year, other_year) = (scorer.model.years[candidate.item.at()], scorer.model.years[other.at()]);
        if year != 0 && other_year != 0 {
            parts.add(Part::Year, config.year * weight * year_likeness(year, other_year) * factors.rest);
        }
        parts.add(Part::Audio, config.audio * candidate.audio_share(self, other, weight) * factors.rest);
    }

    fn add_artist_parts(
        &self,
        candidate: &Candidate,
        artist: ArtistIdx,
        share: f32,
        weight: f32,
        factors: &Factors,
        parts: &mut Parts,
    ) {
        self.add_tie(candidate, artist, true, weight, factors, parts);
        self.add_near(candidate, artist, share * weight, factors, parts);
        let genres = &self.scorer.model.genres.artists;
        let genre: f32 = genres.row(artist.at()).map(|(genre, value)| value * candidate.genre(genre)).sum();
        parts.add(Part::Genre, self.config.genre * weight * genre * factors.rest);
    }

    /// The artist part of one artist of something heard, as main or featured artist of the candidate.
    fn add_tie(
        &self,
        candidate: &Candidate,
        artist: ArtistIdx,
        is_main: bool,
        weight: f32,
        factors: &Factors,
        parts: &mut Parts,
    ) {
        let table = &self.scorer.space.table;
        let mut tie = 0.0;
        for (position, of_candidate) in table.artists_of(candidate.item).enumerate() {
            if of_candidate != artist {
                continue;
            }
            tie += if position == 0 {
                weight * share_of(self.heard_artist(artist))
            } else {
                let part = if is_main { weight } else { FEATURED * weight };
                FEATURED * part * share_of(self.guest_weight(artist))
            };
        }
        parts.add(Part::Artist, self.config.artist * tie * candidate.tie_factor * factors.tie);
    }

    fn add_near(&self, candidate: &Candidate, artist: ArtistIdx, weight: f32, factors: &Factors, parts: &mut Parts) {
        let near: f32 = self.scorer.model.near.row(artist.at()).map(|(at, value)| value * candidate.near(at)).sum();
        parts.add(Part::Circle, self.config.near * weight * near * factors.near);
    }
}

/// A recording prepared for comparing it with everything heard.
struct Candidate {
    item: ItemIdx,
    near: HashMap<usize, f32>,
    genres: HashMap<usize, f32>,
    words: HashMap<usize, f32>,
    albums: Vec<u32>,
    tie_factor: f32,
    /// What the album part is per unit of weight, below 1 where it is full.
    album_factor: f32,
    audio: f32,
    audio_total: f32,
}

impl Candidate {
    fn new(reading: &Reading<'_>, item: ItemIdx, weights: &[(Heard, f32)]) -> Self {
        let scorer = reading.scorer;
        let table = &scorer.space.table;
        let mut genres: HashMap<usize, f32> = HashMap::new();
        scorer.genre_vector(item).for_each(|(genre, value)| *genres.entry(genre).or_default() += value);
        let album_weight = reading.album_weight(item);
        let mut candidate = Self {
            item,
            near: table
                .main_artist(item)
                .map(|artist| scorer.model.near.row(artist.at()).collect())
                .unwrap_or_default(),
            genres,
            words: scorer.model.words.row(item.at()).collect(),
            albums: table.albums.row(item.at()).to_vec(),
            tie_factor: reading.tie_factor(item),
            album_factor: if album_weight > 1.0 { album_weight.recip() } else { 1.0 },
            audio: reading.audio(item),
            audio_total: 0.0,
        };
        let items = weights.iter().filter_map(|&(heard, weight)| match heard {
            Heard::Item(other) => Some((other, weight)),
            Heard::Artist(_) => None,
        });
        candidate.audio_total = items.map(|(other, weight)| candidate.audio_pull(scorer, other, weight)).sum();
        candidate
    }

    fn near(&self, artist: usize) -> f32 {
        self.near.get(&artist).copied().unwrap_or(0.0)
    }

    fn genre(&self, genre: usize) -> f32 {
        self.genres.get(&genre).copied().unwrap_or(0.0)
    }

    fn word(&self, word: usize) -> f32 {
        self.words.get(&word).copied().unwrap_or(0.0)
    }

    fn audio_pull(&self, scorer: &ContentKnnScorer, other: ItemIdx, weight: f32) -> f32 {
        if weight <= 0.0 || !scorer.space.has_sound(other) {
            return 0.0;
        }
        // Never quite 0, so that something far away can still be shared out.
        weight * (sound_likeness(scorer.space.point(self.item), scorer.space.point(other)) + 1e-6)
    }

    fn audio_share(&self, reading: &Reading<'_>, other: ItemIdx, weight: f32) -> f32 {
        if self.audio == 0.0 {
            return 0.0;
        }
        self.audio * self.audio_pull(reading.scorer, other, weight) / self.audio_total
    }
}

/// What [`damped`] gives per unit of weight.
fn share_of(weight: f32) -> f32 {
    if weight == 0.0 { 0.0 } else { damped(weight) / weight }
}

use std::{collections::HashMap, sync::Arc};

use nearsong_types::{ArtistIdx, Cancelled, ItemIdx, RecordingTable};
use rayon::prelude::*;

use super::{
    ContentKnnConfig, ContentKnnModel,
    facets::facets,
    profile::{FEATURED, Profile, Sound, sound_likeness, weights, year_likeness},
};
use crate::{AudioSpace, Contributions, Facet, Heard, Part, Parts, ScoreRequest, Scored, Scorer, Taste, scorer::top_n};

const CHUNK: u32 = 8192;
/// The artist part is on the scale of a taste of this many songs: a wide history must not thin out what an artist means in it.
const ARTIST_SONGS: f64 = 10.0;
/// The most that the artist part can be before its weight.
const MAX_TIE: f32 = 2.0;

/// The model bound to its recordings.
pub struct ContentKnnScorer {
    pub(super) model: ContentKnnModel,
    pub(super) space: AudioSpace,
    /// By recording: what makes its own genres' idf a vector of length 1.
    own_scales: Vec<f32>,
    /// Share of the recordings of each year from 0 on, for recordings whose year is not known.
    year_shares: Vec<(u16, f32)>,
}

/// A profile with what is computed once for a whole scan.
struct Reading<'a> {
    scorer: &'a ContentKnnScorer,
    config: &'a ContentKnnConfig,
    profile: &'a Profile,
    familiarity: f32,
    /// Brings shares of a taste to numbers of songs; see [`ARTIST_SONGS`].
    artist_scale: f32,
    sound: Option<Sound>,
    /// `profile.genres` times idf, by genre.
    own_genres: Vec<f32>,
    /// Year likeness where a recording's year is not known.
    mean_year_fit: f32,
}

/// What the parts of a recording's score are multiplied by: the gate, and the dial where the main artist is known.
struct Factors {
    /// For ties to artists and albums.
    tie: f32,
    /// For nearness of artists.
    near: f32,
    /// For everything else.
    rest: f32,
}

impl ContentKnnScorer {
    pub(super) fn new(model: ContentKnnModel, table: Arc<RecordingTable>) -> Self {
        let own_scale = |item: usize| {
            let squared: f32 =
                table.genres.row(item).iter().map(|&genre| model.genres.idf[genre as usize].powi(2)).sum();
            if squared > 0.0 { squared.sqrt().recip() } else { 0.0 }
        };
        let own_scales = (0..table.n_items()).into_par_iter().map(own_scale).collect();
        let year_shares = year_shares(&model.years);
        let space = AudioSpace::new(table, &model.scaler);
        Self { model, space, own_scales, year_shares }
    }

    /// The recording among the genres, length 1: its own and its main artist's.
    pub(super) fn genre_vector(&self, item: ItemIdx) -> impl Iterator<Item = (usize, f32)> {
        let (table, genres) = (&self.space.table, &self.model.genres);
        let scale = genres.scales[item.at()];
        let own_scale = self.own_scales[item.at()] * scale;
        let own = table.genres.row(item.at()).iter();
        let own = own.map(move |&genre| (genre as usize, own_scale * genres.idf[genre as usize]));
        let main = table.main_artist(item).into_iter();
        own.chain(main.flat_map(move |artist| genres.artists.row(artist.at()).map(move |(g, v)| (g, scale * v))))
    }

    fn read<'a>(&'a self, profile: &'a Profile, n_effective: f64, request: &ScoreRequest<'_>) -> Reading<'a> {
        let idf = &self.model.genres.idf;
        Reading {
            scorer: self,
            config: &self.model.config,
            profile,
            familiarity: request.adventure.familiarity(),
            artist_scale: (n_effective / ARTIST_SONGS).sqrt() as f32,
            sound: profile.sound(n_effective),
            own_genres: profile.genres.iter().zip(idf).map(|(weight, idf)| weight * idf).collect(),
            mean_year_fit: self.year_shares.iter().map(|&(year, share)| share * profile.year_fit(year)).sum(),
        }
    }

    /// The recordings of a taste are scored one by one, each with its own share taken away.
    fn score_heard(&self, profile: &mut Profile, weights: &[(Heard, f32)], request: &ScoreRequest<'_>) -> Vec<Scored> {
        let n_effective = n_effective(weights);
        let mut scored = Vec::new();
        for &(heard, weight) in weights {
            let Heard::Item(item) = heard else { continue };
            if request.allowed[item.at()] {
                profile.remove_item(self, item, weight);
                let reading = self.read(profile, n_effective, request);
                scored.push(Scored { item, score: reading.score(item, &reading.by_artist(item)) });
                profile.add_item(self, item, weight);
            }
        }
        scored
    }
}

impl Scorer for ContentKnnScorer {
    fn table(&self) -> &RecordingTable {
        &self.space.table
    }

    fn best(&self, request: &ScoreRequest<'_>, n: usize) -> Result<Vec<Scored>, Cancelled> {
        let weights = weights(self, request.taste);
        if weights.is_empty() || n == 0 {
            return Ok(Vec::new());
        }
        let mut profile = Profile::new(self, &weights);
        let mut all = self.score_heard(&mut profile, &weights, request);
        let mut is_heard = vec![false; self.space.table.n_items()];
        for &(heard, _) in &weights {
            if let Heard::Item(item) = heard {
                is_heard[item.at()] = true;
            }
        }
        let reading = self.read(&profile, n_effective(&weights), request);
        let by_artist = reading.by_all_artists();
        let n_items = self.space.table.n_items() as u32;
        let chunks: Vec<Vec<Scored>> = (0..n_items.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                request.progress.check()?;
                let items = (chunk * CHUNK..((chunk + 1) * CHUNK).min(n_items)).map(ItemIdx);
                let items = items.filter(|item| request.allowed[item.at()] && !is_heard[item.at()]);
                Ok(top_n(items.map(|item| reading.score_in_scan(item, &by_artist)).collect(), n))
            })
            .collect::<Result<_, Cancelled>>()?;
        all.extend(chunks.into_iter().flatten());
        Ok(top_n(all, n))
    }

    fn facets(&self, taste: &Taste) -> Vec<Facet> {
        facets(self, taste)
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let weights = weights(self, request.taste);
        let n_effective = n_effective(&weights);
        let mut profile = Profile::new(self, &weights);
        let own_weight: HashMap<ItemIdx, f32> = weights
            .iter()
            .filter_map(|&(heard, weight)| match heard {
                Heard::Item(item) => Some((item, weight)),
                Heard::Artist(_) => None,
            })
            .collect();
        let mut contributions_of = |&item: &ItemIdx| match own_weight.get(&item) {
            None => self.read(&profile, n_effective, request).contributions(item, &weights),
            Some(&weight) => {
                profile.remove_item(self, item, weight);
                let others: Vec<_> = weights.iter().filter(|(heard, _)| *heard != Heard::Item(item)).copied().collect();
                let contributions = self.read(&profile, n_effective, request).contributions(item, &others);
                profile.add_item(self, item, weight);
                contributions
            }
        };
        items.iter().map(&mut contributions_of).collect()
    }
}

/// What depends on the main artist alone.
#[derive(Clone, Copy, Default)]
struct ByArtist {
    artist: f32,
    near: f32,
    genre: f32,
}

impl Reading<'_> {
    fn of_artist(&self, artist: ArtistIdx) -> ByArtist {
        let (model, at) = (&self.scorer.model, artist.at());
        let heard = self.profile.main[at] + self.profile.featured[at];
        ByArtist {
            artist: damped(heard),
            near: model.near.row_dot(at, &self.profile.surroundings),
            genre: model.genres.artists.row_dot(at, &self.profile.genres),
        }
    }

    fn by_artist(&self, item: ItemIdx) -> ByArtist {
        self.scorer.space.table.main_artist(item).map_or_else(ByArtist::default, |artist| self.of_artist(artist))
    }

    fn by_all_artists(&self) -> Vec<ByArtist> {
        (0..self.scorer.space.table.n_artists() as u32)
            .into_par_iter()
            .with_min_len(4096)
            .map(|artist| self.of_artist(ArtistIdx(artist)))
            .collect()
    }

    fn score_in_scan(&self, item: ItemIdx, by_artist: &[ByArtist]) -> Scored {
        let main = self.scorer.space.table.main_artist(item);
        let by_artist = main.map_or_else(ByArtist::default, |artist| by_artist[artist.at()]);
        Scored { item, score: self.score(item, &by_artist) }
    }

    /// The dial moves ties to known artists up and down, and towards its adventurous end all that known artists made.
    fn factors(&self, item: ItemIdx) -> Factors {
        let (model, config) = (&self.scorer.model, self.config);
        let fit = self.profile.popularity_fit[usize::from(model.popularities[item.at()].min(100))];
        let gate = config.gate_base + config.gate_popularity * fit + config.gate_rank * model.standings[item.at()];
        let gate = gate.max(0.0);
        let main = self.scorer.space.table.main_artist(item);
        let is_known = main.is_some_and(|artist| self.heard_artist(artist) != 0.0);
        let (near, rest) = if is_known { (self.familiarity, self.familiarity.min(1.0)) } else { (1.0, 1.0) };
        Factors { tie: self.familiarity * gate, near: near * gate, rest: rest * gate }
    }

    fn score(&self, item: ItemIdx, by_artist: &ByArtist) -> f32 {
        let (config, factors) = (self.config, self.factors(item));
        let tie = config.artist * self.tie(item, by_artist.artist) + config.album * self.album(item);
        let rest = config.genre * self.genre(item, by_artist.genre)
            + config.words * self.scorer.model.words.row_dot(item.at(), &self.profile.words)
            + config.year * self.year(item)
            + config.audio * self.audio(item);
        let near = config.near * by_artist.near;
        factors.tie * tie + factors.near * near + factors.rest * rest + self.prior(item)
    }

    fn heard_artist(&self, artist: ArtistIdx) -> f32 {
        self.profile.main[artist.at()] + self.profile.featured[artist.at()]
    }

    /// Likeness through the artists of the recording.
    fn tie(&self, item: ItemIdx, of_main: f32) -> f32 {
        (self.artist_scale * (of_main + self.guests(item))).clamp(-MAX_TIE, MAX_TIE)
    }

    /// What the artist part is per unit of [`damped`] weight, after scale and limit.
    fn tie_factor(&self, item: ItemIdx) -> f32 {
        let unlimited = self.by_artist(item).artist + self.guests(item);
        if unlimited == 0.0 { 0.0 } else { self.tie(item, self.by_artist(item).artist) / unlimited }
    }

    /// Likeness through the artists who are featured on the recording.
    fn guests(&self, item: ItemIdx) -> f32 {
        self.scorer.space.table.artists_of(item).skip(1).map(|guest| FEATURED * damped(self.guest_weight(guest))).sum()
    }

    fn guest_weight(&self, artist: ArtistIdx) -> f32 {
        self.profile.main[artist.at()] + FEATURED * self.profile.featured[artist.at()]
    }

    fn genre(&self, item: ItemIdx, of_artist: f32) -> f32 {
        let own: f32 = self.scorer.space.table.genres_of(item).map(|genre| self.own_genres[genre.at()]).sum();
        self.scorer.model.genres.scales[item.at()] * (own * self.scorer.own_scales[item.at()] + of_artist)
    }

    fn album_weight(&self, item: ItemIdx) -> f32 {
        let albums = self.scorer.space.table.albums.row(item.at());
        albums.iter().map(|&album| self.profile.albums[album as usize]).sum()
    }

    fn album(&self, item: ItemIdx) -> f32 {
        self.album_weight(item).min(1.0)
    }

    fn year(&self, item: ItemIdx) -> f32 {
        match self.scorer.model.years[item.at()] {
            0 => self.mean_year_fit,
            year => self.profile.year_fit(year),
        }
    }

    fn audio(&self, item: ItemIdx) -> f32 {
        match &self.sound {
            Some(sound) if self.scorer.space.has_sound(item) => sound.fit(self.scorer.space.point(item)),
            _ => 0.0,
        }
    }

    fn prior(&self, item: ItemIdx) -> f32 {
        self.config.prior * f32::from(self.scorer.model.popularities[item.at()]) / 100.0
    }
}

/// Contributions: each part of the score, shared out among what was heard in proportion to what each put into the profile.
impl Reading<'_> {
    fn contributions(&self, item: ItemIdx, weights: &[(Heard, f32)]) -> Contributions {
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

/// A square root that keeps its sign and stops at 1: the third song by an artist says less than the first.
fn damped(weight: f32) -> f32 {
    weight.signum() * weight.abs().min(1.0).sqrt()
}

/// What [`damped`] gives per unit of weight.
fn share_of(weight: f32) -> f32 {
    if weight == 0.0 { 0.0 } else { damped(weight) / weight }
}

/// How many equal weights the liked ones amount to: `1 / Σ w²`, their sum being 1.
fn n_effective(weights: &[(Heard, f32)]) -> f64 {
    let squares: f64 = weights.iter().map(|&(_, weight)| f64::from(weight.max(0.0)).powi(2)).sum();
    if squares > 0.0 { 1.0 / squares } else { 0.0 }
}

fn year_shares(years: &[u16]) -> Vec<(u16, f32)> {
    let mut counts = std::collections::BTreeMap::new();
    for &year in years.iter().filter(|&&year| year != 0) {
        *counts.entry(year).or_insert(0u32) += 1;
    }
    let total: u32 = counts.values().sum();
    counts.into_iter().map(|(year, n)| (year, n as f32 / total.max(1) as f32)).collect()
}

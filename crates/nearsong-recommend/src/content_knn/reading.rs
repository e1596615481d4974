use nearsong_types::{ArtistIdx, ItemIdx};
use rayon::prelude::*;

use super::{
    ContentKnnConfig, ContentKnnScorer,
    profile::{FEATURED, Profile, Sound},
};
use crate::{ScoreRequest, Scored};

/// The artist part is on the scale of a taste of this many songs: a wide history must not thin out what an artist means in it.
const ARTIST_SONGS: f64 = 10.0;
/// The most that the artist part can be before its weight.
const MAX_TIE: f32 = 2.0;

/// A profile with what is computed once for a whole scan.
pub(super) struct Reading<'a> {
    pub scorer: &'a ContentKnnScorer,
    pub config: &'a ContentKnnConfig,
    profile: &'a Profile,
    familiarity: f32,
    /// Brings shares of a taste to numbers of songs; see [`ARTIST_SONGS`].
    artist_scale: f32,
    sound: Option<Sound>,
    /// `profile.genres` times idf, by genre.
    own_genres: Vec<f32>,
    /// Year likeness where a recording's year is not known.
    pub mean_year_fit: f32,
}

/// What the parts of a recording's score are multiplied by: the gate, and the dial where the main artist is known.
pub(super) struct Factors {
    /// For ties to artists and albums.
    pub tie: f32,
    /// For nearness of artists.
    pub near: f32,
    /// For everything else.
    pub rest: f32,
}

/// What depends on the main artist alone.
#[derive(Clone, Copy, Default)]
pub(super) struct ByArtist {
    artist: f32,
    near: f32,
    genre: f32,
}

impl<'a> Reading<'a> {
    pub fn new(
        scorer: &'a ContentKnnScorer,
        profile: &'a Profile,
        n_effective: f64,
        request: &ScoreRequest<'_>,
    ) -> Self {
        let idf = &scorer.model.genres.idf;
        Self {
            scorer,
            config: &scorer.model.config,
            profile,
            familiarity: request.adventure.familiarity(),
            artist_scale: (n_effective / ARTIST_SONGS).sqrt() as f32,
            sound: profile.sound(n_effective),
            own_genres: profile.genres.iter().zip(idf).map(|(weight, idf)| weight * idf).collect(),
            mean_year_fit: scorer.year_shares.iter().map(|&(year, share)| share * profile.year_fit(year)).sum(),
        }
    }

    fn of_artist(&self, artist: ArtistIdx) -> ByArtist {
        let (model, at) = (&self.scorer.model, artist.at());
        let heard = self.profile.main[at] + self.profile.featured[at];
        ByArtist {
            artist: damped(heard),
            near: model.near.row_dot(at, &self.profile.surroundings),
            genre: model.genres.artists.row_dot(at, &self.profile.genres),
        }
    }

    pub fn by_artist(&self, item: ItemIdx) -> ByArtist {
        self.scorer.space.table.main_artist(item).map_or_else(ByArtist::default, |artist| self.of_artist(artist))
    }

    pub fn by_all_artists(&self) -> Vec<ByArtist> {
        (0..self.scorer.space.table.n_artists() as u32)
            .into_par_iter()
            .with_min_len(4096)
            .map(|artist| self.of_artist(ArtistIdx(artist)))
            .collect()
    }

    pub fn score_in_scan(&self, item: ItemIdx, by_artist: &[ByArtist]) -> Scored {
        let main = self.scorer.space.table.main_artist(item);
        let by_artist = main.map_or_else(ByArtist::default, |artist| by_artist[artist.at()]);
        Scored { item, score: self.score(item, &by_artist) }
    }

    /// The dial moves ties to known artists up and down, and towards its adventurous end all that known artists made.
    pub fn factors(&self, item: ItemIdx) -> Factors {
        let (model, config) = (&self.scorer.model, self.config);
        let fit = self.profile.popularity_fit[usize::from(model.popularities[item.at()].min(100))];
        let gate = config.gate_base + config.gate_popularity * fit + config.gate_rank * model.standings[item.at()];
        let gate = gate.max(0.0);
        let main = self.scorer.space.table.main_artist(item);
        let is_known = main.is_some_and(|artist| self.heard_artist(artist) != 0.0);
        let (near, rest) = if is_known { (self.familiarity, self.familiarity.min(1.0)) } else { (1.0, 1.0) };
        Factors { tie: self.familiarity * gate, near: near * gate, rest: rest * gate }
    }

    pub fn score(&self, item: ItemIdx, by_artist: &ByArtist) -> f32 {
        let (config, factors) = (self.config, self.factors(item));
        let tie = config.artist * self.tie(item, by_artist.artist) + config.album * self.album(item);
        let rest = config.genre * self.genre(item, by_artist.genre)
            + config.words * self.scorer.model.words.row_dot(item.at(), &self.profile.words)
            + config.year * self.year(item)
            + config.audio * self.audio(item);
        let near = config.near * by_artist.near;
        factors.tie * tie + factors.near * near + factors.rest * rest + self.prior(item)
    }

    pub fn heard_artist(&self, artist: ArtistIdx) -> f32 {
        self.profile.main[artist.at()] + self.profile.featured[artist.at()]
    }

    /// Likeness through the artists of the recording.
    fn tie(&self, item: ItemIdx, of_main: f32) -> f32 {
        (self.artist_scale * (of_main + self.guests(item))).clamp(-MAX_TIE, MAX_TIE)
    }

    /// What the artist part is per unit of [`damped`] weight, after scale and limit.
    pub fn tie_factor(&self, item: ItemIdx) -> f32 {
        let unlimited = self.by_artist(item).artist + self.guests(item);
        if unlimited == 0.0 { 0.0 } else { self.tie(item, self.by_artist(item).artist) / unlimited }
    }

    /// Likeness through the artists who are featured on the recording.
    fn guests(&self, item: ItemIdx) -> f32 {
        self.scorer.space.table.artists_of(item).skip(1).map(|guest| FEATURED * damped(self.guest_weight(guest))).sum()
    }

    pub fn guest_weight(&self, artist: ArtistIdx) -> f32 {
        self.profile.main[artist.at()] + FEATURED * self.profile.featured[artist.at()]
    }

    fn genre(&self, item: ItemIdx, of_artist: f32) -> f32 {
        let own: f32 = self.scorer.space.table.genres_of(item).map(|genre| self.own_genres[genre.at()]).sum();
        self.scorer.model.genres.scales[item.at()] * (own * self.scorer.own_scales[item.at()] + of_artist)
    }

    pub fn album_weight(&self, item: ItemIdx) -> f32 {
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

    pub fn audio(&self, item: ItemIdx) -> f32 {
        match &self.sound {
            Some(sound) if self.scorer.space.has_sound(item) => sound.fit(self.scorer.space.point(item)),
            _ => 0.0,
        }
    }

    pub fn prior(&self, item: ItemIdx) -> f32 {
        self.config.prior * f32::from(self.scorer.model.popularities[item.at()]) / 100.0
    }
}

/// A square root that keeps its sign and stops at 1: the third song by an artist says less than the first.
pub(super) fn damped(weight: f32) -> f32 {
    weight.signum() * weight.abs().min(1.0).sqrt()
}

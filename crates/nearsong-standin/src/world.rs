use std::{collections::HashSet, ops::Range};

use nearsong_types::Track;

use crate::{
    artist::{Artist, NameBook},
    draw::Draw,
    genre::GENRES,
    lexicon::Lexicon,
    scene::Scene,
    studio::{Act, Studio},
};

const PEOPLE: u64 = 1;
const MUSIC: u64 = 2;

/// A made-up world of music: genres, scenes, artists, albums and tracks that nobody ever recorded.
///
/// The same seed and size give the same world on every machine.
pub struct World {
    /// The catalogue as a careful reader of [`World::write_catalogue`]'s file would have it: one entry for each id, scene by
    /// scene, the tracks of an artist next to each other. A track that was “not analysed” has no audio features.
    pub tracks: Vec<Track>,
    pub(crate) seed: u64,
    /// Tracks that are listened to but that the catalogue lacks.
    pub(crate) unlisted: Vec<Track>,
    pub(crate) artists: Vec<Artist>,
    pub(crate) scenes: Vec<Scene>,
}

impl World {
    /// Fewer tracks than this make no world: [`World::new`] makes at least as many.
    pub const MIN_TRACKS: usize = 200;
    /// As many tracks as `nearsong demo` asks for.
    pub const DEMO_TRACKS: usize = 20_000;

    /// Makes up a world with exactly `n_tracks` tracks in its catalogue.
    ///
    /// # Range
    /// `n_tracks`: [`World::MIN_TRACKS`] and more, smaller numbers are raised to it; measured up to 300,000.
    pub fn new(seed: u64, n_tracks: usize) -> Self {
        let lexicon = Lexicon::new();
        let (scenes, artists, sizes) = people(&lexicon, n_tracks.max(Self::MIN_TRACKS), Draw::new(seed, PEOPLE));
        let mut world = Self { tracks: Vec::with_capacity(n_tracks), seed, unlisted: Vec::new(), artists, scenes };
        let mut studio = Studio::new(&lexicon, Draw::new(seed, MUSIC));
        for (scene, n_tracks) in sizes.into_iter().enumerate() {
            world.record_scene(scene, n_tracks, &mut studio);
        }
        world
    }

    /// Names of all genres there are, in the order of the table; a small world does not have tracks of every one.
    pub fn genre_names() -> impl Iterator<Item = &'static str> {
        GENRES.iter().map(|genre| genre.name)
    }

    /// Names of all artists, also of those whose music the catalogue lacks.
    pub fn artist_names(&self) -> impl Iterator<Item = &str> {
        self.artists.iter().map(|artist| artist.name.as_str())
    }

    fn record_scene(&mut self, scene: usize, n_tracks: usize, studio: &mut Studio<'_>) {
        let first_track = self.tracks.len();
        let members = self.scenes[scene].artists.clone();
        for (at, n_listed) in members.clone().zip(shares(n_tracks, members.len())) {
            self.record_artist(at, n_listed, studio);
        }
        self.scenes[scene].tracks = first_track..self.tracks.len();
    }

    fn record_artist(&mut self, at: usize, n_listed: usize, studio: &mut Studio<'_>) {
        let act = Act { artists: &self.artists, at, scene: &self.scenes[self.artists[at].scene] };
        let mut taken = HashSet::new();
        let listed = studio.discography(act, n_listed, &mut taken);
        let n_unlisted = match n_listed {
            0 => 3 + studio.draw.index(4),
            _ if studio.draw.percent(45) => 1 + studio.draw.index(n_listed / 3 + 3),
            _ => 0,
        };
        let unlisted = studio.discography(act, n_unlisted, &mut taken);
        self.artists[at].tracks = append(&mut self.tracks, listed);
        self.artists[at].unlisted = append(&mut self.unlisted, unlisted);
    }
}

/// Scenes and their artists, with the number of catalogue tracks of each scene.
fn people(lexicon: &Lexicon, n_tracks: usize, mut draw: Draw) -> (Vec<Scene>, Vec<Artist>, Vec<usize>) {
    let (mut scenes, sizes): (Vec<Scene>, Vec<usize>) = Scene::draw_all(n_tracks, &mut draw).into_iter().unzip();
    let (mut artists, mut names) = (Vec::new(), NameBook::default());
    for (at, (scene, n_tracks)) in scenes.iter_mut().zip(&sizes).enumerate() {
        let first = artists.len();
        for _ in 0..n_tracks / 6 + 4 {
            let name = names.name(lexicon, scene, &mut draw);
            artists.push(Artist::new(at, scene, name, &mut draw));
        }
        scene.artists = first..artists.len();
    }
    (scenes, artists, sizes)
}

/// Splits `n_tracks` among artists: the first have many, the later few, the last two none.
fn shares(n_tracks: usize, n_artists: usize) -> impl Iterator<Item = usize> {
    let weight = move |at: usize| if at + 2 < n_artists { 100_000 / (at + 2) } else { 0 };
    let total = (0..n_artists).map(weight).sum::<usize>().max(1);
    let (mut so_far, mut given) = (0, 0);
    (0..n_artists).map(move |at| {
        so_far += weight(at);
        let share = n_tracks * so_far / total - given;
        given += share;
        share
    })
}

fn append(all: &mut Vec<Track>, more: Vec<Track>) -> Range<usize> {
    let first = all.len();
    all.extend(more);
    first..all.len()
}

#[cfg(test)]
mod tests;

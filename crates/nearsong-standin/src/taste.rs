use crate::{
    World,
    artist::Artist,
    draw::{Draw, Weighted},
    genre::{GENRES, typical_energy},
};

const MAX_FAVOURITES: usize = 4;
const MAX_LOVED_ARTISTS: usize = 14;

/// A song by its place: among the tracks of the catalogue, or among those that it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Song {
    Listed(usize),
    Unlisted(usize),
}

/// Why a song was put on; decides how likely it is to be skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motive {
    Loved,
    Exploring,
    Stray,
}

/// What a listener likes, and when.
pub(crate) struct Taste {
    /// The last one is the newest.
    pub(crate) favourites: Vec<Favourite>,
    everything: Weighted,
}

/// A genre the listener follows through one or two scenes.
pub(crate) struct Favourite {
    pub(crate) genre: usize,
    pub(crate) scenes: Vec<usize>,
    /// Most loved first.
    pub(crate) artists: Vec<LovedArtist>,
    by_love: Weighted,
    /// Songs of artists that no catalogue has heard of.
    obscure: Vec<usize>,
    explored: Vec<usize>,
    by_appeal: Weighted,
}

pub(crate) struct LovedArtist {
    pub(crate) artist: usize,
    /// When the listener found them, in thousandths of the history.
    since: u64,
    /// Most loved first.
    songs: Vec<Song>,
    by_love: Weighted,
}

/// When a song is chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion {
    /// Thousandths of the history that have passed.
    pub(crate) progress: u64,
    /// The same for the moment when the newest favourite was found.
    pub(crate) newest_since: u64,
    /// Hour of the day, local.
    pub(crate) hour: u64,
}

impl Taste {
    pub(crate) fn new(world: &World, draw: &mut Draw) -> Self {
        let favourites = favourite_scenes(world, draw)
            .into_iter()
            .map(|scene| Favourite::new(world, scene, draw))
            .filter(|favourite| !favourite.artists.is_empty())
            .collect();
        let popularity = |track: &nearsong_types::Track| u64::from(track.popularity.unwrap_or(0));
        let everything = world.tracks.iter().map(|track| 1 + popularity(track) * popularity(track)).collect();
        Self { favourites, everything }
    }

    /// The next song and why.
    pub(crate) fn choose(&self, occasion: Occasion, draw: &mut Draw) -> (Song, Motive) {
        let roll = draw.below(100);
        match self.favourite(occasion, draw) {
            Some(favourite) if roll < 76 => (favourite.loved_song(occasion, draw), Motive::Loved),
            Some(favourite) if roll < 90 => (favourite.explored_song(draw), Motive::Exploring),
            _ => (Song::Listed(self.everything.draw(draw).unwrap_or(0)), Motive::Stray),
        }
    }

    /// The favourite that fits the time of day and of life.
    fn favourite(&self, occasion: Occasion, draw: &mut Draw) -> Option<&Favourite> {
        let newest = self.favourites.len().saturating_sub(1);
        let weights: Weighted = self
            .favourites
            .iter()
            .enumerate()
            .map(|(at, favourite)| {
                let interest = match at {
                    _ if at == newest && at > 0 => 75 * u64::from(occasion.progress >= occasion.newest_since),
                    0 => 40,
                    1 => 24,
                    _ => 4 + 32 * (1000 - occasion.progress) / 1000,
                };
                interest * fit(typical_energy(favourite.genre) as u64, occasion.hour)
            })
            .collect();
        Some(&self.favourites[weights.draw(draw)?])
    }
}

/// How well music of this energy, in per cent, fits the hour: calm late and early, lively towards the evening.
fn fit(energy: u64, hour: u64) -> u64 {
    match hour {
        17..=20 => 30 + energy,
        22..=23 | 0..=8 => 135 - energy,
        _ => 80,
    }
}

impl Favourite {
    fn new(world: &World, scene: usize, draw: &mut Draw) -> Self {
        let (genre, tongue) = (world.scenes[scene].genre, world.scenes[scene].tongue);
        let is_related = |&other: &usize| world.scenes[other].genre == genre && world.scenes[other].tongue == tongue;
        let related = (0..world.scenes.len()).filter(|&other| other != scene).find(is_related);
        let scenes: Vec<usize> = [scene].into_iter().chain(related).collect();
        let members = || scenes.iter().flat_map(|&scene| world.scenes[scene].artists.clone());
        let artists = loved_artists(world, members(), draw);
        let name = GENRES[genre].name;
        let of_genre = |&track: &usize| world.tracks[track].genres.iter().any(|known| known == name);
        let explored: Vec<usize> = (0..world.tracks.len()).filter(of_genre).collect();
        let is_home = |track: &usize| scenes.iter().any(|&scene| world.scenes[scene].tracks.contains(track));
        let appeal = |track: &usize| {
            let popularity = u64::from(world.tracks[*track].popularity.unwrap_or(0));
            (3 + popularity) * if is_home(track) { 6 } else { 1 }
        };
        Self {
            genre,
            by_love: (0..artists.len()).map(|rank| 6000 / (rank as u64 + 2)).collect(),
            obscure: members()
                .filter(|&at| is_unheard(&world.artists[at]))
                .flat_map(|at| unlisted(world, at))
                .collect(),
            by_appeal: explored.iter().map(appeal).collect(),
            explored,
            artists,
            scenes,
        }
    }

    fn loved_song(&self, occasion: Occasion, draw: &mut Draw) -> Song {
        if !self.obscure.is_empty() && draw.percent(4) {
            return Song::Unlisted(*draw.pick(&self.obscure));
        }
        let known = (0..3)
            .filter_map(|_| self.by_love.draw(draw))
            .map(|rank| &self.artists[rank])
            .find(|artist| artist.since <= occasion.progress)
            .unwrap_or(&self.artists[0]);
        known.songs[known.by_love.draw(draw).unwrap_or(0)]
    }

    fn explored_song(&self, draw: &mut Draw) -> Song {
        Song::Listed(self.by_appeal.draw(draw).map_or(0, |at| self.explored[at]))
    }
}

/// The scenes of up to four favourites: of different families, at most one of another language than English.
fn favourite_scenes(world: &World, draw: &mut Draw) -> Vec<usize> {
    let mut order: Vec<usize> = (0..world.scenes.len()).collect();
    draw.shuffle(&mut order);
    order.sort_by_key(|&scene| world.scenes[scene].tracks.len() < 50);
    let mut chosen: Vec<usize> = Vec::new();
    for scene in order {
        let is_foreign = |scene: usize| world.scenes[scene].tongue != "en";
        let family = world.scenes[scene].family();
        let is_new = chosen.iter().all(|&other| world.scenes[other].family() != family);
        let one_foreign = !is_foreign(scene) || !chosen.iter().any(|&other| is_foreign(other));
        if is_new && one_foreign && chosen.len() < MAX_FAVOURITES {
            chosen.push(scene);
        }
    }
    chosen
}

fn loved_artists(world: &World, members: impl Iterator<Item = usize>, draw: &mut Draw) -> Vec<LovedArtist> {
    let mut candidates: Vec<(i64, usize)> = members
        .filter(|&at| !is_unheard(&world.artists[at]))
        .map(|at| (world.artists[at].popularity + draw.between(0, 100), at))
        .collect();
    candidates.sort_by_key(|&(appeal, at)| (-appeal, at));
    candidates.truncate(MAX_LOVED_ARTISTS);
    candidates.into_iter().enumerate().map(|(rank, (_, at))| LovedArtist::new(world, rank, at, draw)).collect()
}

impl LovedArtist {
    fn new(world: &World, rank: usize, artist: usize, draw: &mut Draw) -> Self {
        let listed = world.artists[artist].tracks.clone().map(Song::Listed);
        let mut songs: Vec<Song> = listed.chain(unlisted(world, artist).map(Song::Unlisted)).collect();
        draw.shuffle(&mut songs);
        let since = if rank < 6 { 0 } else { draw.below(900) };
        let by_love = (0..songs.len() as u64).map(|rank| 6000 / (rank + 2)).collect();
        Self { artist, since, songs, by_love }
    }
}

/// Whether the catalogue has none of the artist's own tracks.
fn is_unheard(artist: &Artist) -> bool {
    artist.tracks.is_empty()
}

fn unlisted(world: &World, artist: usize) -> std::ops::Range<usize> {
    world.artists[artist].unlisted.clone()
}

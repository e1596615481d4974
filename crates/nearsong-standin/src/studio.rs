use std::collections::HashSet;

use nearsong_types::{Track, TrackId};

use crate::{
    artist::Artist,
    draw::Draw,
    genre::{Family, GENRES},
    lexicon::Lexicon,
    scene::Scene,
    sound::{self, Lean},
    track_ids::TrackIds,
    version,
};

/// Where artists record: makes albums and their tracks.
pub(crate) struct Studio<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) draw: Draw,
    ids: TrackIds,
}

/// One release while it is being recorded.
struct Album {
    title: String,
    lean: Lean,
}

/// Who records: the artist at a position among all artists so far, and the artist's scene.
#[derive(Clone, Copy)]
pub(crate) struct Act<'a> {
    pub(crate) artists: &'a [Artist],
    pub(crate) at: usize,
    pub(crate) scene: &'a Scene,
}

impl<'a> Act<'a> {
    pub(crate) fn artist(&self) -> &'a Artist {
        &self.artists[self.at]
    }
}

impl<'a> Studio<'a> {
    pub(crate) fn new(lexicon: &'a Lexicon, draw: Draw) -> Self {
        Self { lexicon, draw, ids: TrackIds::default() }
    }

    pub(crate) fn next_id(&mut self) -> TrackId {
        self.ids.next(&mut self.draw)
    }

    /// `n` tracks of one artist, release by release; `taken` holds the titles that the artist has used.
    pub(crate) fn discography(&mut self, act: Act<'_>, n: usize, taken: &mut HashSet<String>) -> Vec<Track> {
        let mut tracks = Vec::with_capacity(n);
        while tracks.len() < n {
            let length = match self.draw.below(100) {
                0..35 => 1,
                35..55 => self.draw.between(3, 5),
                _ => self.draw.between(7, 12),
            };
            let length = (length as usize).min(n - tracks.len());
            self.release(act, length, taken, &mut tracks);
            if tracks.len() < n && self.draw.percent(45) {
                let original = self.draw.pick(&tracks).clone();
                tracks.push(version::of(&original, act, self));
            }
        }
        tracks
    }

    fn release(&mut self, act: Act<'_>, length: usize, taken: &mut HashSet<String>, tracks: &mut Vec<Track>) {
        let titles: Vec<String> = (0..length).map(|_| self.title(act, taken)).collect();
        let album = Album { title: self.album_title(act, &titles), lean: Lean::new(&mut self.draw) };
        for (position, title) in titles.into_iter().enumerate() {
            tracks.push(self.track(act, &album, title, position));
        }
    }

    fn title(&mut self, act: Act<'_>, taken: &mut HashSet<String>) -> String {
        loop {
            let section = title_section(act.scene, &mut self.draw);
            let title = act.artist().lettering.apply(self.lexicon.text(&section, &mut self.draw));
            if taken.insert(title.clone()) {
                return title;
            }
        }
    }

    fn album_title(&mut self, act: Act<'_>, titles: &[String]) -> String {
        let artist = act.artist();
        let title = match self.draw.below(100) {
            _ if titles.len() == 1 => return titles[0].clone(),
            0..25 => titles[0].clone(),
            25..32 => return artist.name.clone(),
            _ if act.scene.family() == Family::Classical => self.lexicon.text("album.classical", &mut self.draw),
            _ if act.scene.tongue != "en" && self.draw.percent(75) => {
                self.lexicon.text(&format!("{}.title", act.scene.tongue), &mut self.draw)
            }
            _ => artist.lettering.apply(self.lexicon.text("album.any", &mut self.draw)),
        };
        if (3..=5).contains(&titles.len()) && self.draw.percent(40) { format!("{title} EP") } else { title }
    }

    fn track(&mut self, act: Act<'_>, album: &Album, title: String, position: usize) -> Track {
        let artist = act.artist();
        let genres = self.genres(artist);
        let genre = &GENRES[genres[0]];
        let guests = self.guests(act);
        let mut track = Track::new(self.next_id());
        track.title = Some(self.with_guests(title, &guests));
        track.artists = [artist.name.clone()].into_iter().chain(guests).collect();
        track.album = Some(album.title.clone());
        track.genres = genres.iter().map(|&genre| GENRES[genre].name.to_owned()).collect();
        track.genres.sort();
        track.duration_ms = Some(self.duration_ms(genre.seconds));
        track.explicit = Some(self.draw.percent(genre.explicit_percent));
        track.popularity = Some(self.popularity(artist, position));
        track.key = Some(self.draw.below(12) as u8);
        track.is_major = Some(self.draw.percent(genre.major_percent));
        track.time_signature = Some(self.time_signature(genre.family));
        if !self.draw.permille(2) {
            track.audio = sound::audio(genre, &artist.lean, &album.lean, &mut self.draw);
        } else {
            track.time_signature = None;
        }
        track
    }

    /// Genres of one track, the one it sounds like first.
    fn genres(&mut self, artist: &Artist) -> Vec<usize> {
        let main = if self.draw.percent(85) { 0 } else { self.draw.index(artist.genres.len()) };
        let mut genres = vec![artist.genres[main]];
        if self.draw.percent(35) {
            genres.extend(artist.genres.iter().copied().find(|other| !genres.contains(other)));
        }
        genres
    }

    /// Names of the guests: mostly friends of the scene, now and then somebody else of the same family.
    fn guests(&mut self, act: Act<'_>) -> Vec<String> {
        let family = act.scene.family();
        if !self.draw.percent(family.guest_percent()) {
            return Vec::new();
        }
        let n_guests = if self.draw.percent(12) { 2 } else { 1 };
        let mut guests: Vec<String> = Vec::new();
        for _ in 0..n_guests {
            let at = match self.draw.percent(88) {
                true => act.scene.artists.start + self.draw.index(act.scene.artists.len()),
                false => self.draw.index(act.artists.len()),
            };
            let guest = &act.artists[at];
            let fits = GENRES[guest.genres[0]].family == family && at != act.at && !guests.contains(&guest.name);
            guests.extend(fits.then(|| guest.name.clone()));
        }
        guests
    }

    fn with_guests(&mut self, title: String, guests: &[String]) -> String {
        if guests.is_empty() || title.contains(" - ") || !self.draw.percent(55) {
            return title;
        }
        format!("{title} (feat. {})", guests.join(" & "))
    }

    fn duration_ms(&mut self, (low, high): (i64, i64)) -> u32 {
        let half = |draw: &mut Draw| draw.between(low * 500, high * 500);
        (half(&mut self.draw) + half(&mut self.draw)) as u32
    }

    fn popularity(&mut self, artist: &Artist, position: usize) -> u8 {
        if self.draw.percent(9) {
            return 0;
        }
        let fading = 100 - 4 * position.min(12) as i64;
        (artist.popularity * fading / 100 + self.draw.bell() * 6 / 1000).clamp(0, 100) as u8
    }

    fn time_signature(&mut self, family: Family) -> u8 {
        let waltzes = if matches!(family, Family::Classical | Family::Jazz | Family::Folk) { 22 } else { 6 };
        match self.draw.below(100) {
            0 => 5,
            1 => 1,
            at if at < 2 + waltzes => 3,
            _ => 4,
        }
    }
}

fn title_section(scene: &Scene, draw: &mut Draw) -> String {
    let family = scene.family();
    let own_words = match family {
        Family::Classical => 88,
        Family::Club | Family::Jazz => 50,
        _ => 30,
    };
    let international = matches!(family, Family::Classical | Family::Club | Family::Electronic | Family::Heavy);
    if scene.tongue != "en" && draw.percent(if international { 35 } else { 90 }) {
        return format!("{}.title", scene.tongue);
    }
    if draw.percent(own_words) { family.title_section().to_owned() } else { "title.any".to_owned() }
}

use nearsong_catalog::{SongMatch, match_song};
use nearsong_recommend::{Favourite, Heard, Play, Taste, TasteConfig};
use nearsong_store::Listening;
use nearsong_types::{ItemIdx, Moment, Outcome, RecordingTable, Song};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How many plays were found in the catalogue, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchCounts {
    /// By Spotify's id.
    pub by_id: u64,
    /// By title and artist.
    pub by_name: u64,
    /// Only the artist is in the catalogue.
    pub by_artist: u64,
    /// Neither.
    pub not_at_all: u64,
}

impl MatchCounts {
    /// Counts one play.
    pub fn add(&mut self, found: &SongMatch) {
        match found {
            SongMatch::ById(_) => self.by_id += 1,
            SongMatch::ByName(_) => self.by_name += 1,
            SongMatch::ByArtist(_) => self.by_artist += 1,
            SongMatch::None => self.not_at_all += 1,
        }
    }

    /// All plays.
    pub fn total(&self) -> u64 {
        self.covered() + self.by_artist + self.not_at_all
    }

    /// Plays whose song is in the catalogue.
    pub fn covered(&self) -> u64 {
        self.by_id + self.by_name
    }
}

/// A listening history matched against the catalogue.
pub struct MatchedListening {
    /// What taste is made of, in the order of time.
    pub plays: Vec<Play>,
    /// What was saved or much played, as far as it was found.
    pub favourites: Vec<Favourite>,
    /// How many plays were found, and how.
    pub counts: MatchCounts,
    /// When each recording was last heard, or saved.
    pub last_heard: HashMap<ItemIdx, Moment>,
    /// How often each recording was heard and not skipped.
    pub n_plays: HashMap<ItemIdx, u32>,
}

impl MatchedListening {
    /// Matches every song once and every play through its song.
    pub fn new(table: &RecordingTable, listening: &Listening) -> Self {
        let matches = match_all(table, &listening.songs);
        let mut counts = MatchCounts::default();
        let mut last_heard = HashMap::new();
        let mut n_plays = HashMap::new();
        let mut plays = Vec::with_capacity(listening.plays.len());
        for play in &listening.plays {
            let found = &matches[play.song as usize];
            counts.add(found);
            let heard = match *found {
                SongMatch::ById(item) | SongMatch::ByName(item) => {
                    let last = last_heard.entry(item).or_insert(play.ended_at);
                    *last = play.ended_at.max(*last);
                    *n_plays.entry(item).or_default() += u32::from(play.outcome != Outcome::Skipped);
                    Heard::Item(item)
                }
                SongMatch::ByArtist(artist) => Heard::Artist(artist),
                SongMatch::None => continue,
            };
            plays.push(Play { heard, ended_at: play.ended_at, outcome: play.outcome });
        }
        let favourites = match_favourites(&matches, listening);
        for favourite in &favourites {
            if let Heard::Item(item) = favourite.heard {
                let last = last_heard.entry(item).or_insert(favourite.at);
                *last = favourite.at.max(*last);
            }
        }
        Self { plays, favourites, counts, last_heard, n_plays }
    }

    /// The taste that they make at a moment.
    pub fn taste(&self, as_of: Moment, config: &TasteConfig) -> Taste {
        let (plays, favourites) = (self.plays.iter().copied(), self.favourites.iter().copied());
        Taste::from_listening(plays, favourites, as_of, config)
    }
}

fn match_favourites(matches: &[SongMatch], listening: &Listening) -> Vec<Favourite> {
    let matched = |favourite: &nearsong_store::Favourite| {
        let heard = match matches[favourite.song as usize] {
            SongMatch::ById(item) | SongMatch::ByName(item) => Heard::Item(item),
            SongMatch::ByArtist(artist) => Heard::Artist(artist),
            SongMatch::None => return None,
        };
        Some(Favourite { heard, kind: favourite.kind, rank: favourite.rank, at: favourite.at })
    };
    listening.favourites.iter().filter_map(matched).collect()
}

fn match_all(table: &RecordingTable, songs: &[Song]) -> Vec<SongMatch> {
    songs.par_iter().map(|song| match_song(table, song)).collect()
}

use nearsong_types::{
    ArtistIdx, Interaction, InteractionSet, Interactions, ItemKind, MatchedInteractions, RecordingTable, Song,
};
use rayon::prelude::*;

use crate::{SongMatch, artist_key, match_song};

/// How many of something were found in the catalogue, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatchTally {
    /// By Spotify's id.
    pub by_id: u64,
    /// By title and artist.
    pub by_name: u64,
    /// Only the artist is in the catalogue.
    pub by_artist: u64,
    /// Neither.
    pub not_at_all: u64,
}

impl MatchTally {
    fn add(&mut self, found: SongMatch, n: u64) {
        match found {
            SongMatch::ById(_) => self.by_id += n,
            SongMatch::ByName(_) => self.by_name += n,
            SongMatch::ByArtist(_) => self.by_artist += n,
            SongMatch::None => self.not_at_all += n,
        }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.by_id + self.by_name + self.by_artist + self.not_at_all
    }
}

/// What of a set of interactions a catalogue knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InteractionMatches {
    /// The items, each once.
    pub items: MatchTally,
    /// The entries, each by its item.
    pub entries: MatchTally,
    /// Owners of whom nothing is known, neither a recording nor an artist: they are left out.
    pub n_owners_left_out: u64,
}

/// Finds every item of a set in the catalogue, once, as [`match_song`] does, and puts the owners into the catalogue's rows.
///
/// An entry counts for the main artist of its recording, or for the artist of its name where only that is in the catalogue.
/// Artists are found by name, other things not at all. Owners without anything found are left out of both matrices.
pub fn match_interactions(set: &InteractionSet, table: &RecordingTable) -> (MatchedInteractions, InteractionMatches) {
    let n_items = set.interactions.n_items();
    let found: Vec<SongMatch> = (0..n_items).into_par_iter().map(|item| match_item(set, item, table)).collect();
    let mut matches = InteractionMatches::default();
    for (&found, n_owners) in found.iter().zip(set.interactions.owners_per_item()) {
        matches.items.add(found, 1);
        matches.entries.add(found, n_owners.into());
    }
    let mut matched = MatchedInteractions {
        by_item: Interactions::new(table.n_items()),
        by_artist: Interactions::new(table.n_artists()),
    };
    for owner in 0..set.interactions.n_owners() {
        let entries = || set.interactions.entries_of(owner).map(|entry| (found[entry.item as usize], entry));
        let items = entries().filter_map(|(found, entry)| Some(Interaction { item: found.item()?.0, ..entry }));
        let artists =
            entries().filter_map(|(found, entry)| Some(Interaction { item: artist_of(found, table)?.0, ..entry }));
        if entries().all(|(found, _)| artist_of(found, table).is_none() && found.item().is_none()) {
            matches.n_owners_left_out += 1;
            continue;
        }
        matched.by_item.push_owner(items);
        matched.by_artist.push_owner(artists);
    }
    (matched, matches)
}

fn match_item(set: &InteractionSet, item: usize, table: &RecordingTable) -> SongMatch {
    let (title, artist) = (set.titles.get(item), set.artists.get(item));
    let track_id = set.track_ids[item];
    let by_id = || track_id.and_then(|id| table.item_of_track(id)).map(SongMatch::ById);
    let by_artist = || table.artist_named(artist_key(artist)).map(SongMatch::ByArtist);
    match set.kind {
        ItemKind::Song if artist.is_empty() => by_id().unwrap_or(SongMatch::None),
        ItemKind::Song if title.is_empty() => by_id().or_else(by_artist).unwrap_or(SongMatch::None),
        ItemKind::Song => {
            match_song(table, &Song { track_id, title: title.to_owned(), artist: artist.to_owned(), album: None })
        }
        ItemKind::Artist if !artist.is_empty() => by_artist().unwrap_or(SongMatch::None),
        ItemKind::Artist | ItemKind::Other => SongMatch::None,
    }
}

fn artist_of(found: SongMatch, table: &RecordingTable) -> Option<ArtistIdx> {
    match found {
        SongMatch::ById(item) | SongMatch::ByName(item) => table.main_artist(item),
        SongMatch::ByArtist(artist) => Some(artist),
        SongMatch::None => None,
    }
}

#[cfg(test)]
mod tests;

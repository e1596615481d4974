use std::cmp::Reverse;

use nearsong_types::{ArtistIdx, ItemIdx, MatchKey, RecordingTable, Song};

use crate::{artist_key, song_key};

/// How much the catalogue knows of a song that was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SongMatch {
    /// The song's track id is in the catalogue.
    ById(ItemIdx),
    /// A recording of its title by its artist is.
    ByName(ItemIdx),
    /// Only its artist is.
    ByArtist(ArtistIdx),
    /// Nothing of it is.
    None,
}

impl SongMatch {
    /// The recording, where one was found.
    pub fn item(self) -> Option<ItemIdx> {
        match self {
            Self::ById(item) | Self::ByName(item) => Some(item),
            Self::ByArtist(_) | Self::None => None,
        }
    }
}

/// Finds a heard song in the catalogue: by id, then by title and artist, then by artist alone.
///
/// Among several recordings of one name the most popular is taken, then one with audio features, then the first row.
pub fn match_song(table: &RecordingTable, song: &Song) -> SongMatch {
    if let Some(item) = song.track_id.and_then(|id| table.item_of_track(id)) {
        return SongMatch::ById(item);
    }
    if let Some(item) = best_named(table, song_key(&song.title, &song.artist)) {
        return SongMatch::ByName(item);
    }
    match table.artist_named(artist_key(&song.artist)) {
        Some(artist) => SongMatch::ByArtist(artist),
        None => SongMatch::None,
    }
}

fn best_named(table: &RecordingTable, key: MatchKey) -> Option<ItemIdx> {
    table.items_named(key).min_by_key(|&item| by_popularity(table, item))
}

/// Sorts items: the most popular first, then those with audio features, then by row.
pub(crate) fn by_popularity(table: &RecordingTable, item: ItemIdx) -> (Reverse<Option<u8>>, bool, ItemIdx) {
    (Reverse(table.popularity(item)), table.audio[item.at()].is_empty(), item)
}

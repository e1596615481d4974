use std::collections::HashMap;

use nearsong_types::{
    ArtistIdx, AudioFeatures, Csr, Interaction, InteractionSet, Interactions, ItemIdx, ItemKind, MatchKey,
    MatchedInteractions, Names, RecordingTable, TrackId,
};
use rayon::prelude::*;

use crate::{artist_key, song_key};

const NOT_KNOWN: u8 = u8::MAX;
/// In the order of their bytes, so that made-up ids ascend with the row.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A set of interactions as a catalogue of its own: one recording per item, in row order.
///
/// So a set whose items no catalogue knows can be learned from and measured like any other. Songs have the artists of the
/// set, one row per name; every artist of a set of artists is a recording and an artist; other things have no artist. Track
/// ids are made up, ascend with the row and begin as none of Spotify's does.
pub fn table_of(set: &InteractionSet) -> (RecordingTable, MatchedInteractions) {
    let n_items = set.interactions.n_items();
    let artists = SetArtists::of(set);
    let nothing = Csr::from_parts(vec![0; n_items + 1], Vec::new()).expect("offsets of empty rows ascend");
    let track_ids: Vec<TrackId> = (0..n_items).map(made_up_id).collect();
    let table = RecordingTable {
        track_items: track_ids.iter().copied().zip((0..).map(ItemIdx)).collect(),
        track_ids,
        titles: if set.kind == ItemKind::Artist { set.artists.clone() } else { set.titles.clone() },
        name_items: name_items(set),
        name_artists: artists.keys(),
        artists: artists.rows,
        artist_names: artists.names,
        genres: nothing.clone(),
        albums: nothing,
        audio: vec![AudioFeatures::NONE; n_items],
        popularities: vec![NOT_KNOWN; n_items],
        years: vec![0; n_items],
        durations_ms: vec![0; n_items],
        explicits: vec![NOT_KNOWN; n_items],
        genre_names: Names::default(),
        album_names: Names::default(),
    };
    let by_artist = by_artist(&set.interactions, &table);
    (table, MatchedInteractions { by_item: set.interactions.clone(), by_artist })
}

/// Artists of a set as rows, in the order of their first item.
struct SetArtists {
    names: Names,
    rows: Csr,
}

impl SetArtists {
    fn of(set: &InteractionSet) -> Self {
        let mut artists = Self { names: Names::default(), rows: Csr::default() };
        let mut row_of: HashMap<&str, u32> = HashMap::new();
        for name in set.artists.iter() {
            let next = artists.names.len() as u32;
            let row = match set.kind {
                ItemKind::Other => None,
                ItemKind::Song if name.is_empty() => None,
                ItemKind::Song => Some(*row_of.entry(name).or_insert(next)),
                ItemKind::Artist => Some(next),
            };
            if row == Some(next) {
                artists.names.push(name);
            }
            artists.rows.push_row(row);
        }
        artists
    }

    fn keys(&self) -> Vec<(MatchKey, ArtistIdx)> {
        let rows = 0..self.names.len();
        let mut keys: Vec<_> =
            rows.into_par_iter().map(|row| (artist_key(self.names.get(row)), ArtistIdx(row as u32))).collect();
        keys.par_sort_unstable();
        keys
    }
}

fn name_items(set: &InteractionSet) -> Vec<(MatchKey, ItemIdx)> {
    if set.kind != ItemKind::Song {
        return Vec::new();
    }
    let key = |row: usize| (song_key(set.titles.get(row), set.artists.get(row)), ItemIdx(row as u32));
    let mut keys: Vec<_> = (0..set.titles.len()).into_par_iter().map(key).collect();
    keys.par_sort_unstable();
    keys
}

fn by_artist(interactions: &Interactions, table: &RecordingTable) -> Interactions {
    let mut by_artist = Interactions::new(table.n_artists());
    for owner in 0..interactions.n_owners() {
        let artist =
            |entry: Interaction| Some(Interaction { item: table.main_artist(ItemIdx(entry.item))?.0, ..entry });
        by_artist.push_owner(interactions.entries_of(owner).filter_map(artist));
    }
    by_artist
}

/// A number of 128 bits has 22 digits of base 62 and a first one of at most 7, so no id of Spotify's begins with a z.
fn made_up_id(row: usize) -> TrackId {
    let mut bytes = [DIGITS[0]; TrackId::LEN];
    bytes[0] = b'z';
    let mut rest = row;
    for byte in bytes[1..].iter_mut().rev() {
        *byte = DIGITS[rest % DIGITS.len()];
        rest /= DIGITS.len();
    }
    TrackId::from_bytes(bytes).expect("digits and letters make an id")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(kind: ItemKind) -> InteractionSet {
        let mut interactions = Interactions::new(3);
        let entry = |item| Interaction { item, weight: 2.0, at: None };
        interactions.push_owner([entry(2), entry(0), entry(1)]);
        interactions.push_owner([entry(1)]);
        InteractionSet {
            kind,
            track_ids: vec![None; 3],
            titles: if kind == ItemKind::Artist { ["", "", ""] } else { ["One", "Two", "Three"] }.into_iter().collect(),
            artists: ["Ada", "", "Ada"].into_iter().collect(),
            interactions,
        }
    }

    #[test]
    fn a_set_of_songs_is_its_own_catalogue() {
        let set = set(ItemKind::Song);
        let (table, matched) = table_of(&set);
        assert_eq!(RecordingTable::from_bytes(&table.to_bytes()).unwrap(), table, "every column fits");
        assert_eq!(matched.by_item, set.interactions);
        assert_eq!(table.titles, set.titles);
        assert_eq!((table.n_artists(), table.artist_line(ItemIdx(2)).as_str()), (1, "Ada"));
        assert_eq!(table.main_artist(ItemIdx(1)), None);
        assert_eq!(matched.by_artist.weights_of(0), [4.0], "both songs of one artist");
        assert_eq!(matched.by_artist.items_of(1), [0u32; 0]);
        assert_eq!(table.items_named(song_key("three", "ada")).collect::<Vec<_>>(), [ItemIdx(2)]);
    }

    #[test]
    fn every_artist_of_a_set_of_artists_is_its_own_row() {
        let (table, matched) = table_of(&set(ItemKind::Artist));
        assert_eq!(table.title(ItemIdx(0)), "Ada");
        assert_eq!(table.n_artists(), 3);
        assert_eq!(matched.by_artist, matched.by_item);
        let (other, matched) = table_of(&set(ItemKind::Other));
        assert_eq!((other.title(ItemIdx(1)), other.n_artists()), ("Two", 0));
        assert_eq!(matched.by_artist.n_owners(), 2);
    }

    #[test]
    fn made_up_ids_ascend_with_the_row_and_are_none_of_spotifys() {
        let rows = [0, 1, 9, 10, 61, 62, 3_843, 3_844, 2_200_000, u32::MAX as usize];
        let ids: Vec<TrackId> = rows.into_iter().map(made_up_id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert!(ids[9] > "7N42dgm5tFLK9N8MT7fHC7".parse().unwrap(), "the largest number of 128 bits");
    }
}

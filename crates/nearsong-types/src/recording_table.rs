mod codec;

use crate::{ArtifactError, ArtistIdx, AudioFeatures, Csr, GenreIdx, ItemIdx, Names, TrackId};

const NO_POPULARITY: u8 = u8::MAX;

/// A stable 128-bit key of a normalised name, made by `nearsong-catalog`; equal keys mean the same song or artist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(pub u128);

/// All recordings of one snapshot as columns: what can be recommended, and how a listen finds it.
///
/// One row per recording (`item`), ordered by the id of its representative track, so that the same tracks always give
/// the same rows. Lookups are binary searches over sorted columns: opening the table builds nothing.
///
/// # Shapes
/// Every `Vec` and [`Names`] whose comment says "per item" has `n_items` entries; a [`Csr`] "per item" has `n_items` rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordingTable {
    /// Representative track, per item, ascending.
    pub track_ids: Vec<TrackId>,
    /// Title, per item; empty where unknown.
    pub titles: Names,
    /// Artists (rows of `artist_names`), per item, the main artist first.
    pub artists: Csr,
    /// Genres (rows of `genre_names`), per item, ascending.
    pub genres: Csr,
    /// Albums (rows of `album_names`) that hold one of the item's tracks, per item, ascending.
    pub albums: Csr,
    /// Audio features, per item.
    pub audio: Vec<AudioFeatures>,
    /// Highest popularity among the item's tracks, per item, 0..=100, or 255 where unknown. See [`RecordingTable::popularity`].
    pub popularities: Vec<u8>,
    /// Year of the earliest release, per item, or 0 where unknown. See [`RecordingTable::year`].
    pub years: Vec<u16>,
    /// Length in milliseconds, per item, or 0 where unknown.
    pub durations_ms: Vec<u32>,
    /// Explicit lyrics, per item: 0 no, 1 yes, 255 unknown. See [`RecordingTable::is_explicit`].
    pub explicits: Vec<u8>,
    /// Artist names as published, each artist once.
    pub artist_names: Names,
    /// Genre names, ascending.
    pub genre_names: Names,
    /// Album titles; one row per (main artist, title).
    pub album_names: Names,
    /// Every track id with its item, ascending by id.
    pub track_items: Vec<(TrackId, ItemIdx)>,
    /// Key of (title, artist), for every credited artist, with its item; ascending.
    pub name_items: Vec<(MatchKey, ItemIdx)>,
    /// Key of an artist's name with the artist; ascending.
    pub name_artists: Vec<(MatchKey, ArtistIdx)>,
}

/// Why kept bytes are no usable recording table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The container is not whole.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The container is whole but a column does not fit the others.
    #[error("column “{column}” does not fit the others")]
    BadColumn {
        /// The column.
        column: &'static str,
    },
}

impl RecordingTable {
    /// Number of recordings.
    pub fn n_items(&self) -> usize {
        self.track_ids.len()
    }

    /// Number of artists.
    pub fn n_artists(&self) -> usize {
        self.artist_names.len()
    }

    /// Number of genres.
    pub fn n_genres(&self) -> usize {
        self.genre_names.len()
    }

    /// Number of albums.
    pub fn n_albums(&self) -> usize {
        self.album_names.len()
    }

    /// All items in order.
    pub fn items(&self) -> impl Iterator<Item = ItemIdx> + use<> {
        (0..self.n_items() as u32).map(ItemIdx)
    }

    /// Title, empty where unknown.
    pub fn title(&self, item: ItemIdx) -> &str {
        self.titles.get(item.at())
    }

    /// Artists, the main artist first.
    #[inline]
    pub fn artists_of(&self, item: ItemIdx) -> impl Iterator<Item = ArtistIdx> {
        self.artists.row(item.at()).iter().map(|&artist| ArtistIdx(artist))
    }

    /// The main artist.
    #[inline]
    pub fn main_artist(&self, item: ItemIdx) -> Option<ArtistIdx> {
        self.artists.row(item.at()).first().map(|&artist| ArtistIdx(artist))
    }

    /// An artist's name.
    pub fn artist_name(&self, artist: ArtistIdx) -> &str {
        self.artist_names.get(artist.at())
    }

    /// Names of the item's artists, joined by commas.
    pub fn artist_line(&self, item: ItemIdx) -> String {
        self.artists_of(item).map(|artist| self.artist_name(artist)).collect::<Vec<_>>().join(", ")
    }

    /// Genres of the item.
    #[inline]
    pub fn genres_of(&self, item: ItemIdx) -> impl Iterator<Item = GenreIdx> {
        self.genres.row(item.at()).iter().map(|&genre| GenreIdx(genre))
    }

    /// A genre's name.
    pub fn genre_name(&self, genre: GenreIdx) -> &str {
        self.genre_names.get(genre.at())
    }

    /// Popularity, 0..=100.
    pub fn popularity(&self, item: ItemIdx) -> Option<u8> {
        Some(self.popularities[item.at()]).filter(|&popularity| popularity != NO_POPULARITY)
    }

    /// Year of the earliest known release.
    pub fn year(&self, item: ItemIdx) -> Option<u16> {
        Some(self.years[item.at()]).filter(|&year| year != 0)
    }

    /// Length in milliseconds.
    pub fn duration_ms(&self, item: ItemIdx) -> Option<u32> {
        Some(self.durations_ms[item.at()]).filter(|&duration| duration != 0)
    }

    /// Whether the lyrics are marked explicit.
    pub fn is_explicit(&self, item: ItemIdx) -> Option<bool> {
        match self.explicits[item.at()] {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// The recording that a track belongs to.
    pub fn item_of_track(&self, id: TrackId) -> Option<ItemIdx> {
        let found = self.track_items.binary_search_by_key(&id, |&(id, _)| id).ok()?;
        Some(self.track_items[found].1)
    }

    /// The recordings whose title and one credited artist have this key.
    pub fn items_named(&self, key: MatchKey) -> impl Iterator<Item = ItemIdx> {
        let start = self.name_items.partition_point(|&(other, _)| other < key);
        self.name_items[start..].iter().take_while(move |&&(other, _)| other == key).map(|&(_, item)| item)
    }

    /// The artist whose name has this key.
    pub fn artist_named(&self, key: MatchKey) -> Option<ArtistIdx> {
        let found = self.name_artists.binary_search_by_key(&key, |&(key, _)| key).ok()?;
        Some(self.name_artists[found].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: char) -> TrackId {
        format!("000000000000000000000{last}").parse().unwrap()
    }

    fn table() -> RecordingTable {
        let mut artists = Csr::default();
        artists.push_row([1, 0]);
        artists.push_row([0]);
        let mut none = Csr::default();
        none.push_row([]);
        none.push_row([]);
        RecordingTable {
            track_ids: vec![id('a'), id('c')],
            titles: ["New Grass", ""].into_iter().collect(),
            artists,
            genres: none.clone(),
            albums: none,
            audio: vec![AudioFeatures::NONE; 2],
            popularities: vec![40, NO_POPULARITY],
            years: vec![1991, 0],
            durations_ms: vec![580_000, 0],
            explicits: vec![0, 255],
            artist_names: ["Bark Psychosis", "Talk Talk"].into_iter().collect(),
            genre_names: Names::default(),
            album_names: Names::default(),
            track_items: vec![(id('a'), ItemIdx(0)), (id('b'), ItemIdx(0)), (id('c'), ItemIdx(1))],
            name_items: vec![(MatchKey(3), ItemIdx(0)), (MatchKey(3), ItemIdx(1)), (MatchKey(9), ItemIdx(1))],
            name_artists: vec![(MatchKey(1), ArtistIdx(1)), (MatchKey(2), ArtistIdx(0))],
        }
    }

    #[test]
    fn bytes_and_back() {
        let bytes = table().to_bytes();
        let again = RecordingTable::from_bytes(&bytes).unwrap();
        assert_eq!(again, table());
        assert_eq!(again.to_bytes(), bytes);
    }

    #[test]
    fn lookups_find_what_is_there_and_nothing_else() {
        let table = table();
        assert_eq!(table.item_of_track(id('b')), Some(ItemIdx(0)));
        assert_eq!(table.item_of_track(id('d')), None);
        assert_eq!(table.items_named(MatchKey(3)).collect::<Vec<_>>(), [ItemIdx(0), ItemIdx(1)]);
        assert_eq!(table.items_named(MatchKey(4)).count(), 0);
        assert_eq!(table.artist_named(MatchKey(2)), Some(ArtistIdx(0)));
        assert_eq!(table.artist_line(ItemIdx(0)), "Talk Talk, Bark Psychosis");
    }

    #[test]
    fn unknown_values_are_none() {
        let table = table();
        assert_eq!(table.popularity(ItemIdx(1)), None);
        assert_eq!(table.year(ItemIdx(1)), None);
        assert_eq!(table.duration_ms(ItemIdx(1)), None);
        assert_eq!(table.is_explicit(ItemIdx(1)), None);
        assert_eq!(table.is_explicit(ItemIdx(0)), Some(false));
    }

    #[test]
    fn columns_that_do_not_fit_are_refused_by_name() {
        let mut short = table();
        short.years.pop();
        let error = RecordingTable::from_bytes(&short.to_bytes()).unwrap_err();
        assert_eq!(error, TableError::BadColumn { column: "years" });
        let mut dangling = table();
        dangling.track_items[0].1 = ItemIdx(2);
        let error = RecordingTable::from_bytes(&dangling.to_bytes()).unwrap_err();
        assert_eq!(error, TableError::BadColumn { column: "track_items" });
    }
}

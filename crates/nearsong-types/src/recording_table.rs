use crate::{Artifact, ArtifactError, ArtistIdx, AudioFeature, AudioFeatures, Csr, GenreIdx, ItemIdx, Names, TrackId};

const KIND: &str = "recording-table";
const VERSION: u32 = 1;
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
    pub fn artists_of(&self, item: ItemIdx) -> impl Iterator<Item = ArtistIdx> {
        self.artists.row(item.at()).iter().map(|&artist| ArtistIdx(artist))
    }

    /// The main artist.
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

    /// The table as bytes; the same table always gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut artifact = Artifact::new(KIND, VERSION);
        put_ids(&mut artifact, "track_ids", self.track_ids.iter().copied());
        put_names(&mut artifact, "titles", &self.titles);
        put_names(&mut artifact, "artist_names", &self.artist_names);
        put_names(&mut artifact, "genre_names", &self.genre_names);
        put_names(&mut artifact, "album_names", &self.album_names);
        put_csr(&mut artifact, "artists", &self.artists);
        put_csr(&mut artifact, "genres", &self.genres);
        put_csr(&mut artifact, "albums", &self.albums);
        artifact.put("audio", self.audio.iter().flat_map(|audio| *audio.raw()).collect::<Vec<_>>().as_slice());
        artifact.put("popularities", &self.popularities);
        artifact.put("years", &self.years);
        artifact.put("durations_ms", &self.durations_ms);
        artifact.put("explicits", &self.explicits);
        put_ids(&mut artifact, "track_items.id", self.track_items.iter().map(|&(id, _)| id));
        put_rows(&mut artifact, "track_items.item", self.track_items.iter().map(|&(_, item)| item.0));
        put_keys(&mut artifact, "name_items.key", self.name_items.iter().map(|&(key, _)| key));
        put_rows(&mut artifact, "name_items.item", self.name_items.iter().map(|&(_, item)| item.0));
        put_keys(&mut artifact, "name_artists.key", self.name_artists.iter().map(|&(key, _)| key));
        put_rows(&mut artifact, "name_artists.artist", self.name_artists.iter().map(|&(_, artist)| artist.0));
        artifact.to_bytes()
    }

    /// Reads kept bytes and checks that the columns fit each other.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TableError> {
        let artifact = Artifact::from_bytes(bytes)?;
        artifact.expect(KIND, VERSION)?;
        let table = Self {
            track_ids: ids(&artifact, "track_ids")?,
            titles: names(&artifact, "titles")?,
            artists: csr(&artifact, "artists")?,
            genres: csr(&artifact, "genres")?,
            albums: csr(&artifact, "albums")?,
            audio: audio(&artifact)?,
            popularities: artifact.get("popularities")?,
            years: artifact.get("years")?,
            durations_ms: artifact.get("durations_ms")?,
            explicits: artifact.get("explicits")?,
            artist_names: names(&artifact, "artist_names")?,
            genre_names: names(&artifact, "genre_names")?,
            album_names: names(&artifact, "album_names")?,
            track_items: pairs(ids(&artifact, "track_items.id")?, artifact.get("track_items.item")?, ItemIdx)
                .ok_or(TableError::BadColumn { column: "track_items" })?,
            name_items: pairs(keys(&artifact, "name_items.key")?, artifact.get("name_items.item")?, ItemIdx)
                .ok_or(TableError::BadColumn { column: "name_items" })?,
            name_artists: pairs(keys(&artifact, "name_artists.key")?, artifact.get("name_artists.artist")?, ArtistIdx)
                .ok_or(TableError::BadColumn { column: "name_artists" })?,
        };
        table.check()?;
        Ok(table)
    }

    /// Fails where a column has another length than the rest or names a row that is not there.
    fn check(&self) -> Result<(), TableError> {
        let n = self.n_items();
        let below = |values: &[u32], limit: usize| values.iter().all(|&value| (value as usize) < limit);
        let fits = [
            ("titles", self.titles.len() == n),
            ("artists", self.artists.n_rows() == n && below(self.artists.values(), self.n_artists())),
            ("genres", self.genres.n_rows() == n && below(self.genres.values(), self.n_genres())),
            ("albums", self.albums.n_rows() == n && below(self.albums.values(), self.n_albums())),
            ("audio", self.audio.len() == n),
            ("popularities", self.popularities.len() == n),
            ("years", self.years.len() == n),
            ("durations_ms", self.durations_ms.len() == n),
            ("explicits", self.explicits.len() == n),
            ("track_items", self.track_items.iter().all(|&(_, item)| item.at() < n)),
            ("name_items", self.name_items.iter().all(|&(_, item)| item.at() < n)),
            ("name_artists", self.name_artists.iter().all(|&(_, artist)| artist.at() < self.n_artists())),
        ];
        match fits.into_iter().find(|&(_, fits)| !fits) {
            Some((column, _)) => Err(TableError::BadColumn { column }),
            None => Ok(()),
        }
    }
}

fn put_ids(artifact: &mut Artifact, name: &str, ids: impl Iterator<Item = TrackId>) {
    artifact.put_bytes(name, &ids.flat_map(|id| *id.as_bytes()).collect::<Vec<_>>());
}

fn put_rows(artifact: &mut Artifact, name: &str, rows: impl Iterator<Item = u32>) {
    artifact.put(name, &rows.collect::<Vec<_>>());
}

fn put_keys(artifact: &mut Artifact, name: &str, keys: impl Iterator<Item = MatchKey>) {
    artifact.put(name, &keys.map(|key| key.0).collect::<Vec<_>>());
}

fn put_names(artifact: &mut Artifact, name: &str, names: &Names) {
    artifact.put(&format!("{name}.offsets"), names.offsets());
    artifact.put_bytes(&format!("{name}.text"), names.text().as_bytes());
}

fn put_csr(artifact: &mut Artifact, name: &str, csr: &Csr) {
    artifact.put(&format!("{name}.offsets"), csr.offsets());
    artifact.put(&format!("{name}.values"), csr.values());
}

fn ids(artifact: &Artifact, column: &'static str) -> Result<Vec<TrackId>, TableError> {
    let (chunks, rest) = artifact.bytes(column)?.as_chunks::<{ TrackId::LEN }>();
    let ids: Option<Vec<_>> = chunks.iter().map(|&chunk| TrackId::from_bytes(chunk)).collect();
    ids.filter(|_| rest.is_empty()).ok_or(TableError::BadColumn { column })
}

fn keys(artifact: &Artifact, column: &str) -> Result<Vec<MatchKey>, TableError> {
    Ok(artifact.get(column)?.into_iter().map(MatchKey).collect())
}

fn names(artifact: &Artifact, column: &'static str) -> Result<Names, TableError> {
    let offsets = artifact.get(&format!("{column}.offsets"))?;
    let text = artifact.text(&format!("{column}.text"))?.to_owned();
    Names::from_parts(offsets, text).ok_or(TableError::BadColumn { column })
}

fn csr(artifact: &Artifact, column: &'static str) -> Result<Csr, TableError> {
    let offsets = artifact.get(&format!("{column}.offsets"))?;
    let values = artifact.get(&format!("{column}.values"))?;
    Csr::from_parts(offsets, values).ok_or(TableError::BadColumn { column })
}

fn audio(artifact: &Artifact) -> Result<Vec<AudioFeatures>, TableError> {
    let values = artifact.get::<f32>("audio")?;
    let (chunks, rest) = values.as_chunks::<{ AudioFeature::COUNT }>();
    let audio: Option<Vec<_>> = chunks.iter().map(|&chunk| AudioFeatures::from_raw(chunk)).collect();
    audio.filter(|_| rest.is_empty()).ok_or(TableError::BadColumn { column: "audio" })
}

/// Zips two columns into pairs sorted by key; `None` where they differ in length or the keys do not ascend.
fn pairs<K: Ord + Copy, V>(keys: Vec<K>, rows: Vec<u32>, index: fn(u32) -> V) -> Option<Vec<(K, V)>> {
    let fits = keys.len() == rows.len() && keys.is_sorted();
    fits.then(|| keys.into_iter().zip(rows.into_iter().map(index)).collect())
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

//! The table as bytes and back, through an [`Artifact`].

use super::{MatchKey, RecordingTable, TableError};
use crate::{Artifact, ArtistIdx, AudioFeature, AudioFeatures, Csr, ItemIdx, Names, TrackId};

const KIND: &str = "recording-table";
const VERSION: u32 = 1;

impl RecordingTable {
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

use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, ItemIdx, Progress, RecordingTable};

use super::{ContentKnnConfig, ContentKnnScorer, artists::near_artists, genres::GenreSpace, words::album_words};
use crate::{
    Scorer, StandardScaler, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
    model::{read_json, write_json},
    sparse::SparseRows,
};

/// What a catalogue teaches: how artists and genres hang together, and where each recording stands among its artist's.
///
/// # Shapes
/// Vectors have `n_items` entries.
#[derive(Debug, Clone, PartialEq)]
pub struct ContentKnnModel {
    pub(super) config: ContentKnnConfig,
    pub(super) scaler: StandardScaler,
    /// `n_artists × n_artists`.
    pub(super) near: SparseRows,
    pub(super) genres: GenreSpace,
    /// `n_items × n_words`.
    pub(super) words: SparseRows,
    pub(super) n_words: usize,
    /// Popularity 0..=100; where unknown, what is usual for the artist.
    pub(super) popularities: Vec<u8>,
    /// `1/√(1 + rank)` by popularity among the main artist's recordings; 1 for the best known.
    pub(super) standings: Vec<f32>,
    /// Year of release; where unknown, the artist's mean; 0 where that is unknown too.
    pub(super) years: Vec<u16>,
}

impl Parameters for ContentKnnConfig {
    type Model = ContentKnnModel;

    fn check(&self) -> Result<(), String> {
        let weights = [
            ("artist", self.artist),
            ("near", self.near),
            ("genre", self.genre),
            ("album", self.album),
            ("words", self.words),
            ("year", self.year),
            ("audio", self.audio),
            ("gate_base", self.gate_base),
            ("gate_popularity", self.gate_popularity),
            ("gate_rank", self.gate_rank),
            ("prior", self.prior),
        ];
        match weights.into_iter().find(|(_, weight)| !weight.is_finite() || *weight < 0.0) {
            Some((name, weight)) => Err(format!("{name} must be 0 or more, found {weight}")),
            None => Ok(()),
        }
    }

    fn train(
        &self,
        data: &TrainingData<'_>,
        _seed: u64,
        _progress: &dyn Progress,
    ) -> Result<ContentKnnModel, TrainError> {
        let table = data.table;
        let (near, (genres, (words, n_words))) =
            rayon::join(|| near_artists(table), || rayon::join(|| GenreSpace::of(table), || album_words(table)));
        let popularities = filled_popularities(table);
        Ok(ContentKnnModel {
            config: self.clone(),
            scaler: StandardScaler::fit(&table.audio),
            near,
            genres,
            words,
            n_words,
            standings: standings(table, &popularities),
            popularities,
            years: filled_years(table),
        })
    }
}

impl Learned for ContentKnnModel {
    fn write(&self, artifact: &mut Artifact) {
        write_json(artifact, "config", &self.config);
        write_json(artifact, "scaler", &self.scaler);
        self.near.write(artifact, "near");
        self.genres.artists.write(artifact, "artist_genres");
        artifact.put("genre_idf", &self.genres.idf);
        artifact.put("genre_scales", &self.genres.scales);
        self.words.write(artifact, "words");
        artifact.put("n_words", &[self.n_words as u64]);
        artifact.put("popularities", &self.popularities);
        artifact.put("standings", &self.standings);
        artifact.put("years", &self.years);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let idf: Vec<f32> = artifact.get("genre_idf")?;
        let &[n_words] = artifact.get::<u64>("n_words")?.as_slice() else { return Err(bad("n_words")) };
        let n_words = n_words as usize;
        let n_artists = artifact.get::<u32>("near.offsets")?.len().saturating_sub(1);
        Ok(Self {
            config: read_json(artifact, "config")?,
            scaler: read_json(artifact, "scaler")?,
            near: SparseRows::read(artifact, "near", n_artists)?,
            genres: GenreSpace {
                artists: SparseRows::read(artifact, "artist_genres", idf.len())?,
                idf,
                scales: artifact.get("genre_scales")?,
            },
            words: SparseRows::read(artifact, "words", n_words)?,
            n_words,
            popularities: artifact.get("popularities")?,
            standings: artifact.get("standings")?,
            years: artifact.get("years")?,
        })
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        let n_items = table.n_items();
        let fits = [
            ("near", self.near.n_rows() == table.n_artists()),
            ("artist_genres", self.genres.artists.n_rows() == table.n_artists()),
            ("genre_idf", self.genres.idf.len() == table.n_genres()),
            ("genre_scales", self.genres.scales.len() == n_items),
            ("words", self.words.n_rows() == n_items),
            ("popularities", self.popularities.len() == n_items),
            ("standings", self.standings.len() == n_items),
            ("years", self.years.len() == n_items),
        ];
        match fits.into_iter().find(|&(_, fits)| !fits) {
            Some((section, _)) => Err(bad(section)),
            None => Ok(Box::new(ContentKnnScorer::new(self, table))),
        }
    }
}

fn bad(section: &str) -> ArtifactError {
    ArtifactError::BadSection { section: section.to_owned() }
}

/// Where a recording's popularity is unknown: the mean of its main artist's, drawn towards the catalogue's lower quarter
/// as if by two more recordings, because what nobody counted is seldom well known.
fn filled_popularities(table: &RecordingTable) -> Vec<u8> {
    let mut known: Vec<u8> = table.items().filter_map(|item| table.popularity(item)).collect();
    known.sort_unstable();
    let lower_quarter = f64::from(known.get(known.len() / 4).copied().unwrap_or(0));
    let mut sums = vec![(0.0, 0.0); table.n_artists()];
    for item in table.items() {
        if let (Some(artist), Some(popularity)) = (table.main_artist(item), table.popularity(item)) {
            sums[artist.at()].0 += f64::from(popularity);
            sums[artist.at()].1 += 1.0;
        }
    }
    let usual = |item: ItemIdx| {
        let (sum, n) = table.main_artist(item).map_or((0.0, 0.0), |artist| sums[artist.at()]);
        ((sum + 2.0 * lower_quarter) / (n + 2.0)).round() as u8
    };
    table.items().map(|item| table.popularity(item).unwrap_or_else(|| usual(item))).collect()
}

fn standings(table: &RecordingTable, popularities: &[u8]) -> Vec<f32> {
    let mut order: Vec<u32> = (0..table.n_items() as u32).collect();
    let artist = |item: u32| table.main_artist(ItemIdx(item));
    order.sort_by_key(|&item| (artist(item), std::cmp::Reverse(popularities[item as usize]), item));
    let mut standings = vec![1.0; order.len()];
    let mut rank = 0u32;
    for pair in order.windows(2) {
        rank = if artist(pair[0]).is_some() && artist(pair[0]) == artist(pair[1]) { rank + 1 } else { 0 };
        standings[pair[1] as usize] = 1.0 / (1.0 + rank as f32).sqrt();
    }
    standings
}

fn filled_years(table: &RecordingTable) -> Vec<u16> {
    let mut sums = vec![(0u32, 0u32); table.n_artists()];
    for item in table.items() {
        if let (Some(artist), Some(year)) = (table.main_artist(item), table.year(item)) {
            sums[artist.at()].0 += u32::from(year);
            sums[artist.at()].1 += 1;
        }
    }
    let usual = |item: ItemIdx| match table.main_artist(item).map(|artist| sums[artist.at()]) {
        Some((sum, n)) if n > 0 => ((sum + n / 2) / n) as u16,
        _ => 0,
    };
    table.items().map(|item| table.year(item).unwrap_or_else(|| usual(item))).collect()
}

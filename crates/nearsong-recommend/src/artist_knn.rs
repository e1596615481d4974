use std::{num::NonZeroU32, sync::Arc};

use nearsong_types::{Artifact, ArtifactError, ArtistIdx, Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, Contributions, Heard, Part, Parts, ScoreRequest, Scorer, Taste, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
    co_occurrence::{Nearness, nearest_by_owners},
    item_knn::{check_max_neighbors, check_range},
    owner_matrix::OwnerMatrix,
    sparse::SparseRows,
};

/// Parameters of the neighbours among artists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtistKnnConfig {
    /// How many of the nearest artists each one speaks for; 1 to 10,000.
    pub max_neighbors: NonZeroU32,
    /// Added to the denominator of the cosine, in owners, so that artists seen together once or twice count less; 0 or above.
    pub shrinkage: f32,
    /// How many owners a recording of popularity 100 is taken to have beside those who have it; 0 or above.
    pub prior: f32,
    /// How much an artist's better known recordings come first: exponent of a recording's standing, 0 to 2.
    pub standing: f32,
}

impl Default for ArtistKnnConfig {
    fn default() -> Self {
        Self { max_neighbors: NonZeroU32::new(200).expect("200 is not 0"), shrinkage: 3.0, prior: 2.0, standing: 1.0 }
    }
}

/// What artists say of each other: playlists and listeners share artists far more often than recordings, and what
/// the catalogue lacks still tells of its artist.
///
/// `score(j) = standing(j) · Σᵢ wᵢ · S(artist i, artist j)`: the cosine `S` of two artists over the owners who have both (1 of an artist with
/// itself), and `standing(j) = ((owners of j + prior · popularity) / (owners of its artist + prior))^standing`.
///
/// # Shapes
/// `near`: `n_artists × n_artists`, without the diagonal; `standings`: per item.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtistKnnModel {
    near: SparseRows,
    standings: Vec<f32>,
}

impl Parameters for ArtistKnnConfig {
    type Model = ArtistKnnModel;

    fn check(&self) -> Result<(), String> {
        check_max_neighbors(self.max_neighbors)?;
        check_range("shrinkage", self.shrinkage, 0.0, f32::MAX)?;
        check_range("prior", self.prior, 0.0, f32::MAX)?;
        check_range("standing", self.standing, 0.0, 2.0)
    }

    fn train(
        &self,
        data: &TrainingData<'_>,
        _seed: u64,
        progress: &dyn Progress,
    ) -> Result<ArtistKnnModel, TrainError> {
        let interactions = data.needed_interactions(Algorithm::ArtistKnn)?;
        let matrix = OwnerMatrix::new(&interactions.by_artist, progress)?;
        let cosine = ShrunkCosine { matrix: &matrix, shrinkage: self.shrinkage };
        let near = nearest_by_owners(&matrix, &cosine, self.max_neighbors.get() as usize, progress)?;
        let counts = interactions.by_artist.owners_per_item();
        let per_item = interactions.by_item.owners_per_item();
        let standing = |item: ItemIdx| self.standing_of(data.table, item, &per_item, &counts);
        Ok(ArtistKnnModel { near, standings: data.table.items().map(standing).collect() })
    }
}

/// The cosine of two columns of owners × artists, drawn towards 0 where few owners have both.
struct ShrunkCosine<'a> {
    matrix: &'a OwnerMatrix,
    shrinkage: f32,
}

impl Nearness for ShrunkCosine<'_> {
    fn owner_weight(&self, _owner: usize) -> f32 {
        1.0
    }

    fn of_pair(&self, together: f32, heard: usize, other: usize) -> f32 {
        let n_owners = |place: usize| self.matrix.owners_of(place).len() as f32;
        together / ((n_owners(heard) * n_owners(other)).sqrt() + self.shrinkage)
    }

    fn weight(&self, nearness: f32, _heard: usize) -> f32 {
        nearness
    }
}

impl ArtistKnnConfig {
    fn standing_of(&self, table: &RecordingTable, item: ItemIdx, per_item: &[u32], per_artist: &[u32]) -> f32 {
        let popularity = f32::from(table.popularity(item).unwrap_or(0)) / 100.0;
        let owners = per_item[item.at()] as f32 + self.prior * popularity;
        let of_artist = table.main_artist(item).map_or(0.0, |artist| per_artist[artist.at()] as f32);
        (owners / (of_artist + self.prior).max(1.0)).powf(self.standing)
    }
}

impl Learned for ArtistKnnModel {
    fn write(&self, artifact: &mut Artifact) {
        self.near.write(artifact, "near");
        artifact.put("n_artists", &[self.near.n_rows() as u64]);
        artifact.put("standings", &self.standings);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let bad = || ArtifactError::BadSection { section: "n_artists".to_owned() };
        let &[n_artists] = artifact.get::<u64>("n_artists")?.as_slice() else { return Err(bad()) };
        let n_artists = usize::try_from(n_artists).map_err(|_| bad())?;
        let near = SparseRows::read(artifact, "near", n_artists)?;
        if near.n_rows() != n_artists {
            return Err(bad());
        }
        Ok(Self { near, standings: artifact.get("standings")? })
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        if self.near.n_rows() != table.n_artists() || self.standings.len() != table.n_items() {
            return Err(ArtifactError::BadSection { section: "standings".to_owned() });
        }
        Ok(Box::new(ArtistKnnScorer { model: self, table }))
    }
}

/// The neighbours among artists bound to recordings.
pub struct ArtistKnnScorer {
    model: ArtistKnnModel,
    table: Arc<RecordingTable>,
}

impl ArtistKnnScorer {
    /// What was heard, with its main artist and weight.
    fn heard(&self, taste: &Taste) -> Vec<(Heard, ArtistIdx, f32)> {
        let (n_items, n_artists) = (self.table.n_items(), self.table.n_artists());
        let items = taste.items().iter().filter(|(item, _)| item.at() < n_items);
        let items =
            items.filter_map(|&(item, weight)| Some((Heard::Item(item), self.table.main_artist(item)?, weight)));
        let artists = taste.artists().iter().filter(|(artist, _)| artist.at() < n_artists);
        items.chain(artists.map(|&(artist, weight)| (Heard::Artist(artist), artist, weight))).collect()
    }

    /// Nearness of two artists.
    fn near(&self, one: ArtistIdx, other: ArtistIdx) -> f32 {
        if one == other { 1.0 } else { self.model.near.get(one.at(), other.0) }
    }
}

impl Scorer for ArtistKnnScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        let heard = self.heard(request.taste);
        let mut by_artist = vec![0.0; self.table.n_artists()];
        for &(_, artist, weight) in &heard {
            by_artist[artist.at()] += weight;
            self.model.near.add_row(artist.at(), weight, &mut by_artist);
        }
        let score = |item: ItemIdx| match self.table.main_artist(item) {
            Some(artist) if request.allowed[item.at()] => by_artist[artist.at()] * self.model.standings[item.at()],
            _ => 0.0,
        };
        let mut scores: Vec<f32> = self.table.items().map(score).collect();
        // A recording that was heard does not speak for itself.
        for &(heard, _, weight) in &heard {
            if let Heard::Item(item) = heard
                && request.allowed[item.at()]
            {
                scores[item.at()] -= weight * self.model.standings[item.at()];
            }
        }
        Ok(scores)
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let heard = self.heard(request.taste);
        let of = |&item: &ItemIdx| {
            let Some(artist) = self.table.main_artist(item) else { return Contributions::default() };
            let standing = self.model.standings[item.at()];
            let part = |by: ArtistIdx| if by == artist { Part::Artist } else { Part::Together };
            let adds = |&(heard, by, weight): &(Heard, ArtistIdx, f32)| {
                let adds = weight * self.near(by, artist) * standing;
                (adds != 0.0 && heard != Heard::Item(item)).then(|| (heard, Parts::of(part(by), adds)))
            };
            Contributions { by_heard: heard.iter().filter_map(adds).collect(), own: Parts::default() }
        };
        items.iter().map(of).collect()
    }
}

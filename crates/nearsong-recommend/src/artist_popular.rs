use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, ArtistIdx, Cancelled, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    Contributions, Heard, Part, Parts, PopularModel, ScoreRequest, Scorer, Taste, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
};

/// The most popular recordings of the same artists have no parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtistPopularConfig {}

impl Parameters for ArtistPopularConfig {
    type Model = ArtistPopularModel;

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn train(
        &self,
        data: &TrainingData<'_>,
        _seed: u64,
        _progress: &dyn Progress,
    ) -> Result<ArtistPopularModel, TrainError> {
        Ok(ArtistPopularModel(PopularModel::count(data)))
    }
}

/// Recordings of the artists in the taste, the most popular first, then the most popular at large: a strong baseline.
///
/// `score = popularity + [by an artist who is liked]`, with popularity in 0..=1. An artist is liked whose recordings in the taste,
/// the one that is scored left out, weigh more than 0 together.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtistPopularModel(PopularModel);

impl Learned for ArtistPopularModel {
    fn write(&self, artifact: &mut Artifact) {
        self.0.write(artifact);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        PopularModel::read(artifact).map(Self)
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        self.0.check_fits(&table)?;
        Ok(Box::new(ArtistPopularScorer { table, popularities: self.0.popularities }))
    }
}

/// Popularity and artists bound to recordings.
pub struct ArtistPopularScorer {
    table: Arc<RecordingTable>,
    popularities: Vec<f32>,
}

/// What a taste says of artists.
struct ByArtist<'a> {
    table: &'a RecordingTable,
    /// What was heard that the catalogue knows, with its weight.
    heard: Vec<(Heard, f32)>,
    /// Weights added up, per artist.
    weights: Vec<f32>,
}

impl<'a> ByArtist<'a> {
    fn new(table: &'a RecordingTable, taste: &Taste) -> Self {
        let items = taste.items().iter().filter(|(item, _)| item.at() < table.n_items());
        let artists = taste.artists().iter().filter(|(artist, _)| artist.at() < table.n_artists());
        let items = items.map(|&(item, weight)| (Heard::Item(item), weight));
        let artists = artists.map(|&(artist, weight)| (Heard::Artist(artist), weight));
        let heard: Vec<(Heard, f32)> = items.chain(artists).collect();
        let mut weights = vec![0.0; table.n_artists()];
        for &(heard, weight) in &heard {
            artists_of(table, heard).for_each(|artist| weights[artist.at()] += weight);
        }
        Self { table, heard, weights }
    }

    /// What speaks for a recording: each thing heard once per artist of both, itself left out.
    fn speaking(&self, item: ItemIdx) -> Vec<(Heard, f32)> {
        let shared = |heard| artists_of(self.table, heard).filter(|of| self.table.artists_of(item).any(|a| a == *of));
        let others = self.heard.iter().filter(|(heard, _)| *heard != Heard::Item(item));
        others
            .map(|&(heard, weight)| (heard, weight * shared(heard).count() as f32))
            .filter(|&(_, weight)| weight != 0.0)
            .collect()
    }

    fn is_liked(&self, item: ItemIdx) -> bool {
        self.table.artists_of(item).any(|artist| self.weights[artist.at()] != 0.0) && total(&self.speaking(item)) > 0.0
    }
}

fn artists_of(table: &RecordingTable, heard: Heard) -> impl Iterator<Item = ArtistIdx> {
    let (item, artist) = match heard {
        Heard::Item(item) => (Some(item), None),
        Heard::Artist(artist) => (None, Some(artist)),
    };
    item.into_iter().flat_map(|item| table.artists_of(item)).chain(artist)
}

fn total(speaking: &[(Heard, f32)]) -> f32 {
    speaking.iter().map(|(_, weight)| weight).sum()
}

impl Scorer for ArtistPopularScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        if request.taste.is_empty() {
            return Ok(vec![0.0; self.table.n_items()]);
        }
        let by_artist = ByArtist::new(&self.table, request.taste);
        let score = |item: ItemIdx| match request.allowed[item.at()] {
            true => self.popularities[item.at()] + f32::from(u8::from(by_artist.is_liked(item))),
            false => 0.0,
        };
        Ok(self.table.items().map(score).collect())
    }

    /// An artist's point is shared among what was heard of the artist by weight.
    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let by_artist = ByArtist::new(&self.table, request.taste);
        let of = |&item: &ItemIdx| {
            let speaking = by_artist.speaking(item);
            let total = total(&speaking);
            let share = |(heard, weight): (Heard, f32)| (heard, Parts::of(Part::Artist, weight / total));
            let by_heard = if total > 0.0 { speaking.into_iter().map(share).collect() } else { Vec::new() };
            Contributions { by_heard, own: Parts::of(Part::Prior, self.popularities[item.at()]) }
        };
        items.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use nearsong_types::Silent;

    use super::*;
    use crate::{
        Adventure, Scored,
        fixture::{item, table},
    };

    fn scores(taste: &Taste) -> Vec<f32> {
        let table = Arc::new(table());
        let model = ArtistPopularModel(PopularModel::count(&TrainingData::catalogue(&table)));
        let allowed = vec![true; table.n_items()];
        let request = ScoreRequest { taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
        model.bind(table).unwrap().scores(&request).unwrap()
    }

    #[test]
    fn recordings_of_liked_artists_come_first_and_the_popular_ones_of_each_before_the_others() {
        let taste = Taste::new([(item(1, 2, 0), 2.0), (item(1, 2, 1), -1.0), (item(3, 0, 4), -1.0)], []);
        let scores = scores(&taste);
        let mut ranked: Vec<Scored> = table().items().map(|item| Scored { item, score: scores[item.at()] }).collect();
        ranked.sort_by(Scored::best_first);
        let table = table();
        let is_liked = |item: ItemIdx| table.main_artist(item) == table.main_artist(self::item(1, 2, 0));
        // The song heard and disliked is by the liked artist; the liked one itself has nothing but a dislike to speak for it.
        let places: Vec<bool> = ranked.iter().map(|scored| is_liked(scored.item)).collect();
        assert_eq!(places[..6], [true; 6]);
        assert!(scores[item(1, 2, 0).at()] <= 1.0);
        for part in [&ranked[..6], &ranked[6..]] {
            assert!(part.is_sorted_by_key(|scored| std::cmp::Reverse(table.popularities[scored.item.at()])));
        }
    }

    #[test]
    fn artists_heard_beyond_the_catalogue_count_too() {
        let artist = table().main_artist(item(4, 1, 0)).unwrap();
        let scores = scores(&Taste::new([], [(artist, 1.0)]));
        assert!(scores[item(4, 1, 6).at()] > 1.0 && scores[item(4, 2, 6).at()] <= 1.0);
    }
}

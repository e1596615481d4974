use std::{collections::BTreeMap, sync::Arc};

use nearsong_types::{Cancelled, ItemIdx, RecordingTable};

use super::questions::N_SHOWN;
use crate::{Algorithm, Contributions, Facet, Heard, Parts, ScoreRequest, Scorer, Taste};

/// Several models bound to the same recordings.
pub struct BlendScorer {
    parts: Vec<(f32, Algorithm, Box<dyn Scorer>)>,
    table: Arc<RecordingTable>,
}

impl BlendScorer {
    pub(super) fn new(parts: Vec<(f32, Algorithm, Box<dyn Scorer>)>, table: Arc<RecordingTable>) -> Self {
        Self { parts, table }
    }
}

/// The taste as if it were of as many songs as the weights were learned with: some parts add up over what was heard and others
/// take its mean, so that their balance holds for tastes of one size.
pub(super) fn of_usual_size(taste: &Taste) -> Taste {
    let liked = taste.liked_weight();
    let scale = if liked > 0.0 { N_SHOWN as f32 / liked } else { 1.0 };
    let scaled_item = |&(item, weight): &(ItemIdx, f32)| (item, weight * scale);
    let artists = taste.artists().iter().map(|&(artist, weight)| (artist, weight * scale));
    Taste::new(taste.items().iter().map(scaled_item), artists)
}

impl Scorer for BlendScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        let taste = of_usual_size(request.taste);
        let mut sum = vec![0.0; self.table.n_items()];
        for (weight, _, scorer) in &self.parts {
            let scores = scorer.scores(&ScoreRequest { taste: &taste, ..*request })?;
            sum.iter_mut().zip(scores).for_each(|(sum, score)| *sum += weight * score);
        }
        Ok(sum)
    }

    /// As the catalogue's own model sees them: by genre.
    fn facets(&self, taste: &Taste) -> Vec<Facet> {
        let by_genre = self.parts.iter().find(|(_, algorithm, _)| *algorithm == Algorithm::ContentKnn);
        match by_genre {
            Some((_, _, content)) => content.facets(taste),
            None => vec![Facet { taste: taste.clone(), share: 1.0 }],
        }
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let taste = of_usual_size(request.taste);
        let mut sums: Vec<Sum> = items.iter().map(|_| Sum::default()).collect();
        for (weight, _, scorer) in &self.parts {
            let of_part = scorer.contributions(&ScoreRequest { taste: &taste, ..*request }, items);
            sums.iter_mut().zip(of_part).for_each(|(sum, contributions)| sum.add(&contributions, *weight));
        }
        sums.into_iter().map(Sum::into_contributions).collect()
    }
}

/// Contributions of several models to one score, in the order of the taste: recordings, then artists.
#[derive(Default)]
struct Sum {
    by_heard: BTreeMap<(bool, u32), (Heard, Parts)>,
    own: Parts,
}

impl Sum {
    fn add(&mut self, contributions: &Contributions, weight: f32) {
        self.own.add_scaled(&contributions.own, weight);
        for &(heard, parts) in &contributions.by_heard {
            let key = match heard {
                Heard::Item(item) => (false, item.0),
                Heard::Artist(artist) => (true, artist.0),
            };
            self.by_heard.entry(key).or_insert((heard, Parts::default())).1.add_scaled(&parts, weight);
        }
    }

    fn into_contributions(self) -> Contributions {
        Contributions { by_heard: self.by_heard.into_values().collect(), own: self.own }
    }
}

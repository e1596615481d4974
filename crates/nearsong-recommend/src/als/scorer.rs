use std::sync::Arc;

use nearsong_types::{Cancelled, ItemIdx, RecordingTable};
use rayon::prelude::*;

use super::{AlsModel, fold_in::FoldIn};
use crate::{
    Contributions, Heard, Part, Parts, ScoreRequest, Scorer, Taste,
    linear::{dot, wide},
};

/// Recordings that one thread scores at a time.
const ROWS_AT_ONCE: usize = 4_096;

/// ALS bound to recordings.
pub struct AlsScorer {
    table: Arc<RecordingTable>,
    model: AlsModel,
    /// Where the vector of each recording stands.
    places: Vec<Option<u32>>,
}

impl AlsScorer {
    pub(super) fn new(table: Arc<RecordingTable>, model: AlsModel) -> Self {
        let mut places = vec![None; table.n_items()];
        (0u32..).zip(&model.items).for_each(|(place, &item)| places[item as usize] = Some(place));
        Self { table, model, places }
    }

    fn fold_in(&self, taste: &Taste) -> Option<FoldIn> {
        FoldIn::new(&self.model, &self.places, taste)
    }

    /// The scores of all recordings that have a vector, in their order.
    fn known_scores(&self, taste: &FoldIn) -> Vec<f32> {
        let width = self.model.width();
        let mut scores = vec![0.0; self.model.items.len()];
        let vectors = self.model.factors.par_chunks(ROWS_AT_ONCE * width);
        scores.par_chunks_mut(ROWS_AT_ONCE).zip(vectors).for_each(|(scores, vectors)| {
            let vectors = vectors.chunks_exact(width);
            wide(
                #[inline(always)]
                || scores.iter_mut().zip(vectors).for_each(|(score, vector)| *score = dot(vector, &taste.vector)),
            );
        });
        for heard in &taste.heard {
            scores[heard.place] = taste.score_without(heard, self.model.vector(heard.place));
        }
        scores
    }

    fn contributions_to(&self, taste: &FoldIn, item: ItemIdx) -> Contributions {
        let mut contributions = Contributions::default();
        let Some(place) = self.places[item.at()].map(|place| place as usize) else { return contributions };
        let vector = self.model.vector(place);
        let toward = taste.toward(vector);
        let itself = taste.heard.iter().find(|heard| heard.place == place);
        let lift = itself.map_or(1.0, |heard| taste.lift_without(heard, vector));
        for heard in taste.heard.iter().filter(|heard| heard.place != place && heard.pull != 0.0) {
            let mut parts = Parts::default();
            parts.add(Part::Together, lift * heard.pull * dot(self.model.vector(heard.place), &toward));
            contributions.by_heard.push((Heard::Item(heard.item), parts));
        }
        contributions
    }
}

impl Scorer for AlsScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        let mut scores = vec![0.0; self.table.n_items()];
        if let Some(taste) = self.fold_in(request.taste) {
            for (&item, score) in self.model.items.iter().zip(self.known_scores(&taste)) {
                if request.allowed[item as usize] {
                    scores[item as usize] = score;
                }
            }
        }
        Ok(scores)
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let Some(taste) = self.fold_in(request.taste) else { return vec![Contributions::default(); items.len()] };
        items.iter().map(|&item| self.contributions_to(&taste, item)).collect()
    }
}

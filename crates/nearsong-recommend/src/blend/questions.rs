use std::collections::{BTreeSet, HashSet};

use nearsong_types::{Cancelled, ItemIdx, MatchedInteractions, Progress};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use rayon::prelude::*;

use super::BlendConfig;
use crate::{Adventure, ScoreRequest, Scorer, Taste};

/// How many recordings of an owner are shown; half of them where there are fewer than twice as many.
pub(super) const N_SHOWN: usize = 10;
/// An owner of fewer recordings is not asked about.
const MIN_ITEMS: usize = 6;
/// Fewer questions than this say too little.
const MIN_QUESTIONS: usize = 20;
/// Where there are few owners each is asked about several times, with others of his recordings shown.
const WANTED_QUESTIONS: usize = 200;
const MAX_DRAWS: usize = 4;
/// Each part's best recordings are what the parts are weighed on.
const N_CANDIDATES: usize = 400;

/// Questions with known answers, about owners whom the parts do not learn from.
pub(super) struct Questions {
    /// The owners to learn from, ascending.
    pub others: Vec<u32>,
    /// What is shown and what is hidden of each.
    pub asked: Vec<(Vec<u32>, Vec<u32>)>,
}

/// What the parts say to one question.
pub(super) struct Answer {
    /// How many recordings were to be found.
    pub n_hidden: usize,
    /// By candidate: whether it was to be found.
    pub is_hidden: Vec<bool>,
    /// By candidate, then by part.
    pub scores: Vec<f32>,
}

impl Questions {
    /// Draws owners and what is shown of them; `None` where there are too few.
    pub fn draw(interactions: &MatchedInteractions, config: &BlendConfig, seed: u64) -> Option<Self> {
        let by_item = &interactions.by_item;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let n_owners = by_item.n_owners();
        let mut able: Vec<u32> =
            (0..n_owners as u32).filter(|&owner| by_item.items_of(owner as usize).len() >= MIN_ITEMS).collect();
        able.shuffle(&mut rng);
        let wanted = (able.len() as f32 * config.validation_share).ceil() as usize;
        able.truncate(wanted.min(config.max_validation as usize));
        let n_draws = WANTED_QUESTIONS.div_ceil(able.len().max(1)).clamp(1, MAX_DRAWS);
        let mut asked = Vec::new();
        for &owner in &able {
            for _ in 0..n_draws {
                let mut items = by_item.items_of(owner as usize).to_vec();
                items.shuffle(&mut rng);
                let hidden = items.split_off(N_SHOWN.min(items.len() / 2));
                asked.push((items, hidden));
            }
        }
        let held_out: HashSet<u32> = able.into_iter().collect();
        let others = (0..n_owners as u32).filter(|owner| !held_out.contains(owner)).collect();
        (asked.len() >= MIN_QUESTIONS).then_some(Self { others, asked })
    }

    /// Asks every part every question.
    pub fn answers(&self, parts: &[Box<dyn Scorer>], progress: &dyn Progress) -> Result<Vec<Answer>, Cancelled> {
        let mut answers = Vec::with_capacity(self.asked.len());
        for some in self.asked.chunks(32) {
            let answered = some.par_iter().map(|(shown, hidden)| answer(parts, shown, hidden, progress));
            answers.extend(answered.collect::<Result<Vec<_>, Cancelled>>()?);
            progress.advance(answers.len() as u64);
        }
        Ok(answers)
    }
}

fn answer(
    parts: &[Box<dyn Scorer>],
    shown: &[u32],
    hidden: &[u32],
    progress: &dyn Progress,
) -> Result<Answer, Cancelled> {
    let n_items = parts.first().map_or(0, |part| part.table().n_items());
    let mut allowed = vec![true; n_items];
    shown.iter().for_each(|&item| allowed[item as usize] = false);
    let weight = N_SHOWN as f32 / shown.len() as f32;
    let taste = Taste::new(shown.iter().map(|&item| (ItemIdx(item), weight)), []);
    let request = ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress };
    let of_parts = parts.iter().map(|part| part.scores(&request)).collect::<Result<Vec<_>, Cancelled>>()?;
    let candidates: BTreeSet<u32> = of_parts.iter().flat_map(|scores| best_rows(scores)).collect();
    let hidden: HashSet<u32> = hidden.iter().copied().collect();
    Ok(Answer {
        n_hidden: hidden.len(),
        is_hidden: candidates.iter().map(|item| hidden.contains(item)).collect(),
        scores: candidates.iter().flat_map(|&item| of_parts.iter().map(move |scores| scores[item as usize])).collect(),
    })
}

/// The rows of the largest scores above 0; equal ones by row.
fn best_rows(scores: &[f32]) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..scores.len() as u32).filter(|&row| scores[row as usize] > 0.0).collect();
    if rows.len() > N_CANDIDATES {
        let by_score = |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
        rows.select_nth_unstable_by(N_CANDIDATES - 1, by_score);
        rows.truncate(N_CANDIDATES);
    }
    rows
}

use nearsong_types::{Cancelled, Progress};
use rayon::prelude::*;

use super::questions::Answer;

/// Places of a list that count.
const N_RANKED: usize = 500;
/// A step that gains less is not taken: it would be learned by heart.
const MIN_GAIN: f64 = 2e-4;
/// What a part's weight is multiplied by in turn, in rounds from coarse to fine.
const ROUNDS: [&[f32]; 4] =
    [&[0.0, 0.25, 0.5, 2.0, 4.0], &[0.0, 0.5, 0.7, 1.4, 2.0], &[0.7, 0.85, 1.2, 1.4], &[0.85, 1.2]];
/// From where a part comes back that had no weight, as a share of all weights.
const COMES_BACK_AT: f32 = 0.03;

/// The weights with which the parts together answer best, found by changing one weight after another (coordinate ascent).
///
/// Good means R-precision plus NDCG@500, both as the RecSys Challenge 2018 defines them, in the mean over the questions. Parts
/// start as equals: each divided by the mean of its best scores. That mean is one number per part, not per question, because how
/// sure a part is of its best candidate says how far to trust it there.
///
/// # Shapes
/// One weight per part, to be multiplied with its scores as they are; empty where no part found anything.
pub(super) fn learn_weights(
    answers: &[Answer],
    n_parts: usize,
    progress: &dyn Progress,
) -> Result<Vec<f32>, Cancelled> {
    let unit = mean_best(answers, n_parts);
    let mut weights: Vec<f32> = unit.iter().map(|&unit| if unit > 0.0 { 1.0 / unit } else { 0.0 }).collect();
    let units: Vec<f32> = weights.clone();
    let mut best = goodness(answers, &weights);
    for steps in ROUNDS {
        for part in (0..n_parts).filter(|&part| units[part] > 0.0) {
            progress.check()?;
            let before = weights[part];
            for step in steps {
                let mut changed = weights.clone();
                let total: f32 =
                    weights.iter().zip(&units).map(|(weight, unit)| weight / unit.max(f32::MIN_POSITIVE)).sum();
                changed[part] = if before > 0.0 { before * step } else { step * COMES_BACK_AT * total * units[part] };
                let good = goodness(answers, &changed);
                if good > best + MIN_GAIN {
                    (best, weights) = (good, changed);
                }
            }
        }
    }
    Ok(if best > 0.0 { weights } else { Vec::new() })
}

/// By part, the mean over the questions of its largest score.
fn mean_best(answers: &[Answer], n_parts: usize) -> Vec<f32> {
    let best =
        |answer: &Answer, part: usize| answer.scores.iter().skip(part).step_by(n_parts).copied().fold(0.0, f32::max);
    (0..n_parts)
        .map(|part| answers.iter().map(|answer| best(answer, part)).sum::<f32>() / answers.len() as f32)
        .collect()
}

/// R-precision plus NDCG, in the mean.
fn goodness(answers: &[Answer], weights: &[f32]) -> f64 {
    let each: Vec<f64> = answers.par_iter().map(|answer| goodness_of(answer, weights)).collect();
    each.iter().sum::<f64>() / answers.len() as f64
}

fn goodness_of(answer: &Answer, weights: &[f32]) -> f64 {
    let score = |scores: &[f32]| scores.iter().zip(weights).map(|(score, weight)| score * weight).sum::<f32>();
    let scores: Vec<f32> = answer.scores.chunks(weights.len()).map(score).collect();
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
    let hits = order.iter().take(N_RANKED).enumerate().filter(|(_, candidate)| answer.is_hidden[**candidate as usize]);
    let discount = |place: usize| 1.0 / ((place + 2) as f64).log2();
    let (mut n_early, mut gain) = (0, 0.0);
    for (place, _) in hits {
        n_early += usize::from(place < answer.n_hidden);
        gain += discount(place);
    }
    let ideal: f64 = (0..answer.n_hidden.min(N_RANKED)).map(discount).sum();
    n_early as f64 / answer.n_hidden as f64 + gain / ideal
}

#[cfg(test)]
mod tests {
    use nearsong_types::Silent;

    use super::*;

    /// Three candidates, two parts: the first knows, the second knows the opposite.
    fn answer() -> Answer {
        Answer { n_hidden: 1, is_hidden: vec![false, true, false], scores: vec![0.1, 9.0, 3.0, 1.0, 2.9, 8.0] }
    }

    #[test]
    fn goodness_is_one_for_each_figure_where_what_is_hidden_comes_first() {
        assert_eq!(goodness(&[answer()], &[1.0, 0.0]), 2.0);
        let last = goodness(&[answer()], &[0.0, 1.0]);
        assert!((last - 0.5).abs() < 1e-9, "no R-precision and 1/log2(4) of gain, found {last}");
    }

    #[test]
    fn who_knows_is_believed() {
        let weights = learn_weights(&[answer(), answer()], 2, &Silent).unwrap();
        assert_eq!(goodness(&[answer()], &weights), 2.0);
        assert!(weights[0] * 3.0 > weights[1] * 9.0, "{weights:?}");
    }

    #[test]
    fn parts_that_find_nothing_have_no_weights() {
        let silent = Answer { n_hidden: 2, is_hidden: vec![false], scores: vec![0.0, 0.0] };
        assert!(learn_weights(&[silent], 2, &Silent).unwrap().is_empty());
    }
}

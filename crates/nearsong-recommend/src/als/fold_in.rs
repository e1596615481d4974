use nearsong_types::ItemIdx;

use super::AlsModel;
use crate::{
    Taste,
    linear::{Cholesky, add_scaled, dot},
};

/// A taste in the space of the factors, solved for exactly.
///
/// With the vectors `Y` of all recordings, `A = YᵀY + alpha Σ r y yᵀ + λ` over what was heard and `b = Σ (1 + alpha r) y` over what is liked, the taste's
/// vector is `A⁻¹ b` and a score `yⱼᵀ A⁻¹ b`: a sum over what is liked (section 5 of the paper). `r` is the size of a weight beside the mean
/// liked one, so the scale of a taste does not matter. A disliked recording counts with preference 0: it adds nothing
/// itself, and what resembles it loses.
pub(super) struct FoldIn {
    /// What was heard, in the order of the taste.
    pub heard: Vec<HeardVector>,
    /// The taste's vector.
    pub vector: Vec<f32>,
    cholesky: Cholesky,
}

/// A recording of the taste that the model knows.
pub(super) struct HeardVector {
    /// The recording.
    pub item: ItemIdx,
    /// Where its vector stands.
    pub place: usize,
    /// `1 + alpha r` of what is liked, 0 of what is not.
    pub pull: f32,
    /// `alpha r`.
    confidence: f32,
}

impl FoldIn {
    /// `None` where nothing liked is known to the model.
    ///
    /// # Shapes
    /// `places`: for each recording of the table where its vector stands.
    pub fn new(model: &AlsModel, places: &[Option<u32>], taste: &Taste) -> Option<Self> {
        let known = || {
            let place = |item: ItemIdx| places.get(item.at()).copied().flatten();
            taste.items().iter().filter_map(move |&(item, weight)| Some((item, place(item)? as usize, weight)))
        };
        let liked = || known().map(|(.., weight)| weight).filter(|&weight| weight > 0.0);
        let mean = liked().sum::<f32>() / liked().count() as f32;
        if !(mean.is_finite() && mean > 0.0) {
            return None;
        }
        let heard = known().map(|(item, place, weight)| {
            let confidence = model.config.alpha * weight.abs() / mean;
            HeardVector { item, place, pull: if weight > 0.0 { 1.0 + confidence } else { 0.0 }, confidence }
        });
        Some(Self::solve(model, heard.collect()))
    }

    fn solve(model: &AlsModel, heard: Vec<HeardVector>) -> Self {
        let width = model.width();
        let confidence = heard.iter().map(|heard| heard.confidence).sum();
        let lambda = f64::from(model.config.regularization_of(confidence, model.items.len(), model.mean_size));
        let mut matrix: Vec<f64> = model.gram.iter().map(|&value| f64::from(value)).collect();
        (0..width).for_each(|at| matrix[at * width + at] += lambda);
        let mut right = vec![0.0; width];
        for one in &heard {
            let vector = model.vector(one.place);
            add_scaled(&mut right, one.pull, vector);
            for (row, values) in matrix.chunks_exact_mut(width).enumerate() {
                let scale = f64::from(one.confidence * vector[row]);
                values[..=row].iter_mut().zip(vector).for_each(|(value, y)| *value += scale * f64::from(*y));
            }
        }
        let cholesky = Cholesky::new(matrix, width, lambda);
        Self { heard, vector: cholesky.solve(&right), cholesky }
    }

    /// `A⁻¹ y`: its product with the vector of something heard, times the pull of that, is what it adds to the score of `y`.
    pub fn toward(&self, vector: &[f32]) -> Vec<f32> {
        self.cholesky.solve(vector)
    }

    /// How many times as much the rest of the taste says of a recording once the recording itself is taken out of the taste, λ left as it is:
    /// the solution without one term of rank one (Sherman and Morrison).
    pub fn lift_without(&self, heard: &HeardVector, vector: &[f32]) -> f32 {
        (1.0 - heard.confidence * self.cholesky.quadratic(vector)).recip()
    }

    /// The score of a recording that was heard, as if it had not been.
    pub fn score_without(&self, heard: &HeardVector, vector: &[f32]) -> f32 {
        let own = heard.pull * self.cholesky.quadratic(vector);
        (dot(vector, &self.vector) - own) * self.lift_without(heard, vector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlsConfig, als::half_step::gram};

    fn model() -> AlsModel {
        let config = AlsConfig { factors: 6, frequency_scaling: 0.0, ..AlsConfig::default() };
        let factors: Vec<f32> = (0..20 * 6).map(|at| ((at * 7919) % 101) as f32 / 50.0 - 1.0).collect();
        let gram = gram(&factors, 6, &nearsong_types::Silent).unwrap();
        AlsModel { config, n_items: 20, mean_size: 100.0, items: (0..20).collect(), factors, gram }
    }

    #[test]
    fn without_itself_is_as_if_it_had_not_been_heard() {
        let model = model();
        let places: Vec<Option<u32>> = (0..20).map(Some).collect();
        let rest = [(ItemIdx(3), 2.0), (ItemIdx(7), 2.0), (ItemIdx(11), -1.0)];
        let with = Taste::new(rest.into_iter().chain([(ItemIdx(5), 2.0)]), []);
        let fold_in = FoldIn::new(&model, &places, &with).unwrap();
        let heard = fold_in.heard.iter().find(|heard| heard.item == ItemIdx(5)).unwrap();
        let without = FoldIn::new(&model, &places, &Taste::new(rest, [])).unwrap();
        let expected = dot(model.vector(5), &without.vector);
        assert!((fold_in.score_without(heard, model.vector(5)) - expected).abs() < 1e-5);
    }

    #[test]
    fn the_scale_of_a_taste_does_not_matter() {
        let model = model();
        let places: Vec<Option<u32>> = (0..20).map(Some).collect();
        let vector = |scale: f32| {
            let taste = Taste::new([(ItemIdx(3), 2.0 * scale), (ItemIdx(7), scale), (ItemIdx(9), -scale)], []);
            FoldIn::new(&model, &places, &taste).unwrap().vector
        };
        assert!(vector(1.0).iter().zip(vector(64.0)).all(|(a, b)| (a - b).abs() < 1e-6));
        let disliked = Taste::new([(ItemIdx(3), -1.0)], []);
        assert!(FoldIn::new(&model, &places, &disliked).is_none());
    }
}

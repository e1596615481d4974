//! EASE: Steck, “Embarrassingly Shallow Autoencoders for Sparse Data”, WWW 2019.

use nearsong_types::{Cancelled, Progress};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, ItemItemModel, TrainError, TrainingData, algorithm::Parameters, linear::invert,
    owner_matrix::OwnerMatrix, sparse::SparseRows,
};

/// More items would need more than 1.6 GB for one matrix.
const MOST_ITEMS: u32 = 20_000;
/// Rows between two looks at whether to go on.
const ROWS_AT_ONCE: usize = 64;

/// Parameters of EASE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EaseConfig {
    /// How many recordings take part, those with the most owners (of equals the first in the table); 1 to 20,000.
    /// The others have no weights: neither do they speak nor are they spoken for. Memory is 4 bytes, time a few nanoseconds,
    /// for the square and the cube of it: 0.26 GB and some ten seconds for 8,000.
    pub max_items: u32,
    /// λ of the paper: how strongly weights are held back; above 0. It counts owners: a pair of recordings that few owners share says little.
    pub regularization: f32,
    /// How many weights are kept of each recording, the largest by size; at least 1.
    pub max_neighbors: u32,
}

impl Default for EaseConfig {
    fn default() -> Self {
        Self { max_items: 8_000, regularization: 100.0, max_neighbors: 500 }
    }
}

impl Parameters for EaseConfig {
    type Model = EaseModel;

    fn check(&self) -> Result<(), String> {
        if !(1..=MOST_ITEMS).contains(&self.max_items) {
            return Err(format!("max_items must be 1 to {MOST_ITEMS}, found {}", self.max_items));
        }
        if !(self.regularization.is_finite() && self.regularization > 0.0) {
            return Err(format!("regularization must be above 0, found {}", self.regularization));
        }
        if self.max_neighbors == 0 {
            return Err("max_neighbors must be at least 1, found 0".to_owned());
        }
        Ok(())
    }

    fn train(&self, data: &TrainingData<'_>, _seed: u64, progress: &dyn Progress) -> Result<EaseModel, TrainError> {
        let owners = OwnerMatrix::new(&data.needed_interactions(Algorithm::Ease)?.by_item, progress)?;
        let n_owned = (0..owners.n_items()).take_while(|&place| !owners.owners_of(place).is_empty()).count();
        let n = n_owned.min(self.max_items as usize);
        let mut matrix = gram(&owners, n, progress)?;
        (0..n).for_each(|at| matrix[at * n + at] += self.regularization);
        progress.begin("Weighing recordings against each other", Some(n as u64), "recordings");
        invert(&mut matrix, n, self.regularization, progress)?;
        Ok(ItemItemModel::new(self.sparse_rows(&matrix, &owners.item_at()[..n], owners.n_items(), progress)?))
    }
}

/// The weights of EASE: what each owner has is predicted from what else the owner has, by the linear model `X ≈ X B` with
/// `diag(B) = 0` and the least `‖X − X B‖² + λ‖B‖²`. With `P = (XᵀX + λ)⁻¹` that is `Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ` (equation 8 of the paper).
///
/// `X` says who has what, 1 or 0: weights of interactions are not looked at.
pub type EaseModel = ItemItemModel;

/// How many owners have both of two recordings, for the `n` with the most owners: the lower half of `XᵀX`, zeros above.
///
/// # Shapes
/// `n × n`, by place.
fn gram(owners: &OwnerMatrix, n: usize, progress: &dyn Progress) -> Result<Vec<f32>, Cancelled> {
    progress.begin("Counting what is owned together", Some(n as u64), "recordings");
    let mut gram = vec![0.0; n * n];
    for (block, rows) in gram.chunks_mut((ROWS_AT_ONCE * n).max(1)).enumerate() {
        progress.check()?;
        progress.advance((block * ROWS_AT_ONCE) as u64);
        rows.par_chunks_mut(n).enumerate().for_each(|(at, row)| {
            let place = block * ROWS_AT_ONCE + at;
            for &owner in owners.owners_of(place) {
                let upto = owners.places_of(owner as usize).iter().take_while(|&&other| other as usize <= place);
                upto.for_each(|&other| row[other as usize] += 1.0);
            }
        });
    }
    Ok(gram)
}

impl EaseConfig {
    /// The largest weights of every recording, in the rows of the table.
    ///
    /// # Shapes
    /// `inverse`: by place; `items`: the recording at every place.
    fn sparse_rows(
        &self,
        inverse: &[f32],
        items: &[u32],
        n_items: usize,
        progress: &dyn Progress,
    ) -> Result<SparseRows, Cancelled> {
        let n = items.len();
        progress.begin("Keeping the largest weights", Some(n as u64), "recordings");
        let diagonal: Vec<f32> = (0..n).map(|at| inverse[at * n + at]).collect();
        let mut kept: Vec<Vec<(u32, f32)>> = vec![Vec::new(); n_items];
        for start in (0..n).step_by(ROWS_AT_ONCE) {
            progress.check()?;
            progress.advance(start as u64);
            let places = (start..(start + ROWS_AT_ONCE).min(n)).into_par_iter();
            let rows = places.map(|place| {
                let weights = inverse[place * n..(place + 1) * n].iter().zip(&diagonal).map(|(value, of)| -value / of);
                self.largest(items.iter().copied().zip(weights).filter(|&(item, _)| item != items[place]).collect())
            });
            let rows: Vec<_> = rows.collect();
            items[start..].iter().zip(rows).for_each(|(&item, row)| kept[item as usize] = row);
        }
        let mut rows = SparseRows::default();
        kept.into_iter().for_each(|row| rows.push_row(row));
        Ok(rows)
    }

    /// The largest of a recording's weights by size, ascending by recording.
    fn largest(&self, mut weights: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
        weights.retain(|(_, weight)| *weight != 0.0);
        let max = self.max_neighbors as usize;
        if weights.len() > max {
            weights.select_nth_unstable_by(max, |a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            weights.truncate(max);
        }
        weights.sort_unstable_by_key(|(item, _)| *item);
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_refused() {
        let refused = [
            EaseConfig { max_items: 0, ..EaseConfig::default() },
            EaseConfig { max_items: MOST_ITEMS + 1, ..EaseConfig::default() },
            EaseConfig { regularization: 0.0, ..EaseConfig::default() },
            EaseConfig { regularization: f32::NAN, ..EaseConfig::default() },
            EaseConfig { max_neighbors: 0, ..EaseConfig::default() },
        ];
        assert!(refused.iter().all(|config| config.check().is_err()));
        assert!(EaseConfig::default().check().is_ok());
    }
}

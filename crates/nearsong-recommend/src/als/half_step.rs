use nearsong_types::{Cancelled, Progress};
use rayon::prelude::*;

use super::{AlsConfig, entries::StrengthRows};
use crate::linear::{Area, LEFT, Panels, RIGHT, TOGETHER, add_all_scaled, add_product, add_scaled, dot, wide};

/// Rows solved together: enough for a product of matrices instead of vectors, few enough to stay in the cache.
const BATCH: usize = 8;
/// Rows between two looks at whether to go on.
const ROWS_AT_ONCE: usize = 128 * BATCH;
/// Rows whose outer products are added up by one thread.
const GRAM_ROWS: usize = 4_096;
/// Rows of one product: a panel of each side stays in the innermost cache.
const GRAM_DEPTH: usize = 512;
/// A residual this small, squared, is none.
const NOTHING_LEFT: f32 = 1e-20;

/// Half of an iteration: one side's vectors for the other side's.
///
/// For a row with entries `E` of strengths `r` its vector solves `(YᵀY + Σ_E alpha r y yᵀ + λ) x = Σ_E (1 + alpha r) y` (equation 4 of the paper):
/// all of the other side counts through `YᵀY`, once.
pub(super) struct HalfStep<'a> {
    config: &'a AlsConfig,
    rows: &'a StrengthRows,
    n_columns: usize,
    mean_size: f32,
}

impl<'a> HalfStep<'a> {
    pub fn new(config: &'a AlsConfig, rows: &'a StrengthRows, n_columns: usize) -> Self {
        // The strengths of an owner's entries are 1 on average.
        let mean_confidence = f64::from(config.alpha) * rows.n_entries() as f64 / rows.n_rows().max(1) as f64;
        Self { config, rows, n_columns, mean_size: (mean_confidence + n_columns as f64) as f32 }
    }

    /// The size of a mean row.
    pub fn mean_size(&self) -> f32 {
        self.mean_size
    }

    /// Comes nearer to the solution, from the vectors `x` as they are.
    ///
    /// # Shapes
    /// `x`: one vector per row; `y`: one per column.
    pub fn solve(&self, x: &mut [f32], y: &[f32], progress: &dyn Progress, done: u64) -> Result<(), Cancelled> {
        let width = self.config.factors as usize;
        let gram = Panels::of_matrix(width, &gram(y, width, progress)?);
        for (chunk, rows) in x.chunks_mut(ROWS_AT_ONCE * width).enumerate() {
            progress.check()?;
            progress.advance(done + (chunk * ROWS_AT_ONCE) as u64);
            rows.par_chunks_mut(BATCH * width).enumerate().for_each(|(batch, x)| {
                let first = chunk * ROWS_AT_ONCE + batch * BATCH;
                wide(
                    #[inline(always)]
                    || self.descend(x, &Batch { gram: &gram, y, width, rows: self.rows, first }),
                );
            });
        }
        Ok(())
    }

    fn lambda(&self, row: usize) -> f32 {
        let confidence = self.rows.row(row).1.iter().map(|strength| self.config.alpha * strength).sum();
        self.config.regularization_of(confidence, self.n_columns, self.mean_size)
    }

    /// Conjugate gradients for the rows of a batch.
    #[inline(always)]
    fn descend(&self, x: &mut [f32], batch: &Batch<'_>) {
        let (width, alpha) = (batch.width, self.config.alpha);
        let lambdas: Vec<f32> = (0..x.len() / width).map(|row| self.lambda(batch.first + row)).collect();
        let mut image = batch.times_gram(x);
        let mut residual = vec![0.0; x.len()];
        for (row, left) in residual.chunks_exact_mut(width).enumerate() {
            let (x, image) = (&x[row * width..][..width], &image[row * width..][..width]);
            add_scaled(left, -1.0, image);
            add_scaled(left, -lambdas[row], x);
            batch.add_projections(row, x, left, |strength, product| {
                let confidence = alpha * strength;
                1.0 + confidence - confidence * product
            });
        }
        let mut direction = residual.clone();
        let mut squares: Vec<f32> = residual.chunks_exact(width).map(|left| dot(left, left)).collect();
        for _ in 0..self.config.gradient_steps {
            batch.times_gram_into(&direction, &mut image);
            for (row, square) in squares.iter_mut().enumerate().filter(|(_, square)| **square > NOTHING_LEFT) {
                let of_row = row * width..(row + 1) * width;
                let (direction, image) = (&mut direction[of_row.clone()], &mut image[of_row.clone()]);
                add_scaled(image, lambdas[row], direction);
                batch.add_projections(row, direction, image, |strength, product| alpha * strength * product);
                let step = *square / dot(direction, image);
                add_scaled(&mut x[of_row.clone()], step, direction);
                let left = &mut residual[of_row];
                add_scaled(left, -step, image);
                let before = std::mem::replace(square, dot(left, left));
                let keep = *square / before;
                direction.iter_mut().zip(left).for_each(|(direction, left)| *direction = *left + keep * *direction);
            }
        }
    }
}

/// A few rows, and what they are solved against.
struct Batch<'a> {
    gram: &'a Panels<RIGHT>,
    y: &'a [f32],
    width: usize,
    rows: &'a StrengthRows,
    first: usize,
}

impl<'a> Batch<'a> {
    /// Adds the vector `y` of every entry of a row, times a scale of the entry's strength and `yᵀ vector`.
    #[inline(always)]
    fn add_projections(&self, row: usize, vector: &[f32], to: &mut [f32], scale: impl Fn(f32, f32) -> f32) {
        let (columns, strengths) = self.rows.row(self.first + row);
        let of = |column: u32| &self.y[column as usize * self.width..][..self.width];
        let (columns, last_columns) = columns.as_chunks::<TOGETHER>();
        let (strengths, last_strengths) = strengths.as_chunks::<TOGETHER>();
        for (columns, strengths) in columns.iter().zip(strengths) {
            let vectors = columns.map(of);
            let [a, b, c, d] = vectors;
            let products = [dot(a, vector), dot(b, vector), dot(c, vector), dot(d, vector)];
            add_all_scaled(to, std::array::from_fn(|at| scale(strengths[at], products[at])), vectors);
        }
        for (&column, &strength) in last_columns.iter().zip(last_strengths) {
            add_scaled(to, scale(strength, dot(of(column), vector)), of(column));
        }
    }

    fn times_gram(&self, rows: &[f32]) -> Vec<f32> {
        let mut product = vec![0.0; rows.len()];
        self.times_gram_into(rows, &mut product);
        product
    }

    fn times_gram_into(&self, rows: &[f32], product: &mut [f32]) {
        product.fill(0.0);
        add_product(product, 1.0, &Panels::<LEFT>::of_columns(self.width, rows), self.gram, Area::Whole);
    }
}

/// `YᵀY`, the sum of the outer products of all vectors.
///
/// # Shapes
/// `width × width`.
pub(super) fn gram(vectors: &[f32], width: usize, progress: &dyn Progress) -> Result<Vec<f32>, Cancelled> {
    let mut sum = vec![0.0; width * width];
    // As many parts at once as there are threads, for the sake of memory; they are added up in one order all the same.
    for some in vectors.chunks(rayon::current_num_threads() * GRAM_ROWS * width) {
        progress.check()?;
        let parts: Vec<Vec<f32>> = some.par_chunks(GRAM_ROWS * width).map(|rows| gram_of(rows, width)).collect();
        parts.iter().for_each(|part| add_scaled(&mut sum, 1.0, part));
    }
    for row in 0..width {
        (0..row).for_each(|column| sum[column * width + row] = sum[row * width + column]);
    }
    Ok(sum)
}

fn gram_of(vectors: &[f32], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0; width * width];
    for rows in vectors.chunks(GRAM_DEPTH * width) {
        let (left, right) = (Panels::of_matrix(width, rows), Panels::of_matrix(width, rows));
        add_product(&mut sum, 1.0, &left, &right, Area::Lower);
    }
    sum
}

#[cfg(test)]
mod tests {
    use nearsong_types::{Interaction, Interactions, Silent};

    use super::*;
    use crate::{als::entries::Entries, linear::Cholesky};

    #[test]
    fn enough_steps_solve_the_normal_equations() {
        let config = AlsConfig { factors: 5, gradient_steps: 40, frequency_scaling: 0.5, ..AlsConfig::default() };
        let mut interactions = Interactions::new(30);
        for owner in 0..40u32 {
            let items = (0..30).filter(|item| (item * 7 + owner * owner) % 5 < 2);
            let weight = |item: u32| 1.0 + (item % 3) as f32;
            interactions.push_owner(items.map(|item| Interaction { item, weight: weight(item), at: None }));
        }
        let entries = Entries::new(&interactions);
        let y: Vec<f32> = (0..30 * 5).map(|at| ((at * 7919) % 101) as f32 / 50.0 - 1.0).collect();
        let step = HalfStep::new(&config, &entries.of_owners, 30);
        let mut x = vec![0.1; 40 * 5];
        step.solve(&mut x, &y, &Silent, 0).unwrap();
        for (row, x) in x.chunks_exact(5).enumerate() {
            let mut matrix: Vec<f64> = gram(&y, 5, &Silent).unwrap().into_iter().map(f64::from).collect();
            (0..5).for_each(|at| matrix[at * 6] += f64::from(step.lambda(row)));
            let mut right = vec![0.0; 5];
            let (columns, strengths) = entries.of_owners.row(row);
            for (&column, &strength) in columns.iter().zip(strengths) {
                let y = &y[column as usize * 5..][..5];
                let confidence = config.alpha * strength;
                add_scaled(&mut right, 1.0 + confidence, y);
                (0..25).for_each(|at| matrix[at] += f64::from(confidence * y[at / 5] * y[at % 5]));
            }
            let expected = Cholesky::new(matrix, 5, 1e-9).solve(&right);
            assert!(
                x.iter().zip(&expected).all(|(x, expected)| (x - expected).abs() < 1e-4),
                "{row}: {x:?}, {expected:?}"
            );
        }
    }
}

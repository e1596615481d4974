use nearsong_types::{Cancelled, Progress};

use super::panels::{Area, Panels, add_product};

/// Columns eliminated at once.
const BLOCK: usize = 128;

/// Inverts a symmetric positive definite matrix in place by Gauss-Jordan elimination in blocks: for a block `K` of the rows and
/// its inverse `D`, `A ← A − A[:,K] D A[K,:]` everywhere else, `A[:,K] ← A[:,K] D` and `A[K,K] ← −D`. After the last block `A` is the
/// negative inverse. Pivots of such a matrix need no exchange of rows; only the lower half is worked on, `n³` operations in all.
///
/// # Range
/// `floor`: a bound that no eigenvalue is below, above 0. In exact arithmetic no pivot is below it either, so pivots are kept from falling there.
///
/// # Shapes
/// `matrix`: `n × n`, of which only the lower half is read; whole afterwards.
///
/// # Errors
/// [`Cancelled`].
pub(crate) fn invert(matrix: &mut [f32], n: usize, floor: f32, progress: &dyn Progress) -> Result<(), Cancelled> {
    assert_eq!(matrix.len(), n * n, "a square matrix");
    for start in (0..n).step_by(BLOCK) {
        progress.check()?;
        progress.advance(start as u64);
        eliminate(matrix, n, start, (start + BLOCK).min(n), f64::from(floor));
    }
    for row in 0..n {
        for column in 0..=row {
            let value = -matrix[row * n + column];
            matrix[row * n + column] = value;
            matrix[column * n + row] = value;
        }
    }
    Ok(())
}

fn eliminate(matrix: &mut [f32], n: usize, start: usize, end: usize, floor: f64) {
    let depth = end - start;
    let inverse = inverse_block(matrix, n, start, end, floor);
    let across = rows_without_block(matrix, n, start, end);
    let right = Panels::of_matrix(n, &across);
    let mut scaled = vec![0.0; depth * n];
    add_product(&mut scaled, 1.0, &Panels::of_matrix(depth, &inverse), &right, Area::Whole);
    add_product(matrix, -1.0, &Panels::of_matrix(n, &scaled), &right, Area::Lower);
    for row in end..n {
        (start..end).for_each(|column| matrix[row * n + column] = scaled[(column - start) * n + row]);
    }
    for row in start..end {
        let at = row - start;
        matrix[row * n..row * n + start].copy_from_slice(&scaled[at * n..at * n + start]);
        (start..end).for_each(|column| matrix[row * n + column] = -inverse[at * depth + column - start]);
    }
}

/// The rows of a block over all columns, read from the lower half; zeros in the columns of the block itself.
fn rows_without_block(matrix: &[f32], n: usize, start: usize, end: usize) -> Vec<f32> {
    let mut rows = vec![0.0; (end - start) * n];
    for (at, row) in (start..end).enumerate() {
        rows[at * n..at * n + start].copy_from_slice(&matrix[row * n..row * n + start]);
        (end..n).for_each(|column| rows[at * n + column] = matrix[column * n + row]);
    }
    rows
}

/// Inverse of a block on the diagonal, one pivot at a time in double precision.
fn inverse_block(matrix: &[f32], n: usize, start: usize, end: usize, floor: f64) -> Vec<f32> {
    let size = end - start;
    let at = |row: usize, column: usize| f64::from(matrix[(start + row.max(column)) * n + start + row.min(column)]);
    let mut block: Vec<f64> = (0..size * size).map(|place| at(place / size, place % size)).collect();
    for pivot in 0..size {
        let scale = block[pivot * size + pivot].max(floor).recip();
        let across: Vec<f64> = block[pivot * size..(pivot + 1) * size].to_vec();
        for row in (0..size).filter(|&row| row != pivot) {
            let factor = block[row * size + pivot] * scale;
            let values = &mut block[row * size..(row + 1) * size];
            values.iter_mut().zip(&across).for_each(|(value, across)| *value -= factor * across);
            values[pivot] = factor;
        }
        block[pivot * size..(pivot + 1) * size].iter_mut().for_each(|value| *value *= scale);
        block[pivot * size + pivot] = -scale;
    }
    block.into_iter().map(|value| -value as f32).collect()
}

#[cfg(test)]
mod tests {
    use nearsong_types::Silent;

    use super::*;

    /// `XᵀX + 50 I` for pseudo-random `X`.
    fn positive_definite(n: usize) -> Vec<f32> {
        let value = |at: usize| ((at as u32).wrapping_mul(2_654_435_761) >> 20) as f32 / 2048.0 - 1.0;
        let rows: Vec<f32> = (0..2 * n * n).map(value).collect();
        let mut matrix = vec![0.0; n * n];
        (0..n).for_each(|row| matrix[row * n + row] = 50.0);
        add_product(&mut matrix, 1.0, &Panels::of_matrix(n, &rows), &Panels::of_matrix(n, &rows), Area::Whole);
        matrix
    }

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        for n in [1, 5, 128, 129, 300] {
            let matrix = positive_definite(n);
            let mut inverse = matrix.clone();
            invert(&mut inverse, n, 50.0, &Silent).unwrap();
            for row in 0..n {
                for column in 0..n {
                    let product: f64 =
                        (0..n).map(|k| f64::from(matrix[row * n + k]) * f64::from(inverse[k * n + column])).sum();
                    let expected = f64::from(row == column);
                    assert!((product - expected).abs() < 1e-3, "{n}: ({row}, {column}) is {product}");
                }
            }
        }
    }
}

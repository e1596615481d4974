use rayon::prelude::*;

use super::wide;

/// Rows of the result that one thread works on: their panels stay in its cache.
const ROWS_AT_ONCE: usize = 64;
/// Width of the panels on the left of a product.
pub(crate) const LEFT: usize = 4;
/// Width of the panels on the right of a product; `LEFT × RIGHT` sums fill half of the registers of 256 bits.
pub(crate) const RIGHT: usize = 16;

/// A matrix cut into panels of `W` columns, each laid out row after row, so that a product reads it from end to end.
///
/// # Shapes
/// `depth` rows × `width` columns; the last panel is filled up with zeros.
pub(crate) struct Panels<const W: usize> {
    depth: usize,
    width: usize,
    data: Vec<[f32; W]>,
}

impl<const W: usize> Panels<W> {
    /// From rows of equal length.
    pub fn of_rows<'a>(width: usize, rows: impl ExactSizeIterator<Item = &'a [f32]>) -> Self {
        let depth = rows.len();
        let mut data = vec![[0.0; W]; depth * width.div_ceil(W)];
        for (at, row) in rows.enumerate() {
            assert_eq!(row.len(), width, "rows of one length");
            for (panel, values) in row.chunks(W).enumerate() {
                data[panel * depth + at][..values.len()].copy_from_slice(values);
            }
        }
        Self { depth, width, data }
    }

    /// From columns that lie one after the other.
    pub fn of_columns(depth: usize, columns: &[f32]) -> Self {
        let width = columns.len() / depth;
        let mut data = vec![[0.0; W]; depth * width.div_ceil(W)];
        for (at, column) in columns.chunks_exact(depth).enumerate() {
            let panel = &mut data[at / W * depth..][..depth];
            panel.iter_mut().zip(column).for_each(|(row, &value)| row[at % W] = value);
        }
        Self { depth, width, data }
    }

    /// From the rows of a matrix that lie one after the other.
    pub fn of_matrix(width: usize, matrix: &[f32]) -> Self {
        Self::of_rows(width, matrix.chunks_exact(width))
    }

    #[inline(always)]
    fn panel(&self, panel: usize) -> &[[f32; W]] {
        &self.data[panel * self.depth..(panel + 1) * self.depth]
    }
}

/// Adds `scale · AᵀB` to `C`, or to its columns up to the diagonal only.
///
/// # Shapes
/// `a`: depth × m; `b`: depth × n; `c`: m rows of n values.
pub(crate) fn add_product(c: &mut [f32], scale: f32, a: &Panels<LEFT>, b: &Panels<RIGHT>, part: Area) {
    assert_eq!(a.depth, b.depth, "matrices of one depth");
    assert_eq!(c.len(), a.width * b.width, "room for the product");
    let n = b.width;
    c.par_chunks_mut(ROWS_AT_ONCE * n).enumerate().for_each(|(block, rows)| {
        let first = block * ROWS_AT_ONCE;
        let last = first + rows.len() / n;
        let end = if part == Area::Lower { last.min(n) } else { n };
        wide(
            #[inline(always)]
            || add_to_rows(rows, first / LEFT, end, scale, a, b),
        );
    });
}

/// The product in a few rows, from the panel `first` of the left matrix on, up to the column `end`.
#[inline(always)]
fn add_to_rows(rows: &mut [f32], first: usize, end: usize, scale: f32, a: &Panels<LEFT>, b: &Panels<RIGHT>) {
    for right in 0..end.div_ceil(RIGHT) {
        for (left, rows) in (first..).zip(rows.chunks_mut(LEFT * b.width)) {
            let sums = product(a.panel(left), b.panel(right));
            add_tile(rows, b.width, right * RIGHT, scale, &sums);
        }
    }
}

/// Which part of a product is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// All of it.
    Whole,
    /// The diagonal and what lies below; what lies above is left in an undefined state.
    Lower,
}

#[inline(always)]
fn product(a: &[[f32; LEFT]], b: &[[f32; RIGHT]]) -> [[f32; RIGHT]; LEFT] {
    let mut sums = [[0.0; RIGHT]; LEFT];
    for (a, b) in a.iter().zip(b) {
        for row in 0..LEFT {
            for column in 0..RIGHT {
                sums[row][column] += a[row] * b[column];
            }
        }
    }
    sums
}

#[inline(always)]
fn add_tile(rows: &mut [f32], n: usize, column: usize, scale: f32, sums: &[[f32; RIGHT]; LEFT]) {
    for (row, sums) in rows.chunks_exact_mut(n).zip(sums) {
        let end = n.min(column + RIGHT);
        row[column..end].iter_mut().zip(sums).for_each(|(value, sum)| *value += scale * sum);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_product_is_that_of_three_loops(m in 1usize..90, n in 1usize..30, depth in 1usize..20, seed: u32) {
            let value = |at: usize| ((at as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 24) as f32 - 128.0;
            let a: Vec<f32> = (0..depth * m).map(value).collect();
            let b: Vec<f32> = (0..depth * n).map(|at| value(at + 7)).collect();
            let mut c = vec![1.0; m * n];
            add_product(&mut c, 2.0, &Panels::of_matrix(m, &a), &Panels::of_matrix(n, &b), Area::Whole);
            for row in 0..m {
                for column in 0..n {
                    let sum: f32 = (0..depth).map(|k| a[k * m + row] * b[k * n + column]).sum();
                    prop_assert_eq!(c[row * n + column], 1.0 + 2.0 * sum);
                }
            }
        }
    }
}

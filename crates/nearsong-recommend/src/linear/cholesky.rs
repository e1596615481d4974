/// The Cholesky factor `L` of a symmetric positive definite matrix, `A = L Lᵀ`, in double precision.
///
/// # Shapes
/// `lower`: `n × n`, row after row; what lies above the diagonal is not read.
pub(crate) struct Cholesky {
    n: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Takes the matrix apart, of which only the lower half is read. No pivot is let below `floor`, which no eigenvalue is below.
    pub fn new(mut matrix: Vec<f64>, n: usize, floor: f64) -> Self {
        assert_eq!(matrix.len(), n * n, "a square matrix");
        for row in 0..n {
            let (above, current) = matrix.split_at_mut(row * n);
            for column in 0..row {
                let of_column = &above[column * n..column * n + column + 1];
                let sum = dot(&current[..column], &of_column[..column]);
                current[column] = (current[column] - sum) / of_column[column];
            }
            let sum = dot(&current[..row], &current[..row]);
            current[row] = (current[row] - sum).max(floor).sqrt();
        }
        Self { n, lower: matrix }
    }

    /// Solves `A x = b`.
    pub fn solve(&self, b: &[f32]) -> Vec<f32> {
        let mut x = self.half_solve(b);
        for row in (0..self.n).rev() {
            x[row] /= self.lower[row * self.n + row];
            let value = x[row];
            let of_row = &self.lower[row * self.n..row * self.n + row];
            x[..row].iter_mut().zip(of_row).for_each(|(x, lower)| *x -= value * lower);
        }
        x.into_iter().map(|value| value as f32).collect()
    }

    /// `bᵀ A⁻¹ b`.
    pub fn quadratic(&self, b: &[f32]) -> f32 {
        let half = self.half_solve(b);
        dot(&half, &half) as f32
    }

    /// Solves `L z = b`.
    fn half_solve(&self, b: &[f32]) -> Vec<f64> {
        let mut z: Vec<f64> = b.iter().map(|&value| f64::from(value)).collect();
        for row in 0..self.n {
            let of_row = &self.lower[row * self.n..row * self.n + row + 1];
            z[row] = (z[row] - dot(&of_row[..row], &z[..row])) / of_row[row];
        }
        z
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_lanes, a_rest) = a.as_chunks::<8>();
    let (b_lanes, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_solves() {
        let n = 37;
        let root: Vec<f64> = (0..n * n).map(|at| ((at * 7919) % 101) as f64 / 50.0 - 1.0).collect();
        let entry = |row: usize, column: usize| {
            dot(&root[row * n..(row + 1) * n], &root[column * n..(column + 1) * n]) + f64::from(row == column)
        };
        let matrix: Vec<f64> = (0..n * n).map(|at| entry(at / n, at % n)).collect();
        let b: Vec<f32> = (0..n).map(|at| at as f32 - 10.0).collect();
        let cholesky = Cholesky::new(matrix.clone(), n, 1.0);
        let x = cholesky.solve(&b);
        for row in 0..n {
            let product: f64 = (0..n).map(|k| matrix[row * n + k] * f64::from(x[k])).sum();
            assert!((product - f64::from(b[row])).abs() < 1e-3, "row {row}: {product}");
        }
        let quadratic: f32 = b.iter().zip(&x).map(|(b, x)| b * x).sum();
        assert!((cholesky.quadratic(&b) - quadratic).abs() < 1e-3 * quadratic);
    }
}

use std::collections::BTreeMap;

use nearsong_types::{Artifact, ArtifactError};

/// A sparse matrix of 32-bit floats in compressed rows, columns ascending within a row.
///
/// # Shapes
/// `offsets`: `n_rows + 1`; `columns` and `values`: one entry per stored value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SparseRows {
    offsets: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Default for SparseRows {
    fn default() -> Self {
        Self { offsets: vec![0], columns: Vec::new(), values: Vec::new() }
    }
}

impl SparseRows {
    /// Appends a row; columns must ascend.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.offsets.push(u32::try_from(self.columns.len()).expect("fewer than 2^32 values"));
    }

    /// Appends the rows of another matrix.
    pub fn append(&mut self, other: &Self) {
        let start = self.columns.len();
        self.columns.extend_from_slice(&other.columns);
        self.values.extend_from_slice(&other.values);
        let ends = other.offsets[1..].iter().map(|&end| start + end as usize);
        self.offsets.extend(ends.map(|end| u32::try_from(end).expect("fewer than 2^32 values")));
    }

    /// One row as (column, value).
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.offsets[row] as usize..self.offsets[row + 1] as usize;
        self.columns[range.clone()].iter().map(|&column| column as usize).zip(self.values[range].iter().copied())
    }

    pub fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// One value, 0 where none is stored.
    pub fn get(&self, row: usize, column: u32) -> f32 {
        let range = self.offsets[row] as usize..self.offsets[row + 1] as usize;
        let found = self.columns[range.clone()].binary_search(&column);
        found.map_or(0.0, |position| self.values[range.start + position])
    }

    /// Product of one row with a dense vector.
    pub fn row_dot(&self, row: usize, dense: &[f32]) -> f32 {
        self.row(row).map(|(column, value)| value * dense[column]).sum()
    }

    /// Adds `weight` times one row to a dense vector.
    pub fn add_row(&self, row: usize, weight: f32, dense: &mut [f32]) {
        self.row(row).for_each(|(column, value)| dense[column] += weight * value);
    }

    /// Scales every row to Euclidean length 1; rows of zeros stay.
    pub fn normalize_rows(&mut self) {
        for row in 0..self.n_rows() {
            let range = self.offsets[row] as usize..self.offsets[row + 1] as usize;
            normalize(&mut self.values[range]);
        }
    }

    pub fn write(&self, artifact: &mut Artifact, name: &str) {
        artifact.put(&format!("{name}.offsets"), &self.offsets);
        artifact.put(&format!("{name}.columns"), &self.columns);
        artifact.put(&format!("{name}.values"), &self.values);
    }

    /// Reads what [`SparseRows::write`] wrote and checks that it has these shapes.
    pub fn read(artifact: &Artifact, name: &str, n_columns: usize) -> Result<Self, ArtifactError> {
        let offsets: Vec<u32> = artifact.get(&format!("{name}.offsets"))?;
        let columns: Vec<u32> = artifact.get(&format!("{name}.columns"))?;
        let values: Vec<f32> = artifact.get(&format!("{name}.values"))?;
        let sound = offsets.first() == Some(&0)
            && offsets.is_sorted()
            && offsets.last().is_some_and(|&last| last as usize == columns.len())
            && columns.len() == values.len()
            && columns.iter().all(|&column| (column as usize) < n_columns)
            && values.iter().all(|value| value.is_finite());
        sound.then_some(Self { offsets, columns, values }).ok_or(ArtifactError::BadSection { section: name.to_owned() })
    }
}

/// Scales to Euclidean length 1; zeros stay.
pub(crate) fn normalize(values: &mut [f32]) {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        values.iter_mut().for_each(|value| *value /= length);
    }
}

/// Values to be summed by row and column.
#[derive(Default)]
pub(crate) struct SparseSums(BTreeMap<(u32, u32), f32>);

impl SparseSums {
    pub fn add(&mut self, row: u32, column: u32, value: f32) {
        *self.0.entry((row, column)).or_default() += value;
    }

    /// Adds to both halves of a symmetric matrix.
    pub fn add_symmetric(&mut self, a: u32, b: u32, value: f32) {
        self.add(a, b, value);
        self.add(b, a, value);
    }

    /// The sums as rows, each value passed through `shape`.
    pub fn into_rows(self, n_rows: usize, shape: impl Fn(f32) -> f32) -> SparseRows {
        let mut rows = SparseRows::default();
        let mut sums = self.0.into_iter().peekable();
        for row in 0..n_rows as u32 {
            let of_row = std::iter::from_fn(|| sums.next_if(|((at, _), _)| *at == row));
            rows.push_row(of_row.map(|((_, column), value)| (column, shape(value))));
        }
        rows
    }
}

impl SparseRows {
    /// Divides each value by the square roots of its row's and its column's sum: the usual normalisation of a symmetric graph,
    /// so that well-connected nodes do not drown the others.
    pub fn normalize_symmetric(&mut self) {
        let sums: Vec<f32> = (0..self.n_rows()).map(|row| self.row(row).map(|(_, value)| value).sum()).collect();
        for row in 0..self.n_rows() {
            for position in self.offsets[row] as usize..self.offsets[row + 1] as usize {
                self.values[position] /= (sums[row] * sums[self.columns[position] as usize]).sqrt();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> SparseRows {
        let mut sums = SparseSums::default();
        sums.add_symmetric(0, 2, 1.0);
        sums.add_symmetric(0, 1, 3.0);
        sums.add(2, 0, 1.0);
        sums.into_rows(4, |value| value)
    }

    #[test]
    fn sums_become_rows_in_order() {
        let rows = sample();
        assert_eq!(rows.n_rows(), 4);
        assert_eq!(rows.row(0).collect::<Vec<_>>(), [(1, 3.0), (2, 1.0)]);
        assert_eq!(rows.row(2).collect::<Vec<_>>(), [(0, 2.0)]);
        assert_eq!(rows.row(3).count(), 0);
        assert_eq!([rows.get(0, 2), rows.get(0, 0), rows.get(1, 0)], [1.0, 0.0, 3.0]);
        assert_eq!(rows.row_dot(0, &[9.0, 2.0, 1.0, 0.0]), 7.0);
    }

    #[test]
    fn appended_rows_follow_those_there_are() {
        let mut twice = sample();
        twice.append(&sample());
        assert_eq!(twice.n_rows(), 8);
        assert_eq!(twice.row(6).collect::<Vec<_>>(), sample().row(2).collect::<Vec<_>>());
    }

    #[test]
    fn normalised_rows_have_length_1() {
        let mut rows = sample();
        rows.normalize_rows();
        let length: f32 = rows.row(0).map(|(_, value)| value * value).sum();
        assert!((length - 1.0).abs() < 1e-6);
    }

    #[test]
    fn stored_rows_are_checked_against_the_shape() {
        let mut artifact = Artifact::new("test", 1);
        sample().write(&mut artifact, "rows");
        assert_eq!(SparseRows::read(&artifact, "rows", 3).unwrap(), sample());
        assert!(SparseRows::read(&artifact, "rows", 2).is_err());
    }
}

/// A list of row numbers for every row: compressed sparse rows without values.
///
/// # Shapes
/// `offsets`: `n_rows + 1`, ascending, from 0 to `values.len()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr {
    offsets: Vec<u32>,
    values: Vec<u32>,
}

impl Default for Csr {
    fn default() -> Self {
        Self { offsets: vec![0], values: Vec::new() }
    }
}

impl Csr {
    /// Takes stored parts; `None` where the offsets do not ascend from 0 to the number of values.
    pub fn from_parts(offsets: Vec<u32>, values: Vec<u32>) -> Option<Self> {
        let sound = offsets.first() == Some(&0)
            && offsets.last().is_some_and(|&last| last as usize == values.len())
            && offsets.is_sorted();
        sound.then_some(Self { offsets, values })
    }

    /// Appends a row.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = u32>) {
        self.values.extend(row);
        self.offsets.push(u32::try_from(self.values.len()).expect("fewer than 2^32 entries"));
    }

    /// The values of one row.
    #[inline]
    pub fn row(&self, row: usize) -> &[u32] {
        &self.values[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The offsets, `n_rows + 1` of them.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// All values, row after row.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// For every value the rows that hold it, rows ascending.
    ///
    /// # Panics
    /// Where a value is not below `n_columns`.
    pub fn transpose(&self, n_columns: usize) -> Self {
        let mut offsets = vec![0u32; n_columns + 1];
        for &value in &self.values {
            offsets[value as usize + 1] += 1;
        }
        for column in 0..n_columns {
            offsets[column + 1] += offsets[column];
        }
        let mut next = offsets.clone();
        let mut values = vec![0u32; self.values.len()];
        for row in 0..self.n_rows() {
            for &value in self.row(row) {
                let slot = &mut next[value as usize];
                values[*slot as usize] = row as u32;
                *slot += 1;
            }
        }
        Self { offsets, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_twice_gives_the_rows_back() {
        let mut rows = Csr::default();
        for row in [vec![0, 3], vec![], vec![1, 3], vec![3]] {
            rows.push_row(row);
        }
        let columns = rows.transpose(5);
        assert_eq!(columns.n_rows(), 5);
        assert_eq!(columns.row(3), [0, 2, 3]);
        assert_eq!(columns.row(2), [0u32; 0]);
        assert_eq!(columns.transpose(4), rows);
    }

    #[test]
    fn broken_offsets_are_refused() {
        assert!(Csr::from_parts(vec![0, 2, 1], vec![0]).is_none());
        assert!(Csr::from_parts(vec![], vec![]).is_none());
        assert!(Csr::from_parts(vec![0, 1], vec![7]).is_some());
    }
}

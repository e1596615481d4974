/// A set of rows, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
    count: usize,
}

impl Bitmap {
    /// A bitmap over `len` rows, none of them set.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len, count: 0 }
    }

    /// A bitmap over `len` rows with those set for which `holds` is true.
    pub fn from_fn(len: usize, mut holds: impl FnMut(u32) -> bool) -> Self {
        let mut bitmap = Self::new(len);
        for (row, number) in (0..len).zip(0u32..) {
            bitmap.words[row / 64] |= u64::from(holds(number)) << (row % 64);
        }
        bitmap.count = bitmap.words.iter().map(|word| word.count_ones() as usize).sum();
        bitmap
    }

    /// Number of rows covered, set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no row is covered at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of rows set.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The rows set, ascending.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip((0..).step_by(64)).flat_map(|(&word, first)| {
            let later = |&word: &u64| Some(word & (word - 1)).filter(|&word| word != 0);
            let words = std::iter::successors(Some(word).filter(|&word| word != 0), later);
            words.map(move |word| first + word.trailing_zeros())
        })
    }

    /// Whether `row` is set. A row that is not covered is not.
    #[inline]
    pub fn contains(&self, row: u32) -> bool {
        let row = row as usize;
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Sets `row`.
    ///
    /// # Panics
    /// Where `row` is not covered.
    pub fn insert(&mut self, row: u32) {
        self.count += usize::from(!self.contains(row));
        let row = self.covered(row);
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Takes `row` out.
    ///
    /// # Panics
    /// Where `row` is not covered.
    pub fn remove(&mut self, row: u32) {
        self.count -= usize::from(self.contains(row));
        let row = self.covered(row);
        self.words[row / 64] &= !(1 << (row % 64));
    }

    fn covered(&self, row: u32) -> usize {
        let row = row as usize;
        assert!(row < self.len, "row {row} is not covered by a bitmap over {} rows", self.len);
        row
    }
}

use nearsong_types::Interactions;

/// The entries of owners and recordings in both directions, each with its strength.
///
/// Recordings stand by *place*: 0 is the one that most owners have, so that the vectors used most lie together.
///
/// The strength of an entry is the square root of its weight beside the mean of its owner's (the tenth play says less than the
/// first, as in a taste): 1 throughout a playlist.
pub(super) struct Entries {
    /// The recording at every place that has an owner, as rows of the table.
    pub items: Vec<u32>,
    /// Owners and the places they have.
    pub of_owners: StrengthRows,
    /// Places and the owners who have them.
    pub of_places: StrengthRows,
}

/// Columns and their strengths for every row.
pub(super) struct StrengthRows {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    strengths: Vec<f32>,
}

impl Entries {
    pub fn new(interactions: &Interactions) -> Self {
        let counts = interactions.owners_per_item();
        let mut items: Vec<u32> = (0..counts.len() as u32).filter(|&item| counts[item as usize] > 0).collect();
        items.sort_by_key(|&item| std::cmp::Reverse(counts[item as usize]));
        let mut places = vec![0; counts.len()];
        (0u32..).zip(&items).for_each(|(place, &item)| places[item as usize] = place);
        let of_owners = by_owner(interactions, &places);
        Self { of_places: of_owners.transpose(items.len()), items, of_owners }
    }
}

fn by_owner(interactions: &Interactions, places: &[u32]) -> StrengthRows {
    let mut rows = StrengthRows { offsets: vec![0], columns: Vec::new(), strengths: Vec::new() };
    for owner in 0..interactions.n_owners() {
        let roots = || interactions.weights_of(owner).iter().map(|weight| weight.sqrt());
        let mean = roots().sum::<f32>() / interactions.items_of(owner).len() as f32;
        rows.columns.extend(interactions.items_of(owner).iter().map(|&item| places[item as usize]));
        rows.strengths.extend(roots().map(|root| root / mean));
        rows.offsets.push(rows.columns.len());
    }
    rows
}

impl StrengthRows {
    pub fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn n_entries(&self) -> usize {
        self.columns.len()
    }

    /// The columns of one row and their strengths.
    #[inline]
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.offsets[row]..self.offsets[row + 1];
        (&self.columns[range.clone()], &self.strengths[range])
    }

    /// The same entries by column.
    fn transpose(&self, n_columns: usize) -> Self {
        let mut offsets = vec![0; n_columns + 1];
        self.columns.iter().for_each(|&column| offsets[column as usize + 1] += 1);
        (0..n_columns).for_each(|column| offsets[column + 1] += offsets[column]);
        let mut next = offsets.clone();
        let (mut columns, mut strengths) = (vec![0; self.n_entries()], vec![0.0; self.n_entries()]);
        for row in 0..self.n_rows() {
            let (of_row, strengths_of_row) = self.row(row);
            for (&column, &strength) in of_row.iter().zip(strengths_of_row) {
                let slot = &mut next[column as usize];
                (columns[*slot], strengths[*slot]) = (row as u32, strength);
                *slot += 1;
            }
        }
        Self { offsets, columns, strengths }
    }
}

#[cfg(test)]
mod tests {
    use nearsong_types::Interaction;

    use super::*;

    #[test]
    fn entries_stand_in_both_directions_with_their_strength() {
        let mut interactions = Interactions::new(4);
        for entries in [vec![(3, 9.0), (1, 1.0)], vec![], vec![(3, 5.0)]] {
            interactions.push_owner(entries.into_iter().map(|(item, weight)| Interaction { item, weight, at: None }));
        }
        let entries = Entries::new(&interactions);
        assert_eq!(entries.items, [3, 1]);
        assert_eq!(entries.of_owners.row(0), ([0, 1].as_slice(), [1.5, 0.5].as_slice()));
        assert_eq!(entries.of_owners.row(1).0.len(), 0);
        assert_eq!(entries.of_places.row(0), ([0, 2].as_slice(), [1.5, 1.0].as_slice()));
        assert_eq!(entries.of_places.row(1), ([0].as_slice(), [0.5].as_slice()));
        assert_eq!((entries.of_places.n_rows(), entries.of_places.n_entries()), (2, 3));
    }
}

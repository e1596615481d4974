use std::cmp::Reverse;

use nearsong_types::{Cancelled, Csr, Interactions, Progress};

/// Rows between two looks at whether to go on.
const ROWS_AT_ONCE: usize = 1 << 16;

/// Which owners have which items, in both directions; weights are left out.
///
/// Items stand at *places*: at 0 the one that most owners have, and so on. Most entries are of few items, so that sums over places
/// stay in a small piece of memory most of the time.
///
/// # Shapes
/// `n_items` items and as many places, `n_owners` owners.
pub(crate) struct OwnerMatrix {
    owners: Csr,
    places: Csr,
    item_at: Vec<u32>,
}

impl OwnerMatrix {
    pub fn new(interactions: &Interactions, progress: &dyn Progress) -> Result<Self, Cancelled> {
        progress.begin("Sorting who has what", None, "");
        let counts = interactions.owners_per_item();
        let mut item_at: Vec<u32> = (0..counts.len() as u32).collect();
        item_at.sort_unstable_by_key(|&item| (Reverse(counts[item as usize]), item));
        progress.check()?;
        let place_of = inverse(&item_at);
        let counts_at = item_at.iter().map(|&item| counts[item as usize]);
        let items_of = |owner| interactions.items_of(owner).iter().map(|&item| place_of[item as usize]);
        let owners = turned(interactions.n_owners(), items_of, counts_at, progress)?;
        let counts_of = (0..interactions.n_owners()).map(|owner| interactions.items_of(owner).len() as u32);
        let places = turned(item_at.len(), |place| owners.row(place).iter().copied(), counts_of, progress)?;
        Ok(Self { owners, places, item_at })
    }

    pub fn n_items(&self) -> usize {
        self.item_at.len()
    }

    pub fn n_owners(&self) -> usize {
        self.places.n_rows()
    }

    /// The owners of the item at a place, ascending.
    pub fn owners_of(&self, place: usize) -> &[u32] {
        self.owners.row(place)
    }

    /// The places of an owner's items, ascending.
    pub fn places_of(&self, owner: usize) -> &[u32] {
        self.places.row(owner)
    }

    /// The item at every place.
    pub fn item_at(&self) -> &[u32] {
        &self.item_at
    }

    /// The place of every item.
    pub fn place_of(&self) -> Vec<u32> {
        inverse(&self.item_at)
    }
}

fn inverse(item_at: &[u32]) -> Vec<u32> {
    let mut place_of = vec![0; item_at.len()];
    (0..).zip(item_at).for_each(|(place, &item)| place_of[item as usize] = place);
    place_of
}

/// For every column the rows that hold it, rows ascending; `counts` says for every column how many there are.
fn turned<R: Iterator<Item = u32>>(
    n_rows: usize,
    columns_of: impl Fn(usize) -> R,
    counts: impl Iterator<Item = u32>,
    progress: &dyn Progress,
) -> Result<Csr, Cancelled> {
    let ends = counts.scan(0, |end, count| {
        *end += count;
        Some(*end)
    });
    let offsets: Vec<u32> = std::iter::once(0).chain(ends).collect();
    let mut next = offsets.clone();
    let mut rows = vec![0; offsets[offsets.len() - 1] as usize];
    for row in 0..n_rows {
        if row % ROWS_AT_ONCE == 0 {
            progress.check()?;
        }
        for column in columns_of(row) {
            let slot = &mut next[column as usize];
            rows[*slot as usize] = row as u32;
            *slot += 1;
        }
    }
    Ok(Csr::from_parts(offsets, rows).expect("offsets that were added up from the counts"))
}

#[cfg(test)]
mod tests {
    use nearsong_types::{Interaction, Silent};

    use super::*;

    #[test]
    fn places_go_by_how_many_owners_an_item_has() {
        let mut interactions = Interactions::new(4);
        for items in [vec![3, 1], vec![], vec![1, 2, 3], vec![3]] {
            interactions.push_owner(items.into_iter().map(|item| Interaction { item, weight: 2.0, at: None }));
        }
        let matrix = OwnerMatrix::new(&interactions, &Silent).unwrap();
        assert_eq!((matrix.n_items(), matrix.n_owners()), (4, 4));
        assert_eq!(matrix.item_at(), [3, 1, 2, 0]);
        assert_eq!(matrix.place_of(), [3, 1, 2, 0]);
        assert_eq!(matrix.owners_of(0), [0, 2, 3]);
        assert_eq!(matrix.owners_of(3), [0u32; 0]);
        assert_eq!(matrix.places_of(2), [0, 1, 2]);
        assert_eq!(matrix.places_of(1), [0u32; 0]);
    }
}

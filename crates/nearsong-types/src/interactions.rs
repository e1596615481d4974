use crate::{Artifact, ArtifactError, Csr, Moment};

/// One entry of an owner: an item, how much of it, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interaction {
    /// Row of the item.
    pub item: u32,
    /// How much: 1 for an entry of a playlist, plays for a history. Finite and above 0.
    pub weight: f32,
    /// When it last happened, where that is known.
    pub at: Option<Moment>,
}

/// Who had to do with what: owners (playlists or listeners) and their items, a sparse matrix.
///
/// The items of an owner stand in their order: that of a playlist, or that of first hearing. No owner has an item twice.
///
/// # Shapes
/// `rows`: `n_owners` rows of items below `n_items`; `weights`: one per entry; `moments`: one per entry, or none at all where no
/// moment is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Interactions {
    rows: Csr,
    weights: Vec<f32>,
    moments: Vec<Moment>,
    n_items: usize,
}

/// Stands for a moment that is not known, in a matrix where others are.
const UNKNOWN: Moment = Moment::from_micros(i64::MIN);

impl Interactions {
    /// A matrix without owners, over `n_items` items.
    pub fn new(n_items: usize) -> Self {
        Self { n_items, ..Self::default() }
    }

    /// Appends an owner. Repeated items become one entry at their first place: weights add up, the latest moment is kept.
    /// Entries whose weight is not finite or not above 0 are left out.
    ///
    /// # Panics
    /// Where an item is not below `n_items`.
    pub fn push_owner(&mut self, entries: impl IntoIterator<Item = Interaction>) {
        let start = self.weights.len();
        let mut items: Vec<u32> = Vec::new();
        let mut place = std::collections::HashMap::new();
        for entry in entries.into_iter().filter(|entry| entry.weight.is_finite() && entry.weight > 0.0) {
            assert!((entry.item as usize) < self.n_items, "item {} of {}", entry.item, self.n_items);
            let at = *place.entry(entry.item).or_insert(items.len());
            if at == items.len() {
                items.push(entry.item);
                self.weights.push(0.0);
            }
            self.weights[start + at] += entry.weight;
            self.note_moment(start + at, entry.at);
        }
        self.rows.push_row(items);
        if !self.moments.is_empty() {
            self.moments.resize(self.weights.len(), UNKNOWN);
        }
    }

    fn note_moment(&mut self, position: usize, at: Option<Moment>) {
        if let Some(at) = at {
            let length = self.moments.len().max(self.weights.len());
            self.moments.resize(length, UNKNOWN);
            self.moments[position] = self.moments[position].max(at);
        }
    }

    /// Number of owners.
    pub fn n_owners(&self) -> usize {
        self.rows.n_rows()
    }

    /// Number of items, with those that no owner has.
    pub fn n_items(&self) -> usize {
        self.n_items
    }

    /// Number of entries.
    pub fn n_entries(&self) -> usize {
        self.weights.len()
    }

    /// The items of every owner.
    pub fn rows(&self) -> &Csr {
        &self.rows
    }

    /// The items of one owner, in their order.
    #[inline]
    pub fn items_of(&self, owner: usize) -> &[u32] {
        self.rows.row(owner)
    }

    /// The weights of one owner's items.
    #[inline]
    pub fn weights_of(&self, owner: usize) -> &[f32] {
        &self.weights[self.range(owner)]
    }

    /// The entries of one owner, in their order.
    pub fn entries_of(&self, owner: usize) -> impl Iterator<Item = Interaction> {
        self.range(owner).map(|position| Interaction {
            item: self.rows.values()[position],
            weight: self.weights[position],
            at: self.moments.get(position).copied().filter(|&at| at != UNKNOWN),
        })
    }

    fn range(&self, owner: usize) -> std::ops::Range<usize> {
        let offsets = self.rows.offsets();
        offsets[owner] as usize..offsets[owner + 1] as usize
    }

    /// How many owners have each item.
    pub fn owners_per_item(&self) -> Vec<u32> {
        let mut counts = vec![0; self.n_items];
        self.rows.values().iter().for_each(|&item| counts[item as usize] += 1);
        counts
    }

    /// The owners named, in the order given.
    pub fn of_owners(&self, owners: &[u32]) -> Self {
        let mut part = Self::new(self.n_items);
        owners.iter().for_each(|&owner| part.push_owner(self.entries_of(owner as usize)));
        part
    }

    /// Appends the owners of another matrix over the same items.
    ///
    /// # Panics
    /// Where it has another number of items.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.n_items, other.n_items, "both over the same items");
        (0..other.n_owners()).for_each(|owner| self.push_owner(other.entries_of(owner)));
    }

    /// Writes the matrix into an artifact.
    pub fn write(&self, artifact: &mut Artifact, name: &str) {
        artifact.put(&format!("{name}.offsets"), self.rows.offsets());
        artifact.put(&format!("{name}.items"), self.rows.values());
        artifact.put(&format!("{name}.weights"), &self.weights);
        let moments: Vec<u64> = self.moments.iter().map(|at| at.micros().cast_unsigned()).collect();
        artifact.put(&format!("{name}.moments"), &moments);
        artifact.put(&format!("{name}.n_items"), &[self.n_items as u64]);
    }

    /// Reads what [`Interactions::write`] wrote and checks that it has these shapes.
    ///
    /// # Errors
    /// [`ArtifactError::BadSection`].
    pub fn read(artifact: &Artifact, name: &str) -> Result<Self, ArtifactError> {
        let bad = || ArtifactError::BadSection { section: name.to_owned() };
        let rows = Csr::from_parts(artifact.get(&format!("{name}.offsets"))?, artifact.get(&format!("{name}.items"))?)
            .ok_or_else(bad)?;
        let weights: Vec<f32> = artifact.get(&format!("{name}.weights"))?;
        let moments: Vec<u64> = artifact.get(&format!("{name}.moments"))?;
        let moments: Vec<Moment> = moments.into_iter().map(|at| Moment::from_micros(at.cast_signed())).collect();
        let &[n_items] = artifact.get::<u64>(&format!("{name}.n_items"))?.as_slice() else { return Err(bad()) };
        let n_items = usize::try_from(n_items).map_err(|_| bad())?;
        let sound = weights.len() == rows.values().len()
            && (moments.is_empty() || moments.len() == weights.len())
            && rows.values().iter().all(|&item| (item as usize) < n_items)
            && weights.iter().all(|weight| weight.is_finite() && *weight > 0.0);
        sound.then_some(Self { rows, weights, moments, n_items }).ok_or_else(bad)
    }
}

/// The interactions that models learn from, in the rows of a [`crate::RecordingTable`].
///
/// What an owner heard beyond the catalogue still tells about its artist, so `by_artist` knows more than `by_item`.
///
/// # Shapes
/// The same owners in both, in the same order; `by_item` over the table's items, `by_artist` over its artists.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatchedInteractions {
    /// Owners and recordings.
    pub by_item: Interactions,
    /// Owners and main artists, weights added up over an artist's songs.
    pub by_artist: Interactions,
}

impl MatchedInteractions {
    /// The owners named, in the order given.
    pub fn of_owners(&self, owners: &[u32]) -> Self {
        Self { by_item: self.by_item.of_owners(owners), by_artist: self.by_artist.of_owners(owners) }
    }

    /// Number of owners.
    pub fn n_owners(&self) -> usize {
        self.by_item.n_owners()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(item: u32, weight: f32, at: Option<i64>) -> Interaction {
        Interaction { item, weight, at: at.map(Moment::from_seconds) }
    }

    fn sample() -> Interactions {
        let mut interactions = Interactions::new(5);
        interactions.push_owner([entry(3, 1.0, None), entry(0, 2.0, None), entry(3, 4.0, None)]);
        interactions.push_owner([]);
        interactions.push_owner([entry(4, 1.0, Some(9)), entry(3, f32::NAN, None), entry(4, 1.0, Some(7))]);
        interactions
    }

    #[test]
    fn repeated_items_become_one_at_their_first_place() {
        let interactions = sample();
        assert_eq!(interactions.items_of(0), [3, 0]);
        assert_eq!(interactions.weights_of(0), [5.0, 2.0]);
        assert_eq!(interactions.items_of(1), [0u32; 0]);
        assert_eq!(interactions.entries_of(2).collect::<Vec<_>>(), [entry(4, 2.0, Some(9))]);
        assert_eq!(interactions.entries_of(0).next().unwrap().at, None);
        assert_eq!(interactions.owners_per_item(), [1, 0, 0, 1, 1]);
    }

    #[test]
    fn owners_can_be_picked_and_appended() {
        let interactions = sample();
        let mut again = interactions.of_owners(&[2]);
        again.append(&interactions.of_owners(&[0]));
        assert_eq!(again, interactions.of_owners(&[2, 0]));
        assert_eq!(again.items_of(1), [3, 0]);
    }

    #[test]
    fn bytes_and_back_and_broken_shapes_are_refused() {
        let mut artifact = Artifact::new("test", 1);
        sample().write(&mut artifact, "rows");
        assert_eq!(Interactions::read(&artifact, "rows").unwrap(), sample());
        artifact.put("rows.n_items", &[3u64]);
        assert!(Interactions::read(&artifact, "rows").is_err());
    }
}

use std::sync::Arc;

use nearsong_types::{Artifact, ArtifactError, Cancelled, ItemIdx, RecordingTable};

use crate::{Contributions, Heard, Part, Parts, ScoreRequest, Scorer, Taste, algorithm::Learned, sparse::SparseRows};

/// What recordings say of each other: for each one that is heard, the recordings that it speaks for, with weights.
///
/// `score(j) = Σᵢ wᵢ · Bᵢⱼ` over the heard recordings `i` with their weights `w` in the taste. So it scores tastes that it has never seen,
/// and every score falls apart into what each heard recording adds.
///
/// # Shapes
/// One row per recording of the table, empty where nothing is known of it. No row holds its own recording.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemItemModel {
    rows: SparseRows,
}

impl ItemItemModel {
    /// Takes the rows.
    ///
    /// # Shapes
    /// As many rows as there are recordings; columns ascending and below that number, without the row's own.
    pub(crate) fn new(rows: SparseRows) -> Self {
        Self { rows }
    }
}

impl Learned for ItemItemModel {
    fn write(&self, artifact: &mut Artifact) {
        artifact.put("n_items", &[self.rows.n_rows() as u64]);
        self.rows.write(artifact, "rows");
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let bad = || ArtifactError::BadSection { section: "n_items".to_owned() };
        let &[n_items] = artifact.get::<u64>("n_items")?.as_slice() else { return Err(bad()) };
        let n_items = usize::try_from(n_items).map_err(|_| bad())?;
        let rows = SparseRows::read(artifact, "rows", n_items)?;
        if rows.n_rows() == n_items { Ok(Self { rows }) } else { Err(bad()) }
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        if self.rows.n_rows() != table.n_items() {
            return Err(ArtifactError::BadSection { section: "n_items".to_owned() });
        }
        Ok(Box::new(ItemItemScorer { table, rows: self.rows }))
    }
}

/// What recordings say of each other, bound to the recordings.
pub struct ItemItemScorer {
    table: Arc<RecordingTable>,
    rows: SparseRows,
}

impl ItemItemScorer {
    fn heard<'a>(&'a self, taste: &'a Taste) -> impl Iterator<Item = (ItemIdx, f32)> + 'a {
        taste.items().iter().copied().filter(|(item, _)| item.at() < self.rows.n_rows())
    }

    fn contributions_to(&self, taste: &Taste, item: ItemIdx) -> Contributions {
        let mut contributions = Contributions::default();
        for (heard, weight) in self.heard(taste) {
            let adds = weight * self.rows.get(heard.at(), item.0);
            if adds != 0.0 {
                contributions.by_heard.push((Heard::Item(heard), Parts::of(Part::Together, adds)));
            }
        }
        contributions
    }
}

impl Scorer for ItemItemScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        let mut scores = vec![0.0; self.rows.n_rows()];
        for (heard, weight) in self.heard(request.taste) {
            self.rows.add_row(heard.at(), weight, &mut scores);
        }
        scores.iter_mut().zip(request.allowed).filter(|(_, allowed)| !**allowed).for_each(|(score, _)| *score = 0.0);
        Ok(scores)
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        items.iter().map(|&item| self.contributions_to(request.taste, item)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::table;

    fn model(n_rows: usize) -> ItemItemModel {
        let mut rows = SparseRows::default();
        (0..n_rows as u32).for_each(|row| rows.push_row([((row + 1) % n_rows as u32, 0.5)]));
        ItemItemModel::new(rows)
    }

    #[test]
    fn it_is_bound_to_the_recordings_it_knows_and_to_no_others() {
        let n_items = table().n_items();
        assert!(model(n_items).bind(table().into()).is_ok());
        assert!(model(n_items - 1).bind(table().into()).is_err());
    }

    #[test]
    fn rows_must_be_as_many_as_items() {
        let mut artifact = Artifact::new("item-knn", 1);
        model(5).write(&mut artifact);
        assert_eq!(ItemItemModel::read(&artifact).unwrap(), model(5));
        artifact.put("n_items", &[6u64]);
        assert!(ItemItemModel::read(&artifact).is_err());
    }
}

use std::{collections::HashMap, sync::Arc};

use nearsong_neighbors::{Allow, Neighbor, NeighborIndex, Scratch};
use nearsong_types::{AudioFeature, Cancelled, ItemIdx, RecordingTable};
use rayon::prelude::*;

use crate::{ScoreRequest, Scored, StandardScaler, Taste};

const DIM: usize = AudioFeature::COUNT;
const CHUNK: usize = 4096;

/// The recordings of a table as points of standardised audio features.
pub struct AudioSpace {
    /// The recordings.
    pub table: Arc<RecordingTable>,
    points: Vec<[f32; DIM]>,
    has_sound: Vec<bool>,
}

/// The recordings of a taste as points, ready to be searched.
pub struct HeardPoints {
    index: NeighborIndex,
    /// Recording and weight of each point.
    heard: Vec<(ItemIdx, f32)>,
    row_of: HashMap<ItemIdx, u32>,
    /// One entry per item: quicker to ask than the map, as nearly all items were not heard.
    is_heard: Vec<bool>,
}

impl AudioSpace {
    /// Standardises all recordings.
    pub fn new(table: Arc<RecordingTable>, scaler: &StandardScaler) -> Self {
        let points = table.audio.par_iter().map(|audio| scaler.transform(audio)).collect();
        let has_sound = table.audio.iter().map(|audio| !audio.is_empty()).collect();
        Self { table, points, has_sound }
    }

    /// The point of a recording; the mean of all where its sound is not known.
    pub fn point(&self, item: ItemIdx) -> &[f32; DIM] {
        &self.points[item.at()]
    }

    /// Whether anything is known of a recording's sound.
    pub fn has_sound(&self, item: ItemIdx) -> bool {
        self.has_sound[item.at()]
    }

    /// The heard recordings whose sound is known.
    pub fn heard_points(&self, taste: &Taste) -> HeardPoints {
        let known = |item: ItemIdx| item.at() < self.points.len() && self.has_sound(item);
        let heard: Vec<_> = taste.items().iter().copied().filter(|&(item, _)| known(item)).collect();
        let points: Vec<f32> = heard.iter().flat_map(|&(item, _)| *self.point(item)).collect();
        let index = NeighborIndex::build(&points, DIM).expect("standardised features are finite");
        let row_of = (0..).zip(&heard).map(|(row, &(item, _))| (item, row)).collect();
        let mut is_heard = vec![false; self.points.len()];
        heard.iter().for_each(|&(item, _)| is_heard[item.at()] = true);
        HeardPoints { index, heard, row_of, is_heard }
    }

    /// Scores every allowed recording by its nearest heard ones: `score` turns up to `max_neighbors` of them, nearest
    /// first and never the recording itself, into a number. One entry per item, 0 where there is nothing to score by.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn score_all(
        &self,
        request: &ScoreRequest<'_>,
        max_neighbors: usize,
        score: impl Fn(&HeardPoints, &[Neighbor]) -> f32 + Sync,
    ) -> Result<Vec<f32>, Cancelled> {
        let heard = self.heard_points(request.taste);
        let mut scores = vec![0.0; self.table.n_items()];
        if heard.heard.is_empty() {
            return Ok(scores);
        }
        let items: Vec<ItemIdx> =
            self.table.items().filter(|&item| request.allowed[item.at()] && self.has_sound(item)).collect();
        let chunks: Vec<Vec<Scored>> = items
            .par_chunks(CHUNK)
            .map(|items| {
                request.progress.check()?;
                Ok(self.score_chunk(&heard, items, max_neighbors, &score))
            })
            .collect::<Result<_, Cancelled>>()?;
        for scored in chunks.into_iter().flatten() {
            scores[scored.item.at()] = scored.score;
        }
        Ok(scores)
    }

    fn score_chunk(
        &self,
        heard: &HeardPoints,
        items: &[ItemIdx],
        max_neighbors: usize,
        score: &impl Fn(&HeardPoints, &[Neighbor]) -> f32,
    ) -> Vec<Scored> {
        let queries: Vec<f32> = items.iter().flat_map(|&item| *self.point(item)).collect();
        let mut scored = Vec::with_capacity(items.len());
        let mut scratch = Scratch::default();
        let searched =
            heard.index.for_each(&queries, max_neighbors, Allow::default(), &mut scratch, |row, neighbors| {
                let item = items[row];
                let score = if heard.is_heard[item.at()] {
                    score(heard, &self.neighbors(heard, item, max_neighbors))
                } else {
                    score(heard, neighbors)
                };
                scored.push(Scored { item, score });
            });
        searched.expect("standardised features are finite");
        scored
    }

    /// The heard recordings nearest to one recording, itself left out.
    pub fn neighbors(&self, heard: &HeardPoints, item: ItemIdx, max_neighbors: usize) -> Vec<Neighbor> {
        let except: Vec<u32> = heard.row_of.get(&item).copied().into_iter().collect();
        let allow = Allow { only: None, except: &except };
        let mut scratch = Scratch::default();
        let found = heard.index.search(self.point(item), max_neighbors, allow, &mut scratch);
        found.expect("standardised features are finite").to_vec()
    }
}

impl HeardPoints {
    /// Recording and weight of a neighbour.
    pub fn of(&self, neighbor: &Neighbor) -> (ItemIdx, f32) {
        self.heard[neighbor.row as usize]
    }
}

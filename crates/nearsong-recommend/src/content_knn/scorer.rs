use std::{collections::HashMap, sync::Arc};

use nearsong_types::{Cancelled, ItemIdx, RecordingTable};
use rayon::prelude::*;

use super::{
    ContentKnnModel,
    facets::facets,
    profile::{Profile, n_effective, weights},
    reading::Reading,
};
use crate::{
    AudioSpace, Contributions, Facet, Heard, ScoreRequest, Scored, Scorer, Taste,
    scorer::{any_order_top_n, top_n},
};

const CHUNK: u32 = 16_384;
/// So few recordings are scored one by one: a scan prepares what many of them share.
const FEW: usize = 4_096;

/// The model bound to its recordings.
pub struct ContentKnnScorer {
    pub(super) model: ContentKnnModel,
    pub(super) space: AudioSpace,
    /// By recording: what makes its own genres' idf a vector of length 1.
    pub(super) own_scales: Vec<f32>,
    /// Share of the recordings of each year from 0 on, for recordings whose year is not known.
    pub(super) year_shares: Vec<(u16, f32)>,
}

impl ContentKnnScorer {
    pub(super) fn new(model: ContentKnnModel, table: Arc<RecordingTable>) -> Self {
        let own_scale = |item: usize| {
            let squared: f32 =
                table.genres.row(item).iter().map(|&genre| model.genres.idf[genre as usize].powi(2)).sum();
            if squared > 0.0 { squared.sqrt().recip() } else { 0.0 }
        };
        let own_scales = (0..table.n_items()).into_par_iter().map(own_scale).collect();
        let year_shares = year_shares(&model.years);
        let space = AudioSpace::new(table, &model.scaler);
        Self { model, space, own_scales, year_shares }
    }

    /// The recording among the genres, length 1: its own and its main artist's.
    pub(super) fn genre_vector(&self, item: ItemIdx) -> impl Iterator<Item = (usize, f32)> {
        let (table, genres) = (&self.space.table, &self.model.genres);
        let scale = genres.scales[item.at()];
        let own_scale = self.own_scales[item.at()] * scale;
        let own = table.genres.row(item.at()).iter();
        let own = own.map(move |&genre| (genre as usize, own_scale * genres.idf[genre as usize]));
        let main = table.main_artist(item).into_iter();
        own.chain(main.flat_map(move |artist| genres.artists.row(artist.at()).map(move |(g, v)| (g, scale * v))))
    }

    /// The recordings of a taste are scored one by one, each with its own share taken away.
    fn score_heard(&self, profile: &mut Profile, weights: &[(Heard, f32)], request: &ScoreRequest<'_>) -> Vec<Scored> {
        let n_effective = n_effective(weights);
        let mut scored = Vec::new();
        for &(heard, weight) in weights {
            let Heard::Item(item) = heard else { continue };
            if request.allowed[item.at()] {
                profile.remove_item(self, item, weight);
                let reading = Reading::new(self, profile, n_effective, request);
                scored.push(Scored { item, score: reading.score(item, &reading.by_artist(item)) });
                profile.add_item(self, item, weight);
            }
        }
        scored
    }

    /// Scores everything allowed; `keep` says what each part of the scan hands on.
    fn scan(
        &self,
        request: &ScoreRequest<'_>,
        keep: impl Fn(Vec<Scored>) -> Vec<Scored> + Sync,
    ) -> Result<Vec<Scored>, Cancelled> {
        let weights = weights(self, request.taste);
        if weights.is_empty() {
            return Ok(Vec::new());
        }
        let mut profile = Profile::new(self, &weights);
        let mut all = self.score_heard(&mut profile, &weights, request);
        let mut is_heard = vec![false; self.space.table.n_items()];
        for &(heard, _) in &weights {
            if let Heard::Item(item) = heard {
                is_heard[item.at()] = true;
            }
        }
        let reading = Reading::new(self, &profile, n_effective(&weights), request);
        let is_open = |item: ItemIdx| request.allowed[item.at()] && !is_heard[item.at()];
        let open: Vec<ItemIdx> = self.space.table.items().filter(|&item| is_open(item)).take(FEW + 1).collect();
        if open.len() <= FEW {
            all.extend(
                open.into_iter().map(|item| Scored { item, score: reading.score(item, &reading.by_artist(item)) }),
            );
            return Ok(all);
        }
        let by_artist = reading.by_all_artists();
        let n_items = self.space.table.n_items() as u32;
        let chunks: Vec<Vec<Scored>> = (0..n_items.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                request.progress.check()?;
                let items = (chunk * CHUNK..((chunk + 1) * CHUNK).min(n_items)).map(ItemIdx);
                let scored = items.filter(|&item| is_open(item)).map(|item| reading.score_in_scan(item, &by_artist));
                Ok(keep(scored.collect()))
            })
            .collect::<Result<_, Cancelled>>()?;
        all.extend(chunks.into_iter().flatten());
        Ok(all)
    }
}

impl Scorer for ContentKnnScorer {
    fn table(&self) -> &RecordingTable {
        &self.space.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        let mut scores = vec![0.0; self.space.table.n_items()];
        for scored in self.scan(request, |scored| scored)? {
            scores[scored.item.at()] = scored.score;
        }
        Ok(scores)
    }

    fn best(&self, request: &ScoreRequest<'_>, n: usize) -> Result<Vec<Scored>, Cancelled> {
        Ok(top_n(self.scan(request, |scored| any_order_top_n(scored, n))?, n))
    }

    fn facets(&self, taste: &Taste) -> Vec<Facet> {
        facets(self, taste)
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let weights = weights(self, request.taste);
        let n_effective = n_effective(&weights);
        let mut profile = Profile::new(self, &weights);
        let own_weight: HashMap<ItemIdx, f32> = weights
            .iter()
            .filter_map(|&(heard, weight)| match heard {
                Heard::Item(item) => Some((item, weight)),
                Heard::Artist(_) => None,
            })
            .collect();
        let mut contributions_of = |&item: &ItemIdx| match own_weight.get(&item) {
            None => Reading::new(self, &profile, n_effective, request).contributions(item, &weights),
            Some(&weight) => {
                profile.remove_item(self, item, weight);
                let others: Vec<_> = weights.iter().filter(|(heard, _)| *heard != Heard::Item(item)).copied().collect();
                let contributions = Reading::new(self, &profile, n_effective, request).contributions(item, &others);
                profile.add_item(self, item, weight);
                contributions
            }
        };
        items.iter().map(&mut contributions_of).collect()
    }
}

fn year_shares(years: &[u16]) -> Vec<(u16, f32)> {
    let mut counts = std::collections::BTreeMap::new();
    for &year in years.iter().filter(|&&year| year != 0) {
        *counts.entry(year).or_insert(0u32) += 1;
    }
    let total: u32 = counts.values().sum();
    counts.into_iter().map(|(year, n)| (year, n as f32 / total.max(1) as f32)).collect()
}

use std::{collections::HashMap, num::NonZeroU32, sync::Arc};

use nearsong_types::{Artifact, ArtifactError, Cancelled, Csr, ItemIdx, Progress, RecordingTable};
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, Contributions, Heard, Part, Parts, ScoreRequest, Scorer, Taste, TrainError, TrainingData,
    algorithm::{Learned, Parameters},
    model::{read_json, write_json},
};

/// Parameters of the neighbours among owners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserKnnConfig {
    /// How many of the most similar playlists or listeners speak.
    pub max_neighbors: NonZeroU32,
    /// How much rarer recordings say more about likeness: exponent of the idf, 0 or more.
    pub idf: f32,
    /// How much more the nearest speak: exponent of the similarity, 1 or more.
    pub sharpness: f32,
}

impl Default for UserKnnConfig {
    fn default() -> Self {
        Self { max_neighbors: NonZeroU32::new(200).expect("200 is not 0"), idf: 1.0, sharpness: 2.0 }
    }
}

/// What similar playlists or listeners have: the nearest owners of the training data, each speaking for all that it holds.
///
/// `score(j) = Σ_v [j ∈ v] · s(v)^sharpness` over the nearest owners `v`, with the cosine `s(v) = Σ_i w_i·idf_i² / (|w|·|v|)` over
/// what the taste and `v` share; `idf_i = ln(1 + owners / owners with i)^idf`.
///
/// # Shapes
/// `owners`: one row of items per owner; `weights`: squared idf, per item; `lengths`: `|v|`, per owner.
#[derive(Debug, Clone, PartialEq)]
pub struct UserKnnModel {
    config: UserKnnConfig,
    owners: Csr,
    weights: Vec<f32>,
    lengths: Vec<f32>,
}

impl Parameters for UserKnnConfig {
    type Model = UserKnnModel;

    fn check(&self) -> Result<(), String> {
        let (idf, sharpness) = (self.idf, self.sharpness);
        match () {
            () if !(0.0..=4.0).contains(&idf) => Err(format!("idf must be from 0 to 4, found {idf}")),
            () if !(1.0..=8.0).contains(&sharpness) => Err(format!("sharpness must be from 1 to 8, found {sharpness}")),
            () => Ok(()),
        }
    }

    fn train(&self, data: &TrainingData<'_>, _seed: u64, _progress: &dyn Progress) -> Result<UserKnnModel, TrainError> {
        let interactions = &data.needed_interactions(Algorithm::UserKnn)?.by_item;
        let n_owners = interactions.n_owners() as f32;
        let squared_idf = |&n: &u32| if n == 0 { 0.0 } else { (n_owners / n as f32).ln_1p().powf(2.0 * self.idf) };
        let weights: Vec<f32> = interactions.owners_per_item().iter().map(squared_idf).collect();
        let owners = interactions.rows().clone();
        Ok(UserKnnModel { lengths: lengths(&owners, &weights), config: self.clone(), owners, weights })
    }
}

fn lengths(owners: &Csr, weights: &[f32]) -> Vec<f32> {
    let length = |owner| owners.row(owner).iter().map(|&item| weights[item as usize]).sum::<f32>().sqrt();
    (0..owners.n_rows()).map(length).collect()
}

impl Learned for UserKnnModel {
    fn write(&self, artifact: &mut Artifact) {
        write_json(artifact, "config", &self.config);
        artifact.put("offsets", self.owners.offsets());
        artifact.put("items", self.owners.values());
        artifact.put("weights", &self.weights);
    }

    fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let bad = || ArtifactError::BadSection { section: "items".to_owned() };
        let owners = Csr::from_parts(artifact.get("offsets")?, artifact.get("items")?).ok_or_else(bad)?;
        let weights: Vec<f32> = artifact.get("weights")?;
        if owners.values().iter().any(|&item| item as usize >= weights.len()) {
            return Err(bad());
        }
        Ok(Self { config: read_json(artifact, "config")?, lengths: lengths(&owners, &weights), owners, weights })
    }

    fn bind(self, table: Arc<RecordingTable>) -> Result<Box<dyn Scorer>, ArtifactError> {
        if self.weights.len() != table.n_items() {
            return Err(ArtifactError::BadSection { section: "weights".to_owned() });
        }
        let holders = self.owners.transpose(table.n_items());
        Ok(Box::new(UserKnnScorer { model: self, holders, table }))
    }
}

/// The neighbours among owners bound to recordings.
pub struct UserKnnScorer {
    model: UserKnnModel,
    /// Owners of each item.
    holders: Csr,
    table: Arc<RecordingTable>,
}

/// An owner like the taste.
struct Neighbor {
    owner: u32,
    /// What it lends to each of its items.
    voice: f32,
    /// What each unit of shared weight adds to the voice.
    per_shared: f32,
}

impl UserKnnScorer {
    /// The recordings of a taste that the model knows, with their weights in a taste of length 1.
    fn known(&self, taste: &Taste) -> Vec<(ItemIdx, f32)> {
        let known = taste.items().iter().filter(|(item, _)| item.at() < self.model.weights.len());
        let known: Vec<(ItemIdx, f32)> = known.copied().collect();
        let squared: f32 = known.iter().map(|&(item, weight)| weight * weight * self.model.weights[item.at()]).sum();
        let scale = if squared > 0.0 { squared.sqrt().recip() } else { 0.0 };
        known.into_iter().map(|(item, weight)| (item, weight * scale)).collect()
    }

    /// The nearest owners, ascending.
    fn neighbors(&self, known: &[(ItemIdx, f32)]) -> Vec<Neighbor> {
        let mut shared: HashMap<u32, f32> = HashMap::new();
        for &(item, weight) in known {
            for &owner in self.holders.row(item.at()) {
                *shared.entry(owner).or_default() += weight * self.model.weights[item.at()];
            }
        }
        let similarity = |(owner, shared): (u32, f32)| (owner, shared / self.model.lengths[owner as usize]);
        let mut near: Vec<(u32, f32)> = shared.into_iter().map(similarity).filter(|&(_, near)| near > 0.0).collect();
        near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(self.model.config.max_neighbors.get() as usize);
        near.sort_unstable_by_key(|&(owner, _)| owner);
        let neighbor = |(owner, similarity): (u32, f32)| {
            let sharpened = similarity.powf(self.model.config.sharpness - 1.0);
            let per_shared = sharpened / self.model.lengths[owner as usize];
            Neighbor { owner, voice: sharpened * similarity, per_shared }
        };
        near.into_iter().map(neighbor).collect()
    }

    /// What each heard recording adds for `item`, itself left out.
    fn adds(&self, known: &[(ItemIdx, f32)], neighbors: &[Neighbor], item: ItemIdx) -> Vec<(ItemIdx, f32)> {
        let holds =
            |neighbor: &&Neighbor, item: ItemIdx| self.holders.row(item.at()).binary_search(&neighbor.owner).is_ok();
        let speaking: Vec<&Neighbor> = neighbors.iter().filter(|neighbor| holds(neighbor, item)).collect();
        let add = |&(heard, weight): &(ItemIdx, f32)| {
            let per_weight: f32 = speaking.iter().filter(|near| holds(near, heard)).map(|near| near.per_shared).sum();
            (heard, weight * self.model.weights[heard.at()] * per_weight)
        };
        known.iter().filter(|&&(heard, _)| heard != item).map(add).filter(|&(_, adds)| adds != 0.0).collect()
    }
}

impl Scorer for UserKnnScorer {
    fn table(&self) -> &RecordingTable {
        &self.table
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        let known = self.known(request.taste);
        let neighbors = self.neighbors(&known);
        let mut scores = vec![0.0; self.table.n_items()];
        for neighbor in &neighbors {
            for &item in self.model.owners.row(neighbor.owner as usize) {
                scores[item as usize] += neighbor.voice;
            }
        }
        for &(item, _) in &known {
            scores[item.at()] = self.adds(&known, &neighbors, item).iter().map(|&(_, adds)| adds).sum();
        }
        scores.iter_mut().zip(request.allowed).filter(|(_, allowed)| !**allowed).for_each(|(score, _)| *score = 0.0);
        Ok(scores)
    }

    fn contributions(&self, request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        let known = self.known(request.taste);
        let neighbors = self.neighbors(&known);
        let part = |(heard, adds): (ItemIdx, f32)| (Heard::Item(heard), Parts::of(Part::Together, adds));
        let of = |&item: &ItemIdx| Contributions {
            by_heard: self.adds(&known, &neighbors, item).into_iter().map(part).collect(),
            own: Parts::default(),
        };
        items.iter().map(of).collect()
    }
}

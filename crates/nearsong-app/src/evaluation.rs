//! How good each algorithm is on interactions that are here: `measured_on` finds them and their catalogue, `table` is what came of it.

mod measured_on;
mod table;

use std::{sync::Arc, time::Duration};

use nearsong_evaluate::{Metric, Protocol, Settings, Split, evaluate};
use nearsong_recommend::{Algorithm, Model, TrainConfig, TrainError, TrainingData};
use nearsong_types::{Progress, RecordingTable};

use crate::{App, AppError, wish::MAX_LIMIT};

pub use measured_on::{MeasuredOn, SetMeasured, WhichInteractions};
pub use table::{EvaluationTable, Gain, LeftOut, MeasuredModel, ProtocolPoint};

/// So many questions are asked once more to time them.
const N_TIMED: usize = 100;
/// So many songs a person looks at first.
const FIRST_LOOK: usize = 10;

/// What to measure, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluateRequest {
    /// On what.
    pub interactions: WhichInteractions,
    /// How interactions become questions; those in a row that leave the same to learn from share their models.
    pub protocols: Vec<Protocol>,
    /// What is trained, in this order.
    pub algorithms: Vec<TrainConfig>,
    /// Seed of the split and of everything random in training.
    pub seed: u64,
    /// Length of the lists, 1 to [`MAX_LIMIT`].
    pub n: usize,
    /// At most so many questions are asked; all where left out.
    pub max_questions: Option<usize>,
}

impl EvaluateRequest {
    /// What every model has to beat.
    pub const BASELINES: [Algorithm; 3] = [Algorithm::Random, Algorithm::Popular, Algorithm::ArtistPopular];

    /// All algorithms with their default parameters: the baselines first, the blend of the others last.
    pub fn all_algorithms() -> Vec<TrainConfig> {
        let is_other = |algorithm: &Algorithm| !Self::BASELINES.contains(algorithm) && *algorithm != Algorithm::Blend;
        let others = Algorithm::ALL.iter().copied().filter(is_other);
        Self::BASELINES.into_iter().chain(others).chain([Algorithm::Blend]).map(TrainConfig::of).collect()
    }

    /// The figure that models are compared by.
    pub fn main_metric(&self) -> Metric {
        Metric::Ndcg(self.n)
    }

    fn settings(&self, fingerprint: &str) -> Settings {
        let first = self.n.min(FIRST_LOOK);
        let of_lists = |n| [Metric::ArtistDiversity(n), Metric::PopularityPercentile(n), Metric::NewArtists(n)];
        let mut metrics = Metric::all();
        metrics.extend([Metric::Ndcg(self.n), Metric::Recall(self.n), Metric::AveragePrecision(self.n)]);
        metrics.push(Metric::HitRate(first));
        metrics.extend(of_lists(first));
        metrics.sort_unstable();
        metrics.dedup();
        Settings {
            n: self.n,
            metrics,
            coverage_at: vec![first],
            n_timed: N_TIMED,
            fingerprint: fingerprint.to_owned(),
            ..Settings::default()
        }
    }
}

impl App {
    /// Measures algorithms on interactions: each is trained on what the split leaves to learn from and asked all questions, the
    /// whole catalogue ranked. Nothing is kept.
    ///
    /// `clock` tells the time since any fixed moment.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is nothing to measure on, [`AppError::Split`] where the protocol asks nobody,
    /// [`AppError::Interactions`] naming file and place, [`AppError::Store`], [`AppError::Cancelled`].
    pub fn evaluate(
        &self,
        request: &EvaluateRequest,
        progress: &dyn Progress,
        clock: &dyn Fn() -> Duration,
    ) -> Result<EvaluationTable, AppError> {
        if !(1..=MAX_LIMIT).contains(&request.n) {
            return Err(AppError::Unusable(format!("lists have 1 to {MAX_LIMIT} songs, found {}", request.n)));
        }
        let (measured_on, data, table) = self.find_interactions(&request.interactions, progress)?;
        let mut splits = Vec::with_capacity(request.protocols.len());
        for &protocol in &request.protocols {
            progress.begin("Hiding what is to be found", None, "");
            let split = Split::new(&data, &table, protocol, request.seed)?;
            splits.push(split.asking_at_most(request.max_questions.unwrap_or(usize::MAX)));
        }
        drop(data);
        let settings = request.settings(&measured_on.fingerprint);
        let bench = Bench { request, table, settings, progress, clock };
        let (mut points, mut left_out) = (Vec::new(), Vec::new());
        for splits in splits.chunk_by(|a, b| a.train == b.train) {
            points.extend(bench.measure(splits, measured_on.knows_songs, &mut left_out)?);
        }
        left_out.dedup();
        Ok(EvaluationTable {
            seed: request.seed,
            n: request.n,
            main: request.main_metric(),
            measured_on,
            points,
            left_out,
        })
    }
}

/// What stays the same for every model.
struct Bench<'a> {
    request: &'a EvaluateRequest,
    table: Arc<RecordingTable>,
    settings: Settings,
    progress: &'a dyn Progress,
    clock: &'a dyn Fn() -> Duration,
}

impl Bench<'_> {
    /// Trains every algorithm once and asks it the questions of all splits, which have the same to learn from.
    fn measure(
        &self,
        splits: &[Split],
        knows_songs: bool,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<Vec<ProtocolPoint>, AppError> {
        let Some(Split { train, .. }) = splits.first() else { return Ok(Vec::new()) };
        let interactions = (train.by_item.n_entries() > 0).then_some(train);
        let data = TrainingData { table: &self.table, interactions };
        let mut models: Vec<Vec<MeasuredModel>> = splits.iter().map(|_| Vec::new()).collect();
        for config in &self.request.algorithms {
            if !knows_songs && reads_songs(config.algorithm()) {
                let reason = "it goes by what songs are like, and these items are no songs".to_owned();
                left_out.push(LeftOut { algorithm: config.algorithm(), reason });
                continue;
            }
            let began = (self.clock)();
            let model = match Model::train(config, &data, self.request.seed, self.progress) {
                Err(error @ (TrainError::NeedsInteractions { .. } | TrainError::TooLarge { .. })) => {
                    left_out.push(LeftOut { algorithm: config.algorithm(), reason: error.to_string() });
                    continue;
                }
                trained => trained?,
            };
            let training = (self.clock)().saturating_sub(began);
            let scorer = model.bind(Arc::clone(&self.table)).map_err(TrainError::Misfit)?;
            for (split, models) in splits.iter().zip(&mut models) {
                let evaluation = evaluate(&*scorer, split, &self.settings, self.progress, self.clock)?;
                models.push(MeasuredModel { config: config.clone(), training, evaluation, over_baseline: None });
            }
        }
        Ok(splits.iter().zip(models).map(|(split, models)| self.point(split, models)).collect())
    }

    fn point(&self, split: &Split, models: Vec<MeasuredModel>) -> ProtocolPoint {
        let mut owners: Vec<u32> = split.questions.iter().map(|question| question.owner).collect();
        owners.dedup();
        let mut point = ProtocolPoint {
            protocol: split.protocol,
            n_questions: split.questions.len(),
            n_owners: owners.len(),
            n_train_owners: split.train.n_owners(),
            n_train_entries: split.train.by_item.n_entries(),
            models,
            best_baseline: None,
            blend_over_part: None,
        };
        point.compare(self.request.main_metric());
        point
    }
}

/// Whether an algorithm goes by what songs are like and not by who has them.
fn reads_songs(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::ContentKnn | Algorithm::AudioKnn | Algorithm::KnnRegressor)
}

#[cfg(test)]
mod tests;

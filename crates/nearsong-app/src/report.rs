//! The report card: what models would have offered a listener at a moment, beside what the listener took to afterwards.
//!
//! Everything that a list is made from is read as of the last microsecond before the hidden time; `hidden` reads the hidden time and
//! alone says what was to be found, `card` is what came of it.

mod card;
mod hidden;

use std::sync::Arc;

use nearsong_evaluate::{OfferedList, report_card};
use nearsong_recommend::{Algorithm, Model, TrainConfig, TrainError, TrainingData};
use nearsong_types::{ItemIdx, MatchedInteractions, Moment, Progress, RecordingTable};

use crate::{App, AppError, EvaluateRequest, LeftOut, MAX_LIMIT, MatchedListening, WishText};

pub use card::{KnownThen, ListKind, Report, ReportedList};
pub use hidden::{HiddenTime, Yours};

/// The name of the list of what was played most.
const FAVOURITES: &str = "your own favourites again";
const DAYS_PER_WEEK: f64 = 7.0;

/// What a report card is to be about.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRequest {
    /// When the hidden time begins; else `months` before its end, at the beginning of that day.
    pub since: Option<Moment>,
    /// Months that are hidden where `since` says nothing.
    pub months: u32,
    /// When it ends, that moment not included; else with the last play.
    pub until: Option<Moment>,
    /// Songs in each list, 1 to [`MAX_LIMIT`]; else a list of the usual length for every week that is hidden.
    pub length: Option<usize>,
    /// Which models, with their default parameters; the usual ones where empty.
    pub models: Vec<Algorithm>,
    /// Seed of everything random in the training.
    pub seed: u64,
}

impl App {
    /// Hides what a listener heard lately, asks each model as it would have known then, and says what it would have found.
    /// Nothing is kept.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is no catalogue, nothing was heard before the hidden time or nothing new in it,
    /// [`AppError::Unusable`] where the hidden time ends before it begins, [`AppError::Store`], [`AppError::Cancelled`].
    pub fn report(
        &self,
        listener: Option<&str>,
        request: &ReportRequest,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Report, AppError> {
        let listener = self.listener(listener)?;
        let version = self.catalogue()?;
        let table = self.table(version.version, progress)?;
        let hidden = self.hidden_time(&listener, request, now)?;
        let before = MatchedListening::new(&table, &self.store.listening(listener.id, Some(hidden.last_before()))?);
        if before.counts.total() == 0 {
            return Err(AppError::Missing(hidden.nothing_before()));
        }
        let yours = self.became_yours(&listener, &hidden, &table)?;

        let interactions = self.matched_interactions(&table, Some(hidden.last_before()), progress)?;
        let n = request.length.unwrap_or_else(|| self.usual_length(&hidden));
        let then = Then {
            table: &table,
            interactions: interactions.as_ref(),
            listener: &listener.name,
            wish: WishText { limit: Some(n), new_only: true, ..WishText::default() },
            as_of: hidden.last_before(),
            seed: request.seed,
        };
        let (mut contenders, mut offered, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for contender in self.contenders(&request.models, interactions.is_some())? {
            match self.offered_by(&contender.config, &then, progress) {
                Ok(items) => {
                    offered.push(OfferedList { name: contender.name.clone(), items });
                    contenders.push(contender);
                }
                Err(AppError::Train(error @ (TrainError::NeedsInteractions { .. } | TrainError::TooLarge { .. }))) => {
                    left_out.push(LeftOut { algorithm: contender.config.algorithm(), reason: error.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        offered.push(OfferedList { name: FAVOURITES.to_owned(), items: favourites(&before, n) });
        let card = report_card(&offered, &yours.in_catalogue);
        let kinds = contenders.iter().map(Contender::kind).chain([(ListKind::Favourites, false)]);
        let lists = offered.into_iter().zip(card.lines).zip(kinds);
        Ok(Report {
            listener: listener.name.clone(),
            n_plays_before: before.counts.total(),
            hidden,
            length: n,
            lists: lists.map(|((offered, line), kind)| ReportedList::new(offered, line, kind)).collect(),
            yours,
            interactions: interactions.as_ref().map(KnownThen::of),
            left_out,
            is_made_up: version.manifest.inputs.iter().any(|input| input.is_made_up),
            table,
        })
    }

    /// A list of the usual length for every week, begun weeks counted.
    fn usual_length(&self, hidden: &HiddenTime) -> usize {
        let weeks = (hidden.until.days_since(hidden.from) / DAYS_PER_WEEK).ceil().max(1.0);
        (self.config().recommend.limit.saturating_mul(weeks as usize)).min(MAX_LIMIT)
    }

    /// The models asked for; else the blend where there was something to learn from, the catalogue alone, the model in use and baselines.
    fn contenders(&self, asked: &[Algorithm], has_interactions: bool) -> Result<Vec<Contender>, AppError> {
        let in_use =
            self.champion()?.map(|record| Ok::<_, AppError>((self.config_of(&record)?, record))).transpose()?;
        let of = |algorithm: Algorithm| Contender {
            name: algorithm.name().to_owned(),
            config: TrainConfig::of(algorithm),
            is_in_use: in_use.as_ref().is_some_and(|(config, _)| *config == TrainConfig::of(algorithm)),
        };
        let mut contenders: Vec<Contender> = Vec::new();
        let mut add = |contender: Contender| {
            if contenders.iter().all(|other| other.config != contender.config) {
                contenders.push(contender);
            }
        };
        if !asked.is_empty() {
            asked.iter().copied().map(of).for_each(&mut add);
            return Ok(contenders);
        }
        if has_interactions {
            add(of(Algorithm::Blend));
        }
        add(of(Algorithm::ContentKnn));
        if let Some((config, record)) = &in_use {
            let is_usual = *config == TrainConfig::of(config.algorithm());
            let name = if is_usual {
                config.algorithm().name().to_owned()
            } else {
                format!("{} as model {}", config.algorithm(), record.id.number())
            };
            add(Contender { name, config: config.clone(), is_in_use: true });
        }
        [Algorithm::Popular, Algorithm::ArtistPopular].map(of).into_iter().for_each(add);
        Ok(contenders)
    }

    /// Trains a model on what was known then and asks it, by the way that every list is made.
    fn offered_by(
        &self,
        config: &TrainConfig,
        then: &Then<'_>,
        progress: &dyn Progress,
    ) -> Result<Vec<ItemIdx>, AppError> {
        progress.begin(&format!("Asking {} as of then", config.algorithm()), None, "");
        let data = TrainingData { table: then.table, interactions: then.interactions };
        let model = Model::train(config, &data, then.seed, progress)?;
        let scorer = model.bind(Arc::clone(then.table)).map_err(TrainError::Misfit)?;
        let made = self.recommend_by(&*scorer, Some(then.listener), &then.wish, then.as_of, progress)?;
        Ok(made.list.songs.iter().map(|song| song.item).collect())
    }
}

/// A model that makes a list.
struct Contender {
    name: String,
    config: TrainConfig,
    is_in_use: bool,
}

impl Contender {
    fn kind(&self) -> (ListKind, bool) {
        let is_baseline = EvaluateRequest::BASELINES.contains(&self.config.algorithm());
        (if is_baseline { ListKind::Baseline } else { ListKind::Model }, self.is_in_use)
    }
}

/// All that a list may know of.
struct Then<'a> {
    table: &'a Arc<RecordingTable>,
    interactions: Option<&'a MatchedInteractions>,
    listener: &'a str,
    wish: WishText,
    as_of: Moment,
    seed: u64,
}

/// What was played most and not skipped, equals by row.
fn favourites(before: &MatchedListening, n: usize) -> Vec<ItemIdx> {
    let mut played: Vec<(ItemIdx, u32)> = before.n_plays.iter().map(|(&item, &n_plays)| (item, n_plays)).collect();
    played.retain(|&(_, n_plays)| n_plays > 0);
    played.sort_unstable_by_key(|&(item, n_plays)| (std::cmp::Reverse(n_plays), item));
    played.into_iter().take(n).map(|(item, _)| item).collect()
}

#[cfg(test)]
mod tests;

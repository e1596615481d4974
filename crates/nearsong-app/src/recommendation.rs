use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use nearsong_catalog::work_key;
use nearsong_recommend::{Known, RankedList, Scorer, Taste, TasteConfig, recommend};
use nearsong_store::ModelRecord;
use nearsong_types::{ArtistIdx, ItemIdx, Moment, Progress, RecordingTable, TrackId};

use crate::{App, AppError, MatchedListening, TrainRequest, WishText, seeds::find_song, when::zone};

/// Weight of a song that the listener wants in no list: as bad as a song that was played much is good.
const DISLIKED: f32 = -2.0;

/// A model in memory, bound to its recordings: what answers in milliseconds.
pub struct Recommender {
    /// The model's record.
    pub model: ModelRecord,
    /// The recordings.
    pub table: Arc<RecordingTable>,
    /// Whether the catalogue is made up.
    pub is_made_up: bool,
    /// A newer version of the track features than the model's, if there is one.
    pub newer_features: Option<u64>,
    scorer: Box<dyn Scorer>,
}

/// Whose taste a list is made for.
#[derive(Debug, Clone, PartialEq)]
pub struct ListFor {
    /// What taste was read from.
    pub basis: Basis,
    /// Time zone for dates shown.
    pub time_zone: jiff::tz::TimeZone,
    /// How often each recording was heard and not skipped.
    pub n_plays: HashMap<ItemIdx, u32>,
}

/// What taste was read from.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// A listener's plays.
    Listening {
        /// The listener.
        listener: String,
        /// Plays up to then.
        n_plays: u64,
        /// Plays whose song is in the catalogue.
        n_covered: u64,
        /// Saved and most played songs, as far as they or their artists are in the catalogue.
        n_favourites: u64,
    },
    /// Songs that were named.
    Songs(Vec<ItemIdx>),
}

/// A list with what it was made from.
pub struct Recommendation {
    /// The songs.
    pub list: RankedList,
    /// Whom it is for.
    pub made_for: ListFor,
    /// How many songs were asked for.
    pub n_asked: usize,
}

impl App {
    /// Opens the model in use, or another; trains the default one first where there is none yet.
    ///
    /// # Errors
    /// [`AppError::Missing`] where the catalogue is empty, [`AppError::Store`] and [`AppError::Model`] where a file is damaged.
    pub fn recommender(
        &mut self,
        model: Option<u32>,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Recommender, AppError> {
        let latest = self.catalogue()?;
        let record = match (model, self.store.champion()?) {
            (Some(number), _) => self.model(Some(number))?,
            (None, Some(champion)) => champion,
            (None, None) => self.train(&TrainRequest::of(self.default_config()?), now, progress)?.model,
        };
        let version = self.features.version(record.model.snapshot_version)?;
        let table = self.table(version.version, progress)?;
        let damaged = |source| AppError::Damaged {
            path: self.store.model_path(record.id),
            source,
            advice: "Train it again: nearsong train --promote. Or go back: nearsong models rollback".to_owned(),
        };
        let scorer = self.open_model(&record)?.bind(Arc::clone(&table)).map_err(damaged)?;
        Ok(Recommender {
            is_made_up: version.manifest.inputs.iter().any(|input| input.is_made_up),
            newer_features: (latest.version > version.version).then_some(latest.version),
            model: record,
            table,
            scorer,
        })
    }

    /// A list for a listener, or from the songs named, as things were at `as_of`.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where the wish cannot be understood, [`AppError::Missing`] where there is no taste to go by.
    pub fn recommend(
        &self,
        recommender: &Recommender,
        listener: Option<&str>,
        text: &WishText,
        as_of: Moment,
        progress: &dyn Progress,
    ) -> Result<Recommendation, AppError> {
        self.recommend_by(&*recommender.scorer, listener, text, as_of, progress)
    }

    /// The same by any scorer, whether its model is registered or not.
    pub(crate) fn recommend_by(
        &self,
        scorer: &dyn Scorer,
        listener: Option<&str>,
        text: &WishText,
        as_of: Moment,
        progress: &dyn Progress,
    ) -> Result<Recommendation, AppError> {
        let table = scorer.table();
        let mut wish = text.understand(table, &self.config().recommend)?;
        let liked = find_all(table, &text.like)?;
        let disliked = find_all(table, &text.not_like)?;
        let not_heard_for = text.not_heard_for_days.unwrap_or(self.config().recommend.not_heard_for_days);
        let usual = TasteConfig::default();
        let taste_config = TasteConfig { half_life_days: text.half_life_days.unwrap_or(usual.half_life_days), ..usual };
        let (mut taste, mut known, made_for) = if liked.is_empty() {
            self.taste_of_listening(table, listener, as_of, &taste_config)?
        } else {
            self.taste_of_songs(table, &liked, listener, as_of)?
        };
        known.not_heard_since = Some(as_of.minus_days(i64::from(not_heard_for)));
        known.never.extend(liked.iter().chain(&disliked));
        if !disliked.is_empty() {
            let weight = -taste.liked_weight().max(1.0) / disliked.len() as f32;
            let items = taste.items().iter().copied().chain(disliked.iter().map(|&item| (item, weight)));
            taste = Taste::new(items, taste.artists().to_vec());
        }
        let decided = |ids: &[TrackId]| ids.iter().filter_map(|id| table.item_of_track(*id)).collect::<Vec<_>>();
        let banned = decided(&text.disliked);
        known.never.extend(decided(&text.never).into_iter().chain(banned.iter().copied()));
        if text.loved_artists_only {
            wish.filters.artists = Some(liked_artists(table, &taste));
        }
        if !banned.is_empty() {
            let against = banned.into_iter().map(|item| (item, DISLIKED));
            taste = Taste::new(taste.items().iter().copied().chain(against), taste.artists().to_vec());
        }
        let work_of = |item: ItemIdx| work_of(table, item);
        let list = recommend(scorer, &taste, &wish, &known, &work_of, progress)?;
        Ok(Recommendation { list, made_for, n_asked: wish.rules.n })
    }

    fn taste_of_listening(
        &self,
        table: &RecordingTable,
        listener: Option<&str>,
        as_of: Moment,
        config: &TasteConfig,
    ) -> Result<(Taste, Known, ListFor), AppError> {
        let listener = self.listener(listener)?;
        let listening = self.store.listening(listener.id, Some(as_of))?;
        let matched = MatchedListening::new(table, &listening);
        let taste = matched.taste(as_of, config);
        if taste.is_empty() {
            return Err(AppError::Missing(no_taste(&listener.name, matched.counts.total())));
        }
        let basis = Basis::Listening {
            listener: listener.name,
            n_plays: matched.counts.total(),
            n_covered: matched.counts.covered(),
            n_favourites: matched.favourites.len() as u64,
        };
        let known = Known { last_heard: matched.last_heard, ..Known::default() };
        Ok((taste, known, ListFor { basis, time_zone: zone(&listener.time_zone), n_plays: matched.n_plays }))
    }

    /// The listening, where there is any, still says what is known already.
    fn taste_of_songs(
        &self,
        table: &RecordingTable,
        liked: &[ItemIdx],
        listener: Option<&str>,
        as_of: Moment,
    ) -> Result<(Taste, Known, ListFor), AppError> {
        let taste = Taste::new(liked.iter().map(|&item| (item, 1.0)), []);
        let basis = Basis::Songs(liked.to_vec());
        if listener.is_none() && self.store.listeners()?.is_empty() {
            let made_for = ListFor { basis, time_zone: jiff::tz::TimeZone::UTC, n_plays: HashMap::new() };
            return Ok((taste, Known::default(), made_for));
        }
        let listener = self.listener(listener)?;
        let matched = MatchedListening::new(table, &self.store.listening(listener.id, Some(as_of))?);
        let known = Known { last_heard: matched.last_heard, ..Known::default() };
        Ok((taste, known, ListFor { basis, time_zone: zone(&listener.time_zone), n_plays: matched.n_plays }))
    }
}

impl Recommender {
    /// The model bound to its recordings.
    pub fn scorer(&self) -> &dyn Scorer {
        &*self.scorer
    }
}

/// Main artists of what is liked, ascending.
fn liked_artists(table: &RecordingTable, taste: &Taste) -> Vec<ArtistIdx> {
    let of_items = taste.items().iter().filter(|(_, weight)| *weight > 0.0);
    let artists = of_items.filter_map(|(item, _)| table.main_artist(*item));
    let others = taste.artists().iter().filter(|(_, weight)| *weight > 0.0).map(|(artist, _)| *artist);
    artists.chain(others).collect::<BTreeSet<_>>().into_iter().collect()
}

fn find_all(table: &RecordingTable, texts: &[String]) -> Result<Vec<ItemIdx>, AppError> {
    texts.iter().map(|text| find_song(table, text)).collect()
}

/// The work that a recording is a version of, as a number; recordings without title or artist are works of their own.
pub(crate) fn work_of(table: &RecordingTable, item: ItemIdx) -> u128 {
    match table.main_artist(item) {
        Some(artist) if !table.title(item).is_empty() => work_key(table.title(item), table.artist_name(artist)).0,
        _ => u128::from(item.0),
    }
}

fn no_taste(listener: &str, n_plays: u64) -> String {
    if n_plays == 0 {
        format!(
            "no plays of {listener} up to then. Bring a listening history: nearsong import my_spotify_data.zip\n\
             Or connect Spotify: nearsong connect spotify --read"
        )
    } else {
        format!(
            "none of the {n_plays} plays of {listener} is of a song or an artist in the catalogue.\n\
             Add a larger dataset: nearsong catalog add dataset.csv\n\
             Or start from songs: nearsong recommend --like \"artist - title\""
        )
    }
}

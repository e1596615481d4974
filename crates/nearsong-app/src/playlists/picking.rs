use std::collections::{BTreeMap, BTreeSet};

use nearsong_store::{DecidedSong, Listener, PlaylistRecord};
use nearsong_types::{AudioFeature, ItemIdx, Moment, Progress, RecordingTable, TrackId};

use super::{EditionSong, Recipe, RecipeKind};
use crate::{App, AppError, MatchedListening, Recommender, date_in, reason_words, recommendation::work_of, when::zone};

/// Plays, not skipped, that make a song one that was loved.
const LOVED_PLAYS: u32 = 4;
/// Days without a play after which it is forgotten, where the recipe does not say.
const FORGOTTEN_DAYS: u32 = 120;

/// What decides on an edition's songs beside the recipe.
pub(super) struct Decisions {
    pub(super) pins: Vec<DecidedSong>,
    pub(super) bans: Vec<DecidedSong>,
    /// Songs of earlier editions that must not come again.
    pub(super) earlier: BTreeSet<TrackId>,
    /// How many songs are wanted beside the pinned ones.
    pub(super) n: usize,
}

impl App {
    /// The songs that a recipe makes now, in order: pinned ones first, then as the recipe orders them.
    pub(super) fn pick(
        &self,
        recommender: &Recommender,
        listener: &Listener,
        playlist: &PlaylistRecord,
        recipe: &Recipe,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Vec<EditionSong>, AppError> {
        let decisions = self.decisions(listener, playlist, recipe)?;
        let table = &recommender.table;
        let pinned = decisions.pins.iter().map(|song| pinned_song(table, song));
        let mut songs: Vec<EditionSong> = pinned.collect();
        let more = match (decisions.n, recipe.kind) {
            (0, _) => Vec::new(),
            (_, RecipeKind::Forgotten) => self.forgotten(table, listener, recipe, &decisions, now)?,
            _ => self.recommended(recommender, listener, recipe, &decisions, now, progress)?,
        };
        let items: Vec<ItemIdx> = more.iter().map(|(item, _)| *item).collect();
        let mut more: Vec<Option<EditionSong>> = more.into_iter().map(|(_, song)| Some(song)).collect();
        songs.extend(recipe.order.order(table, &items).into_iter().filter_map(|place| more[place].take()));
        Ok(songs)
    }

    fn decisions(
        &self,
        listener: &Listener,
        playlist: &PlaylistRecord,
        recipe: &Recipe,
    ) -> Result<Decisions, AppError> {
        let mut earlier = BTreeSet::new();
        if !recipe.may_repeat {
            let editions = self.store.editions(playlist.id, u32::MAX)?;
            for record in editions.into_iter().filter(|record| record.published_at.is_some()) {
                earlier.extend(super::Edition::from_record(&record)?.track_ids());
            }
        }
        let (pins, bans) = (self.store.pins(playlist.id)?, self.store.bans(listener.id)?);
        let n = recipe.length.saturating_sub(pins.len());
        Ok(Decisions { pins, bans, earlier, n })
    }

    fn recommended(
        &self,
        recommender: &Recommender,
        listener: &Listener,
        recipe: &Recipe,
        decisions: &Decisions,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Vec<(ItemIdx, EditionSong)>, AppError> {
        let mut wish = recipe.wish(decisions.n);
        wish.never = decisions.earlier.iter().copied().collect();
        wish.never.extend(decisions.pins.iter().map(|song| song.track_id));
        wish.disliked = decisions.bans.iter().map(|song| song.track_id).collect();
        let made = self.recommend(recommender, Some(&listener.name), &wish, now, progress)?;
        let table = &recommender.table;
        let song = |song: &nearsong_recommend::RankedSong| {
            let reason = reason_words(table, &made.made_for, song);
            (song.item, EditionSong { score: Some(song.score), ..edition_song(table, song.item, reason) })
        };
        Ok(made.list.songs.iter().map(song).collect())
    }

    /// What was heard much once and not lately, the most heard first.
    fn forgotten(
        &self,
        table: &RecordingTable,
        listener: &Listener,
        recipe: &Recipe,
        decisions: &Decisions,
        now: Moment,
    ) -> Result<Vec<(ItemIdx, EditionSong)>, AppError> {
        let matched = MatchedListening::new(table, &self.store.listening(listener.id, Some(now))?);
        let wish = recipe.wish(decisions.n).understand(table, &self.config().recommend)?;
        let days = recipe.not_heard_for_days.unwrap_or(FORGOTTEN_DAYS);
        let since = now.minus_days(i64::from(days));
        let is_out = out_of(table, decisions);
        let mut loved: Vec<(u32, ItemIdx)> = matched
            .n_plays
            .iter()
            .filter(|(item, n_plays)| {
                **n_plays >= LOVED_PLAYS && matched.last_heard.get(item).is_some_and(|at| *at < since)
            })
            .map(|(item, n_plays)| (*n_plays, *item))
            .filter(|(_, item)| !is_out.contains(item) && wish.filters.passes(table, *item))
            .collect();
        loved.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        let zone = zone(&listener.time_zone);
        let song = |(n_plays, item): (u32, ItemIdx)| {
            let last = matched.last_heard.get(&item).map(|at| date_in(*at, &zone)).unwrap_or_default();
            (item, edition_song(table, item, format!("You heard it {n_plays} times, last on {last}.")))
        };
        Ok(spread(table, loved, wish.rules.max_per_artist, decisions.n).into_iter().map(song).collect())
    }
}

/// The first `n` that keep to one version of a song and so many songs per artist.
fn spread(
    table: &RecordingTable,
    loved: Vec<(u32, ItemIdx)>,
    max_per_artist: Option<usize>,
    n: usize,
) -> Vec<(u32, ItemIdx)> {
    let (mut works, mut per_artist) = (BTreeSet::new(), BTreeMap::new());
    let keeps_the_rules = |(_, item): &(u32, ItemIdx)| {
        let of_artist = per_artist.entry(table.main_artist(*item)).or_insert(0);
        let is_kept = max_per_artist.is_none_or(|max| *of_artist < max) && works.insert(work_of(table, *item));
        *of_artist += usize::from(is_kept);
        is_kept
    };
    loved.into_iter().filter(keeps_the_rules).take(n).collect()
}

fn out_of(table: &RecordingTable, decisions: &Decisions) -> BTreeSet<ItemIdx> {
    let decided = decisions.pins.iter().chain(&decisions.bans).map(|song| song.track_id);
    decided.chain(decisions.earlier.iter().copied()).filter_map(|id| table.item_of_track(id)).collect()
}

fn pinned_song(table: &RecordingTable, song: &DecidedSong) -> EditionSong {
    let item = table.item_of_track(song.track_id);
    let named = |known: &str, of: &dyn Fn(ItemIdx) -> String| match (known, item) {
        ("", Some(item)) => of(item),
        (known, _) => known.to_owned(),
    };
    EditionSong {
        track_id: song.track_id,
        title: named(&song.title, &|item| table.title(item).to_owned()),
        artists: named(&song.artists, &|item| table.artist_line(item)),
        duration_ms: item.and_then(|item| table.duration_ms(item)),
        score: None,
        reason: if song.why.is_empty() { "You pinned it.".to_owned() } else { format!("You {}.", song.why) },
        is_pinned: true,
        mood: item.and_then(|item| mood_of(table, item)),
    }
}

fn edition_song(table: &RecordingTable, item: ItemIdx, reason: String) -> EditionSong {
    EditionSong {
        track_id: table.track_ids[item.at()],
        title: table.title(item).to_owned(),
        artists: table.artist_line(item),
        duration_ms: table.duration_ms(item),
        score: None,
        reason,
        is_pinned: false,
        mood: mood_of(table, item),
    }
}

fn mood_of(table: &RecordingTable, item: ItemIdx) -> Option<(f32, f32)> {
    let audio = &table.audio[item.at()];
    Some((audio.get(AudioFeature::Valence)?, audio.get(AudioFeature::Energy)?))
}

use std::collections::BTreeMap;

use nearsong_catalog::{match_song, song_key};
use nearsong_evaluate::{BecameYours, became_yours};
use nearsong_recommend::{Heard, Play};
use nearsong_store::{Listener, Listening};
use nearsong_types::{ItemIdx, Moment, RecordingTable};

use super::ReportRequest;
use crate::{
    App, AppError, period_in,
    when::{months_before, zone},
};

/// The time that no list may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenTime {
    /// When it begins.
    pub from: Moment,
    /// When it ends; that moment is no part of it.
    pub until: Moment,
    /// Where the listener lives.
    pub time_zone: jiff::tz::TimeZone,
}

/// What became the listener's in the hidden time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yours {
    /// The rule that they were told by.
    pub rule: BecameYours,
    /// Recordings of the catalogue, ascending by row.
    pub in_catalogue: Vec<ItemIdx>,
    /// Songs that the catalogue lacks, so that nothing could have offered them.
    pub n_outside: usize,
}

impl HiddenTime {
    /// The last moment before it: up to then everything may be known, that moment included.
    pub fn last_before(&self) -> Moment {
        before(self.from)
    }

    /// `23 August to 23 November 2026`.
    pub fn in_words(&self) -> String {
        period_in(self.from, self.until, &self.time_zone)
    }

    pub(super) fn nothing_before(&self) -> String {
        format!(
            "nothing was heard before the time from {}, so there is no taste to go by. \
             Hide less: nearsong report --months 1, or --since DATE",
            self.in_words()
        )
    }

    fn nothing_new(&self, n_outside: usize) -> String {
        let words = self.in_words();
        if n_outside > 0 {
            return format!(
                "all {n_outside} songs that became yours from {words} are missing in the catalogue, so nothing could have offered them.\n\
                 Add a larger dataset: nearsong catalog add dataset.csv"
            );
        }
        format!(
            "no song became yours from {words}: none was first heard then and completed often enough.\n\
             Hide more: nearsong report --months 12, or --since DATE"
        )
    }
}

impl App {
    pub(super) fn hidden_time(
        &self,
        listener: &Listener,
        request: &ReportRequest,
        now: Moment,
    ) -> Result<HiddenTime, AppError> {
        let time_zone = zone(&listener.time_zone);
        let nothing =
            || AppError::Missing(format!("no plays of {} yet: nearsong import my_spotify_data.zip", listener.name));
        let last = self.store.listen_counts(listener.id)?.last.ok_or_else(nothing)?;
        let until = request.until.unwrap_or_else(|| Moment::from_micros(last.min(now).micros() + 1));
        let too_far = || AppError::Unusable(format!("{} months are more than the calendar holds", request.months));
        let from = match request.since {
            Some(since) => since,
            None => months_before(before(until), request.months, &time_zone).ok_or_else(too_far)?,
        };
        let hidden = HiddenTime { from, until, time_zone };
        if from >= until {
            let words = hidden.in_words();
            return Err(AppError::Unusable(format!("the time to hide ends before it begins, from {words}")));
        }
        Ok(hidden)
    }

    /// The one place where the hidden time is read.
    pub(super) fn became_yours(
        &self,
        listener: &Listener,
        hidden: &HiddenTime,
        table: &RecordingTable,
    ) -> Result<Yours, AppError> {
        let listening = self.store.listening(listener.id, Some(before(hidden.until)))?;
        let rule = BecameYours::default();
        let mut rows = became_yours(all_plays(table, &listening), hidden.from, hidden.until, rule);
        let n_inside = rows.partition_point(|item| item.at() < table.n_items());
        let n_outside = rows.len() - n_inside;
        rows.truncate(n_inside);
        if rows.is_empty() {
            return Err(AppError::Missing(hidden.nothing_new(n_outside)));
        }
        Ok(Yours { rule, in_catalogue: rows, n_outside })
    }
}

/// Every play with its recording. Songs that the catalogue lacks are given rows behind its last, one for each title and artist.
fn all_plays(table: &RecordingTable, listening: &Listening) -> Vec<Play> {
    let mut outside: BTreeMap<u128, ItemIdx> = BTreeMap::new();
    let mut row_of = |song| match match_song(table, song).item() {
        Some(item) => item,
        None => {
            let next = ItemIdx((table.n_items() + outside.len()) as u32);
            *outside.entry(song_key(&song.title, &song.artist).0).or_insert(next)
        }
    };
    let rows: Vec<ItemIdx> = listening.songs.iter().map(&mut row_of).collect();
    let play = |play: &nearsong_store::Play| Play {
        heard: Heard::Item(rows[play.song as usize]),
        ended_at: play.ended_at,
        outcome: play.outcome,
    };
    listening.plays.iter().map(play).collect()
}

fn before(moment: Moment) -> Moment {
    Moment::from_micros(moment.micros().saturating_sub(1))
}

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use nearsong_types::{Moment, TrackId};

use super::SpotifyTrack;
use crate::{ExportPlan, MadeUpListener, StandinError, listener::Coverage, row::Row, rows::Rows, taste::Song};

/// Days that the three rankings look back.
const RANGE_DAYS: [i64; 3] = [28, 182, 365];
const N_TOP: usize = 50;
const N_RECENT: usize = 50;
/// A track that was played this often gets saved.
const PLAYS_TO_SAVE: usize = 4;
const N_SAVED: usize = 200;
/// Shorter plays do not show.
const MIN_MS: u32 = 30_000;

/// What a made-up listener's account holds: the same plays as their export, as the Web API would tell of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUpAccount {
    /// Every track of the world, also those that its catalogue lacks, also under the other ids that the listener plays some by.
    pub tracks: Vec<SpotifyTrack>,
    /// The latest 50 plays of at least 30 seconds outside of private sessions: when they ended, newest first.
    pub plays: Vec<(Moment, TrackId)>,
    /// What was played several times, up to 200 tracks: when it was for the fourth time, newest first.
    pub saved: Vec<(Moment, TrackId)>,
    /// The 50 most played of the last 4 weeks, 6 months and year.
    pub top_tracks: [Vec<TrackId>; 3],
    /// Names of the 50 most played artists of the same.
    pub top_artists: [Vec<String>; 3],
}

impl MadeUpAccount {
    /// Plays through the plan, as [`MadeUpListener::write_export`] does with the same plan.
    ///
    /// # Errors
    /// [`StandinError::PlanTooFull`] and [`StandinError::PlanOutsideCalendar`].
    pub fn new(listener: &MadeUpListener<'_>, plan: &ExportPlan) -> Result<Self, StandinError> {
        plan.check()?;
        let mut heard = Heard::default();
        listener.play(plan, &mut heard).expect("plays are kept in memory");
        let tracks = all_tracks(listener);
        let names: BTreeMap<TrackId, &[String]> =
            tracks.iter().map(|track| (track.id, track.artists.as_slice())).collect();
        let main_artist = |id: TrackId| names.get(&id).and_then(|artists| artists.first()).cloned();
        let since = |days: i64| heard.plays.iter().filter(move |&&(at, _)| at > plan.ends_at.minus_days(days));
        Ok(Self {
            plays: heard.plays.iter().rev().take(N_RECENT).copied().collect(),
            saved: saved(&heard.plays),
            top_tracks: RANGE_DAYS.map(|days| most_frequent(since(days).map(|&(_, id)| id))),
            top_artists: RANGE_DAYS.map(|days| most_frequent(since(days).filter_map(|&(_, id)| main_artist(id)))),
            tracks,
        })
    }
}

/// Plays that show, oldest first.
#[derive(Default)]
struct Heard {
    plays: Vec<(Moment, TrackId)>,
}

impl Rows for Heard {
    fn music(&mut self, row: &Row<'_>, _n_repeats: usize, _coverage: Coverage, at: Moment) -> io::Result<()> {
        let id = row.spotify_track_uri.as_deref().and_then(|uri| uri.parse().ok());
        if row.ms_played >= MIN_MS && !row.incognito_mode {
            self.plays.extend(id.map(|id| (at, id)));
        }
        Ok(())
    }

    fn nameless(&mut self, _row: &Row<'_>) -> io::Result<()> {
        Ok(())
    }

    fn podcast(&mut self, _row: &Row<'_>) -> io::Result<()> {
        Ok(())
    }

    fn video(&mut self, _row: &Row<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn all_tracks(listener: &MadeUpListener<'_>) -> Vec<SpotifyTrack> {
    let world = listener.world;
    let mut tracks = Vec::with_capacity(world.tracks.len() * 9 / 8 + world.unlisted.len());
    for (at, track) in world.tracks.iter().chain(&world.unlisted).enumerate() {
        let listed = SpotifyTrack::from_catalogue(track, Some(made_up_isrc(at)));
        let song = if at < world.tracks.len() { Song::Listed(at) } else { Song::Unlisted(at - world.tracks.len()) };
        let played_id = listener.played_id(song);
        if played_id != listed.id {
            tracks.push(SpotifyTrack { id: played_id, ..listed.clone() });
        }
        tracks.push(listed);
    }
    tracks
}

/// A code of a country that there is not.
fn made_up_isrc(number: usize) -> String {
    format!("ZZNS{:08}", number % 100_000_000)
}

fn saved(plays: &[(Moment, TrackId)]) -> Vec<(Moment, TrackId)> {
    let mut counts = BTreeMap::new();
    let mut saved = Vec::new();
    for &(at, id) in plays {
        let count = counts.entry(id).or_insert(0);
        *count += 1;
        if *count == PLAYS_TO_SAVE {
            saved.push((at, id));
        }
    }
    saved.reverse();
    saved.truncate(N_SAVED);
    saved
}

/// The most frequent first; of equally frequent ones the lesser.
fn most_frequent<T: Ord + Clone>(things: impl Iterator<Item = T>) -> Vec<T> {
    let mut counts = BTreeMap::new();
    for thing in things {
        *counts.entry(thing).or_insert(0_usize) += 1;
    }
    let ranked: BTreeSet<_> = counts.into_iter().map(|(thing, count)| (std::cmp::Reverse(count), thing)).collect();
    ranked.into_iter().take(N_TOP).map(|(_, thing)| thing).collect()
}

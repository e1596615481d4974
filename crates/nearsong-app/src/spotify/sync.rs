use std::time::Duration;

use nearsong_spotify::{Client, Limits, PlayedTrack, Scopes, SpotifyError, TimeRange};
use nearsong_store::{ListenerId, Reading, Store};
use nearsong_types::{Clock, FavouriteKind, Listen, ListenSource, Moment, Outcome, Progress, Song};
use serde::Serialize;

use super::{
    ConnectionStatus, failure,
    memory::{StoreMemory, TokensOf},
};
use crate::{App, AppError};

/// What changes slowly is read no more often than this.
const SLOW: Duration = Duration::from_secs(20 * 3_600);
/// Pages of saved tracks in one sync: some apps were locked out of them for a day after five to ten.
const MAX_SAVED_PAGES: u32 = 5;
/// A play of unknown length is kept as one of so many milliseconds.
const USUAL_LENGTH_MS: u32 = 180_000;

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Whose listening it is.
    pub listener: String,
    /// The lists, in the order in which they were asked for.
    pub lists: Vec<SyncedList>,
    /// Calls made.
    pub n_calls: u32,
    /// Calls that were allowed.
    pub max_calls: u32,
    /// Plays that Spotify had told of and that were forgotten as too old.
    pub n_forgotten: u64,
    /// How the connection stands now.
    pub connection: ConnectionStatus,
}

/// What became of one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncedList {
    /// What it is, in words.
    pub list: String,
    /// What became of it.
    pub outcome: SyncOutcome,
}

/// What became of one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncOutcome {
    /// It was read.
    Read {
        /// Songs or plays on what was read.
        n_read: u64,
        /// Those that were not known before.
        n_new: u64,
        /// Songs that are left for the next sync.
        n_left: Option<u32>,
    },
    /// It was read not long ago, and will be again from a moment on.
    NotDue {
        /// From when on.
        from: Moment,
    },
    /// Nothing can be read before a moment.
    Wait {
        /// When it can go on.
        until: Moment,
    },
    /// There were no calls left for it.
    NoCallsLeft,
    /// It was not allowed.
    NotAllowed,
    /// It did not work; the reason.
    Failed(String),
}

impl App {
    /// Brings recent plays, most played and saved songs in as listening. What was fetched is kept page by page, so that the next sync goes on where
    /// this one stopped.
    ///
    /// # Errors
    /// [`AppError::Spotify`] where nothing more can be done without a person; what was fetched until then is kept.
    pub fn sync(
        &mut self,
        listener: Option<&str>,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<SyncReport, AppError> {
        let listener = self.listener(listener)?;
        let _lock = self.data.lock_spotify("bringing in listening from Spotify")?;
        let (app, config) = (self.spotify_app()?, self.config().spotify.clone());
        let key = self.key_of_connected(&listener)?;
        let limits = Limits { max_calls: config.calls_per_sync, ..Limits::default() };
        // Tokens and calls are kept while pages are: each by a connection of its own.
        let reader = Store::open(&self.data)?;
        let memory = StoreMemory { store: &reader, tokens: TokensOf::Listener(listener.id, &key) };
        let client = Client::new(&app, &memory, clock, progress, limits)?;
        let mut lists = Vec::new();
        let mut sync = Sync { client: &client, store: &mut self.store, listener: listener.id, clock, progress };
        let done = sync.all(&mut lists);
        let (n_calls, max_calls) = (client.n_calls(), config.calls_per_sync);
        drop(client);
        done.map_err(|error| match error {
            AppError::Spotify { source, .. } => failure(source, &listener.time_zone, &kept_so_far(&lists)),
            other => other,
        })?;
        let now = clock.now();
        let n_forgotten = self.store.forget_recent_plays_before(listener.id, self.oldest_kept(now))?;
        let connection = self.connection_status(&listener, now)?;
        let connection =
            connection.ok_or_else(|| AppError::Missing("the connection was deleted meanwhile".to_owned()))?;
        Ok(SyncReport { listener: listener.name, lists, n_calls, max_calls, n_forgotten, connection })
    }
}

impl App {
    /// Plays that Spotify told of are kept from here on.
    fn oldest_kept(&self, now: Moment) -> Moment {
        now.minus_days(i64::from(self.config().spotify.keep_plays_days))
    }

    /// Forgets everybody's plays that Spotify told of too long ago, connected or not.
    pub(crate) fn forget_old_plays(&mut self, now: Moment) -> Result<(), AppError> {
        let oldest = self.oldest_kept(now);
        for listener in self.store.listeners()? {
            self.store.forget_recent_plays_before(listener.id, oldest)?;
        }
        Ok(())
    }
}

fn kept_so_far(lists: &[SyncedList]) -> String {
    let is_read = |list: &&SyncedList| matches!(list.outcome, SyncOutcome::Read { .. });
    let read: Vec<_> = lists.iter().filter(is_read).map(|list| list.list.as_str()).collect();
    if read.is_empty() { "Nothing was changed.".to_owned() } else { format!("Kept until then: {}.", read.join(", ")) }
}

/// One sync under way.
struct Sync<'a> {
    client: &'a Client<'a>,
    store: &'a mut Store,
    listener: ListenerId,
    clock: &'a dyn Clock,
    progress: &'a dyn Progress,
}

const TOPS: [(TimeRange, FavouriteKind, &str, &str); 3] = [
    (TimeRange::Short, FavouriteKind::TopOfMonth, "top-month", "most played of the last four weeks"),
    (TimeRange::Medium, FavouriteKind::TopOfHalfYear, "top-half-year", "most played of the last six months"),
    (TimeRange::Long, FavouriteKind::TopOfYear, "top-year", "most played of the last year"),
];
const RECENT: &str = "recent";
const SAVED: &str = "saved";

impl Sync<'_> {
    fn all(&mut self, lists: &mut Vec<SyncedList>) -> Result<(), AppError> {
        let mut note = |list: &str, done: Result<SyncOutcome, AppError>| {
            let outcome = outcome_of(done)?;
            lists.push(SyncedList { list: list.to_owned(), outcome });
            Ok::<(), AppError>(())
        };
        note("recent plays", self.recent())?;
        for (range, kind, list, words) in TOPS {
            note(words, self.top(range, kind, list))?;
        }
        note("saved songs", self.saved())
    }

    fn recent(&mut self) -> Result<SyncOutcome, AppError> {
        self.progress.begin("Reading recent plays", None, "");
        let page = self.client.recently_played()?;
        let plays: Vec<Listen> = page.items.iter().filter_map(listen_of).collect();
        let kept = self.store.keep_recent_plays(self.listener, RECENT, &plays, self.clock.now())?;
        Ok(SyncOutcome::Read { n_read: plays.len() as u64, n_new: kept.n_new, n_left: None })
    }

    fn top(&mut self, range: TimeRange, kind: FavouriteKind, list: &str) -> Result<SyncOutcome, AppError> {
        if let Some(from) = self.not_due(list)? {
            return Ok(SyncOutcome::NotDue { from });
        }
        self.progress.begin("Reading the most played songs", None, "");
        let page = self.client.top_tracks(range, 0)?;
        let songs: Vec<Song> = page.items.iter().filter_map(|track| track.song()).collect();
        self.store.keep_top(self.listener, kind, list, &songs, self.clock.now())?;
        Ok(SyncOutcome::Read { n_read: songs.len() as u64, n_new: songs.len() as u64, n_left: None })
    }

    /// What was saved lately, where that is due; then the rest, where an earlier sync left one.
    fn saved(&mut self) -> Result<SyncOutcome, AppError> {
        let before = self.store.reading(self.listener, SAVED)?;
        let not_due = self.not_due(SAVED)?;
        let rest = before.and_then(|before| before.next_offset);
        if let (Some(from), None) = (not_due, rest) {
            return Ok(SyncOutcome::NotDue { from });
        }
        self.progress.begin("Reading saved songs", None, "");
        let mut read = SavedRead::default();
        let rest = match before {
            None => Some(0),
            Some(_) if not_due.is_some() => rest,
            Some(_) => self.newly_saved(rest, &mut read)?,
        };
        if let Some(offset) = rest {
            self.saved_from(offset, &mut read)?;
        }
        Ok(SyncOutcome::Read { n_read: read.n_read, n_new: read.n_new, n_left: read.n_left })
    }

    /// Reads what was saved since the last time, and keeps it in one step; gives where the rest begins that is not known yet.
    fn newly_saved(&mut self, rest: Option<u32>, read: &mut SavedRead) -> Result<Option<u32>, AppError> {
        let newest = self.store.newest_saved(self.listener)?;
        let (mut fresh, mut offset): (Vec<(Song, Moment)>, u32) = (Vec::new(), 0);
        let rest = loop {
            let page = self.client.saved_tracks(offset)?;
            read.n_pages += 1;
            offset += page.n_entries();
            // A whole album is saved at one moment, so that what was saved at the newest known one may be new.
            let is_before = |at: Moment| newest.is_some_and(|newest| at < newest);
            let new = page.items.iter().take_while(|saved| !is_before(saved.added_at));
            fresh.extend(new.filter_map(|saved| Some((saved.track.song()?, saved.added_at))));
            if page.items.iter().any(|saved| is_before(saved.added_at)) || !page.has_next || page.n_entries() == 0 {
                let n_since = fresh.iter().filter(|(_, at)| newest.is_none_or(|newest| *at > newest)).count();
                break rest.map(|rest| rest.saturating_add(n_since as u32));
            }
            if read.n_pages >= MAX_SAVED_PAGES || self.client.n_calls_left() == 0 {
                break Some(offset);
            }
        };
        read.n_read += fresh.len() as u64;
        let reading = Reading { read_at: self.clock.now(), next_offset: rest };
        read.n_new += self.store.keep_saved(self.listener, SAVED, &fresh, &reading)?;
        Ok(rest)
    }

    /// Reads on, page by page, each kept with where the next one begins.
    fn saved_from(&mut self, mut offset: u32, read: &mut SavedRead) -> Result<(), AppError> {
        loop {
            if read.n_pages >= MAX_SAVED_PAGES || self.client.n_calls_left() == 0 {
                return Ok(());
            }
            let page = self.client.saved_tracks(offset)?;
            read.n_pages += 1;
            offset += page.n_entries();
            let songs: Vec<_> =
                page.items.iter().filter_map(|saved| Some((saved.track.song()?, saved.added_at))).collect();
            let has_rest = page.has_next && page.n_entries() > 0;
            let reading = Reading { read_at: self.clock.now(), next_offset: has_rest.then_some(offset) };
            read.n_read += songs.len() as u64;
            read.n_new += self.store.keep_saved(self.listener, SAVED, &songs, &reading)?;
            read.n_left = page.total.filter(|_| has_rest).map(|total| total.saturating_sub(offset));
            self.progress.advance(u64::from(offset));
            if !has_rest {
                return Ok(());
            }
        }
    }

    /// From when on a list is to be read again, where that is not yet.
    fn not_due(&self, list: &str) -> Result<Option<Moment>, AppError> {
        let now = self.clock.now();
        // What was read in the future was read while the clock was ahead.
        let read_at = self.store.reading(self.listener, list)?.map(|reading| reading.read_at).filter(|at| *at <= now);
        Ok(read_at.map(|at| at.plus(SLOW)).filter(|due| *due > now))
    }
}

/// How far the saved songs were read in one sync.
#[derive(Default)]
struct SavedRead {
    n_pages: u32,
    n_read: u64,
    n_new: u64,
    n_left: Option<u32>,
}

/// A failure that leaves other lists in reach is part of the report.
fn outcome_of(done: Result<SyncOutcome, AppError>) -> Result<SyncOutcome, AppError> {
    match done {
        Err(AppError::Spotify { source, .. }) => match source {
            SpotifyError::Wait { until, .. } => Ok(SyncOutcome::Wait { until }),
            SpotifyError::BudgetSpent { .. } => Ok(SyncOutcome::NoCallsLeft),
            SpotifyError::MissingScopes { needed } if Scopes::reading().include(&needed) => Ok(SyncOutcome::NotAllowed),
            error if !error.ends_everything() => Ok(SyncOutcome::Failed(error.to_string())),
            error => Err(AppError::from(error)),
        },
        other => other,
    }
}

fn listen_of(played: &PlayedTrack) -> Option<Listen> {
    Some(Listen {
        ended_at: played.played_at,
        ms_played: played.track.duration_ms.unwrap_or(USUAL_LENGTH_MS),
        song: played.track.song()?,
        outcome: Outcome::Completed,
        source: ListenSource::SpotifyRecent,
    })
}

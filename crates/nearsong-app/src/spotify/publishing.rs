use std::time::Duration;

use nearsong_spotify::{Client, Limits, MAX_ITEMS_A_CALL, Scopes, SpotifyError};
use nearsong_store::{ListenerId, SpotifyPlaylist, Store};
use nearsong_types::{Clock, Progress, TrackId};
use serde::Serialize;

use super::{
    failure,
    memory::{StoreMemory, TokensOf},
};
use crate::{App, AppError};

/// Spotify keeps no more in one playlist.
const MAX_TRACKS: usize = 10_000;
/// How often a write that may have happened is looked after and gone on with at once.
const MAX_TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);
/// Pages of the person's playlists that are looked through for one that was made without an answer.
const MAX_PAGES: u32 = 4;

/// A playlist as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishedPlaylist {
    /// How Nearsong calls it; stays the same where the title changes.
    pub handle: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Tracks in order, at least one.
    pub tracks: Vec<TrackId>,
    /// Whether one that the listener deleted is made again.
    pub make_again: bool,
}

/// A playlist as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Tracks in it.
    pub n_tracks: usize,
    /// What had to be done.
    pub written: WhatWasWritten,
    /// Calls made.
    pub n_calls: u32,
}

/// What had to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhatWasWritten {
    /// It was made.
    Made,
    /// Its content was replaced.
    Replaced,
    /// Everything was as it should be.
    Nothing,
}

impl App {
    /// Writes a playlist into the listener's account: makes it the first time, replaces it later. Only playlists that Nearsong made are written to,
    /// found again by Spotify's id. What an interruption left half-written, the next call for the same handle finishes.
    ///
    /// # Errors
    /// [`AppError::Unusable`] for an empty or too long list, [`AppError::Spotify`]; the progress is kept.
    pub fn publish(
        &mut self,
        listener: Option<&str>,
        wish: &WishedPlaylist,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Published, AppError> {
        let listener = self.listener(listener)?;
        if wish.tracks.is_empty() || wish.tracks.len() > MAX_TRACKS {
            return Err(AppError::Unusable(format!(
                "a playlist at Spotify holds 1 to {MAX_TRACKS} songs, found {}; nothing was changed",
                wish.tracks.len()
            )));
        }
        let _lock = self.data.lock_spotify("writing a playlist to Spotify")?;
        let (app, key) = (self.spotify_app()?, self.key_of_connected(&listener)?);
        let memory = StoreMemory { store: &self.store, tokens: TokensOf::Listener(listener.id, &key) };
        let limits = Limits { max_calls: calls_for(wish.tracks.len()), ..Limits::default() };
        let client = Client::new(&app, &memory, clock, progress, limits)?;
        let known = self.store.spotify_playlist(listener.id, &wish.handle)?;
        let had_id = known.as_ref().is_some_and(|known| known.spotify_id.is_some()) && !wish.make_again;
        let playlist = if wish.make_again { None } else { known }.unwrap_or_else(|| SpotifyPlaylist::new(&wish.handle));
        let mut writing = Writing { client: &client, store: &self.store, listener: listener.id, clock, playlist };
        let is_changed = match writing.settle_making().map_err(AppError::from).and_then(|()| writing.want(wish)) {
            Ok(is_changed) => is_changed,
            Err(AppError::Spotify { source, .. }) => return Err(writing.failure(source, &listener.time_zone)),
            Err(other) => return Err(other),
        };
        if let Err(error) = writing.until_written() {
            return Err(writing.failure(error, &listener.time_zone));
        }
        let url = format!("https://open.spotify.com/playlist/{}", writing.playlist.spotify_id.unwrap_or_default());
        let written = match (is_changed, had_id) {
            (false, _) => WhatWasWritten::Nothing,
            (true, true) => WhatWasWritten::Replaced,
            (true, false) => WhatWasWritten::Made,
        };
        let (title, n_tracks) = (wish.title.clone(), wish.tracks.len());
        Ok(Published { title, url, n_tracks, written, n_calls: client.n_calls() })
    }
}

/// Ten calls for a playlist of a hundred songs, which takes two if all goes well; two more for each further hundred.
fn calls_for(n_tracks: usize) -> u32 {
    10 + 2 * (n_tracks.div_ceil(MAX_ITEMS_A_CALL) as u32 - 1)
}

/// One write under way; the stored playlist says at each moment how far it has come.
struct Writing<'a> {
    client: &'a Client<'a>,
    store: &'a Store,
    listener: ListenerId,
    clock: &'a dyn Clock,
    playlist: SpotifyPlaylist,
}

impl Writing<'_> {
    /// Keeps what is wanted now; gives whether that differs from what is written.
    fn want(&mut self, wish: &WishedPlaylist) -> Result<bool, AppError> {
        let playlist = &mut self.playlist;
        let has_details = playlist.title == wish.title && playlist.description == wish.description;
        let has_tracks = playlist.tracks == wish.tracks;
        if has_details && has_tracks {
            return Ok(playlist.written_at.is_none());
        }
        playlist.has_details &= has_details;
        if !has_tracks {
            (playlist.n_written, playlist.is_adding) = (0, false);
        }
        playlist.title.clone_from(&wish.title);
        playlist.description.clone_from(&wish.description);
        playlist.tracks.clone_from(&wish.tracks);
        playlist.written_at = None;
        self.keep()?;
        Ok(true)
    }

    /// Writes until all is as wanted. Where it is not known whether a step happened, the next round finds out, as the next run would.
    fn until_written(&mut self) -> Result<(), SpotifyError> {
        let mut tries = 1;
        loop {
            match self.go_on() {
                Err(error) if error.may_have_happened() && tries < MAX_TRIES => {
                    tries += 1;
                    self.clock.sleep(PAUSE);
                }
                done => return done,
            }
        }
    }

    fn go_on(&mut self) -> Result<(), SpotifyError> {
        if self.playlist.written_at.is_some() {
            return Ok(());
        }
        self.client.needs(&Scopes::writing())?;
        self.settle_making()?;
        let id = match self.playlist.spotify_id.clone() {
            Some(id) => id,
            None => self.make()?,
        };
        if !self.playlist.has_details {
            self.client.change_details(&id, &self.playlist.title, &self.playlist.description)?;
            self.playlist.has_details = true;
            self.keep()?;
        }
        self.write_tracks(&id)?;
        self.playlist.written_at = Some(self.clock.now());
        self.keep()
    }

    /// Finds out whether a playlist that was asked to be made without an answer is there.
    fn settle_making(&mut self) -> Result<(), SpotifyError> {
        if !self.playlist.is_creating {
            return Ok(());
        }
        match self.find_made()? {
            Some(id) => self.is_made(id),
            None => {
                self.playlist.is_creating = false;
                self.keep()
            }
        }
    }

    fn make(&mut self) -> Result<String, SpotifyError> {
        self.playlist.is_creating = true;
        self.keep()?;
        match self.client.create_playlist(&self.playlist.title, &self.playlist.description) {
            Ok(made) => {
                self.is_made(made.id.clone())?;
                Ok(made.id)
            }
            Err(error) => {
                self.playlist.is_creating = error.may_have_happened();
                self.keep()?;
                Err(error)
            }
        }
    }

    fn is_made(&mut self, id: String) -> Result<(), SpotifyError> {
        (self.playlist.spotify_id, self.playlist.is_creating) = (Some(id), false);
        (self.playlist.has_details, self.playlist.n_written) = (true, 0);
        self.keep()
    }

    /// The playlist that was made without an answer: ours by title and description, empty, and not known under another handle.
    fn find_made(&self) -> Result<Option<String>, SpotifyError> {
        let known: Vec<_> = self.store.spotify_playlists(self.listener).map_err(memory)?;
        let is_known = |id: &str| known.iter().any(|playlist| playlist.spotify_id.as_deref() == Some(id));
        let mut offset = 0;
        for _ in 0..MAX_PAGES {
            let page = self.client.own_playlists(offset)?;
            let made = page.items.iter().find(|playlist| {
                playlist.name == self.playlist.title
                    && playlist.description.as_deref().unwrap_or_default() == self.playlist.description
                    && playlist.n_items.unwrap_or(0) == 0
                    && !is_known(&playlist.id)
            });
            if let Some(made) = made {
                return Ok(Some(made.id.clone()));
            }
            if !page.has_next {
                break;
            }
            offset += page.n_entries();
        }
        Ok(None)
    }

    fn write_tracks(&mut self, id: &str) -> Result<(), SpotifyError> {
        if self.playlist.n_written > 0 && !self.is_as_left(id)? {
            (self.playlist.n_written, self.playlist.is_adding) = (0, false);
            self.keep()?;
        }
        while (self.playlist.n_written as usize) < self.playlist.tracks.len() {
            let from = self.playlist.n_written as usize;
            let to = (from + MAX_ITEMS_A_CALL).min(self.playlist.tracks.len());
            let snapshot_id = match from {
                0 => self.client.replace_items(id, &self.playlist.tracks[..to])?,
                _ => self.add(id, from, to)?,
            };
            (self.playlist.n_written, self.playlist.is_adding) = (to as u32, false);
            self.playlist.snapshot_id = snapshot_id;
            self.keep()?;
        }
        Ok(())
    }

    fn add(&mut self, id: &str, from: usize, to: usize) -> Result<Option<String>, SpotifyError> {
        self.playlist.is_adding = true;
        self.keep()?;
        let added = self.client.add_items(id, &self.playlist.tracks[from..to], from as u32);
        if let Err(error) = &added {
            self.playlist.is_adding = error.may_have_happened();
            self.keep()?;
        }
        added
    }

    /// Whether a half-written playlist is exactly as the last write left it, so that the rest can be added.
    fn is_as_left(&self, id: &str) -> Result<bool, SpotifyError> {
        if self.playlist.is_adding || self.playlist.snapshot_id.is_none() {
            return Ok(false);
        }
        if self.playlist.n_written as usize == self.playlist.tracks.len() {
            return Ok(true);
        }
        Ok(self.client.playlist(id)?.snapshot_id == self.playlist.snapshot_id)
    }

    /// A failure with what it means for the playlist.
    fn failure(&self, error: SpotifyError, time_zone: &str) -> AppError {
        let words = match (&error, self.playlist.spotify_id.is_some(), self.playlist.n_written) {
            (SpotifyError::Gone { .. }, true, _) => {
                "The playlist was deleted at Spotify. Say --again to have a new one made."
            }
            (_, false, _) => "No playlist was made so far. The same command goes on from here.",
            (_, true, 0) => "The playlist is as it was, or about to be replaced. The same command goes on from here.",
            (_, true, _) => "The playlist is written in part. The same command finishes it.",
        };
        failure(error, time_zone, words)
    }

    fn keep(&self) -> Result<(), SpotifyError> {
        self.store.keep_spotify_playlist(self.listener, &self.playlist).map_err(memory)
    }
}

fn memory(error: nearsong_store::StoreError) -> SpotifyError {
    SpotifyError::Memory(Box::new(error))
}

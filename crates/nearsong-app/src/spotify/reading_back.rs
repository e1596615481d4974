use std::collections::BTreeSet;

use nearsong_spotify::{Client, Limits};
use nearsong_types::{Clock, Progress, TrackId};

use super::{
    failure,
    memory::{StoreMemory, TokensOf},
};
use crate::{App, AppError};

/// Calls for looking at one playlist: whether it is there, its mark, and up to ten pages.
const MAX_CALLS: u32 = 12;

/// What became at Spotify of a playlist that Nearsong wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadBack {
    /// Nothing.
    Unchanged,
    /// The listener changed it.
    Changed {
        /// Songs that they took out.
        removed: Vec<TrackId>,
        /// Songs that they put in.
        added: Vec<TrackId>,
    },
    /// The listener deleted it.
    Deleted,
}

impl App {
    /// Looks whether the listener changed or deleted a playlist since it was written. One that was never written to its end is not looked at.
    ///
    /// # Errors
    /// [`AppError::Spotify`].
    pub(crate) fn read_back(
        &self,
        listener: Option<&str>,
        handle: &str,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<ReadBack, AppError> {
        let listener = self.listener(listener)?;
        let Some(written) = self.store.spotify_playlist(listener.id, handle)?.filter(|list| list.written_at.is_some())
        else {
            return Ok(ReadBack::Unchanged);
        };
        let Some(id) = &written.spotify_id else { return Ok(ReadBack::Unchanged) };
        let _lock = self.data.lock_spotify("looking at a playlist at Spotify")?;
        let (app, key) = (self.spotify_app()?, self.key_of_connected(&listener)?);
        let memory = StoreMemory { store: &self.store, tokens: TokensOf::Listener(listener.id, &key) };
        let client = Client::new(&app, &memory, clock, progress, Limits { max_calls: MAX_CALLS, ..Limits::default() })?;
        let look = || {
            if !client.has_playlist(id)? {
                return Ok(ReadBack::Deleted);
            }
            if client.playlist(id)?.snapshot_id == written.snapshot_id {
                return Ok(ReadBack::Unchanged);
            }
            let (mut found, mut offset, mut is_whole) = (BTreeSet::new(), 0, true);
            loop {
                let page = client.playlist_uris(id, offset)?;
                offset += page.n_entries();
                is_whole &= page.n_passed_over == 0 && page.total.is_none_or(|total| page.has_next || total <= offset);
                found.extend(page.items.iter().filter_map(|uri| uri.parse::<TrackId>().ok()));
                if !page.has_next || page.n_entries() == 0 {
                    break;
                }
            }
            let before: BTreeSet<_> = written.tracks.iter().copied().collect();
            // A song that Spotify withdrew was not taken out by the listener, and looks the same.
            let removed = if is_whole { before.difference(&found).copied().collect() } else { Vec::new() };
            Ok(ReadBack::Changed { removed, added: found.difference(&before).copied().collect() })
        };
        look().map_err(|error| failure(error, &listener.time_zone, "The playlist is as it was."))
    }
}

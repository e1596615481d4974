use nearsong_types::Moment;
use serde::Serialize;

use crate::{App, AppError};

/// What a disconnection deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Whose connection it was.
    pub listener: String,
    /// When it was deleted.
    pub at: Moment,
    /// Whether there was a sign-in.
    pub had_tokens: bool,
    /// Plays that Spotify told of.
    pub n_plays: u64,
    /// Saved and most played songs.
    pub n_favourites: u64,
    /// Playlists that Nearsong no longer knows; at Spotify they stay.
    pub n_playlists: u64,
    /// Songs that were put into playlists or taken out of them there, and were heeded.
    pub n_heeded: u64,
}

impl App {
    /// Deletes a listener's tokens and everything that came through Spotify's Web API. What was imported from an export stays. No call is made.
    ///
    /// `None` where there was nothing.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is no such listener, [`AppError::Store`]; then nothing was deleted.
    pub fn disconnect(&mut self, listener: Option<&str>, now: Moment) -> Result<Option<Receipt>, AppError> {
        let listener = self.listener(listener)?;
        let _lock = self.data.lock_spotify("disconnecting from Spotify")?;
        let done = self.store.disconnect(listener.id)?;
        Ok(done.map(|done| Receipt {
            listener: listener.name,
            at: now,
            had_tokens: done.had_tokens,
            n_plays: done.n_plays,
            n_favourites: done.n_favourites,
            n_playlists: done.n_playlists,
            n_heeded: done.n_heeded,
        }))
    }
}

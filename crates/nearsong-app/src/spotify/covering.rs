use nearsong_spotify::{Client, Limits, Scopes};
use nearsong_store::Listener;
use nearsong_types::{Clock, Progress};

use super::memory::{StoreMemory, TokensOf};
use crate::{App, AppError};

/// One try and one more.
const MAX_CALLS: u32 = 2;

impl App {
    /// Gives a playlist that Nearsong made a cover, a JPEG; `false` where that was not allowed at the sign-in.
    ///
    /// # Errors
    /// [`AppError::Spotify`].
    pub(crate) fn set_cover(
        &self,
        listener: &Listener,
        handle: &str,
        jpeg: &[u8],
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<bool, AppError> {
        let connection = self.store.connection(listener.id)?;
        let is_allowed = connection.is_some_and(|it| Scopes::parse(&it.scopes).include(&Scopes::covers()));
        let made = self.store.spotify_playlist(listener.id, handle)?;
        let (true, Some(id)) = (is_allowed, made.and_then(|made| made.spotify_id)) else { return Ok(false) };
        let _lock = self.data.lock_spotify("giving a playlist a cover")?;
        let (app, key) = (self.spotify_app()?, self.key_of_connected(listener)?);
        let memory = StoreMemory { store: &self.store, tokens: TokensOf::Listener(listener.id, &key) };
        let client = Client::new(&app, &memory, clock, progress, Limits { max_calls: MAX_CALLS, ..Limits::default() })?;
        client.set_cover(&id, jpeg)?;
        Ok(true)
    }
}

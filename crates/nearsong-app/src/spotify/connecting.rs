use std::cell::RefCell;

use nearsong_spotify::{Callback, Client, Family, Limits, Scopes, SignIn, exchange};
use nearsong_types::{Clock, Progress};
use serde::Serialize;

use super::{
    failure,
    memory::{StoreMemory, TokensOf, to_stored},
    status::ends_at,
};
use crate::{App, AppError, app::DEFAULT_LISTENER};

/// A sign-in that waits for the browser to come back.
pub struct PendingSignIn {
    sign_in: SignIn,
    callback: Callback,
}

impl PendingSignIn {
    /// The page to open.
    pub fn address(&self) -> &str {
        self.sign_in.address()
    }

    /// Where the browser will end; it is listened there.
    pub fn redirect_uri(&self) -> &str {
        self.sign_in.redirect_uri()
    }

    /// The address that the browser came back to, where it did since it was asked last. Does not wait.
    pub fn landed(&self) -> Option<String> {
        self.callback.landed()
    }
}

/// What a sign-in gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connected {
    /// Whose connection it is.
    pub listener: String,
    /// The name that Spotify shows; it is not kept.
    pub display_name: Option<String>,
    /// Whether listening may be read.
    pub may_read: bool,
    /// Whether playlists may be written.
    pub may_write: bool,
    /// When the sign-in ends.
    pub ends_at: nearsong_types::Moment,
}

impl App {
    /// Begins a sign-in and listens for its end. Asked for is what is named and what the listener allowed before, so that no sign-in takes anything
    /// away. Nothing is called yet.
    ///
    /// # Errors
    /// [`AppError::Missing`] that says how to get a client id where there is none, [`AppError::Spotify`] where the redirect address cannot be
    /// listened at.
    pub fn begin_sign_in(&self, listener: Option<&str>, scopes: &Scopes) -> Result<PendingSignIn, AppError> {
        let app = self.spotify_app()?;
        let name = listener.unwrap_or(DEFAULT_LISTENER);
        let known = self.store.listeners()?.into_iter().find(|known| known.name == name);
        let connection = known.map(|known| self.store.connection(known.id)).transpose()?.flatten();
        let before = connection.map(|connection| Scopes::parse(&connection.scopes)).unwrap_or_default();
        let scopes = &scopes.clone().and(before);
        let callback = Callback::listen(&app.redirect_uri)?;
        Ok(PendingSignIn { sign_in: SignIn::begin(&app, callback.redirect_uri(), scopes), callback })
    }

    /// Ends a sign-in with the address that the browser landed on, and keeps the connection, in place of one before. A listener who is not known
    /// yet is made.
    ///
    /// # Errors
    /// [`AppError::Spotify`], [`AppError::Unusable`] where another account was connected before; then everything is as it was.
    pub fn finish_sign_in(
        &mut self,
        listener: Option<&str>,
        pending: &PendingSignIn,
        landed: &str,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Connected, AppError> {
        let _lock = self.data.lock_spotify("signing in at Spotify")?;
        let (app, key) = (self.spotify_app()?, self.sealing_key()?);
        let name = listener.unwrap_or(DEFAULT_LISTENER);
        let time_zone = self.time_zone_for(name, None)?;
        let failed = |error| failure(error, &time_zone, "The sign-in did not come to its end; nothing was changed.");

        let landing = pending
            .sign_in
            .landing(landed)
            .map_err(|error| AppError::from(nearsong_spotify::SpotifyError::from(error)))?;
        let limits = Limits::default();
        let call = self.store.call_begins(Family::Accounts.name(), clock.now())?;
        let exchanged = exchange(&app, &pending.sign_in, &landing, &limits, clock);
        self.store.call_ended(call, if exchanged.is_ok() { 200 } else { 0 })?;
        let tokens = exchanged.map_err(failed)?;
        let tokens = RefCell::new(tokens);
        let memory = StoreMemory { store: &self.store, tokens: TokensOf::Newcomer(&tokens) };
        let profile = Client::new(&app, &memory, clock, progress, limits)?.profile().map_err(failed)?;
        let tokens = tokens.into_inner();

        let now = clock.now();
        let known = self.store.listeners()?.into_iter().find(|known| known.name == name);
        let listener = match known {
            Some(known) => known,
            None => self.store.add_listener(name, &time_zone, now)?,
        };
        if let Some(before) = self.store.connection(listener.id)?
            && before.account != profile.account
        {
            return Err(AppError::Unusable(format!(
                "this is another Spotify account than the one that {name} is connected with; nothing was changed.\n\
                 Disconnect that one first: nearsong --listener {name} disconnect\n\
                 Or connect this one for somebody else: nearsong --listener OTHER-NAME connect spotify"
            )));
        }
        self.store.connect(listener.id, &profile.account, &to_stored(&tokens), &key, now)?;
        Ok(Connected {
            listener: listener.name,
            display_name: profile.display_name,
            may_read: tokens.scopes.include(&Scopes::reading()),
            may_write: tokens.scopes.include(&Scopes::writing()),
            ends_at: ends_at(now),
        })
    }
}

//! Spotify: connect and disconnect, bring listening in, write playlists.

mod connecting;
mod covering;
mod disconnecting;
mod memory;
mod publishing;
mod reading_back;
mod status;
mod sync;

pub use connecting::{Connected, PendingSignIn};
pub use disconnecting::Receipt;
pub use publishing::{Published, WhatWasWritten, WishedPlaylist};
pub use reading_back::ReadBack;
pub use status::{ConnectionStatus, CooldownStatus, SpotifyStatus};
pub use sync::{SyncOutcome, SyncReport, SyncedList};

use nearsong_spotify::{App as SpotifyApp, Hosts, SignInReason, SpotifyError};
use nearsong_store::{Listener, SealingKey};
use nearsong_types::Moment;

use crate::{App, AppError, date_time_in, when::zone};

/// What a person who has no app yet is told.
const HOW_TO_GET_A_CLIENT_ID: &str = "\
Nearsong talks to Spotify as an app of your own; there is none yet. To get one:
  1. You need Spotify Premium. An app serves you and at most four others.
  2. Sign in at https://developer.spotify.com/dashboard and choose “Create app”.
  3. Any name will do (it may not begin with “Spot”). As redirect URI give exactly: {redirect}
  4. Tick “Web API”, save, open “Settings” and copy the “Client ID” (32 letters and digits; the secret is not needed).
  5. Others who will use it: add their names and e-mails under “User Management”.
  6. nearsong config init, then put the id into {config}:
       [spotify]
       client_id = \"…\"
Then again: nearsong connect spotify --read --write";

impl App {
    /// The app at Spotify, as the settings name it.
    pub(crate) fn spotify_app(&self) -> Result<SpotifyApp, AppError> {
        let config = &self.config().spotify;
        let client_id = config.client_id.trim();
        if client_id.is_empty() {
            let how = HOW_TO_GET_A_CLIENT_ID.replace("{redirect}", &config.redirect_uri);
            return Err(AppError::Missing(how.replace("{config}", &self.data.config().display().to_string())));
        }
        if !client_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) || client_id.len() > 64 {
            return Err(AppError::Unusable(format!(
                "spotify.client_id in {} is “{client_id}”; expected 32 letters and digits, as the dashboard shows under “Client ID”",
                self.data.config().display()
            )));
        }
        let without_slash = |address: &str| address.trim_end_matches('/').to_owned();
        let hosts = Hosts { accounts: without_slash(&config.accounts), api: without_slash(&config.api) };
        hosts.check()?;
        Ok(SpotifyApp { client_id: client_id.to_owned(), redirect_uri: config.redirect_uri.clone(), hosts })
    }

    /// What the tokens of a listener are sealed with; fails for one who is not connected before a key is made.
    fn key_of_connected(&self, listener: &Listener) -> Result<SealingKey, AppError> {
        match self.store.connection(listener.id)? {
            Some(_) => self.sealing_key(),
            None => Err(SpotifyError::SignInAgain(SignInReason::Never).into()),
        }
    }
}

/// A failure in the words of the listener's time zone; `unchanged` says what stayed as it was.
fn failure(error: SpotifyError, time_zone: &str, unchanged: &str) -> AppError {
    let until = match &error {
        SpotifyError::Wait { until, .. } => Some(*until),
        _ => None,
    };
    match AppError::from(error) {
        AppError::Spotify { source, advice } => {
            let wait = until.map(|until| waiting(until, time_zone)).unwrap_or_default();
            let unchanged = if unchanged.is_empty() { String::new() } else { format!("\n{unchanged}") };
            AppError::Spotify { source, advice: format!("{wait}{unchanged}{advice}") }
        }
        other => other,
    }
}

fn waiting(until: Moment, time_zone: &str) -> String {
    format!(": it can go on at {} ({time_zone})", date_time_in(until, &zone(time_zone)))
}

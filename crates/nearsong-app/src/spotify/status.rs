use nearsong_spotify::{Family, Scopes};
use nearsong_store::Listener;
use nearsong_types::{FavouriteKind, Moment};
use serde::Serialize;

use crate::{App, AppError, when::months_after};

/// A sign-in lives so long, however often its tokens are exchanged.
const MONTHS_SIGNED_IN: u32 = 6;
/// From so many days before the end on, it is warned of, and again.
const WARN_DAYS: [i64; 2] = [30, 7];

/// How Nearsong stands with Spotify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpotifyStatus {
    /// Who is connected.
    pub connections: Vec<ConnectionStatus>,
    /// Calls of the last 24 hours: what for, how many.
    pub calls_today: Vec<(String, u64)>,
    /// Calls that one sync makes at most.
    pub calls_per_sync: u32,
    /// What Spotify asked to wait with.
    pub cooldowns: Vec<CooldownStatus>,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectionStatus {
    /// Whose it is.
    pub listener: String,
    /// Whether the person has to sign in before anything can be done.
    pub needs_sign_in: bool,
    /// Whether listening may be read.
    pub may_read: bool,
    /// Whether playlists may be written.
    pub may_write: bool,
    /// When the sign-in ends.
    pub ends_at: Moment,
    /// Whole days until then; 0 on the last day.
    pub days_left: i64,
    /// Whether it ends within a month, or within a week.
    pub warning: Option<i64>,
    /// Songs saved at Spotify that are known.
    pub n_saved: u64,
    /// Most played songs that are known.
    pub n_most_played: u64,
    /// Playlists that Nearsong made there.
    pub n_playlists: u64,
    /// Playlists among them that are not written to their end yet.
    pub n_unfinished: u64,
}

/// Something that has to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CooldownStatus {
    /// What.
    pub what: String,
    /// Until when.
    pub until: Moment,
}

/// When a sign-in ends.
pub(super) fn ends_at(consented_at: Moment) -> Moment {
    months_after(consented_at, MONTHS_SIGNED_IN)
}

impl App {
    /// How Nearsong stands with Spotify; `None` where nobody is connected and nothing was ever called.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn spotify_status(&self, now: Moment) -> Result<Option<SpotifyStatus>, AppError> {
        let mut connections = Vec::new();
        for listener in self.store.listeners()? {
            connections.extend(self.connection_status(&listener, now)?);
        }
        let said = |name: &str| Family::of_name(name).map_or_else(|| name.to_owned(), |family| family.to_string());
        let calls = self.store.calls_since(now.minus_days(1))?;
        let cooldowns = self.store.cooldowns()?.into_iter().filter(|cooldown| cooldown.until > now);
        let status = SpotifyStatus {
            connections,
            calls_today: calls.iter().map(|(family, n)| (said(family), *n)).collect(),
            calls_per_sync: self.config().spotify.calls_per_sync,
            cooldowns: cooldowns
                .map(|cooldown| CooldownStatus { what: said(&cooldown.family), until: cooldown.until })
                .collect(),
        };
        let is_empty = status.connections.is_empty() && status.calls_today.is_empty() && status.cooldowns.is_empty();
        Ok((!is_empty).then_some(status))
    }

    /// How one listener stands with Spotify; `None` where they are not connected.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub(crate) fn connection_status(
        &self,
        listener: &Listener,
        now: Moment,
    ) -> Result<Option<ConnectionStatus>, AppError> {
        let Some(connection) = self.store.connection(listener.id)? else { return Ok(None) };
        let scopes = Scopes::parse(&connection.scopes);
        let ends_at = ends_at(connection.consented_at);
        let days_left = ends_at.days_since(now).floor().max(0.0) as i64;
        let favourites = self.store.favourite_counts(listener.id)?;
        let count = |is_wanted: fn(FavouriteKind) -> bool| {
            favourites.iter().filter(|(kind, _)| is_wanted(*kind)).map(|(_, n)| n).sum()
        };
        let playlists = self.store.spotify_playlists(listener.id)?;
        Ok(Some(ConnectionStatus {
            listener: listener.name.clone(),
            needs_sign_in: !connection.has_tokens || ends_at <= now,
            may_read: scopes.include(&Scopes::reading()),
            may_write: scopes.include(&Scopes::writing()),
            ends_at,
            days_left,
            warning: WARN_DAYS.into_iter().rfind(|days| days_left <= *days),
            n_saved: count(|kind| kind == FavouriteKind::Saved),
            n_most_played: count(|kind| kind != FavouriteKind::Saved),
            n_playlists: playlists.len() as u64,
            n_unfinished: playlists.iter().filter(|playlist| playlist.written_at.is_none()).count() as u64,
        }))
    }
}

use std::{
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
};

use nearsong_types::{Moment, TrackId};

use super::{
    FaultRule, MadeUpAccount, SpotifyPlaylist, SpotifySetting, SpotifyTrack, TimeRange,
    account::{Account, insert_newest_first},
    browser,
    playlist::{Playlist, PlaylistItem},
    server::Server,
    state::State,
};
use crate::StandinError;

/// A running stand-in for Spotify's accounts service and Web API, on a loopback port of its own; stops when dropped.
///
/// A client needs nothing but other base addresses. Everything here may be called while requests come in: each request is
/// answered as a whole before or after such a call.
///
/// ```
/// use nearsong_standin::{SpotifySetting, SpotifyStandin, SpotifyTrack, TimeRange};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let spotify = SpotifyStandin::start(SpotifySetting::default())?;
/// let track = SpotifyTrack::new("0made0up00000000000001".parse()?, "Slow Boat", "The Nobodies");
/// spotify.set_top_tracks("ana", TimeRange::Short, [track]);
/// // … a client signs in at `spotify.accounts_url()`, calls `spotify.api_url()` …
/// assert!(spotify.calls().is_empty() && spotify.playlists().is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// Every method that takes a `user_id` panics where the setting has no such user.
pub struct SpotifyStandin {
    state: Arc<Mutex<State>>,
    accounts_url: String,
    api_url: String,
    _server: Server,
}

/// A request that the stand-in took in, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredCall {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Such as `/v1/me/top/tracks` or `/api/token`.
    pub path: String,
    /// As it came, without the question mark.
    pub query: String,
    /// The status of the answer; `None` where no whole answer was sent, because of a fault.
    pub status: Option<u16>,
}

impl SpotifyStandin {
    /// Starts one on `127.0.0.1`, at a free port.
    ///
    /// # Errors
    /// [`StandinError::Listen`].
    pub fn start(setting: SpotifySetting) -> Result<Self, StandinError> {
        let start = || {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let accounts_url = format!("http://{}", listener.local_addr()?);
            let state = State::new(setting, accounts_url.clone());
            let api_url = state.api_url.clone();
            let state = Arc::new(Mutex::new(state));
            let server = Server::start(listener, Arc::clone(&state))?;
            Ok(Self { state, accounts_url, api_url, _server: server })
        };
        start().map_err(|source| StandinError::Listen { source })
    }

    /// Base address of the accounts service, `http://127.0.0.1:PORT`: `/authorize` and `/api/token` follow.
    pub fn accounts_url(&self) -> &str {
        &self.accounts_url
    }

    /// Base address of the Web API, `http://127.0.0.1:PORT/v1`.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Does what a person does in the browser: opens the address of the consent page, signs in as the first user and agrees. Gives
    /// the address that the browser is led to then, with `code` and `state`.
    ///
    /// Without this method: `POST /authorize` with the fields of the address's query, `user` (an id) and `answer=agree`.
    ///
    /// # Errors
    /// [`StandinError::NoConsent`] where the page refuses.
    pub fn consent(&self, authorize_url: &str) -> Result<String, StandinError> {
        let first = self.lock().accounts.first().map(|account| account.user.id.clone());
        self.answer_consent(authorize_url, &first.unwrap_or_default(), true)
    }

    /// Like [`SpotifyStandin::consent`], as a user of choice who agrees or cancels.
    ///
    /// # Errors
    /// [`StandinError::NoConsent`] where the page refuses.
    pub fn answer_consent(&self, authorize_url: &str, user_id: &str, agrees: bool) -> Result<String, StandinError> {
        browser::answer_consent(&mut self.lock(), authorize_url, user_id, agrees)
    }

    /// Fills an account with what was made up for it, in place of what it held.
    pub fn fill(&self, user_id: &str, made_up: MadeUpAccount) {
        let mut state = self.lock();
        for track in made_up.tracks {
            state.music.add(track);
        }
        let account = account_mut(&mut state, user_id);
        (account.plays, account.saved) = (made_up.plays, made_up.saved);
        (account.top_tracks, account.top_artists) = (made_up.top_tracks, made_up.top_artists);
    }

    /// Makes tracks known, so that they can be found and put into playlists. One of an id that is known replaces it.
    pub fn add_tracks(&self, tracks: impl IntoIterator<Item = SpotifyTrack>) {
        let mut state = self.lock();
        for track in tracks {
            state.learn(track);
        }
    }

    /// Somebody played a track, to its end at `played_at`.
    pub fn add_play(&self, user_id: &str, played_at: Moment, track: SpotifyTrack) {
        let mut state = self.lock();
        let id = state.learn(track);
        insert_newest_first(&mut account_mut(&mut state, user_id).plays, played_at, id);
    }

    /// Somebody saved a track.
    pub fn save_track(&self, user_id: &str, added_at: Moment, track: SpotifyTrack) {
        let mut state = self.lock();
        let id = state.learn(track);
        insert_newest_first(&mut account_mut(&mut state, user_id).saved, added_at, id);
    }

    /// Sets somebody's top tracks, best first.
    pub fn set_top_tracks(&self, user_id: &str, range: TimeRange, tracks: impl IntoIterator<Item = SpotifyTrack>) {
        let mut state = self.lock();
        let ids = tracks.into_iter().map(|track| state.learn(track)).collect();
        account_mut(&mut state, user_id).top_tracks[range as usize] = ids;
    }

    /// Sets somebody's top artists by name, best first.
    pub fn set_top_artists(&self, user_id: &str, range: TimeRange, names: impl IntoIterator<Item = String>) {
        account_mut(&mut self.lock(), user_id).top_artists[range as usize] = names.into_iter().collect();
    }

    /// All playlists as they are now, in the order in which they were made, also those that were removed.
    pub fn playlists(&self) -> Vec<SpotifyPlaylist> {
        let state = self.lock();
        let view = |playlist: &Playlist| SpotifyPlaylist {
            id: playlist.id.clone(),
            owner_id: state.accounts[playlist.owner].user.id.clone(),
            name: playlist.name.clone(),
            description: playlist.description.clone(),
            is_public: playlist.is_public,
            uris: playlist.items.iter().map(|item| item.track.uri()).collect(),
            snapshot_id: playlist.snapshot_id().to_owned(),
            is_removed: playlist.is_removed,
            cover_jpeg: playlist.cover_jpeg.clone(),
        };
        state.playlists.iter().map(view).collect()
    }

    /// The owner of a playlist changes what it holds, as in Spotify's own programs.
    ///
    /// # Panics
    /// Where there is no such playlist.
    pub fn edit_playlist(&self, playlist_id: &str, edit: impl FnOnce(&mut Vec<TrackId>)) {
        let mut state = self.lock();
        let added_at = state.now();
        let playlist = playlist_mut(&mut state, playlist_id);
        let mut tracks = playlist.items.iter().map(|item| item.track).collect();
        edit(&mut tracks);
        playlist.items = tracks.into_iter().map(|track| PlaylistItem { track, added_at }).collect();
        let snapshot_id = format!("{}-by-hand-{}", playlist.id, playlist.snapshots.len());
        playlist.snapshots.push(snapshot_id);
    }

    /// The owner of a playlist deletes it, which takes it out of their library.
    ///
    /// # Panics
    /// Where there is no such playlist.
    pub fn delete_playlist(&self, playlist_id: &str) {
        playlist_mut(&mut self.lock(), playlist_id).is_removed = true;
    }

    /// Every request since the start or since [`SpotifyStandin::forget_calls`], in order.
    pub fn calls(&self) -> Vec<AnsweredCall> {
        self.lock().calls.clone()
    }

    /// Empties the list of [`SpotifyStandin::calls`]; what counts against the quota stays.
    pub fn forget_calls(&self) {
        self.lock().calls.clear();
    }

    /// Every code and token that was ever given out, for tests that look for them where they must not be.
    pub fn secrets(&self) -> Vec<String> {
        self.lock().grants.secrets().cloned().collect()
    }

    /// From now on requests that the rule matches are struck by its fault. Of several rules the one given first strikes.
    pub fn fault(&self, rule: FaultRule) {
        self.lock().faults.add(rule);
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Every access token that was given out is expired from now on.
    pub fn expire_access_tokens(&self) {
        self.lock().grants.expire_access_tokens();
    }

    /// Somebody takes the app's access back: their refresh tokens are revoked. Access tokens work until they expire.
    pub fn revoke(&self, user_id: &str) {
        let mut state = self.lock();
        account_mut(&mut state, user_id);
        state.grants.revoke_user(user_id);
    }

    /// Whether the Premium of the app's owner has ended.
    pub fn lapse_premium(&self, has_lapsed: bool) {
        self.lock().has_lapsed = has_lapsed;
    }

    /// Puts somebody on the app's allow-list, or takes them off.
    pub fn allow(&self, user_id: &str, is_allowed: bool) {
        account_mut(&mut self.lock(), user_id).is_allowed = is_allowed;
    }

    /// Sets how many calls of one family are answered within any 24 hours, those of the last 24 included.
    pub fn set_quota(&self, quota_per_family: Option<u32>) {
        self.lock().setting.quota_per_family = quota_per_family;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a request that panicked was reported already")
    }
}

fn account_mut<'s>(state: &'s mut State, user_id: &str) -> &'s mut Account {
    match state.account_index(user_id) {
        Some(at) => &mut state.accounts[at],
        None => panic!("the setting has no user “{user_id}”"),
    }
}

fn playlist_mut<'s>(state: &'s mut State, id: &str) -> &'s mut Playlist {
    match state.playlists.iter_mut().find(|playlist| playlist.id == id) {
        Some(playlist) => playlist,
        None => panic!("there is no playlist “{id}”"),
    }
}

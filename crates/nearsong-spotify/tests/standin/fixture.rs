use std::sync::Arc;

use nearsong_spotify::{
    App, CallOutcome, Client, Family, Hosts, Landing, Limits, Memory, Scopes, SignIn, SpotifyError, Tokens, exchange,
};
use nearsong_standin::{AnsweredCall, Fault, FaultRule, SpotifySetting, SpotifyStandin, SpotifyTrack, SpotifyUser};
use nearsong_types::{Clock, Progress, Silent, TrackId};

use crate::{clock::ManualClock, recorder::Recorder};

/// Where a sign-in ends that no browser takes part in.
pub(crate) const BACK: &str = "http://127.0.0.1:45678/callback";

/// A stand-in for Spotify with Ana and Ben, and all that a client of Ana's needs. They share one clock.
pub(crate) struct Fixture {
    pub(crate) spotify: SpotifyStandin,
    pub(crate) clock: ManualClock,
    pub(crate) memory: Recorder,
    pub(crate) app: App,
}

impl Fixture {
    /// Signed in with every scope; no call has been made since.
    pub(crate) fn new() -> Self {
        Self::with(SpotifySetting::default())
    }

    pub(crate) fn with(setting: SpotifySetting) -> Self {
        let fixture = Self::signed_out(setting);
        fixture.sign_in(&all_scopes());
        fixture
    }

    pub(crate) fn signed_out(setting: SpotifySetting) -> Self {
        let (clock, client_id) = (ManualClock::new(), setting.client_id.clone());
        let shared = clock.clone();
        let users = vec![SpotifyUser::new("ana", "Ana"), SpotifyUser::new("ben", "Ben")];
        let setting = SpotifySetting { clock: Arc::new(move || shared.now()), users, ..setting };
        let spotify = SpotifyStandin::start(setting).unwrap();
        let hosts = Hosts { accounts: spotify.accounts_url().to_owned(), api: spotify.api_url().to_owned() };
        let app = App { client_id, redirect_uri: BACK.to_owned(), hosts };
        Self { spotify, clock, memory: Recorder::new(), app }
    }

    /// Ana signs in and agrees, by the real path.
    pub(crate) fn sign_in(&self, scopes: &Scopes) {
        let (sign_in, landing) = self.landed(scopes);
        self.memory.keep_tokens(&self.exchanged(&sign_in, &landing).unwrap()).unwrap();
        self.spotify.forget_calls();
    }

    /// A sign-in up to where the browser has come back.
    pub(crate) fn landed(&self, scopes: &Scopes) -> (SignIn, Landing) {
        let sign_in = SignIn::begin(&self.app, BACK, scopes);
        let address = self.spotify.consent(sign_in.address()).unwrap();
        let landing = sign_in.landing(&address).unwrap();
        (sign_in, landing)
    }

    pub(crate) fn exchanged(&self, sign_in: &SignIn, landing: &Landing) -> Result<Tokens, SpotifyError> {
        exchange(&self.app, sign_in, landing, &Limits::default(), &self.clock)
    }

    pub(crate) fn client(&self) -> Client<'_> {
        self.client_with(Limits { max_calls: 200, ..Limits::default() })
    }

    pub(crate) fn client_with(&self, limits: Limits) -> Client<'_> {
        self.watched_client(limits, &Silent)
    }

    pub(crate) fn watched_client<'a>(&'a self, limits: Limits, progress: &'a dyn Progress) -> Client<'a> {
        Client::new(&self.app, &self.memory, &self.clock, progress, limits).unwrap()
    }

    /// The next request of this kind is struck.
    pub(crate) fn strike(&self, fault: Fault, method: &str, path: &str) {
        self.spotify.fault(FaultRule::new(fault).on(method, path));
    }

    /// What the stand-in was asked since the sign-in: `GET /v1/me 200`, or `… cut` where no whole answer was sent.
    pub(crate) fn asked(&self) -> Vec<String> {
        let status = |call: &AnsweredCall| call.status.map_or_else(|| "cut".to_owned(), |status| status.to_string());
        self.spotify.calls().iter().map(|call| format!("{} {} {}", call.method, call.path, status(call))).collect()
    }

    /// Every call that arrived was counted before and after, under its family, with what came of it; and no other.
    pub(crate) fn check_counted(&self) {
        let calls = self.spotify.calls();
        let arrived: Vec<_> = calls.iter().map(|call| (family_of(call), Some(outcome_of(call)))).collect();
        let counted: Vec<_> = self.memory.kept().calls.iter().map(|call| (call.family, call.outcome)).collect();
        assert_eq!(counted, arrived);
    }

    /// A playlist of Ana's with these tracks, made by a client; that is not counted.
    pub(crate) fn playlist(&self, tracks: &[TrackId]) -> String {
        let (other, client) = (Recorder::new(), Limits { max_calls: 200, ..Limits::default() });
        other.keep_tokens(&self.memory.held_tokens()).unwrap();
        self.spotify.add_tracks((0..250).map(track));
        let client = Client::new(&self.app, &other, &self.clock, &Silent, client).unwrap();
        let id = client.create_playlist("Picks", "Made by Nearsong").unwrap().id;
        for (number, part) in tracks.chunks(100).enumerate() {
            client.add_items(&id, part, number as u32 * 100).unwrap();
        }
        self.spotify.forget_calls();
        id
    }

    /// What the only playlist holds.
    pub(crate) fn held(&self) -> Vec<TrackId> {
        let playlists = self.spotify.playlists();
        let [playlist] = playlists.as_slice() else { panic!("{playlists:?}") };
        playlist.uris.iter().map(|uri| uri.parse().unwrap()).collect()
    }
}

fn family_of(call: &AnsweredCall) -> Family {
    let parts: Vec<_> = call.path.split('/').skip(1).collect();
    match (call.method.as_str(), parts.as_slice()) {
        (_, ["api", "token"]) => Family::Accounts,
        (_, ["v1", "me"]) => Family::Profile,
        (_, ["v1", "me", "top", _]) => Family::Top,
        (_, ["v1", "me", "player", "recently-played"]) => Family::RecentlyPlayed,
        (_, ["v1", "me", "tracks" | "library"]) => Family::Library,
        (_, ["v1", "me", "library", "contains"]) => Family::PlaylistRead,
        (_, ["v1", "playlists", _, "images"]) => Family::Cover,
        ("GET", ["v1", "me", "playlists"] | ["v1", "playlists", ..]) => Family::PlaylistRead,
        (_, ["v1", "me", "playlists"] | ["v1", "playlists", ..]) => Family::PlaylistWrite,
        _ => panic!("no such call is made: {call:?}"),
    }
}

fn outcome_of(call: &AnsweredCall) -> CallOutcome {
    call.status.map_or(CallOutcome::Broken, CallOutcome::Answered)
}

pub(crate) fn all_scopes() -> Scopes {
    Scopes::reading().and(Scopes::writing()).and(Scopes::covers())
}

pub(crate) fn track_id(number: u32) -> TrackId {
    format!("0made0up{number:014}").parse().unwrap()
}

pub(crate) fn track_ids(numbers: std::ops::Range<u32>) -> Vec<TrackId> {
    numbers.map(track_id).collect()
}

pub(crate) fn track(number: u32) -> SpotifyTrack {
    SpotifyTrack::new(track_id(number), &format!("Song {number}"), &format!("Band {}", number / 3))
}

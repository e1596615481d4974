use std::{collections::BTreeMap, time::Duration};

use nearsong_types::{Moment, TrackId};
use serde_json::Value;

use super::{
    AnsweredCall, Fault, SpotifySetting, SpotifyTrack,
    account::Account,
    accounts,
    answer::{Answer, Body},
    fault_rule::FaultRules,
    grants::Grants,
    ids::Ids,
    music::Music,
    playlist::Playlist,
    request::Request,
    routes::{self, Family},
    token,
};

/// Everything that the stand-in knows. A request is answered as a whole before the next one is looked at.
pub(crate) struct State {
    pub(crate) setting: SpotifySetting,
    /// `http://127.0.0.1:PORT`.
    pub(crate) accounts_url: String,
    /// `http://127.0.0.1:PORT/v1`.
    pub(crate) api_url: String,
    pub(crate) music: Music,
    pub(crate) accounts: Vec<Account>,
    /// In the order in which they were made.
    pub(crate) playlists: Vec<Playlist>,
    pub(crate) grants: Grants,
    pub(crate) faults: FaultRules,
    pub(crate) calls: Vec<AnsweredCall>,
    /// When calls that count were answered, by family.
    pub(crate) counted: BTreeMap<Family, Vec<Moment>>,
    pub(crate) has_lapsed: bool,
    pub(crate) ids: Ids,
}

/// How an answer reaches the client, if it does.
pub(crate) enum Delivery {
    Whole(Answer),
    Half(Answer),
    Cut,
    Stall(Duration),
}

impl State {
    pub(crate) fn new(setting: SpotifySetting, accounts_url: String) -> Self {
        Self {
            accounts: setting.users.iter().cloned().map(Account::new).collect(),
            setting,
            api_url: format!("{accounts_url}/v1"),
            accounts_url,
            music: Music::default(),
            playlists: Vec::new(),
            grants: Grants::default(),
            faults: FaultRules::default(),
            calls: Vec::new(),
            counted: BTreeMap::new(),
            has_lapsed: false,
            ids: Ids::default(),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        (self.setting.clock)()
    }

    /// Acts on a request, unless a fault strikes it, and notes it down.
    pub(crate) fn serve(&mut self, request: &Request) -> Delivery {
        let fault = self.faults.strike(request);
        let delivery = self.deliver(request, fault);
        let status = match &delivery {
            Delivery::Whole(answer) => Some(answer.status),
            Delivery::Half(_) | Delivery::Cut | Delivery::Stall(_) => None,
        };
        let (method, path, query) = (request.method.clone(), request.path.clone(), request.query.clone());
        self.calls.push(AnsweredCall { method, path, query, status });
        delivery
    }

    fn deliver(&mut self, request: &Request, fault: Option<Fault>) -> Delivery {
        let Some(fault) = fault else { return Delivery::Whole(self.answer(request)) };
        if let Some(refusal) = fault.refusal() {
            return Delivery::Whole(refusal);
        }
        match fault {
            Fault::CutBefore => Delivery::Cut,
            Fault::Stall(duration) => Delivery::Stall(duration),
            Fault::CutAfter => {
                self.answer(request);
                Delivery::Cut
            }
            Fault::HalfAnswer => Delivery::Half(self.answer(request)),
            fault => Delivery::Whole(fault.spoil(self.answer(request))),
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match (request.method.as_str(), request.segments().as_slice()) {
            ("GET", ["authorize"]) => accounts::consent_page(self, request),
            ("POST", ["authorize"]) => accounts::consent(self, request),
            ("POST", ["api", "token"]) => token::token(self, request),
            ("GET", ["image", id]) => {
                match self.playlist_index(id).and_then(|at| self.playlists[at].cover_jpeg.clone()) {
                    Some(jpeg) => Answer::new(200, Body::Jpeg(jpeg)),
                    None => Answer::html(404, "<h1>Not found</h1>\n"),
                }
            }
            (_, ["v1", rest @ ..]) => routes::answer(self, request, rest).unwrap_or_else(Answer::from),
            _ => Answer::html(404, "<h1>Not found</h1>\n"),
        }
    }

    pub(crate) fn account_index(&self, user_id: &str) -> Option<usize> {
        self.accounts.iter().position(|account| account.user.id == user_id)
    }

    pub(crate) fn playlist_index(&self, id: &str) -> Option<usize> {
        self.playlists.iter().position(|playlist| playlist.id == id)
    }

    /// The full track object; `null` where there is no such track.
    pub(crate) fn track_json(&self, id: TrackId) -> Value {
        self.music.track(id).map_or(Value::Null, |track| track.to_json(&self.api_url))
    }

    /// The track, which is new to the catalogue or replaces what was there under its id.
    pub(crate) fn learn(&mut self, track: SpotifyTrack) -> TrackId {
        let id = track.id;
        self.music.add(track);
        id
    }
}

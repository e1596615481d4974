use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nearsong_standin::{SpotifySetting, SpotifyStandin, SpotifyTrack};
use nearsong_types::{Moment, TrackId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// When every test begins: 2026-11-24T06:00:00Z.
pub(crate) const START_S: i64 = 1_795_500_000;
pub(crate) const VERIFIER: &str = "a-verifier.that_is~long-enough-to-be-taken-for-one";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:45678/callback";
/// All that an app like ours asks for.
pub(crate) const SCOPES: &str = "user-top-read user-read-recently-played user-library-read user-library-modify playlist-read-private playlist-modify-private playlist-modify-public ugc-image-upload";

/// A stand-in, its clock, and a client that is signed in as Ana unless it says otherwise.
pub(crate) struct Client {
    pub(crate) spotify: SpotifyStandin,
    pub(crate) access_token: String,
    clock_s: Arc<AtomicI64>,
    client_id: String,
    pub(crate) agent: ureq::Agent,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) retry_after: Option<String>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The message of a refusal by the Web API, whose status stands in the body too.
    pub(crate) fn message(&self) -> String {
        let error = &self.json()["error"];
        assert_eq!(error["status"], self.status);
        error["message"].as_str().unwrap().to_owned()
    }
}

impl Client {
    /// Signed in as Ana with [`SCOPES`].
    pub(crate) fn new(setting: SpotifySetting) -> Self {
        let mut client = Self::signed_out(setting);
        client.sign_in(SCOPES);
        client
    }

    pub(crate) fn signed_out(setting: SpotifySetting) -> Self {
        let clock_s = Arc::new(AtomicI64::new(START_S));
        let shared = Arc::clone(&clock_s);
        let client_id = setting.client_id.clone();
        let clock = Arc::new(move || Moment::from_seconds(shared.load(Ordering::SeqCst)));
        let spotify = SpotifyStandin::start(SpotifySetting { clock, ..setting }).unwrap();
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self { spotify, access_token: String::new(), clock_s, client_id, agent: config.new_agent() }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock_s.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn authorize_url(&self, scopes: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let (base, client_id) = (self.spotify.accounts_url(), &self.client_id);
        let scopes = scopes.replace(' ', "%20");
        format!(
            "{base}/authorize?client_id={client_id}&response_type=code&redirect_uri={REDIRECT}&state=xyz&scope={scopes}\
             &code_challenge_method=S256&code_challenge={challenge}"
        )
    }

    /// A code, as the browser brings it back.
    pub(crate) fn code(&self, scopes: &str) -> String {
        let location = self.spotify.consent(&self.authorize_url(scopes)).unwrap();
        let code = location.strip_prefix(&format!("{REDIRECT}?code=")).unwrap();
        code.strip_suffix("&state=xyz").unwrap().to_owned()
    }

    pub(crate) fn exchange(&self, code: &str) -> Answer {
        let client_id = &self.client_id;
        self.token(&format!(
            "grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&client_id={client_id}&code_verifier={VERIFIER}"
        ))
    }

    pub(crate) fn refresh(&self, refresh_token: &str) -> Answer {
        self.token(&format!("grant_type=refresh_token&refresh_token={refresh_token}&client_id={}", self.client_id))
    }

    pub(crate) fn token(&self, form: &str) -> Answer {
        let url = format!("{}/api/token", self.spotify.accounts_url());
        let request = self.agent.post(url).header("content-type", "application/x-www-form-urlencoded");
        read(request.send(form)).unwrap()
    }

    /// Signs in as Ana; gives the tokens.
    pub(crate) fn sign_in(&mut self, scopes: &str) -> Value {
        let tokens = self.exchange(&self.code(scopes)).json();
        self.access_token = tokens["access_token"].as_str().unwrap().to_owned();
        tokens
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.try_get(path).unwrap()
    }

    pub(crate) fn try_get(&self, path: &str) -> Result<Answer, ureq::Error> {
        read(self.agent.get(self.url(path)).header("authorization", self.bearer()).call())
    }

    /// A request of any method with a JSON body, unless that is `null`.
    pub(crate) fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.try_send(method, path, body).unwrap()
    }

    pub(crate) fn try_send(&self, method: &str, path: &str, body: Value) -> Result<Answer, ureq::Error> {
        let content = if body.is_null() { String::new() } else { body.to_string() };
        self.try_send_text(method, path, "application/json", content)
    }

    pub(crate) fn try_send_text(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        content: String,
    ) -> Result<Answer, ureq::Error> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path))
            .header("authorization", self.bearer())
            .header("content-type", content_type)
            .body(content)
            .unwrap();
        let request = self.agent.configure_request(request).allow_non_standard_methods(true).build();
        read(self.agent.run(request))
    }

    /// Makes a private playlist with these tracks; gives its id.
    pub(crate) fn playlist(&self, uris: &[String]) -> String {
        let made = self.send("POST", "/me/playlists", json!({ "name": "Picks", "public": false }));
        assert_eq!(made.status, 201);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        for uris in uris.chunks(100) {
            assert_eq!(self.send("POST", &format!("/playlists/{id}/items"), json!({ "uris": uris })).status, 201);
        }
        id
    }

    /// What is on the only playlist, as numbers of [`track`]s.
    pub(crate) fn held(&self) -> Vec<u32> {
        let playlists = self.spotify.playlists();
        let [playlist] = playlists.as_slice() else { panic!("{playlists:?}") };
        playlist.uris.iter().map(|uri| uri[uri.len() - 6..].parse().unwrap()).collect()
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.spotify.api_url()) }
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.access_token)
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, ureq::Error> {
    let mut answer = answer?;
    let retry_after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    Ok(Answer { status: answer.status().as_u16(), text: answer.body_mut().read_to_string()?, retry_after })
}

pub(crate) fn track_id(number: u32) -> TrackId {
    format!("0made0up{number:014}").parse().unwrap()
}

pub(crate) fn uri(number: u32) -> String {
    track_id(number).uri()
}

pub(crate) fn uris(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(uri).collect()
}

/// The `number`-th of a row of tracks; three of an artist follow each other.
pub(crate) fn track(number: u32) -> SpotifyTrack {
    let track = SpotifyTrack::new(track_id(number), &format!("Song {number}"), &format!("Band {}", number / 3));
    SpotifyTrack { isrc: Some(format!("ZZNS{number:08}")), ..track }
}

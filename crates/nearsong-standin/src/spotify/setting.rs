use std::sync::Arc;

use nearsong_types::Moment;

use super::SpotifyUser;

/// Tells the stand-in what time it is; a test moves it forward, the demo hands in the time of day. It must not call the stand-in.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// What the stand-in is like: its app, its people, its rules.
#[derive(Clone)]
pub struct SpotifySetting {
    /// The one client id that is known; any other is `INVALID_CLIENT`.
    pub client_id: String,
    /// The app's name on the consent page.
    pub app_name: String,
    /// Where a sign-in may lead, as entered in the dashboard. `http://127.0.0.1/callback`, without a port, allows any port.
    pub redirect_uris: Vec<String>,
    /// Who has an account. All are on the app's allow-list until [`SpotifyStandin::allow`](super::SpotifyStandin::allow) says otherwise.
    pub users: Vec<SpotifyUser>,
    /// How long an access token works, in seconds.
    pub access_token_life_s: u32,
    /// Whether each refresh gives the next refresh token and revokes the one it was done with. Where not, no new one comes back.
    pub rotates_refresh_tokens: bool,
    /// Calls of one family of endpoints that are answered within any 24 hours; without, there is no quota.
    pub quota_per_family: Option<u32>,
    /// Whether answers say `tracks` and `track` in place of `items` and `item`, and the paths that ended in February 2026 are
    /// still served, as for client ids that are older than that.
    pub has_old_shapes: bool,
    /// The time.
    pub clock: Clock,
}

impl Default for SpotifySetting {
    /// One listener, `http://127.0.0.1/callback` on any port, tokens of an hour, no rotation, no quota, the new shapes, and a
    /// clock that stands still at 2026-11-24T06:00:00Z.
    fn default() -> Self {
        Self {
            client_id: "0made0up00000000000000000client0".to_owned(),
            app_name: "Nearsong".to_owned(),
            redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
            users: vec![SpotifyUser::new("ana", "Ana")],
            access_token_life_s: 3600,
            rotates_refresh_tokens: false,
            quota_per_family: None,
            has_old_shapes: false,
            clock: Arc::new(|| Moment::from_seconds(1_795_500_000)),
        }
    }
}

use serde_json::Value;

use crate::{Client, Family, Scopes, SpotifyError, http::Request, wire::text};

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Spotify's number for the account: `account_id`, which stays the same, or the older `id`.
    pub account: String,
    /// The name to show.
    pub display_name: Option<String>,
}

impl Profile {
    fn read(value: &Value) -> Option<Self> {
        let account = text(value, "account_id").or_else(|| text(value, "id"))?;
        Some(Self { account, display_name: text(value, "display_name") })
    }
}

impl Client<'_> {
    /// Who signed in: `GET /me`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn profile(&self) -> Result<Profile, SpotifyError> {
        let what = "your profile";
        let answer = self.call(Family::Profile, &Scopes::default(), &Request::get(what, self.url("/me")))?;
        Profile::read(&answer).ok_or(SpotifyError::Unreadable { what, problem: "it names no account".to_owned() })
    }
}

use serde_json::Value;

use super::{
    account::Account,
    answer::{Answer, ApiError},
    request::Request,
    state::State,
};

pub(crate) type Reply = Result<Answer, ApiError>;

/// One call of the Web API by somebody who is signed in.
pub(crate) struct Visit<'v> {
    pub(crate) state: &'v mut State,
    pub(crate) request: &'v Request,
    /// Index of the account.
    pub(crate) caller: usize,
    pub(crate) scopes: Vec<String>,
    /// What stands at the `*` of the route's path; empty where there is none.
    pub(crate) id: &'v str,
}

impl Visit<'_> {
    pub(crate) fn account(&self) -> &Account {
        &self.state.accounts[self.caller]
    }

    pub(crate) fn account_mut(&mut self) -> &mut Account {
        &mut self.state.accounts[self.caller]
    }

    pub(crate) fn api_url(&self) -> &str {
        &self.state.api_url
    }

    /// Where this request went, without its query.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.state.accounts_url, self.request.path)
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    pub(crate) fn need_scope(&self, scope: &str) -> Result<(), ApiError> {
        if self.has_scope(scope) { Ok(()) } else { Err(ApiError::insufficient_scope()) }
    }

    /// The scope that changing a playlist takes.
    pub(crate) fn need_scope_to_change(&self, is_public: bool) -> Result<(), ApiError> {
        self.need_scope(if is_public { "playlist-modify-public" } else { "playlist-modify-private" })
    }

    /// The playlist named in the path.
    pub(crate) fn playlist_index(&self) -> Result<usize, ApiError> {
        self.state.playlist_index(self.id).ok_or_else(ApiError::not_found)
    }

    /// The playlist named in the path, which is the caller's own.
    pub(crate) fn own_playlist_index(&self) -> Result<usize, ApiError> {
        let at = self.playlist_index()?;
        if self.state.playlists[at].owner == self.caller { Ok(at) } else { Err(ApiError::forbidden()) }
    }

    /// The playlist named in the path, which is the caller's own and which the token may change.
    pub(crate) fn playlist_to_change(&self) -> Result<usize, ApiError> {
        let at = self.own_playlist_index()?;
        self.need_scope_to_change(self.state.playlists[at].is_public)?;
        Ok(at)
    }
}

/// 200 with a JSON body.
pub(crate) fn ok(value: Value) -> Reply {
    Ok(Answer::json(200, value))
}

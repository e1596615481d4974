use std::collections::BTreeMap;

use nearsong_types::Moment;

use super::{clock, ids::Ids};

const CODE_LIFE_S: i64 = 600;

/// What a person agreed to.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    pub(crate) user_id: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) given_at: Moment,
}

/// A code that was sent to the redirect address and can be exchanged once.
pub(crate) struct Code {
    pub(crate) consent: Consent,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) is_used: bool,
}

pub(crate) struct Refresh {
    pub(crate) consent: Consent,
    pub(crate) is_revoked: bool,
}

pub(crate) struct Access {
    pub(crate) consent: Consent,
    pub(crate) expires_at: Moment,
}

/// All codes and tokens that were given out.
#[derive(Default)]
pub(crate) struct Grants {
    codes: BTreeMap<String, Code>,
    refresh: BTreeMap<String, Refresh>,
    access: BTreeMap<String, Access>,
}

impl Grants {
    pub(crate) fn add_code(&mut self, ids: &mut Ids, code: Code) -> String {
        let text = ids.next("AQ", 180);
        self.codes.insert(text.clone(), code);
        text
    }

    /// The code, if it was given out and not exchanged yet; or what is wrong with it.
    pub(crate) fn code(&self, text: &str, now: Moment) -> Result<&Code, &'static str> {
        let code = self.codes.get(text).filter(|code| !code.is_used).ok_or("Invalid authorization code")?;
        let is_old = now >= clock::plus_seconds(code.consent.given_at, CODE_LIFE_S);
        if is_old { Err("Authorization code expired") } else { Ok(code) }
    }

    pub(crate) fn use_up_code(&mut self, text: &str) {
        if let Some(code) = self.codes.get_mut(text) {
            code.is_used = true;
        }
    }

    pub(crate) fn add_refresh(&mut self, ids: &mut Ids, consent: Consent) -> String {
        let text = ids.next("AQ", 131);
        self.refresh.insert(text.clone(), Refresh { consent, is_revoked: false });
        text
    }

    /// What was agreed to with this refresh token; or what is wrong with it.
    pub(crate) fn refresh(&self, text: &str, now: Moment) -> Result<&Consent, &'static str> {
        let refresh = self.refresh.get(text).ok_or("Invalid refresh token")?;
        if refresh.is_revoked {
            return Err("Refresh token revoked");
        }
        let is_old = now >= clock::plus_six_months(refresh.consent.given_at);
        if is_old { Err("Refresh token expired") } else { Ok(&refresh.consent) }
    }

    pub(crate) fn revoke_refresh(&mut self, text: &str) {
        if let Some(refresh) = self.refresh.get_mut(text) {
            refresh.is_revoked = true;
        }
    }

    /// Revokes all refresh tokens of a user.
    pub(crate) fn revoke_user(&mut self, user_id: &str) {
        for refresh in self.refresh.values_mut().filter(|refresh| refresh.consent.user_id == user_id) {
            refresh.is_revoked = true;
        }
    }

    pub(crate) fn add_access(&mut self, ids: &mut Ids, access: Access) -> String {
        let text = ids.next("BQ", 200);
        self.access.insert(text.clone(), access);
        text
    }

    /// What was agreed to with this access token; or what is wrong with it.
    pub(crate) fn access(&self, text: &str, now: Moment) -> Result<&Consent, &'static str> {
        let access = self.access.get(text).ok_or("Invalid access token")?;
        if now >= access.expires_at { Err("The access token expired") } else { Ok(&access.consent) }
    }

    pub(crate) fn expire_access_tokens(&mut self) {
        for access in self.access.values_mut() {
            access.expires_at = Moment::from_micros(i64::MIN);
        }
    }

    /// Every code and token, also those that no longer work.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &String> {
        self.codes.keys().chain(self.refresh.keys()).chain(self.access.keys())
    }
}

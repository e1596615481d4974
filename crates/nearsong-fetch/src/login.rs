use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

/// Tokens made since late 2025 begin with this and are sent as a bearer token; older keys go with a user name.
const TOKEN_PREFIX: &str = "KGAT_";

/// What Kaggle accepts instead of a password. It is never printed, and sent to Kaggle only.
///
/// Public datasets mostly come without.
#[derive(Clone, PartialEq, Eq)]
pub struct KaggleLogin {
    /// Value of the `Authorization` header.
    authorization: String,
}

/// A text that is no Kaggle login. The text itself is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a Kaggle token (KGAT_…) or the content of kaggle.json ({{\"username\": …, \"key\": …}}), found something \
     else; make a token at https://www.kaggle.com/settings/api"
)]
pub struct LoginError;

#[derive(Deserialize)]
struct KaggleJson {
    username: String,
    key: String,
}

impl KaggleLogin {
    /// Reads what Kaggle hands out: a bare token, or the content of `kaggle.json`.
    ///
    /// # Errors
    /// [`LoginError`] for an empty text, other JSON, or anything with blanks or line breaks inside.
    pub fn parse(text: &str) -> Result<Self, LoginError> {
        let text = text.trim();
        if text.starts_with('{') {
            let KaggleJson { username, key } = serde_json::from_str(text).map_err(|_| LoginError)?;
            return Self::new(&username, &key);
        }
        if is_one_word(text) { Ok(Self::bearer(text)) } else { Err(LoginError) }
    }

    /// User name and key of an older login. A key that is a token makes the name unnecessary.
    ///
    /// # Errors
    /// [`LoginError`] where one of them is empty or has blanks inside, or the name has a colon.
    pub fn new(username: &str, key: &str) -> Result<Self, LoginError> {
        if is_one_word(key) && key.starts_with(TOKEN_PREFIX) {
            return Ok(Self::bearer(key));
        }
        if !is_one_word(key) || !is_one_word(username) || username.contains(':') {
            return Err(LoginError);
        }
        Ok(Self { authorization: format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{key}"))) })
    }

    fn bearer(token: &str) -> Self {
        Self { authorization: format!("Bearer {token}") }
    }

    /// Value of the `Authorization` header, for the wire only.
    pub(crate) fn authorization(&self) -> &str {
        &self.authorization
    }
}

impl fmt::Debug for KaggleLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KaggleLogin(…)")
    }
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_go_out_as_kaggle_expects() {
        let token = KaggleLogin::parse(" KGAT_0123\n").unwrap();
        assert_eq!(token.authorization(), "Bearer KGAT_0123");
        let key = KaggleLogin::parse(r#"{"username":"martin","key":"secret"}"#).unwrap();
        assert_eq!(key.authorization(), "Basic bWFydGluOnNlY3JldA==");
        let mixed = KaggleLogin::parse(r#"{"username":"martin","key":"KGAT_0123"}"#).unwrap();
        assert_eq!(mixed, token);
    }

    #[test]
    fn other_texts_are_refused_without_showing_them() {
        for text in ["", "two words", "{}", r#"{"username":"a","key":""}"#, r#"{"username":"a:b","key":"topsecret"}"#] {
            let error = KaggleLogin::parse(text).unwrap_err();
            assert!(!error.to_string().contains("topsecret"), "{text}");
        }
        assert!(KaggleLogin::parse("a\r\nHost: else").is_err());
    }

    #[test]
    fn nothing_secret_is_printed() {
        for text in ["KGAT_topsecret", r#"{"username":"martin","key":"topsecret"}"#] {
            assert_eq!(format!("{:?}", KaggleLogin::parse(text).unwrap()), "KaggleLogin(…)");
        }
    }
}

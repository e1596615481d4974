use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    answer::{Answer, oauth_error},
    clock,
    grants::{Access, Consent},
    request::Request,
    state::State,
};

/// `POST /api/token`: a code or a refresh token in exchange for an access token.
pub(crate) fn token(state: &mut State, request: &Request) -> Answer {
    let is_form = |kind: &str| kind.starts_with("application/x-www-form-urlencoded");
    if !request.content_type.as_deref().is_some_and(is_form) {
        return oauth_error(415, "unsupported_media_type", "Content-Type must be application/x-www-form-urlencoded");
    }
    if request.authorization.is_some() {
        return oauth_error(400, "invalid_client", "Invalid client secret");
    }
    if request.field("client_id").as_deref() != Some(state.setting.client_id.as_str()) {
        return oauth_error(400, "invalid_client", "Invalid client");
    }
    let exchanged = match request.field("grant_type").as_deref() {
        Some("authorization_code") => by_code(state, request),
        Some("refresh_token") => by_refresh(state, request),
        None => return oauth_error(400, "unsupported_grant_type", "grant_type parameter is missing"),
        Some(_) => {
            return oauth_error(
                400,
                "unsupported_grant_type",
                "grant_type must be authorization_code or refresh_token",
            );
        }
    };
    match exchanged {
        Ok((consent, refresh_token)) => tokens(state, consent, refresh_token),
        Err(said) => oauth_error(400, "invalid_grant", said),
    }
}

/// What was agreed to, and a new refresh token if there is one.
type Exchanged = Result<(Consent, Option<String>), &'static str>;

fn by_code(state: &mut State, request: &Request) -> Exchanged {
    let text = request.field("code").ok_or("Invalid authorization code")?;
    let code = state.grants.code(&text, state.now())?;
    if request.field("redirect_uri").as_deref() != Some(code.redirect_uri.as_str()) {
        return Err("Invalid redirect URI");
    }
    let verifier = request.field("code_verifier").filter(|verifier| is_verifier(verifier));
    if verifier.is_none_or(|verifier| challenge(&verifier) != code.challenge) {
        return Err("code_verifier was incorrect");
    }
    let consent = code.consent.clone();
    state.grants.use_up_code(&text);
    let refresh_token = state.grants.add_refresh(&mut state.ids, consent.clone());
    Ok((consent, Some(refresh_token)))
}

fn by_refresh(state: &mut State, request: &Request) -> Exchanged {
    let text = request.field("refresh_token").ok_or("Invalid refresh token")?;
    let consent = state.grants.refresh(&text, state.now())?.clone();
    if !state.setting.rotates_refresh_tokens {
        return Ok((consent, None));
    }
    state.grants.revoke_refresh(&text);
    let next = state.grants.add_refresh(&mut state.ids, consent.clone());
    Ok((consent, Some(next)))
}

fn tokens(state: &mut State, consent: Consent, refresh_token: Option<String>) -> Answer {
    let life_s = state.setting.access_token_life_s;
    let expires_at = clock::plus_seconds(state.now(), i64::from(life_s));
    let scope = consent.scopes.join(" ");
    let access_token = state.grants.add_access(&mut state.ids, Access { consent, expires_at });
    let mut body =
        json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": life_s, "scope": scope });
    if let Some(refresh_token) = refresh_token {
        body["refresh_token"] = json!(refresh_token);
    }
    Answer::json(200, body)
}

/// 43 to 128 characters from `A–Z a–z 0–9 - . _ ~`.
fn is_verifier(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_fine)
}

/// The S256 challenge of a verifier.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_those_of_rfc_7636() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn verifiers_have_their_length_and_alphabet() {
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
        assert!(!is_verifier(&"a".repeat(42)) && !is_verifier(&"a".repeat(129)) && !is_verifier(&"+".repeat(50)));
    }
}

use std::time::Duration;

use nearsong_types::{Clock, Moment, Secret};
use serde_json::Value;
use ureq::http::Method;

use crate::{
    App, Family, Landing, Limits, OwnerProblem, Scopes, SignIn, SignInReason, SpotifyError, Tokens, WaitReason,
    http::{Answer, Content, Http, Request},
    sign_in::query,
    wire::{number, text},
};

const DEFAULT_LIFE: u64 = 3_600;
/// How long to wait where too much was asked and no time is named.
const UNSAID_WAIT: Duration = Duration::from_secs(60);

/// Fetches the first tokens with the code that a sign-in brought back. A code is good once, so it is sent once.
///
/// # Errors
/// [`SpotifyError::SignInAgain`] where the code is not taken, [`SpotifyError::AskOwner`] where the client id is not known,
/// [`SpotifyError::TryLater`] where no answer came; then begin again. [`SpotifyError::Wait`] where too much was asked.
pub fn exchange(
    app: &App,
    sign_in: &SignIn,
    landing: &Landing,
    limits: &Limits,
    clock: &dyn Clock,
) -> Result<Tokens, SpotifyError> {
    app.hosts.check()?;
    let form = query(&[
        ("grant_type", "authorization_code"),
        ("code", landing.code.reveal()),
        ("redirect_uri", sign_in.redirect_uri()),
        ("client_id", &app.client_id),
        ("code_verifier", sign_in.verifier().reveal()),
    ]);
    let request = token_request(app, form);
    let answer = Http::new(limits).send(&request, None).map_err(|broken| SpotifyError::TryLater {
        what: request.what,
        reason: broken.reason,
        attempts: 1,
        may_have_happened: broken.may_have_arrived,
    })?;
    read_tokens(&answer, clock.now(), None)
}

/// Asks for the next access token.
pub(crate) fn refresh_request(app: &App, tokens: &Tokens) -> Request {
    token_request(
        app,
        query(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh.reveal()),
            ("client_id", &app.client_id),
        ]),
    )
}

fn token_request(app: &App, form: String) -> Request {
    let url = format!("{}/api/token", app.hosts.accounts);
    Request { what: "the sign-in", method: Method::POST, url, body: Content::Form(Secret::new(form)) }
}

/// Reads the answer of the token endpoint; what it leaves out stays as it was `before`.
pub(crate) fn read_tokens(answer: &Answer, now: Moment, before: Option<&Tokens>) -> Result<Tokens, SpotifyError> {
    let what = "the sign-in";
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if answer.status != 200 {
        return Err(match text(&body, "error").as_deref() {
            Some("invalid_grant") => SpotifyError::SignInAgain(SignInReason::Ended),
            Some("invalid_client" | "unauthorized_client") => SpotifyError::AskOwner(OwnerProblem::WrongClientId),
            _ if answer.status == 429 => {
                let until = now.plus(answer.retry_after.unwrap_or(UNSAID_WAIT));
                SpotifyError::Wait { until, family: Family::Accounts, reason: WaitReason::RateLimit }
            }
            _ if answer.status >= 500 => {
                let reason = format!("status {}", answer.status);
                SpotifyError::TryLater { what, reason, attempts: 1, may_have_happened: true }
            }
            _ => {
                let message = text(&body, "error_description").unwrap_or_default().chars().take(200).collect();
                SpotifyError::Rejected { what, status: answer.status, message }
            }
        });
    }
    let missing = |field: &str| SpotifyError::Unreadable { what, problem: format!("it has no {field}") };
    let access = text(&body, "access_token").ok_or_else(|| missing("access_token"))?;
    let refresh = text(&body, "refresh_token").map(Secret::new).or_else(|| before.map(|before| before.refresh.clone()));
    let scopes =
        text(&body, "scope").map(|text| Scopes::parse(&text)).or_else(|| before.map(|before| before.scopes.clone()));
    let life = number(&body, "expires_in").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(DEFAULT_LIFE);
    Ok(Tokens {
        access: Secret::new(access),
        access_expires_at: now.plus(Duration::from_secs(life.min(86_400))),
        refresh: refresh.ok_or_else(|| missing("refresh_token"))?,
        scopes: scopes.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after: None, body: body.as_bytes().to_vec() }
    }

    fn before() -> Tokens {
        let body = r#"{"access_token":"BQ1","expires_in":3600,"refresh_token":"AQ1","scope":"user-top-read"}"#;
        read_tokens(&answer(200, body), NOW, None).unwrap()
    }

    #[test]
    fn the_old_refresh_token_stays_where_no_new_one_comes() {
        let before = before();
        let next = read_tokens(&answer(200, r#"{"access_token":"BQ2","expires_in":60}"#), NOW, Some(&before)).unwrap();
        assert_eq!((next.access.reveal(), next.refresh.reveal()), ("BQ2", "AQ1"));
        assert_eq!((next.access_expires_at, &next.scopes), (NOW.plus(Duration::from_secs(60)), &before.scopes));
        let body = r#"{"access_token":"BQ2","refresh_token":"AQ2"}"#;
        assert_eq!(read_tokens(&answer(200, body), NOW, Some(&before)).unwrap().refresh.reveal(), "AQ2");
    }

    #[test]
    fn refusals_are_told_apart() {
        let refused = |status, body| read_tokens(&answer(status, body), NOW, Some(&before())).unwrap_err();
        let ended = refused(400, r#"{"error":"invalid_grant","error_description":"Refresh token revoked"}"#);
        assert!(matches!(ended, SpotifyError::SignInAgain(SignInReason::Ended)));
        for status in [400, 401] {
            let unknown = refused(status, r#"{"error":"invalid_client","error_description":"Invalid client"}"#);
            assert!(matches!(unknown, SpotifyError::AskOwner(OwnerProblem::WrongClientId)));
        }
        assert!(refused(503, "<html>").is_temporary());
        assert!(matches!(refused(400, r#"{"error":"invalid_request"}"#), SpotifyError::Rejected { status: 400, .. }));
        assert!(matches!(refused(200, "{}"), SpotifyError::Unreadable { .. }));
        assert!(matches!(refused(200, "<html>"), SpotifyError::Unreadable { .. }));
    }
}

use nearsong_standin::{SpotifySetting, SpotifyUser, StandinError};
use serde_json::{Value, json};

use crate::client::{Answer, Client, REDIRECT, SCOPES, VERIFIER};

const MONTH_S: i64 = 30 * 86_400;

fn check_grant(answer: &Answer, said: &str) {
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json(), json!({ "error": "invalid_grant", "error_description": said }));
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn a_person_signs_in_and_the_tokens_work() {
    let mut client = Client::signed_out(SpotifySetting::default());
    let tokens = client.sign_in(SCOPES);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(tokens["scope"], SCOPES);
    assert_eq!(client.get("/me").status, 200);

    client.wait(3600);
    let refused = client.get("/me");
    assert_eq!((refused.status, refused.message().as_str()), (401, "The access token expired"));
    let refreshed = client.refresh(text(&tokens["refresh_token"])).json();
    assert!(refreshed.get("refresh_token").is_none(), "no rotation");
    assert_eq!(refreshed["scope"], SCOPES);
    client.access_token = text(&refreshed["access_token"]).to_owned();
    assert_eq!(client.get("/me").status, 200);
}

#[test]
fn the_consent_page_says_who_asks_for_what_and_its_form_does_it() {
    let setting = SpotifySetting { app_name: "Rock & <Roll>".to_owned(), ..SpotifySetting::default() };
    let client = Client::signed_out(setting);
    let url = client.authorize_url("user-top-read ugc-image-upload");
    let page = client.get(&url);
    assert_eq!(page.status, 200);
    for part in [
        "Rock &amp; &lt;Roll&gt;",
        "See your top artists and tracks",
        "Upload pictures",
        "Ana",
        ">Agree</button>",
        ">Cancel</button>",
        "<html lang=\"en\">",
    ] {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    let (_, query) = url.split_once('?').unwrap();
    let sent = client.agent.post(format!("{}/authorize", client.spotify.accounts_url()));
    let sent = sent.header("content-type", "application/x-www-form-urlencoded");
    let sent = sent.send(format!("{query}&user=ana&answer=agree")).unwrap();
    assert_eq!(sent.status().as_u16(), 302);
    let location = sent.headers()["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{REDIRECT}?code=")) && location.ends_with("&state=xyz"), "{location}");
}

#[test]
fn somebody_else_may_sign_in_and_anybody_may_cancel() {
    let users = vec![SpotifyUser::new("ana", "Ana"), SpotifyUser::new("ben", "Ben")];
    let mut client = Client::signed_out(SpotifySetting { users, ..SpotifySetting::default() });
    let url = client.authorize_url("user-top-read");
    let location = client.spotify.answer_consent(&url, "ben", true).unwrap();
    let code = location.split(['=', '&']).nth(1).unwrap();
    client.access_token = text(&client.exchange(code).json()["access_token"]).to_owned();
    assert_eq!(client.get("/me").json()["display_name"], "Ben");
    let location = client.spotify.answer_consent(&url, "ben", false).unwrap();
    assert_eq!(location, format!("{REDIRECT}?error=access_denied&state=xyz"));
}

#[test]
fn an_authorisation_that_is_not_right_is_refused_on_the_page() {
    let client = Client::signed_out(SpotifySetting::default());
    let url = client.authorize_url("user-top-read");
    let said = |url: &str| match client.spotify.consent(url) {
        Err(StandinError::NoConsent { said }) => said,
        other => panic!("{other:?}"),
    };
    assert_eq!(said(&url.replace("client_id=0", "client_id=1")), "INVALID_CLIENT: Invalid client");
    for other in [
        "http://localhost:45678/callback",
        "http://127.0.0.1:45678/other",
        "http://192.0.2.7/callback",
        "https://music.example/callback",
        "",
    ] {
        assert_eq!(said(&url.replace(REDIRECT, other)), "INVALID_CLIENT: Invalid redirect URI", "{other}");
    }
    assert_eq!(said(&url.replace("=S256", "=plain")), "code_challenge_method must be S256");
    assert!(said(&url.replace("code_challenge=", "other=")).starts_with("code_challenge must be"));
    assert_eq!(said(&url.replace("response_type=code", "response_type=token")), "response_type must be code");
    let unknown = url.replace("user-top-read", "user-mind-read");
    assert_eq!(client.spotify.consent(&unknown).unwrap(), format!("{REDIRECT}?error=invalid_scope&state=xyz"));
    assert_eq!(client.get(&url.replace("client_id=0", "client_id=1")).status, 400);
}

#[test]
fn a_code_is_exchanged_once_in_time_and_by_whom_asked_for_it() {
    let client = Client::signed_out(SpotifySetting::default());
    let code = client.code("user-top-read");
    let id = SpotifySetting::default().client_id;
    let form = |code: &str, redirect: &str, verifier: &str| {
        client.token(&format!(
            "grant_type=authorization_code&code={code}&redirect_uri={redirect}&client_id={id}&code_verifier={verifier}"
        ))
    };
    check_grant(&form(&code, "http://127.0.0.1:45679/callback", VERIFIER), "Invalid redirect URI");
    check_grant(&form(&code, REDIRECT, &VERIFIER.replace("long", "LONG")), "code_verifier was incorrect");
    check_grant(&form(&code, REDIRECT, "short"), "code_verifier was incorrect");
    check_grant(&form("AQunknown", REDIRECT, VERIFIER), "Invalid authorization code");
    assert_eq!(form(&code, REDIRECT, VERIFIER).status, 200);
    check_grant(&form(&code, REDIRECT, VERIFIER), "Invalid authorization code");

    let late = client.code("user-top-read");
    client.wait(600);
    check_grant(&client.exchange(&late), "Authorization code expired");
}

#[test]
fn the_token_endpoint_refuses_other_clients_grants_and_forms() {
    let client = Client::signed_out(SpotifySetting::default());
    let id = SpotifySetting::default().client_id;
    let check = |form: &str, error: &str, said: &str| {
        let refused = client.token(form);
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json(), json!({ "error": error, "error_description": said }));
    };
    check("grant_type=refresh_token&refresh_token=x&client_id=other", "invalid_client", "Invalid client");
    check(&format!("client_id={id}"), "unsupported_grant_type", "grant_type parameter is missing");
    let said = "grant_type must be authorization_code or refresh_token";
    check(&format!("client_id={id}&grant_type=client_credentials"), "unsupported_grant_type", said);
    let json = client.agent.post(format!("{}/api/token", client.spotify.accounts_url()));
    let json = json.header("content-type", "application/json").send("{}").unwrap();
    assert_eq!(json.status().as_u16(), 415);
}

#[test]
fn a_rotated_refresh_token_works_once() {
    let setting = SpotifySetting { rotates_refresh_tokens: true, ..SpotifySetting::default() };
    let mut client = Client::signed_out(setting);
    let first = client.sign_in("user-top-read");
    let second = client.refresh(text(&first["refresh_token"])).json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    check_grant(&client.refresh(text(&first["refresh_token"])), "Refresh token revoked");
    assert_eq!(client.refresh(text(&second["refresh_token"])).status, 200);
}

#[test]
fn a_refresh_token_lives_six_months_from_the_consent_however_often_it_is_used() {
    for rotates_refresh_tokens in [false, true] {
        let mut client = Client::signed_out(SpotifySetting { rotates_refresh_tokens, ..SpotifySetting::default() });
        let mut refresh_token = client.sign_in("user-top-read")["refresh_token"].clone();
        for _ in 0..6 {
            client.wait(MONTH_S);
            let refreshed = client.refresh(text(&refresh_token));
            assert_eq!(refreshed.status, 200, "{}", refreshed.text);
            refresh_token = refreshed.json().get("refresh_token").cloned().unwrap_or(refresh_token);
        }
        // From 24 November to 24 May.
        client.wait(86_400);
        check_grant(&client.refresh(text(&refresh_token)), "Refresh token expired");
    }
}

#[test]
fn codes_and_tokens_can_be_looked_for_where_they_must_not_be() {
    let mut client = Client::signed_out(SpotifySetting::default());
    let tokens = client.sign_in("user-top-read");
    let secrets = client.spotify.secrets();
    assert_eq!(secrets.len(), 3);
    assert!(["access_token", "refresh_token"].iter().all(|name| secrets.iter().any(|secret| tokens[name] == **secret)));
    assert!(!secrets.iter().any(|secret| format!("{:?}", client.spotify.calls()).contains(secret.as_str())));
}

#[test]
fn access_that_is_taken_back_ends_with_the_next_refresh() {
    let mut client = Client::signed_out(SpotifySetting::default());
    let tokens = client.sign_in("user-top-read");
    client.spotify.revoke("ana");
    assert_eq!(client.get("/me").status, 200, "the access token goes on");
    check_grant(&client.refresh(text(&tokens["refresh_token"])), "Refresh token revoked");
    check_grant(&client.refresh("AQunknown"), "Invalid refresh token");
    client.spotify.expire_access_tokens();
    assert_eq!(client.get("/me").message(), "The access token expired");
    client.access_token = "BQunknown".to_owned();
    assert_eq!(client.get("/me").message(), "Invalid access token");
}

use nearsong_app::{App, AppError, ErrorKind, Scopes, SignInError, SpotifyError, restore_backup};
use nearsong_types::{Secret, Silent};

use crate::fixture::{ANA, BEN, Fixture, START, app_in};

#[test]
fn a_sign_in_keeps_what_was_allowed_and_makes_the_listener() {
    let mut fixture = Fixture::new();
    assert!(fixture.app.listeners().unwrap().is_empty());
    let connected = fixture.connect(&Scopes::reading(), ANA).unwrap();
    assert_eq!((connected.listener.as_str(), connected.display_name.as_deref()), ("me", Some("Ana")));
    assert_eq!((connected.may_read, connected.may_write), (true, false));
    assert_eq!(fixture.calls(), ["GET /authorize", "POST /authorize", "POST /api/token", "GET /v1/me"]);
    let connected = fixture.connect(&Scopes::reading().and(Scopes::writing()), ANA).unwrap();
    assert!(connected.may_read && connected.may_write, "signing in again takes the place of what was before");
    assert_eq!(fixture.app.listeners().unwrap().len(), 1);
}

#[test]
fn without_a_client_id_it_is_said_how_to_get_one_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).unwrap();
    let error = app.begin_sign_in(None, &Scopes::reading()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    let words = error.to_string();
    for part in
        ["Premium", "four others", "developer.spotify.com/dashboard", "http://127.0.0.1/callback", "client_id = "]
    {
        assert!(words.contains(part), "{part} in {words}");
    }
}

#[test]
fn another_account_is_not_taken_for_the_first() {
    let mut fixture = Fixture::connected();
    let error = fixture.connect(&Scopes::reading(), BEN).unwrap_err();
    assert!(matches!(error, AppError::Unusable(_)), "{error}");
    assert!(error.to_string().contains("disconnect"), "{error}");
    fixture.calls();
    fixture.sync().unwrap();
    assert!(fixture.calls().iter().all(|call| call.starts_with("GET /v1/me/")), "Ana's sign-in still works");
}

#[test]
fn a_sign_in_that_is_refused_changes_nothing() {
    let mut fixture = Fixture::new();
    fixture.spotify.allow(ANA, false);
    let error = fixture.connect(&Scopes::reading(), ANA).unwrap_err();
    assert!(error.to_string().contains("User Management"), "{error}");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    assert!(fixture.app.listeners().unwrap().is_empty());

    fixture.spotify.allow(ANA, true);
    let pending = fixture.app.begin_sign_in(None, &Scopes::reading()).unwrap();
    let landed = fixture.spotify.answer_consent(pending.address(), ANA, false).unwrap();
    let error = fixture.app.finish_sign_in(None, &pending, &landed, &fixture.clock, &Silent).unwrap_err();
    let denied = matches!(error, AppError::Spotify { source: SpotifyError::SignIn(SignInError::Denied), .. });
    assert!(denied && fixture.app.listeners().unwrap().is_empty(), "{error}");
}

#[test]
fn an_address_of_another_sign_in_is_not_taken() {
    let mut fixture = Fixture::new();
    let (first, second) = (
        fixture.app.begin_sign_in(None, &Scopes::reading()).unwrap(),
        fixture.app.begin_sign_in(None, &Scopes::reading()).unwrap(),
    );
    let landed = fixture.spotify.consent(first.address()).unwrap();
    let moved = landed.replace(first.redirect_uri(), second.redirect_uri());
    for landed in [&landed, &moved] {
        let error = fixture.app.finish_sign_in(None, &second, landed, &fixture.clock, &Silent).unwrap_err();
        assert!(matches!(error, AppError::Spotify { source: SpotifyError::SignIn(_), .. }), "{error}");
    }
    fixture.app.finish_sign_in(None, &first, &landed, &fixture.clock, &Silent).unwrap();
}

#[test]
fn an_address_that_tokens_must_not_be_sent_to_is_refused() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let _app = app_in(folder.path(), &fixture.spotify, "abc", "");
    let config = std::fs::read_to_string(folder.path().join("config.toml")).unwrap();
    let open = config.replace(fixture.spotify.api_url(), "http://api.example/v1");
    std::fs::write(folder.path().join("config.toml"), open).unwrap();
    let error = App::open(folder.path()).unwrap().begin_sign_in(None, &Scopes::reading()).err().unwrap();
    assert!(error.to_string().contains("http://api.example/v1"), "{error}");
    assert_eq!(error.kind(), ErrorKind::BadInput);
}

#[test]
fn no_token_lies_open_in_the_data_directory_or_in_a_backup() {
    let mut fixture = Fixture::connected();
    fixture.sync().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("backup.zip");
    fixture.app.backup(&backup, START).unwrap();
    let restored = elsewhere.path().join("restored");
    restore_backup(&backup, &restored).unwrap();
    for folder in [fixture.folder.path(), &restored] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
            assert!(!holds_a_token(&bytes), "{} holds a token", path.display());
        }
    }
    assert!(!restored.join("key").exists(), "the key is in no backup");
    let error = App::open(&restored).unwrap().sync(None, &fixture.clock, &Silent).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsSignIn);
    assert!(error.to_string().contains("key"), "{error}");
}

#[test]
fn a_key_from_outside_takes_the_place_of_the_one_in_the_data_directory() {
    let key = |digit: &str| Some(Secret::new(digit.repeat(64)));
    let mut fixture = Fixture::new();
    fixture.app = App::open(fixture.folder.path()).unwrap().with_key(key("a"));
    fixture.connect(&Scopes::reading(), ANA).unwrap();
    assert!(!fixture.folder.path().join("key").exists());
    fixture.sync().unwrap();
    fixture.app = App::open(fixture.folder.path()).unwrap().with_key(key("b"));
    assert_eq!(fixture.sync().unwrap_err().kind(), ErrorKind::NeedsSignIn);
    fixture.app = App::open(fixture.folder.path()).unwrap().with_key(Some(Secret::new("topsecret")));
    let error = fixture.sync().unwrap_err().to_string();
    assert!(error.contains("64 hexadecimal digits") && !error.contains("topsecret"), "{error}");
}

/// The stand-in's tokens, like Spotify's, are long runs of letters and digits.
fn holds_a_token(bytes: &[u8]) -> bool {
    bytes.split(|byte| !byte.is_ascii_alphanumeric()).any(|run| run.len() >= 120)
}

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use nearsong_spotify::{
    App, Callback, Memory, OwnerProblem, Scopes, SignIn, SignInError, SignInReason, SpotifyError, WaitReason,
};
use nearsong_standin::{Fault, SpotifySetting, StandinError};
use nearsong_types::Clock;

use crate::{
    clock::START,
    fixture::{BACK, Fixture, all_scopes},
};

fn signed_out() -> Fixture {
    Fixture::signed_out(SpotifySetting::default())
}

/// A browser that is led to an address: asks for it with the headers given besides.
fn browse(address: &str, headers: &[u8]) -> TcpStream {
    let (host, target) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut browser = TcpStream::connect(host).unwrap();
    browser.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    browser.write_all(format!("GET /{target} HTTP/1.1\r\nHost: {host}\r\n").as_bytes()).unwrap();
    browser.write_all(headers).unwrap();
    browser.write_all(b"\r\n").unwrap();
    browser
}

fn heard(callback: &Callback) -> String {
    loop {
        if let Some(address) = callback.landed() {
            return address;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_browser_that_comes_back_brings_tokens_that_work() {
    let fixture = signed_out();
    let callback = Callback::listen("http://127.0.0.1/callback").unwrap();
    let sign_in = SignIn::begin(&fixture.app, callback.redirect_uri(), &all_scopes());
    let address = fixture.spotify.consent(sign_in.address()).unwrap();
    // Browsers open connections ahead that they never use, and look for an icon.
    drop(TcpStream::connect(callback.redirect_uri()[7..].split('/').next().unwrap()).unwrap());
    let icon = browse(&callback.redirect_uri().replace("/callback", "/favicon.ico"), b"");
    let mut browser = browse(&address, b"User-Agent: Mozilla/5.0\r\nAccept: text/html\r\nConnection: keep-alive\r\n");
    let landing = sign_in.landing(&heard(&callback)).unwrap();
    let mut page = String::new();
    browser.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("close this page"), "{page}");
    drop(icon);

    let tokens = fixture.exchanged(&sign_in, &landing).unwrap();
    assert_eq!(tokens.access_expires_at, START.plus(Duration::from_secs(3600)));
    fixture.memory.keep_tokens(&tokens).unwrap();
    assert_eq!(fixture.client().profile().unwrap().account, "account-of-ana");
}

#[test]
fn a_cookie_that_is_no_text_does_not_lose_the_landing() {
    let fixture = signed_out();
    let callback = Callback::listen("http://127.0.0.1/callback").unwrap();
    let sign_in = SignIn::begin(&fixture.app, callback.redirect_uri(), &all_scopes());
    let address = fixture.spotify.consent(sign_in.address()).unwrap();
    let _browser = browse(&address, b"Cookie: name=J\xf6rg\r\n");
    let landed = (0..2000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(1));
        callback.landed()
    });
    assert_eq!(landed, Some(address));
}

#[test]
fn who_cancels_has_denied() {
    let fixture = signed_out();
    let sign_in = SignIn::begin(&fixture.app, BACK, &all_scopes());
    let address = fixture.spotify.answer_consent(sign_in.address(), "ana", false).unwrap();
    assert_eq!(sign_in.landing(&address).unwrap_err(), SignInError::Denied);
}

#[test]
fn a_code_is_good_once() {
    let fixture = signed_out();
    let (sign_in, landing) = fixture.landed(&all_scopes());
    fixture.exchanged(&sign_in, &landing).unwrap();
    let again = fixture.exchanged(&sign_in, &landing);
    assert!(matches!(again, Err(SpotifyError::SignInAgain(SignInReason::Ended))), "{again:?}");
}

#[test]
fn a_code_is_good_for_ten_minutes() {
    for (seconds, is_good) in [(599, true), (600, false)] {
        let fixture = signed_out();
        let (sign_in, landing) = fixture.landed(&all_scopes());
        fixture.clock.pass_seconds(seconds);
        let tokens = fixture.exchanged(&sign_in, &landing);
        assert_eq!(tokens.is_ok(), is_good, "{tokens:?}");
        assert!(is_good || matches!(tokens, Err(SpotifyError::SignInAgain(SignInReason::Ended))));
    }
}

#[test]
fn a_code_serves_only_who_asked_for_it() {
    let fixture = signed_out();
    let (sign_in, landing) = fixture.landed(&all_scopes());
    let other = SignIn::begin(&fixture.app, BACK, &all_scopes());
    let address = fixture.spotify.consent(other.address()).unwrap();
    assert_eq!(sign_in.landing(&address).unwrap_err(), SignInError::WrongState);
    let stolen = fixture.exchanged(&other, &landing);
    assert!(matches!(stolen, Err(SpotifyError::SignInAgain(SignInReason::Ended))), "{stolen:?}");
}

#[test]
fn a_client_id_that_is_not_known_is_for_the_owner() {
    let fixture = signed_out();
    let app = App { client_id: "unknown".to_owned(), ..fixture.app.clone() };
    let page = fixture.spotify.consent(SignIn::begin(&app, BACK, &all_scopes()).address());
    assert!(matches!(page, Err(StandinError::NoConsent { said }) if said.contains("INVALID_CLIENT")));
    let (sign_in, landing) = fixture.landed(&all_scopes());
    let refused = Fixture { app, ..fixture }.exchanged(&sign_in, &landing);
    assert!(matches!(refused, Err(SpotifyError::AskOwner(OwnerProblem::WrongClientId))), "{refused:?}");
}

#[test]
fn what_was_allowed_is_what_was_asked_for() {
    for scopes in [Scopes::reading(), Scopes::writing(), Scopes::default(), all_scopes()] {
        let fixture = signed_out();
        fixture.sign_in(&scopes);
        assert_eq!(fixture.memory.held_tokens().scopes, scopes);
    }
}

#[test]
fn a_code_is_sent_once_however_the_exchange_fails() {
    for fault in [Fault::InternalError, Fault::BadGateway, Fault::Unavailable, Fault::CutBefore, Fault::HalfAnswer] {
        let fixture = signed_out();
        let (sign_in, landing) = fixture.landed(&all_scopes());
        fixture.spotify.forget_calls();
        fixture.strike(fault.clone(), "POST", "/api/token");
        let failed = fixture.exchanged(&sign_in, &landing).unwrap_err();
        assert!(matches!(failed, SpotifyError::TryLater { attempts: 1, .. }), "{fault:?}: {failed:?}");
        assert!(failed.is_temporary() && failed.may_have_happened());
        assert_eq!((fixture.spotify.calls().len(), fixture.clock.now()), (1, START), "{fault:?}");
    }
}

#[test]
fn an_exchange_that_comes_too_soon_says_until_when_to_wait() {
    let fixture = signed_out();
    let (sign_in, landing) = fixture.landed(&all_scopes());
    fixture.strike(Fault::TooManyRequests { retry_after_s: 7 }, "POST", "/api/token");
    let refused = fixture.exchanged(&sign_in, &landing);
    let Err(SpotifyError::Wait { until, reason: WaitReason::RateLimit, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(until, START.plus(Duration::from_secs(7)));
    fixture.clock.pass_seconds(7);
    fixture.exchanged(&sign_in, &landing).unwrap();
}

use nearsong_spotify::{App, Client, Limits, OwnerProblem, SignInReason, SpotifyError, Tokens};
use nearsong_standin::{SpotifySetting, SpotifyStandin};
use nearsong_types::{Cancelled, Progress, Silent};

use crate::fixture::Fixture;

const HOUR_S: u64 = 3600;
const DAY_S: u64 = 86_400;

fn rotating(rotates_refresh_tokens: bool) -> Fixture {
    Fixture::with(SpotifySetting { rotates_refresh_tokens, ..SpotifySetting::default() })
}

/// The sign-in is over: tokens are gone, and nobody asks in vain.
fn check_signed_out(fixture: &Fixture, error: &SpotifyError) {
    assert!(matches!(error, SpotifyError::SignInAgain(SignInReason::Ended)), "{error:?}");
    assert!(!error.is_temporary() && error.ends_everything());
    assert_eq!(fixture.memory.kept().tokens, Err(SignInReason::Ended));
    assert_eq!(fixture.memory.kept().drops, [SignInReason::Ended]);
    let n_calls = fixture.spotify.calls().len();
    let next = fixture.client().profile();
    assert!(matches!(next, Err(SpotifyError::SignInAgain(SignInReason::Ended))), "{next:?}");
    assert_eq!(fixture.spotify.calls().len(), n_calls, "nothing is asked without tokens");
    fixture.check_counted();
}

#[test]
fn a_token_that_died_is_exchanged_once_and_the_call_succeeds() {
    let fixture = Fixture::new();
    fixture.clock.pass_seconds(HOUR_S);
    let client = fixture.client();
    client.profile().unwrap();
    client.profile().unwrap();
    assert_eq!(fixture.asked(), ["POST /api/token 200", "GET /v1/me 200", "GET /v1/me 200"]);
    assert_eq!((fixture.memory.kept().all_tokens.len(), client.n_calls()), (2, 2));
    fixture.check_counted();
}

#[test]
fn a_token_is_exchanged_in_its_last_minute() {
    for (seconds, n_refreshes) in [(HOUR_S - 61, 0), (HOUR_S - 60, 1)] {
        let fixture = Fixture::new();
        fixture.clock.pass_seconds(seconds);
        fixture.client().profile().unwrap();
        assert_eq!(fixture.spotify.calls().len(), 1 + n_refreshes, "{seconds}");
    }
}

#[test]
fn a_token_that_is_refused_before_its_time_is_exchanged_once() {
    let fixture = Fixture::new();
    fixture.spotify.expire_access_tokens();
    fixture.client().profile().unwrap();
    assert_eq!(fixture.asked(), ["GET /v1/me 401", "POST /api/token 200", "GET /v1/me 200"]);
    fixture.check_counted();
}

/// Lets every token die as soon as somebody is about to use it.
struct Deadly<'a>(&'a SpotifyStandin);

impl Progress for Deadly<'_> {
    fn begin(&self, _step: &str, _total: Option<u64>, _unit: &'static str) {}
    fn advance(&self, _done: u64) {}
    fn check(&self) -> Result<(), Cancelled> {
        self.0.expire_access_tokens();
        Ok(())
    }
}

#[test]
fn a_new_token_that_is_refused_as_well_ends_the_sign_in_without_a_loop() {
    let fixture = Fixture::new();
    let deadly = Deadly(&fixture.spotify);
    let error = fixture.watched_client(Limits::default(), &deadly).profile().unwrap_err();
    assert_eq!(fixture.asked(), ["GET /v1/me 401", "POST /api/token 200", "GET /v1/me 401"]);
    check_signed_out(&fixture, &error);
}

#[test]
fn a_refresh_token_is_replaced_where_a_new_one_comes_and_kept_where_none_does() {
    for is_rotating in [true, false] {
        let fixture = rotating(is_rotating);
        let refresh = |tokens: &Tokens| tokens.refresh.clone();
        let first = refresh(&fixture.memory.held_tokens());
        for _ in 0..3 {
            let before = fixture.memory.held_tokens();
            fixture.clock.pass_seconds(HOUR_S);
            fixture.client().profile().unwrap();
            let after = fixture.memory.held_tokens();
            assert_ne!(before.access, after.access);
            assert_eq!(refresh(&before) != refresh(&after), is_rotating);
            assert_eq!((before.scopes, fixture.memory.kept().drops.len()), (after.scopes, 0));
        }
        assert_eq!(refresh(&fixture.memory.held_tokens()) == first, !is_rotating);
    }
}

#[test]
fn a_sign_in_that_was_taken_back_is_forgotten() {
    for is_rotating in [true, false] {
        let fixture = rotating(is_rotating);
        fixture.spotify.revoke("ana");
        fixture.client().profile().unwrap();
        fixture.clock.pass_seconds(HOUR_S);
        let error = fixture.client().profile().unwrap_err();
        assert_eq!(fixture.asked(), ["GET /v1/me 200", "POST /api/token 400"]);
        check_signed_out(&fixture, &error);
    }
}

#[test]
fn a_sign_in_lasts_six_months_however_often_it_is_refreshed() {
    for is_rotating in [true, false] {
        let fixture = rotating(is_rotating);
        for _ in 0..18 {
            fixture.clock.pass_seconds(10 * DAY_S);
            fixture.client().profile().unwrap();
        }
        fixture.spotify.forget_calls();
        let counted = fixture.memory.kept().calls.len();
        fixture.clock.pass_seconds(DAY_S);
        let error = fixture.client().profile().unwrap_err();
        assert!(matches!(error, SpotifyError::SignInAgain(SignInReason::Ended)), "{error:?}");
        assert_eq!((fixture.asked(), counted), (vec!["POST /api/token 400".to_owned()], 36));
        assert_eq!(fixture.memory.kept().drops, [SignInReason::Ended]);
    }
}

#[test]
fn a_wrong_client_id_leaves_the_tokens_as_they_are() {
    let fixture = Fixture::new();
    let before = fixture.memory.held_tokens();
    let app = App { client_id: "mistyped".to_owned(), ..fixture.app.clone() };
    fixture.clock.pass_seconds(HOUR_S);
    let client = Client::new(&app, &fixture.memory, &fixture.clock, &Silent, Limits::default()).unwrap();
    let error = client.profile().unwrap_err();
    assert!(matches!(error, SpotifyError::AskOwner(OwnerProblem::WrongClientId)), "{error:?}");
    assert_eq!(fixture.asked(), ["POST /api/token 400"]);
    assert_eq!(fixture.memory.held_tokens(), before);
    fixture.client().profile().unwrap();
}

#[test]
fn who_never_signed_in_is_told_so_without_a_call() {
    let fixture = Fixture::signed_out(SpotifySetting::default());
    let error = fixture.client().profile();
    assert!(matches!(error, Err(SpotifyError::SignInAgain(SignInReason::Never))), "{error:?}");
    assert!(fixture.spotify.calls().is_empty());
}

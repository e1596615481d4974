use std::time::Duration;

use nearsong_spotify::{Family, Limits, SignInReason, SpotifyError, WaitReason};
use nearsong_standin::{Fault, FaultRule, SpotifySetting};
use nearsong_types::Clock;

use crate::fixture::Fixture;

const PASSING: [Fault; 5] =
    [Fault::InternalError, Fault::BadGateway, Fault::Unavailable, Fault::CutBefore, Fault::Stall(Duration::ZERO)];

/// Ana's token has just died.
fn with_dead_token(rotates_refresh_tokens: bool) -> Fixture {
    let fixture = Fixture::with(SpotifySetting { rotates_refresh_tokens, ..SpotifySetting::default() });
    fixture.clock.pass_seconds(3600);
    fixture
}

fn strike(fixture: &Fixture, fault: &Fault, times: usize) {
    fixture.spotify.fault(FaultRule::new(fault.clone()).on("POST", "/api/token").times(times));
}

#[test]
fn a_refresh_that_fails_twice_is_tried_a_third_time() {
    for fault in PASSING {
        let fixture = with_dead_token(false);
        strike(&fixture, &fault, 2);
        fixture.client().profile().unwrap();
        assert_eq!((fixture.spotify.calls().len(), fixture.clock.sleeps().len()), (4, 2), "{fault:?}");
        fixture.check_counted();
    }
}

#[test]
fn a_refresh_that_fails_three_times_is_given_up_and_loses_nothing() {
    for fault in PASSING {
        let fixture = with_dead_token(true);
        let before = fixture.memory.held_tokens();
        strike(&fixture, &fault, 3);
        let error = fixture.client().profile().unwrap_err();
        assert!(matches!(error, SpotifyError::TryLater { attempts: 3, .. }), "{fault:?}: {error:?}");
        assert_eq!(fixture.spotify.calls().len(), 3, "{fault:?}");
        assert_eq!((fixture.memory.held_tokens(), fixture.memory.kept().drops.len()), (before, 0));
        fixture.check_counted();
        fixture.client().profile().unwrap();
    }
}

#[test]
fn a_refresh_is_tried_no_oftener_than_allowed() {
    let fixture = with_dead_token(false);
    strike(&fixture, &Fault::Unavailable, 9);
    let error = fixture.client_with(Limits { max_attempts: 1, ..Limits::default() }).profile().unwrap_err();
    assert!(matches!(error, SpotifyError::TryLater { attempts: 1, .. }), "{error:?}");
    assert_eq!((fixture.spotify.calls().len(), fixture.clock.sleeps().len()), (1, 0));
}

#[test]
fn an_answer_that_was_lost_is_fetched_again_where_tokens_do_not_rotate() {
    for fault in [Fault::CutAfter, Fault::HalfAnswer] {
        let fixture = with_dead_token(false);
        strike(&fixture, &fault, 1);
        fixture.client().profile().unwrap();
        assert_eq!(fixture.asked(), ["POST /api/token cut", "POST /api/token 200", "GET /v1/me 200"], "{fault:?}");
        fixture.check_counted();
    }
}

#[test]
fn an_answer_that_was_lost_ends_the_sign_in_where_tokens_rotate() {
    for fault in [Fault::CutAfter, Fault::HalfAnswer] {
        let fixture = with_dead_token(true);
        strike(&fixture, &fault, 1);
        let error = fixture.client().profile().unwrap_err();
        assert!(matches!(error, SpotifyError::SignInAgain(SignInReason::Ended)), "{fault:?}: {error:?}");
        assert_eq!(fixture.asked(), ["POST /api/token cut", "POST /api/token 400"], "{fault:?}");
        assert_eq!(fixture.memory.kept().drops, [SignInReason::Ended]);
        fixture.check_counted();
    }
}

#[test]
fn a_token_that_is_said_to_be_revoked_is_dropped_at_once() {
    let fixture = with_dead_token(false);
    strike(&fixture, &Fault::RevokedToken, 1);
    let error = fixture.client().profile().unwrap_err();
    assert!(matches!(error, SpotifyError::SignInAgain(SignInReason::Ended)), "{error:?}");
    assert_eq!(fixture.asked(), ["POST /api/token 400"]);
    assert_eq!(fixture.memory.kept().tokens, Err(SignInReason::Ended));
}

#[test]
fn a_refresh_that_comes_too_soon_waits_to_the_second() {
    let fixture = with_dead_token(false);
    let tokens = fixture.memory.held_tokens();
    strike(&fixture, &Fault::TooManyRequests { retry_after_s: 90 }, 1);
    let until = fixture.clock.now().plus(Duration::from_secs(90));
    for seconds in [0, 89] {
        fixture.clock.pass_seconds(seconds);
        let error = fixture.client().profile().unwrap_err();
        let is_told = matches!(error, SpotifyError::Wait { until: told, family: Family::Accounts, reason: WaitReason::RateLimit } if told == until);
        assert!(is_told, "{error:?}");
    }
    assert_eq!((fixture.asked(), fixture.memory.held_tokens()), (vec!["POST /api/token 429".to_owned()], tokens));
    fixture.clock.pass_seconds(1);
    fixture.client().profile().unwrap();
    fixture.check_counted();
}

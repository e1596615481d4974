use std::time::Duration;

use nearsong_spotify::{Family, Limits, SpotifyError};
use nearsong_standin::{Fault, FaultRule};
use nearsong_types::Clock;

use crate::{any_call::CALLS, clock::START, fixture::Fixture};

fn limits(max_calls: u32) -> Limits {
    Limits { max_calls, ..Limits::default() }
}

#[test]
fn every_call_is_counted_before_and_after() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    fixture.spotify.fault(FaultRule::new(Fault::BadGateway).on("*", "/v1/me/top/**").from_call(2).times(2));
    fixture.spotify.fault(FaultRule::new(Fault::CutAfter).on("PUT", "/v1/playlists/**"));
    fixture.strike(Fault::TooManyRequests { retry_after_s: 2 }, "POST", "/v1/me/playlists");
    fixture.strike(Fault::TooManyRequests { retry_after_s: 2 }, "POST", "/v1/playlists/*/items");
    let client = fixture.client();
    for round in 0..3 {
        for (name, call) in CALLS {
            call(&client, &id).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
        fixture.clock.pass_seconds(1000 * (round + 1));
    }
    fixture.check_counted();
    let kept = fixture.memory.kept();
    let of_the_api = kept.calls.iter().filter(|call| call.family != Family::Accounts);
    assert_eq!(client.n_calls() as usize, of_the_api.count());
    assert_eq!(kept.calls[0].at, START);
    assert!(kept.calls.is_sorted_by_key(|call| call.at) && kept.calls.last().unwrap().at > START);
}

#[test]
fn no_more_calls_are_made_than_allowed() {
    let fixture = Fixture::new();
    let client = fixture.client_with(limits(3));
    for n_left in [2, 1, 0] {
        client.profile().unwrap();
        assert_eq!(client.n_calls_left(), n_left);
    }
    for _ in 0..2 {
        let error = client.profile().unwrap_err();
        assert!(matches!(error, SpotifyError::BudgetSpent { max_calls: 3 }) && error.is_temporary(), "{error:?}");
    }
    assert_eq!((fixture.spotify.calls().len(), client.n_calls()), (3, 3));
    fixture.check_counted();
    fixture.client_with(limits(3)).profile().unwrap();
}

#[test]
fn tries_count_and_the_last_one_tells_what_happened() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    fixture.spotify.fault(FaultRule::new(Fault::CutAfter).always());
    let client = fixture.client_with(limits(2));
    let error = client.replace_items(&id, &[]).unwrap_err();
    assert!(matches!(error, SpotifyError::TryLater { attempts: 2, may_have_happened: true, .. }), "{error:?}");
    assert_eq!((fixture.spotify.calls().len(), client.n_calls_left()), (2, 0));
    assert_eq!(fixture.clock.sleeps().len(), 1, "nobody waits for a try that cannot be made");
    fixture.check_counted();
}

#[test]
fn refreshes_are_counted_apart_from_the_budget() {
    let fixture = Fixture::new();
    fixture.clock.pass_seconds(3600);
    fixture.client_with(limits(1)).profile().unwrap();
    assert_eq!(fixture.spotify.calls().len(), 2);
    fixture.check_counted();
}

#[test]
fn a_wait_is_not_sat_out_where_no_call_is_left() {
    let fixture = Fixture::new();
    fixture.strike(Fault::TooManyRequests { retry_after_s: 30 }, "GET", "/v1/me");
    let error = fixture.client_with(limits(1)).profile().unwrap_err();
    let until = START.plus(Duration::from_secs(30));
    assert!(matches!(error, SpotifyError::Wait { until: told, .. } if told == until), "{error:?}");
    assert_eq!(fixture.clock.now(), START);
    assert_eq!(fixture.memory.cooldown_of(Family::Profile).unwrap().until, until);
}

#[test]
fn a_call_that_cannot_be_counted_is_not_made() {
    let fixture = Fixture::new();
    fixture.memory.is_full.set(true);
    let error = fixture.client().profile().unwrap_err();
    assert!(matches!(error, SpotifyError::Memory(_)) && error.ends_everything(), "{error:?}");
    assert!(fixture.spotify.calls().is_empty());
    fixture.memory.is_full.set(false);
    fixture.client().profile().unwrap();
    fixture.check_counted();
}

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use nearsong_spotify::{Client, Cooldown, Family, Limits, SpotifyError, TimeRange, WaitReason};
use nearsong_standin::{Fault, SpotifySetting};
use nearsong_types::{Cancelled, Clock, Moment, Progress, Silent};

use crate::{
    clock::{ManualClock, START},
    fixture::{Fixture, track_id},
};

const HOUR_S: u64 = 3600;

fn after(seconds: u64) -> Moment {
    START.plus(Duration::from_secs(seconds))
}

fn limited(fixture: &Fixture, retry_after_s: u64) {
    fixture.strike(Fault::TooManyRequests { retry_after_s }, "GET", "/v1/me/tracks");
}

/// Until when saved tracks have to wait.
fn wait_of(fixture: &Fixture) -> (Moment, WaitReason) {
    let error = fixture.client().saved_tracks(0).unwrap_err();
    assert!(error.is_temporary() && !error.may_have_happened());
    let SpotifyError::Wait { until, family: Family::Library, reason } = error else { panic!("{error:?}") };
    (until, reason)
}

#[test]
fn seconds_are_sat_out_exactly() {
    for seconds in [0, 1, 7, 60] {
        let fixture = Fixture::new();
        limited(&fixture, seconds);
        fixture.client().saved_tracks(0).unwrap();
        assert_eq!(fixture.clock.now(), after(seconds));
        assert_eq!(fixture.asked(), ["GET /v1/me/tracks 429", "GET /v1/me/tracks 200"]);
        fixture.check_counted();
    }
}

/// Falls a thousandth behind while one sleeps, as a clock does that is being set.
struct Lagging(ManualClock);

impl Clock for Lagging {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) {
        self.0.sleep(duration.mul_f64(0.999).max(Duration::from_micros(50)));
    }
}

#[test]
fn a_clock_that_falls_behind_does_not_end_the_wait_too_soon() {
    let fixture = Fixture::new();
    limited(&fixture, 30);
    let lagging = Lagging(fixture.clock.clone());
    let client = Client::new(&fixture.app, &fixture.memory, &lagging, &Silent, Limits::default()).unwrap();
    client.saved_tracks(0).unwrap();
    assert!(fixture.clock.now() >= after(30));
}

#[test]
fn more_than_a_minute_and_a_second_refusal_are_not_sat_out() {
    for (waits, n_calls, slept_s) in [(vec![61], 1, 0), (vec![7, 9], 2, 7)] {
        let fixture = Fixture::new();
        waits.iter().for_each(|&seconds| limited(&fixture, seconds));
        assert_eq!(wait_of(&fixture), (after(slept_s + waits.last().unwrap()), WaitReason::RateLimit));
        assert_eq!((fixture.spotify.calls().len(), fixture.clock.now()), (n_calls, after(slept_s)));
    }
}

#[test]
fn hours_stop_one_family_to_the_second_and_outlive_the_client() {
    let fixture = Fixture::new();
    limited(&fixture, 52_531);
    let until = after(52_531);
    assert_eq!(wait_of(&fixture), (until, WaitReason::RateLimit));
    for wait_s in [0, 40_000, 12_530] {
        fixture.clock.pass_seconds(wait_s);
        assert_eq!(wait_of(&fixture).0, until);
        assert!(fixture.client().remove_playlist("none").is_err_and(|error| error.is_temporary()));
        fixture.client().recently_played().unwrap();
        fixture.client().top_tracks(TimeRange::Short, 0).unwrap();
    }
    let of_library = |path: &String| path.contains("/me/tracks") || path.contains("/me/library");
    assert_eq!(fixture.asked().iter().filter(|asked| of_library(asked)).count(), 1);
    fixture.clock.pass_seconds(1);
    fixture.client().saved_tracks(0).unwrap();
    fixture.check_counted();
}

#[test]
fn a_spent_quota_waits_six_hours_then_a_day_and_after_a_quiet_day_six_again() {
    let fixture = Fixture::new();
    let mut now_s = 0;
    for (quiet_s, wait_s) in [(0, 6 * HOUR_S), (0, 24 * HOUR_S), (23 * HOUR_S, 24 * HOUR_S), (24 * HOUR_S, 6 * HOUR_S)]
    {
        fixture.clock.pass_seconds(quiet_s);
        now_s += quiet_s + wait_s;
        fixture.strike(Fault::QuotaExceeded, "GET", "/v1/me/tracks");
        assert_eq!(wait_of(&fixture), (after(now_s), WaitReason::Quota));
        assert_eq!(wait_of(&fixture), (after(now_s), WaitReason::Quota), "without a call");
        fixture.clock.pass_seconds(wait_s);
    }
    assert_eq!(fixture.asked().iter().filter(|asked| asked.ends_with("429")).count(), 4);
    fixture.check_counted();
}

#[test]
fn a_rate_limit_does_not_make_the_first_refusal_for_quota_the_second() {
    let fixture = Fixture::new();
    limited(&fixture, 2 * HOUR_S);
    wait_of(&fixture);
    fixture.clock.pass_seconds(2 * HOUR_S);
    fixture.strike(Fault::QuotaExceeded, "GET", "/v1/me/tracks");
    assert_eq!(wait_of(&fixture), (after(8 * HOUR_S), WaitReason::Quota));
    // Nor does one in between begin the count anew.
    fixture.clock.pass_seconds(6 * HOUR_S);
    limited(&fixture, HOUR_S);
    wait_of(&fixture);
    fixture.clock.pass_seconds(HOUR_S);
    fixture.strike(Fault::QuotaExceeded, "GET", "/v1/me/tracks");
    assert_eq!(wait_of(&fixture), (after(33 * HOUR_S), WaitReason::Quota));
}

#[test]
fn a_true_quota_ends_one_family_after_its_last_call() {
    let fixture = Fixture::with(SpotifySetting { quota_per_family: Some(3), ..SpotifySetting::default() });
    let client = fixture.client();
    (0..3).for_each(|_| drop(client.saved_tracks(0).unwrap()));
    assert_eq!(wait_of(&fixture), (after(6 * HOUR_S), WaitReason::Quota));
    client.profile().unwrap();
    fixture.spotify.set_quota(None);
    fixture.clock.pass_seconds(6 * HOUR_S);
    fixture.client().saved_tracks(0).unwrap();
    fixture.check_counted();
}

/// Asks to stop at the second question.
#[derive(Default)]
struct Stops(AtomicU32);

impl Progress for Stops {
    fn begin(&self, _step: &str, _total: Option<u64>, _unit: &'static str) {}
    fn advance(&self, _done: u64) {}
    fn check(&self) -> Result<(), Cancelled> {
        if self.0.fetch_add(1, Ordering::SeqCst) < 3 { Ok(()) } else { Err(Cancelled) }
    }
}

#[test]
fn a_wait_that_is_broken_off_holds_for_the_next_run() {
    let fixture = Fixture::new();
    limited(&fixture, 40);
    let stops = Stops::default();
    let stopped = fixture.watched_client(Limits::default(), &stops).saved_tracks(0);
    assert!(matches!(stopped, Err(SpotifyError::Cancelled(_))), "{stopped:?}");
    assert!(fixture.clock.now() < after(40));
    assert_eq!(wait_of(&fixture).0, after(40));
    assert_eq!(fixture.spotify.calls().len(), 1);
    fixture.clock.pass_seconds(40);
    fixture.client().saved_tracks(0).unwrap();
}

#[test]
fn a_look_at_the_profile_keeps_to_the_profile_s_cooldown() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    fixture.strike(Fault::TooManyRequests { retry_after_s: 9000 }, "GET", "/v1/me");
    for _ in 0..2 {
        fixture.strike(Fault::NotAllowed, "PUT", "/v1/playlists/*/items");
        let error = fixture.client().replace_items(&id, &[track_id(1)]);
        assert!(matches!(error, Err(SpotifyError::Rejected { status: 403, .. })), "{error:?}");
    }
    let looks = fixture.asked().into_iter().filter(|asked| asked.starts_with("GET /v1/me ")).collect::<Vec<_>>();
    assert_eq!(looks, ["GET /v1/me 429"]);
    let kept = Cooldown { until: after(9000), reason: WaitReason::RateLimit, n_in_a_row: 0 };
    assert_eq!(fixture.memory.cooldown_of(Family::Profile), Some(kept));
    fixture.check_counted();
}

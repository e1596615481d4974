use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use nearsong_spotify::{Client, Family, Limits, SpotifyError, TimeRange};
use nearsong_standin::{Fault, FaultRule, SpotifyStandin};
use nearsong_types::{Clock, Moment, Silent};

use crate::{
    clock::{ManualClock, START},
    fixture::{Fixture, track_id},
};

const FAILURES: [Fault; 3] = [Fault::InternalError, Fault::BadGateway, Fault::Unavailable];

fn fail(fixture: &Fixture, fault: &Fault, times: usize) {
    fixture.spotify.fault(FaultRule::new(fault.clone()).times(times));
}

#[test]
fn two_failures_are_lived_through_with_growing_pauses() {
    for fault in FAILURES {
        let fixture = Fixture::new();
        fail(&fixture, &fault, 2);
        fixture.client().top_tracks(TimeRange::Short, 0).unwrap();
        let [first, second] = fixture.clock.sleeps()[..] else { panic!("{fault:?}") };
        let millis = |range: std::ops::Range<u64>, pause: Duration| range.contains(&(pause.as_millis() as u64));
        assert!(millis(500..1500, first) && millis(1000..3000, second), "{first:?} {second:?}");
        assert_eq!(fixture.spotify.calls().len(), 3);
        fixture.check_counted();
    }
}

#[test]
fn three_failures_are_given_up() {
    for fault in FAILURES {
        let fixture = Fixture::new();
        let tokens = fixture.memory.held_tokens();
        fail(&fixture, &fault, 4);
        let error = fixture.client().top_tracks(TimeRange::Short, 0).unwrap_err();
        assert!(matches!(error, SpotifyError::TryLater { attempts: 3, .. }), "{fault:?}: {error:?}");
        assert!(error.is_temporary() && !error.ends_everything());
        assert_eq!((fixture.spotify.calls().len(), fixture.clock.sleeps().len()), (3, 2));
        assert_eq!(fixture.memory.held_tokens(), tokens);
        assert!(fixture.memory.kept().cooldowns.is_empty());
        fixture.check_counted();
    }
}

#[test]
fn adding_and_making_are_never_asked_twice_where_they_may_have_happened() {
    for fault in FAILURES.into_iter().chain([Fault::CutBefore, Fault::CutAfter, Fault::HalfAnswer]) {
        let fixture = Fixture::new();
        let id = fixture.playlist(&[]);
        let client = fixture.client();
        fail(&fixture, &fault, 1);
        let added = client.add_items(&id, &[track_id(1)], 0).unwrap_err();
        fail(&fixture, &fault, 1);
        let made = client.create_playlist("Mix", "").unwrap_err();
        for error in [added, made] {
            assert!(matches!(error, SpotifyError::TryLater { attempts: 1, .. }), "{fault:?}: {error:?}");
            assert!(error.may_have_happened());
        }
        let happened = usize::from(matches!(fault, Fault::CutAfter | Fault::HalfAnswer));
        let playlists = fixture.spotify.playlists();
        assert_eq!((playlists[0].uris.len(), playlists.len()), (happened, 1 + happened), "{fault:?}");
        assert_eq!((fixture.spotify.calls().len(), fixture.clock.now()), (2, START), "{fault:?}");
        fixture.check_counted();
    }
}

#[test]
fn adding_goes_on_where_it_was_refused_before_it_happened() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    fixture.spotify.expire_access_tokens();
    fixture
        .spotify
        .fault(FaultRule::new(Fault::TooManyRequests { retry_after_s: 3 }).on("POST", "/v1/**").from_call(2));
    fixture.client().add_items(&id, &[track_id(1)], 0).unwrap();
    let statuses: Vec<_> = fixture.spotify.calls().iter().map(|call| call.status.unwrap()).collect();
    assert_eq!((statuses, fixture.held()), (vec![401, 200, 429, 201], vec![track_id(1)]));
    fixture.check_counted();
}

/// Spotify is gone as soon as somebody waits.
struct Leaving {
    clock: ManualClock,
    spotify: Mutex<Option<SpotifyStandin>>,
}

impl Clock for Leaving {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) {
        self.spotify.lock().unwrap().take();
        self.clock.sleep(duration);
    }
}

#[test]
fn adding_is_tried_again_where_nobody_can_have_heard_it() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    let Fixture { spotify, clock, memory, app } = fixture;
    drop(spotify);
    let client = Client::new(&app, &memory, &clock, &Silent, Limits::default()).unwrap();
    let error = client.add_items(&id, &[track_id(1)], 0).unwrap_err();
    assert!(matches!(error, SpotifyError::TryLater { attempts: 3, may_have_happened: false, .. }), "{error:?}");
    assert!(error.ends_everything());
    assert_eq!((memory.kept().calls.len(), clock.sleeps().len()), (3, 2));
}

#[test]
fn a_write_of_which_one_try_was_heard_may_have_happened() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    fail(&fixture, &Fault::CutAfter, 1);
    let Fixture { spotify, clock, memory, app } = fixture;
    let leaving = Leaving { clock, spotify: Mutex::new(Some(spotify)) };
    let client = Client::new(&app, &memory, &leaving, &Silent, Limits::default()).unwrap();
    let error = client.replace_items(&id, &[track_id(1)]).unwrap_err();
    assert!(matches!(error, SpotifyError::TryLater { attempts: 3, may_have_happened: true, .. }), "{error:?}");
    assert_eq!(memory.kept().calls.len(), 3);
}

#[test]
fn a_stall_ends_with_the_time_allowed() {
    let fixture = Fixture::new();
    fixture.spotify.fault(FaultRule::new(Fault::Stall(Duration::from_secs(600))).always());
    let limits = Limits { answer_timeout: Duration::from_millis(100), ..Limits::default() };
    let begun = Instant::now();
    let error = fixture.client_with(limits).profile().unwrap_err();
    assert!(matches!(error, SpotifyError::TryLater { attempts: 3, may_have_happened: true, .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(60), "the stand-in would have stalled for ten minutes");
    assert_eq!(fixture.asked(), ["GET /v1/me cut"; 3]);
    assert!(fixture.memory.kept().calls.iter().all(|call| call.family == Family::Profile));
    fixture.check_counted();
}

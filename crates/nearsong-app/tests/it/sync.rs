use std::time::Duration;

use nearsong_app::{ErrorKind, Scopes, SyncOutcome};
use nearsong_standin::{Fault, FaultRule, TimeRange};
use nearsong_types::Clock;

use crate::fixture::{ANA, Fixture, minutes_before, read, track};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// 50 plays, 50 most played songs of each time, and so many saved ones.
fn filled(config: &str, n_saved: usize) -> Fixture {
    let fixture = Fixture::connected_with(config, |_| {});
    for number in 0..50 {
        fixture.spotify.add_play(ANA, minutes_before(5 * number), track(number));
    }
    for (at, range) in TimeRange::ALL.into_iter().enumerate() {
        fixture.spotify.set_top_tracks(ANA, range, (0..50).map(|number| track(100 * at + number)));
    }
    for number in 0..n_saved {
        fixture.spotify.save_track(ANA, minutes_before(60 * number), track(1_000 + number));
    }
    fixture
}

#[test]
fn everything_comes_in_with_few_calls() {
    let mut fixture = filled("", 200);
    let report = fixture.sync().unwrap();
    assert_eq!([0, 1, 4].map(|at| read(&report, at)), [(50, 50, None), (50, 50, None), (200, 200, None)]);
    assert_eq!((report.n_calls, fixture.calls().len()), (8, 8), "1 of plays, 3 of most played, 4 of saved songs");
    assert_eq!(fixture.kept(), (50, 350));
}

#[test]
fn the_same_again_asks_little_and_adds_nothing() {
    let mut fixture = filled("", 200);
    fixture.sync().unwrap();
    fixture.calls();
    let report = fixture.sync().unwrap();
    assert_eq!(read(&report, 0), (50, 0, None));
    assert!(report.lists[1..].iter().all(|list| matches!(list.outcome, SyncOutcome::NotDue { .. })));
    assert_eq!(fixture.calls(), ["GET /v1/me/player/recently-played"]);
    fixture.clock.turn(DAY);
    let report = fixture.sync().unwrap();
    assert_eq!(read(&report, 4), (1, 0, None), "the first that was saved before the newest known one ends it");
    assert_eq!(fixture.calls().len(), 6, "one of them for a new access token");
    assert_eq!(fixture.kept(), (50, 350));
}

#[test]
fn what_is_new_is_found() {
    let mut fixture = filled("", 60);
    fixture.sync().unwrap();
    fixture.clock.turn(DAY);
    let now = fixture.clock.now();
    fixture.spotify.add_play(ANA, now, track(7));
    for number in 2_000..2_003 {
        fixture.spotify.save_track(ANA, now, track(number));
    }
    let report = fixture.sync().unwrap();
    assert_eq!((read(&report, 0), read(&report, 4)), ((50, 1, None), (4, 3, None)));
    assert_eq!(fixture.kept(), (51, 213));
}

#[test]
fn a_long_list_of_saved_songs_is_read_over_several_syncs() {
    let mut fixture = filled("", 430);
    let mut report = fixture.sync().unwrap();
    assert_eq!(read(&report, 4), (250, 250, Some(180)), "five pages and no more");
    // Songs that are saved meanwhile move the rest along.
    fixture.clock.turn(DAY);
    fixture.spotify.save_track(ANA, fixture.clock.now(), track(3_000));
    fixture.reopen();
    report = fixture.sync().unwrap();
    assert_eq!(read(&report, 4), (182, 181, None), "the newest again, one new, and the rest");
    assert_eq!(report.connection.n_saved, 431);
}

#[test]
fn a_sync_keeps_to_its_budget_and_the_next_one_goes_on() {
    let mut fixture = filled("calls_per_sync = 2", 90);
    let mut saved = 0;
    for n_syncs in 1.. {
        let report = fixture.sync().unwrap();
        assert!(fixture.calls().len() <= 2, "in sync {n_syncs}");
        saved = report.connection.n_saved;
        if saved == 90 {
            break;
        }
        assert!(n_syncs < 10, "it comes to an end");
    }
    assert_eq!((saved, fixture.kept()), (90, (50, 240)));
}

#[test]
fn a_list_that_has_to_wait_leaves_the_others_and_is_not_asked_again_before_its_time() {
    let mut fixture = filled("", 10);
    let hours = FaultRule::new(Fault::TooManyRequests { retry_after_s: 52_531 }).on("GET", "/v1/me/tracks");
    fixture.spotify.fault(hours);
    let report = fixture.sync().unwrap();
    let until = fixture.clock.now().plus(Duration::from_secs(52_531));
    assert_eq!(report.lists[4].outcome, SyncOutcome::Wait { until });
    assert_eq!(read(&report, 3).0, 50);
    let status = fixture.app.spotify_status(fixture.clock.now()).unwrap().unwrap();
    assert_eq!((status.cooldowns[0].what.as_str(), status.cooldowns[0].until), ("saved tracks", until));

    fixture.reopen();
    fixture.calls();
    assert_eq!(fixture.sync().unwrap().lists[4].outcome, SyncOutcome::Wait { until });
    assert_eq!(fixture.calls(), ["GET /v1/me/player/recently-played"], "it is not even tried");
    fixture.clock.turn(Duration::from_secs(52_532));
    assert_eq!(read(&fixture.sync().unwrap(), 4), (10, 10, None));
}

#[test]
fn a_short_wait_is_sat_out() {
    let mut fixture = filled("", 10);
    fixture.spotify.fault(FaultRule::new(Fault::TooManyRequests { retry_after_s: 7 }).on("GET", "/v1/me/top/tracks"));
    let before = fixture.clock.now();
    assert_eq!(read(&fixture.sync().unwrap(), 1).0, 50);
    assert_eq!(before.until(fixture.clock.now()), Duration::from_secs(7), "to the second");
}

#[test]
fn a_sign_in_that_has_ended_is_said_once_and_what_was_there_stays() {
    let mut fixture = filled("", 10);
    fixture.sync().unwrap();
    let kept = fixture.kept();
    fixture.spotify.expire_access_tokens();
    fixture.spotify.revoke(ANA);
    fixture.calls();
    let error = fixture.sync().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsSignIn);
    assert!(error.to_string().contains("nearsong connect spotify"), "{error}");
    assert_eq!(fixture.calls(), ["GET /v1/me/player/recently-played", "POST /api/token"], "no loop");
    assert_eq!(fixture.sync().unwrap_err().kind(), ErrorKind::NeedsSignIn);
    assert_eq!(fixture.calls(), [""; 0], "not even a call");
    assert_eq!(fixture.kept(), kept);
    fixture.connect(&Scopes::reading(), ANA).unwrap();
    fixture.sync().unwrap();
}

#[test]
fn broken_answers_lose_nothing_and_the_next_sync_brings_all() {
    let faults = [
        Fault::InternalError,
        Fault::BadGateway,
        Fault::Unavailable,
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::HalfAnswer,
        Fault::QuotaExceeded,
        Fault::OwnerLapsed,
        Fault::NotAllowed,
    ];
    for fault in faults {
        for path in ["/v1/me/player/recently-played", "/v1/me/top/tracks", "/v1/me/tracks"] {
            let mut fixture = filled("", 60);
            fixture.spotify.fault(FaultRule::new(fault.clone()).on("GET", path).always());
            let words = match fixture.sync() {
                Ok(report) => format!("{:?}", report.lists),
                Err(error) => error.to_string(),
            };
            assert!(fixture.calls().len() <= 10, "{fault:?} {path}");
            assert!(!words.is_empty() && !words.contains("panicked"), "{words}");
            fixture.spotify.clear_faults();
            fixture.clock.turn(DAY * 2);
            fixture.sync().unwrap();
            assert_eq!(fixture.kept(), (50, 210), "after {fault:?} at {path}: {words}");
        }
    }
}

#[test]
fn null_entries_and_missing_fields_are_passed_over() {
    let mut fixture = filled("", 10);
    fixture.spotify.fault(FaultRule::new(Fault::NullEntries).on("GET", "/v1/me/**").always());
    let report = fixture.sync().unwrap();
    assert_eq!((read(&report, 0).0, read(&report, 1).0, read(&report, 4).0), (25, 25, 5));
    let mut fixture = filled("", 10);
    fixture.spotify.fault(FaultRule::new(Fault::MissingFields).on("GET", "/v1/me/**").always());
    let report = fixture.sync().unwrap();
    assert_eq!(read(&report, 0).0, 0, "a song without an artist says nothing");
}

#[test]
fn only_what_was_allowed_is_asked_for() {
    let mut fixture = Fixture::new();
    fixture.connect(&Scopes::writing(), ANA).unwrap();
    fixture.calls();
    let report = fixture.sync().unwrap();
    assert!(report.lists.iter().all(|list| list.outcome == SyncOutcome::NotAllowed), "{:?}", report.lists);
    assert_eq!(fixture.calls(), [""; 0]);
}

#[test]
fn plays_that_spotify_told_of_are_kept_for_a_limited_time() {
    let mut fixture = filled("keep_plays_days = 30", 0);
    fixture.sync().unwrap();
    fixture.clock.turn(DAY * 40);
    let report = fixture.sync().unwrap();
    assert_eq!(report.n_forgotten, 50);
    assert_eq!(fixture.kept().0, 0);
}

#[test]
fn two_at_once_are_one_after_the_other() {
    let mut fixture = filled("", 10);
    let lock = nearsong_store::DataDir::open_or_create(fixture.folder.path()).unwrap().lock_spotify("testing").unwrap();
    let error = fixture.sync().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Temporary);
    assert!(error.to_string().contains("testing"), "{error}");
    drop(lock);
    fixture.sync().unwrap();
}

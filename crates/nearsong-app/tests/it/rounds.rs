use std::time::Duration;

use nearsong_app::{App, ErrorKind, JobDone, JobOutcome, Recipe, RoundReport, Scopes, ready_made};
use nearsong_standin::{Fault, FaultRule};
use nearsong_store::DataDir;
use nearsong_types::{Clock, Silent};

use crate::fixture::{ANA, Fixture};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

fn with_playlist() -> Fixture {
    let mut fixture = Fixture::with_music();
    let recipe = Recipe { spotify: true, length: 20, ..ready_made()[0].1.clone() };
    fixture.app.add_playlist(None, "weekly", recipe, fixture.clock.now()).unwrap();
    fixture
}

/// One round; what its jobs came to, as words.
fn round(fixture: &mut Fixture) -> (RoundReport, Vec<String>) {
    let mut said = Vec::new();
    let clock = fixture.clock.clone();
    let report = fixture.app.round(&clock, &Silent, &mut |done| said.push(words(&done))).unwrap();
    (report, said)
}

fn words(done: &JobDone) -> String {
    let outcome = match &done.outcome {
        Ok(JobOutcome::Synced(_)) => "synced",
        Ok(JobOutcome::NothingToTrain) => "nothing to train",
        Ok(JobOutcome::Trained(_)) => "trained",
        Ok(JobOutcome::Refreshed(refreshed)) => {
            return format!("{} {}: edition {}", done.kind, done.subject, refreshed.edition.number);
        }
        Err(error) => return format!("{} {}: {:?}", done.kind, done.subject, error.kind()),
    };
    format!("{} {}: {outcome}", done.kind, done.subject)
}

fn n_editions(fixture: &Fixture) -> usize {
    fixture.app.editions(None, "weekly", 999).unwrap().len()
}

#[test]
fn a_round_does_what_is_due_and_nothing_else() {
    let mut fixture = with_playlist();
    let (report, said) = round(&mut fixture);
    assert_eq!(said, ["sync me: synced", "train catalogue: trained", "refresh me/weekly: edition 1"]);
    assert_eq!((report.n_ok, report.n_failed), (3, 0));
    let (report, said) = round(&mut fixture);
    assert_eq!((report.n_ok, said.len()), (0, 0));
    fixture.clock.turn(HOUR * 3);
    assert_eq!(round(&mut fixture).1, ["sync me: synced"]);
    // Monday at six in Berlin, and up to ten minutes.
    fixture.clock.turn(DAY * 5 + HOUR * 21);
    let (_, said) = round(&mut fixture);
    assert!(said.contains(&"refresh me/weekly: edition 2".to_owned()), "{said:?}");
}

#[test]
fn a_playlist_that_was_made_by_hand_is_not_made_again_before_its_time() {
    let mut fixture = with_playlist();
    fixture.app.refresh_playlist(None, "weekly", &fixture.clock, &Silent).unwrap();
    assert!(!round(&mut fixture).1.iter().any(|said| said.starts_with("refresh")));
    fixture.clock.turn(DAY * 7);
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2);
}

#[test]
fn a_process_that_ended_after_the_last_step_makes_no_second_edition() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    fixture.clock.turn(DAY * 7);
    let store = nearsong_store::Store::open(&DataDir::open_or_create(fixture.folder.path()).unwrap()).unwrap();
    let before = store.job("refresh", "me/weekly").unwrap().unwrap();
    round(&mut fixture);
    // What a kill just before the job is kept leaves behind.
    let begun = nearsong_store::JobRecord { attempts: 1, slot: before.next_run, finished_at: None, ..before };
    store.keep_job(&begun).unwrap();
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2);
}

#[test]
fn what_was_decided_during_a_run_stays_decided() {
    let mut fixture = with_playlist();
    for name in ["a", "b"] {
        let recipe = Recipe { spotify: true, length: 5, ..ready_made()[0].1.clone() };
        fixture.app.add_playlist(None, name, recipe, fixture.clock.now()).unwrap();
    }
    let mut other = App::open(fixture.folder.path()).unwrap();
    let clock = fixture.clock.clone();
    // While the first is at work, the second is removed and the third paused.
    let decide = &mut |done: JobDone| {
        if done.subject == "me/a" {
            other.remove_playlist(None, "b").unwrap();
            other.pause_playlist(None, "weekly", true, false, clock.now()).unwrap();
        }
    };
    fixture.app.round(&fixture.clock, &Silent, decide).unwrap();
    let jobs = fixture.app.jobs().unwrap();
    let states: Vec<_> =
        jobs.iter().filter(|job| job.kind == "refresh").map(|job| (job.subject.as_str(), job.state)).collect();
    assert_eq!(states, [("me/a", "waiting"), ("me/weekly", "paused")]);
    assert_eq!(fixture.spotify.playlists().len(), 1);
}

#[test]
fn missed_rounds_are_caught_up_once() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    fixture.clock.turn(DAY * 50);
    assert_eq!(round(&mut fixture).0.n_failed, 0);
    assert_eq!(n_editions(&fixture), 2);
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2);
}

#[test]
fn a_clock_that_jumps_back_does_nothing_twice() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    let before = fixture.clock.now();
    fixture.clock.turn(DAY * 7);
    round(&mut fixture);
    fixture.clock.set(before);
    round(&mut fixture);
    fixture.clock.turn(DAY * 6);
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2);
}

#[test]
fn a_clock_that_was_far_ahead_stops_nothing() {
    let mut fixture = with_playlist();
    let before = fixture.clock.now();
    fixture.clock.turn(DAY * 90);
    round(&mut fixture);
    fixture.clock.set(before);
    round(&mut fixture);
    fixture.clock.turn(HOUR * 3);
    assert!(round(&mut fixture).1.contains(&"sync me: synced".to_owned()));
    fixture.clock.turn(DAY * 7);
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2, "the next Monday is the next Monday");
}

#[test]
fn a_wait_is_waited_out_and_the_edition_finished_then() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    let first = fixture.spotify.playlists()[0].uris.clone();
    fixture.clock.turn(DAY * 7);
    let day = FaultRule::new(Fault::TooManyRequests { retry_after_s: 86_400 }).on("PUT", "/v1/playlists/*/items");
    fixture.spotify.fault(day);
    let (report, said) = round(&mut fixture);
    assert!(said.contains(&"refresh me/weekly: Temporary".to_owned()) && report.n_failed == 1, "{said:?}");
    assert_eq!(fixture.spotify.playlists()[0].uris, first, "it stays as it was");
    let view = fixture.app.playlist(None, "weekly").unwrap();
    assert!(view.last_error.unwrap().contains("Spotify asked to wait"));
    assert!(view.next_run.unwrap() >= fixture.clock.now().plus(DAY), "not before Spotify said");
    fixture.clock.turn(HOUR * 12);
    assert!(!round(&mut fixture).1.iter().any(|said| said.starts_with("refresh")), "not even tried");
    fixture.clock.turn(HOUR * 14);
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2, "the same edition was gone on with");
    assert_ne!(fixture.spotify.playlists()[0].uris, first);
    assert_eq!(fixture.app.playlist(None, "weekly").unwrap().last_error, None);
}

#[test]
fn a_dead_sign_in_waits_for_the_next_one() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    fixture.spotify.expire_access_tokens();
    fixture.spotify.revoke(ANA);
    fixture.clock.turn(DAY * 7);
    let (_, said) = round(&mut fixture);
    assert!(said.contains(&"refresh me/weekly: NeedsSignIn".to_owned()), "{said:?}");
    fixture.clock.turn(DAY * 7);
    fixture.spotify.forget_calls();
    round(&mut fixture);
    assert!(fixture.calls().is_empty(), "no call is made in vain");
    assert_eq!(fixture.app.playlist(None, "weekly").unwrap().state, "signin");
    fixture.connect(&Scopes::reading().and(Scopes::writing()), ANA).unwrap();
    let (_, said) = round(&mut fixture);
    assert!(said.contains(&"refresh me/weekly: edition 2".to_owned()), "{said:?}");
}

#[test]
fn failures_of_other_kinds_are_tried_again_less_and_less_often() {
    let mut fixture = with_playlist();
    fixture.spotify.fault(FaultRule::new(Fault::InternalError).on("*", "/v1/playlists/**").always());
    fixture.spotify.fault(FaultRule::new(Fault::InternalError).on("POST", "/v1/me/playlists").always());
    let mut tries = 0;
    for _ in 0..(48 * 6) {
        tries += usize::from(round(&mut fixture).1.iter().any(|said| said.starts_with("refresh")));
        fixture.clock.turn(HOUR / 6);
    }
    assert!((5..=14).contains(&tries), "{tries} tries in two days");
    fixture.spotify.clear_faults();
    fixture.clock.turn(DAY);
    round(&mut fixture);
    assert_eq!(fixture.spotify.playlists().last().unwrap().uris.len(), 20);
}

#[test]
fn a_deleted_playlist_pauses_itself() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    fixture.spotify.delete_playlist(&fixture.spotify.playlists()[0].id);
    fixture.clock.turn(DAY * 7);
    round(&mut fixture);
    let view = fixture.app.playlist(None, "weekly").unwrap();
    assert_eq!(view.state, "paused");
    assert!(view.last_error.unwrap().contains("you deleted"));
    fixture.clock.turn(DAY * 30);
    round(&mut fixture);
    assert_eq!(fixture.spotify.playlists().len(), 1);
}

#[test]
fn a_process_that_ended_in_the_middle_is_gone_on_for() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    fixture.clock.turn(DAY * 7);
    // From the first write on nothing gets through: the edition is made, but not there.
    fixture.spotify.fault(FaultRule::new(Fault::CutAfter).on("PUT", "/v1/playlists/**").always());
    let (_, _) = round(&mut fixture);
    fixture.spotify.clear_faults();
    // What a kill leaves behind: the job begun and not ended.
    let store = nearsong_store::Store::open(&DataDir::open_or_create(fixture.folder.path()).unwrap()).unwrap();
    let mut job = store.job("refresh", "me/weekly").unwrap().unwrap();
    (job.finished_at, job.next_run) = (None, job.slot);
    store.keep_job(&job).unwrap();
    drop(store);
    fixture.reopen();
    let (_, said) = round(&mut fixture);
    assert!(said.contains(&"refresh me/weekly: edition 2".to_owned()), "{said:?}");
    assert_eq!((n_editions(&fixture), fixture.spotify.playlists().len()), (2, 1));
}

#[test]
fn only_one_process_does_rounds_at_a_time() {
    let mut fixture = with_playlist();
    let lock = DataDir::open_or_create(fixture.folder.path()).unwrap().lock_rounds().unwrap();
    let mut other = App::open(fixture.folder.path()).unwrap();
    let error = other.round(&fixture.clock, &Silent, &mut |_| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Temporary);
    drop(lock);
    assert_eq!(round(&mut fixture).0.n_ok, 3);
}

#[test]
fn jobs_can_be_paused_retried_and_are_told_to_prometheus() {
    let mut fixture = with_playlist();
    round(&mut fixture);
    fixture.app.cancel_job("refresh", "me/weekly").unwrap();
    fixture.clock.turn(DAY * 8);
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 1);
    let now = fixture.clock.now();
    fixture.app.retry_job("refresh", "me/weekly", now).unwrap();
    round(&mut fixture);
    assert_eq!(n_editions(&fixture), 2);
    let metrics = fixture.app.metrics(fixture.clock.now()).unwrap();
    for line in [
        "nearsong_jobs{kind=\"refresh\",subject=\"me/weekly\",state=\"waiting\"} 1",
        "nearsong_job_runs_total{kind=\"refresh\",subject=\"me/weekly\",outcome=\"ok\"} 2",
        "nearsong_job_age_seconds{kind=\"refresh\",subject=\"me/weekly\"} 0",
        "nearsong_spotify_sign_in_days_left{listener=\"me\"} 17",
        "nearsong_spotify_calls_24h{family=\"playlist-write\",outcome=\"200\"}",
        "nearsong_recommend_seconds{listener=\"me\"} 0.",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert!(fixture.app.retry_job("refresh", "me/nope", now).is_err());
}

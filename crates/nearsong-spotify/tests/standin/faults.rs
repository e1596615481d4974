use std::time::Duration;

use nearsong_spotify::{Client, Limits, SpotifyError, TimeRange};
use nearsong_standin::{Fault, FaultRule, TimeRange as StandinRange};
use nearsong_types::Clock;

use crate::fixture::{Fixture, track, track_id};

/// What a call comes to that is struck once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    /// Not before a moment that is kept.
    Waits,
    /// Given up, and it may have happened.
    Unknown,
    Rejected,
    AskOwner,
}
use End::{AskOwner, Done, Rejected, Unknown, Waits};

/// How a call ends, how many were made for it, and whether it was acted on.
type Expected = (End, usize, bool);

#[derive(Debug)]
struct Row {
    fault: Fault,
    get: (End, usize),
    put: Expected,
    post: Expected,
}

fn row(fault: Fault, get: (End, usize), put: Expected, post: Expected) -> Row {
    Row { fault, get, put, post }
}

/// A fault that is answered alike whatever was asked.
fn alike(fault: Fault, end: End, n_calls: usize) -> Row {
    let expected = (end, n_calls, end == Done);
    row(fault, (end, n_calls), expected, expected)
}

fn rows() -> Vec<Row> {
    let done_again = ((Done, 2), (Done, 2, true));
    let unheard = |fault| row(fault, done_again.0, done_again.1, (Unknown, 1, false));
    let acted_on = |fault| row(fault, done_again.0, done_again.1, (Unknown, 1, true));
    vec![
        alike(Fault::TooManyRequests { retry_after_s: 5 }, Done, 2),
        alike(Fault::TooManyRequests { retry_after_s: 9_000 }, Waits, 1),
        alike(Fault::QuotaExceeded, Waits, 1),
        unheard(Fault::InternalError),
        unheard(Fault::BadGateway),
        unheard(Fault::Unavailable),
        unheard(Fault::Stall(Duration::from_secs(600))),
        unheard(Fault::CutBefore),
        acted_on(Fault::CutAfter),
        acted_on(Fault::HalfAnswer),
        alike(Fault::RevokedToken, Rejected, 1),
        alike(Fault::OwnerLapsed, AskOwner, 1),
        // With one look at the profile, which is served.
        alike(Fault::NotAllowed, Rejected, 2),
        alike(Fault::NullEntries, Done, 1),
        alike(Fault::MissingFields, Done, 1),
    ]
}

fn end_of(result: Result<(), SpotifyError>) -> End {
    match result {
        Ok(()) => Done,
        Err(SpotifyError::Wait { .. }) => Waits,
        Err(error @ SpotifyError::TryLater { .. }) if error.may_have_happened() => Unknown,
        Err(SpotifyError::Rejected { .. }) => Rejected,
        Err(SpotifyError::AskOwner(_)) => AskOwner,
        Err(error) => panic!("{error:?}"),
    }
}

/// Strikes one call. Before and after it, tokens are the same and each call is counted; what has to wait is kept.
fn struck(fault: &Fault, call: impl Fn(&Client<'_>, &str) -> Result<(), SpotifyError>) -> (Fixture, End, usize) {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[track_id(0)]);
    let tokens = fixture.memory.held_tokens();
    fixture.spotify.set_top_tracks("ana", StandinRange::Short, [track(1), track(2)]);
    fixture.spotify.fault(FaultRule::new(fault.clone()));
    let is_stalled = matches!(fault, Fault::Stall(_));
    let answer_timeout = Duration::from_millis(if is_stalled { 1_000 } else { 30_000 });
    let end = end_of(call(&fixture.client_with(Limits { answer_timeout, ..Limits::default() }), &id));
    fixture.check_counted();
    assert_eq!((fixture.memory.held_tokens(), fixture.memory.kept().drops.len()), (tokens, 0), "{fault:?}");
    let waits = fixture.memory.kept().cooldowns.values().any(|cooldown| cooldown.until > fixture.clock.now());
    assert_eq!(waits, end == Waits, "{fault:?}");
    let n_calls = fixture.spotify.calls().len();
    (fixture, end, n_calls)
}

#[test]
fn a_struck_get_gives_its_answer_or_says_why_not() {
    for Row { fault, get, .. } in rows() {
        let (fixture, end, n_calls) = struck(&fault, |client, _| {
            client.top_tracks(TimeRange::Short, 0).map(|page| assert_eq!(page.n_entries(), 2))
        });
        assert_eq!((end, n_calls), get, "{fault:?}");
        assert_eq!(fixture.held(), [track_id(0)]);
    }
}

#[test]
fn a_struck_put_is_done_or_not_as_it_says() {
    for Row { fault, put, .. } in rows() {
        let (fixture, end, n_calls) = struck(&fault, |client, id| client.replace_items(id, &[track_id(9)]).map(drop));
        let is_acted_on = fixture.held() == [track_id(9)];
        assert!(is_acted_on || fixture.held() == [track_id(0)]);
        assert_eq!((end, n_calls, is_acted_on), put, "{fault:?}");
    }
}

#[test]
fn a_struck_post_happens_once_at_most() {
    for Row { fault, post, .. } in rows() {
        let (fixture, end, n_calls) = struck(&fault, |client, id| client.add_items(id, &[track_id(9)], 1).map(drop));
        let is_acted_on = fixture.held() == [0, 9].map(track_id);
        assert!(is_acted_on || fixture.held() == [track_id(0)]);
        assert_eq!((end, n_calls, is_acted_on), post, "{fault:?}");
    }
}

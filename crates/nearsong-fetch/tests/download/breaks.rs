use std::{fs, time::Duration};

use nearsong_fetch::{BreakCause, FetchError};

use crate::{
    fixture::{Fixture, sample},
    server::{Reply, Server},
};

const TAG: &str = "\"one\"";

/// A server that lets the first download break as `spoil` says, and honours ranges from then on.
fn broken_once(bytes: Vec<u8>, spoil: impl Fn(Reply) -> Reply + Send + 'static) -> Server {
    Server::start(move |n, request| {
        let reply = Reply::file(&bytes, TAG, request);
        if n == 0 { spoil(reply) } else { reply }
    })
}

#[test]
fn a_file_in_one_go() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::ok(b"abc")]));
    let downloaded = fixture.fetch(&server.url("/file")).unwrap();
    // FIPS 180-2, appendix B.1.
    assert_eq!(downloaded.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((downloaded.bytes, downloaded.resumed_at, downloaded.is_confirmed), (3, None, false));
    assert_eq!(downloaded.path, fixture.target);
    assert_eq!(fixture.content(), b"abc");
    assert_eq!(fixture.files(), ["tracks.csv"]);
}

#[test]
fn a_break_is_gone_on_with() {
    let bytes = sample(50_000);
    let (fixture, server) = (Fixture::new(), broken_once(bytes.clone(), |reply| reply.cut_at(20_000)));
    let downloaded = fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(fixture.content(), bytes);
    assert_eq!((downloaded.bytes, downloaded.resumed_at), (50_000, None));
    let requests = server.requests();
    assert_eq!(requests[1].header("Range"), Some("bytes=20000-"));
    assert_eq!(requests[1].header("If-Range"), Some(TAG));
    assert_eq!((requests.len(), fixture.waited()), (2, Duration::from_secs(1)));
}

#[test]
fn silence_counts_as_a_break() {
    let bytes = sample(50_000);
    let (fixture, server) = (Fixture::impatient(), broken_once(bytes.clone(), |reply| reply.stall_at(20_000)));
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(fixture.content(), bytes);
    assert_eq!(server.requests()[1].header("Range"), Some("bytes=20000-"));
}

#[test]
fn silence_for_good_ends_with_what_has_come_kept() {
    let mut fixture = Fixture::impatient();
    fixture.limits.max_attempts = 2;
    let server = Server::start(|n, request| Reply::file(&sample(100), TAG, request).stall_at(10 + n));
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    let FetchError::Interrupted { received: 21, total: Some(100), cause, attempts: 2, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*cause, BreakCause::Stalled(Duration::from_millis(200)));
    let message = error.to_string();
    for word in [
        &server.url("/file"),
        "21 bytes of 100 bytes",
        "2 tries",
        "not a byte came for 200 ms",
        "run the command again",
    ] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(fixture.files(), ["tracks.csv.part", "tracks.csv.part.json"]);
}

#[test]
fn silence_before_any_answer_is_tried_again() {
    let (fixture, server) = (
        Fixture::impatient(),
        Server::start(|n, _| {
            if n == 0 {
                std::thread::sleep(Duration::from_millis(400));
            }
            Reply::ok(b"abc")
        }),
    );
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!((fixture.content(), server.requests().len()), (b"abc".to_vec(), 2));
}

#[test]
fn a_later_run_goes_on() {
    let bytes = sample(5_000);
    let fixture = Fixture::with_limits(|limits| limits.max_attempts = 1);
    let server = broken_once(bytes.clone(), |reply| reply.cut_at(2_000));
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(
        matches!(error, FetchError::Interrupted { received: 2_000, cause: BreakCause::ClosedEarly, .. }),
        "{error:?}"
    );
    assert!(error.is_temporary());
    let downloaded = fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(downloaded.resumed_at, Some(2_000));
    assert_eq!(fixture.content(), bytes);
    assert_eq!(fixture.files(), ["tracks.csv"]);
}

#[test]
fn a_part_of_another_address_is_not_gone_on_with() {
    let fixture = Fixture::with_limits(|limits| limits.max_attempts = 1);
    let server = broken_once(sample(5_000), |reply| reply.cut_at(2_000));
    fixture.fetch(&server.url("/file")).unwrap_err();
    let downloaded = fixture.fetch(&server.url("/other")).unwrap();
    assert_eq!((downloaded.resumed_at, server.requests()[1].header("Range")), (None, None));
    assert_eq!(fixture.content(), sample(5_000));
}

#[test]
fn a_server_without_ranges_begins_anew() {
    let bytes = sample(5_000);
    let fixture = Fixture::new();
    let server = Server::script(vec![
        Reply::ok(&bytes).header("ETag", TAG).cut_at(2_000),
        Reply::ok(&bytes).header("ETag", TAG),
    ]);
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(server.requests()[1].header("Range"), Some("bytes=2000-"));
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn nothing_to_compare_means_beginning_anew() {
    let bytes = sample(5_000);
    let fixture = Fixture::new();
    let server = Server::script(vec![Reply::ok(&bytes).cut_at(2_000), Reply::ok(&bytes)]);
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(server.requests()[1].header("Range"), None);
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn a_file_that_changed_meanwhile_is_never_joined_with_the_old_one() {
    let (old, new) = (sample(5_000), sample(6_000).split_off(1_000));
    let first = Reply::ok(&old).header("ETag", TAG).cut_at(2_000);
    let whole = Reply::ok(&new).header("ETag", "\"two\"");
    let honest = vec![first.clone(), whole.clone()];
    let careless = vec![first.clone(), Reply::rest(&new, 2_000).header("ETag", "\"two\""), whole.clone()];
    let silent = vec![first.clone(), Reply::rest(&new, 2_000), whole.clone()];
    let shifted = Reply::new(206).header("Content-Range", "bytes 1000-3999/5000").body(&new[1_000..4_000]);
    let elsewhere = vec![first.clone(), shifted.header("ETag", TAG), whole.clone()];
    let beyond = vec![first, Reply::new(416), whole];
    for (name, replies) in
        [("honest", honest), ("careless", careless), ("silent", silent), ("elsewhere", elsewhere), ("beyond", beyond)]
    {
        let (fixture, expected) = (Fixture::new(), replies.len());
        let server = Server::script(replies);
        fixture.fetch(&server.url("/file")).unwrap();
        assert_eq!(fixture.content(), new, "{name}");
        assert_eq!(server.requests().len(), expected, "{name}");
        assert_eq!(server.requests()[expected - 1].header("Range").is_some(), name == "honest", "{name}");
    }
}

#[test]
fn a_whole_part_only_needs_its_last_byte_again() {
    let bytes = sample(5_000);
    let (fixture, server) = (Fixture::new(), broken_once(bytes.clone(), |reply| reply.cut_at(2_000)));
    let once = Fixture::with_limits(|limits| limits.max_attempts = 1);
    once.fetch(&server.url("/file")).unwrap_err();
    fs::write(fixture.directory.path().join("tracks.csv.part"), &bytes).unwrap();
    let record = fs::read(once.directory.path().join("tracks.csv.part.json")).unwrap();
    fs::write(fixture.directory.path().join("tracks.csv.part.json"), record).unwrap();
    let downloaded = fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(downloaded.resumed_at, Some(4_999));
    assert_eq!(server.requests()[1].header("Range"), Some("bytes=4999-"));
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn more_bytes_than_announced_are_thrown_away() {
    let bytes = sample(5_000);
    let fixture = Fixture::new();
    let longer = [&bytes[2_000..], b"more"].concat();
    let server = Server::script(vec![
        Reply::ok(&bytes).header("ETag", TAG).cut_at(2_000),
        Reply::rest(&bytes, 2_000).header("ETag", TAG).body(&longer),
        Reply::ok(&bytes).header("ETag", TAG),
    ]);
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(fixture.content(), bytes);
    assert_eq!(server.requests()[2].header("Range"), None);
}

#[test]
fn a_server_that_never_sends_what_was_asked_for_ends_after_the_last_try() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::rest(&sample(100), 50)]));
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::UnusableAnswer { status: 206, .. }), "{error:?}");
    assert_eq!((server.requests().len(), fixture.files().len()), (3, 0));
}

#[test]
fn chunks_are_whole_only_with_their_last_one() {
    let bytes = sample(50_000);
    let fixture = Fixture::new();
    let server = Server::start(move |n, request| match n {
        0 => Reply::ok(&sample(50_000)).header("ETag", TAG).chunked().cut_at(20_000),
        _ => Reply::file(&sample(50_000), TAG, request).chunked(),
    });
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(server.requests()[1].header("Range"), Some("bytes=20000-"));
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn chunks_count_more_than_a_length_beside_them() {
    let (fixture, reply) = (Fixture::new(), Reply::ok(b"abcdef").chunked().header("Content-Length", "4"));
    let server = Server::script(vec![reply]);
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(fixture.content(), b"abcdef");
}

#[test]
fn a_file_of_unknown_length_is_refused() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::ok(b"abc").without_length()]));
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::UnusableAnswer { status: 200, .. }), "{error:?}");
    assert!(error.to_string().contains("does not say how long"), "{error}");
    assert!(fixture.files().is_empty());
}

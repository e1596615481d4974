use std::time::Duration;

use nearsong_fetch::FetchError;

use crate::{
    fixture::{Fixture, Watcher, sample},
    server::{Reply, Server},
};

const TAG: &str = "\"one\"";

#[test]
fn a_file_announced_as_too_large_is_not_begun() {
    let fixture = Fixture::with_limits(|limits| limits.max_bytes = 4_999);
    let server = Server::script(vec![Reply::ok(&sample(5_000))]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { announced: Some(5_000), max_bytes: 4_999, .. }), "{error:?}");
    assert!(error.to_string().contains("5.0 kB"), "{error}");
    assert!(fixture.files().is_empty());
    let fixture = Fixture::with_limits(|limits| limits.max_bytes = 5_000);
    assert_eq!(fixture.fetch(&server.url("/file")).unwrap().bytes, 5_000);
}

#[test]
fn a_file_that_is_larger_than_it_says_is_stopped_on_the_way() {
    let fixture = Fixture::with_limits(|limits| limits.max_bytes = 4_999);
    let server = Server::script(vec![Reply::ok(&sample(5_000)).chunked()]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { announced: None, .. }), "{error:?}");
    assert!(fixture.files().is_empty());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_part_counts_towards_the_size_limit() {
    let mut fixture = Fixture::with_limits(|limits| limits.max_attempts = 1);
    let server = Server::start(move |n, request| {
        let reply = Reply::file(&sample(5_000), TAG, request);
        if n == 0 { reply.cut_at(2_000) } else { reply }
    });
    fixture.fetch(&server.url("/file")).unwrap_err();
    fixture.limits.max_bytes = 4_000;
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { announced: Some(5_000), .. }), "{error:?}");
}

#[test]
fn the_whole_download_has_a_time_limit() {
    let fixture = Fixture::with_limits(|limits| limits.total_timeout = Duration::from_millis(400));
    let server = Server::script(vec![Reply::ok(&sample(100)).header("ETag", TAG).dripping(Duration::from_millis(30))]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::TookTooLong { .. }), "{error:?}");
    assert_eq!(fixture.files(), ["tracks.csv.part", "tracks.csv.part.json"]);
}

#[test]
fn progress_only_goes_forward_within_a_step() {
    let fixture = Fixture::new();
    let server = Server::start(move |n, request| {
        let reply = Reply::file(&sample(500_000), TAG, request);
        if n == 0 { reply.cut_at(200_000) } else { reply }
    });
    let watcher = Watcher::default();
    fixture.watch(&server.url("/file"), &watcher).unwrap();
    let steps = watcher.steps.into_inner().unwrap();
    let names: Vec<_> = steps.iter().map(|(name, total, _)| (name.as_str(), *total)).collect();
    assert_eq!(names, [("Test", Some(500_000)), ("Checking the file", Some(500_000))]);
    for (name, _, told) in &steps {
        assert!(told.is_sorted() && told.len() > 1 && told.last() == Some(&500_000), "{name}: {told:?}");
    }
    assert!(steps[0].2.contains(&200_000));
}

#[test]
fn beginning_anew_begins_a_new_step() {
    let fixture = Fixture::new();
    let server = Server::script(vec![Reply::ok(&sample(5_000)).cut_at(2_000), Reply::ok(&sample(5_000))]);
    let watcher = Watcher::default();
    fixture.watch(&server.url("/file"), &watcher).unwrap();
    let steps = watcher.steps.into_inner().unwrap();
    assert_eq!(steps.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["Test", "Test", "Checking the file"]);
    assert!(steps.iter().all(|(_, _, told)| told.is_sorted()));
}

#[test]
fn stopping_keeps_what_has_come() {
    let bytes = sample(500_000);
    let fixture = Fixture::new();
    let server = Server::start(move |_, request| Reply::file(&sample(500_000), TAG, request));
    let watcher = Watcher { stop_at: Some(100_000), ..Watcher::default() };
    let error = fixture.watch(&server.url("/file"), &watcher).unwrap_err();
    assert!(matches!(error, FetchError::Cancelled(_)), "{error:?}");
    assert_eq!(fixture.files(), ["tracks.csv.part", "tracks.csv.part.json"]);
    let downloaded = fixture.fetch(&server.url("/file")).unwrap();
    assert!(downloaded.resumed_at.is_some_and(|offset| (100_000..500_000).contains(&offset)), "{downloaded:?}");
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn stopping_before_the_first_byte_leaves_nothing() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::ok(b"abc")]));
    let watcher = Watcher { stop_at: Some(0), ..Watcher::default() };
    fixture.watch(&server.url("/file"), &watcher).unwrap_err();
    assert!(fixture.files().is_empty() && server.requests().is_empty());
}

use std::{fs, time::Duration};

use nearsong_fetch::{DownloadRequest, FetchError, KaggleLogin, Publisher};
use nearsong_types::Silent;

use crate::{
    fixture::{Fixture, sample},
    server::{Reply, Server},
};

/// Fetches over an older file, which must survive; returns the error and how many requests came.
fn refused(fixture: &Fixture, reply: Reply) -> (FetchError, usize) {
    fs::write(&fixture.target, b"older").unwrap();
    let server = Server::script(vec![reply]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert_eq!(fixture.content(), b"older");
    assert_eq!(fixture.files(), ["tracks.csv"], "{error}");
    let message = error.to_string();
    assert!(message.contains("127.0.0.1") && message.contains(&server.url("/file")), "{message}");
    (error, server.requests().len())
}

#[test]
fn a_file_that_is_gone_is_not_asked_for_twice() {
    for status in [404, 410] {
        let (error, requests) = refused(&Fixture::new(), Reply::new(status));
        assert!(matches!(error, FetchError::NotFound { status: found, .. } if found == status), "{error:?}");
        assert_eq!(requests, 1);
        assert!(error.to_string().contains("moved, renamed or taken down"), "{error}");
        assert!(!error.is_temporary());
    }
}

#[test]
fn logins_are_explained() {
    for (status, login, expected) in [
        (401, None, "make a token at https://www.kaggle.com/settings/api"),
        (403, None, "accept its terms"),
        (401, Some("KGAT_topsecret"), "the Kaggle login was not accepted"),
    ] {
        let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::new(status)]));
        let request = DownloadRequest {
            publisher: Publisher::Kaggle,
            page: "https://www.kaggle.com/datasets/a/b".to_owned(),
            login: login.map(|login| KaggleLogin::parse(login).unwrap()),
            ..DownloadRequest::new("Test", &server.url("/file?key=topsecret"))
        };
        let error = fixture.request(&request, &Silent).unwrap_err();
        assert!(
            matches!(error, FetchError::NeedsLogin { login_sent, .. } if login_sent == login.is_some()),
            "{error:?}"
        );
        let message = error.to_string();
        assert!(message.contains(expected) && message.contains("https://www.kaggle.com/datasets/a/b"), "{message}");
        assert!(!format!("{error:?} {message}").contains("topsecret"), "{error:?}");
        assert_eq!((server.requests().len(), fixture.files().len()), (1, 0));
    }
}

#[test]
fn hugging_face_has_its_own_words() {
    let (error, _) = refused(&Fixture::new(), Reply::new(401));
    assert!(error.to_string().contains("made private") && !error.to_string().contains("Kaggle"), "{error}");
}

#[test]
fn a_short_wait_is_waited() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (reply, expected) in [
        (Reply::new(429).header("Retry-After", "7"), 7),
        (Reply::new(429).header("Retry-After", "Sun, 06 Nov 1994 08:50:17 GMT").header("Date", date), 40),
        (Reply::new(429).header("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT").header("Date", date), 0),
        (Reply::new(429), 1),
        (Reply::new(429).header("Retry-After", "whenever"), 1),
        (Reply::new(503).header("Retry-After", "60"), 60),
        (Reply::new(503), 1),
        (Reply::new(500), 1),
        (Reply::new(408), 1),
    ] {
        let (fixture, server) = (Fixture::new(), Server::script(vec![reply.clone(), Reply::ok(b"abc")]));
        fixture.fetch(&server.url("/file")).unwrap();
        assert_eq!(fixture.content(), b"abc");
        assert_eq!(fixture.waited(), Duration::from_secs(expected), "{reply:?}");
    }
}

#[test]
fn a_long_wait_is_left_to_the_person() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (reply, expected) in [
        (Reply::new(429).header("Retry-After", "3600"), "try again in 60 min"),
        (
            Reply::new(429).header("Retry-After", "Mon, 07 Nov 1994 08:49:37 GMT").header("Date", date),
            "try again in 24 h",
        ),
        (Reply::new(503).header("Retry-After", "61"), "try again in 61 s"),
    ] {
        let fixture = Fixture::new();
        let (error, requests) = refused(&fixture, reply);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.is_temporary() && error.retry_after().is_some());
        assert_eq!((requests, fixture.waited()), (1, Duration::ZERO));
    }
}

#[test]
fn patience_with_a_busy_server_has_an_end() {
    let fixture = Fixture::new();
    let (error, requests) = refused(&fixture, Reply::new(503));
    assert!(matches!(error, FetchError::Unavailable { status: 503, attempts: 3, .. }), "{error:?}");
    assert_eq!((requests, fixture.waited()), (3, Duration::from_secs(1 + 2)));
    let (error, _) = refused(&Fixture::new(), Reply::new(429).header("Retry-After", "1"));
    assert!(matches!(error, FetchError::RateLimited { attempts: 3, .. }), "{error:?}");
}

#[test]
fn a_busy_server_costs_nothing_of_what_has_come() {
    let bytes = sample(5_000);
    let fixture = Fixture::new();
    let server = Server::start(move |n, request| match n {
        0 => Reply::file(&sample(5_000), "\"one\"", request).cut_at(2_000),
        1 => Reply::new(503),
        _ => Reply::file(&sample(5_000), "\"one\"", request),
    });
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(server.requests()[2].header("Range"), Some("bytes=2000-"));
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn a_web_page_is_no_data() {
    for kind in ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml"] {
        let (error, requests) = refused(&Fixture::new(), Reply::ok(b"<!doctype html>").header("Content-Type", kind));
        assert!(matches!(error, FetchError::WebPage { .. }), "{error:?}");
        assert_eq!(requests, 1);
    }
}

#[test]
fn other_refusals_and_empty_files_are_told() {
    for (reply, expected) in
        [(Reply::new(451), "status 451"), (Reply::new(304), "status 304"), (Reply::ok(b""), "the file is empty")]
    {
        let (error, requests) = refused(&Fixture::new(), reply);
        assert!(matches!(error, FetchError::UnusableAnswer { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(requests, 1);
    }
}

#[test]
fn nobody_there_is_told_after_the_last_try() {
    let fixture = Fixture::new();
    let url = Server::script(vec![Reply::ok(b"abc")]).url("/file");
    let error = fixture.fetch(&url).unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { attempts: 3, .. }), "{error:?}");
    assert!(error.to_string().contains("check the network connection"), "{error}");
    assert!(fixture.files().is_empty());
}

#[test]
fn a_server_that_cannot_encrypt_is_not_reached_over_https() {
    let fixture = Fixture::with_limits(|limits| limits.max_attempts = 1);
    let server = Server::script(vec![Reply::ok(b"abc")]);
    let error = fixture.fetch(&server.url("/file").replace("http://", "https://")).unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error:?}");
    assert!(fixture.files().is_empty());
}

#[test]
fn an_answer_that_is_no_http_is_an_error() {
    let fixture = Fixture::with_limits(|limits| limits.max_attempts = 1);
    let server = Server::script(vec![Reply::ok(b"abc").header("Content-Length", "many")]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. } | FetchError::UnusableAnswer { .. }), "{error:?}");
    assert!(fixture.files().is_empty());
}

#[test]
fn an_address_that_is_none_is_refused_before_anything_is_written() {
    for url in ["ftp://host/file", "tracks.csv", ""] {
        let fixture = Fixture::new();
        assert!(matches!(fixture.fetch(url), Err(FetchError::BadAddress(_))), "{url}");
        assert!(fixture.files().is_empty());
    }
}

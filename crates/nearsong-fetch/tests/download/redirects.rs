use nearsong_fetch::{DownloadRequest, FetchError, KaggleLogin};
use nearsong_types::Silent;

use crate::{
    fixture::{Fixture, sample},
    server::{Reply, Server},
};

/// SHA-256 of “abc”: FIPS 180-2, appendix B.1.
const ABC: &str = "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"";

#[test]
fn the_login_stays_with_the_server_it_is_for() {
    let storage = Server::script(vec![Reply::ok(b"abc")]);
    let signed = storage.url("/signed?Signature=topsecret");
    let front = Server::start(move |n, _| Reply::redirect(if n == 0 { "/next" } else { &signed }));
    let fixture = Fixture::new();
    let request = DownloadRequest {
        login: Some(KaggleLogin::parse(r#"{"username":"martin","key":"secret"}"#).unwrap()),
        ..DownloadRequest::new("Test", &front.url("/file"))
    };
    fixture.request(&request, &Silent).unwrap();
    let asked = front.requests();
    assert_eq!((asked[0].path.as_str(), asked[1].path.as_str()), ("/file", "/next"));
    assert!(asked.iter().all(|request| request.header("Authorization") == Some("Basic bWFydGluOnNlY3JldA==")));
    assert_eq!(storage.requests()[0].path, "/signed?Signature=topsecret");
    assert_eq!(storage.requests()[0].header("Authorization"), None);
}

#[test]
fn signed_links_are_asked_for_anew_and_never_shown() {
    let bytes = sample(5_000);
    let storage = Server::start(move |n, request| {
        let reply = Reply::file(&sample(5_000), "\"one\"", request);
        if n == 0 { reply.cut_at(2_000) } else { reply }
    });
    let signed = storage.url("/signed?Signature=topsecret");
    let front = Server::start(move |n, _| Reply::redirect(&format!("{signed}{n}")));
    let fixture = Fixture::with_limits(|limits| limits.max_attempts = 1);
    let error = fixture.fetch(&front.url("/file")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("topsecret"), "{error:?}");
    assert!(error.to_string().contains(&storage.url("/signed")), "{error}");
    let record = std::fs::read_to_string(fixture.directory.path().join("tracks.csv.part.json")).unwrap();
    assert!(!record.contains("topsecret"), "{record}");
    fixture.fetch(&front.url("/file")).unwrap();
    assert_eq!(storage.requests()[1].path, "/signed?Signature=topsecret1");
    assert_eq!(storage.requests()[1].header("Range"), Some("bytes=2000-"));
    assert_eq!(fixture.content(), bytes);
}

#[test]
fn a_loop_has_an_end() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::redirect("/file")]));
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::TooManyRedirects { max_redirects: 8, .. }), "{error:?}");
    assert_eq!((server.requests().len(), fixture.files().len()), (9, 0));
}

#[test]
fn a_redirect_to_nowhere_is_an_error() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::redirect("javascript:alert(1)")]));
    assert!(matches!(fixture.fetch(&server.url("/file")), Err(FetchError::BadAddress(_))));
    let server = Server::script(vec![Reply::new(302)]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::UnusableAnswer { status: 302, .. }), "{error:?}");
    assert!(fixture.files().is_empty());
}

#[test]
fn a_refusal_by_the_storage_host_is_no_question_of_login() {
    let storage = Server::script(vec![Reply::new(403)]);
    let front = Server::script(vec![Reply::redirect(&storage.url("/signed"))]);
    let error = Fixture::new().fetch(&front.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::UnusableAnswer { status: 403, .. }), "{error:?}");
}

#[test]
fn a_stated_checksum_is_compared() {
    let storage = Server::script(vec![Reply::ok(b"abc")]);
    let front = Server::script(vec![Reply::redirect(&storage.url("/cdn")).header("X-Linked-Etag", ABC)]);
    assert!(Fixture::new().fetch(&front.url("/file")).unwrap().is_confirmed);

    let damaged = Server::script(vec![Reply::ok(b"abd")]);
    let front = Server::script(vec![Reply::redirect(&damaged.url("/cdn")).header("X-Linked-Etag", ABC)]);
    let fixture = Fixture::new();
    let error = fixture.fetch(&front.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::WrongChecksum { .. }), "{error:?}");
    assert!(fixture.files().is_empty());
}

#[test]
fn a_checksum_stated_by_another_host_counts_for_nothing() {
    let storage = Server::script(vec![Reply::ok(b"abd").header("X-Linked-Etag", ABC)]);
    let front = Server::script(vec![Reply::redirect(&storage.url("/cdn"))]);
    assert!(!Fixture::new().fetch(&front.url("/file")).unwrap().is_confirmed);
}

#[test]
fn a_stated_checksum_is_enough_to_go_on_with_a_part() {
    let bytes = sample(5_000);
    let storage = Server::start(move |n, request| match n {
        0 => Reply::ok(&sample(5_000)).cut_at(2_000),
        _ => Reply::file(&sample(5_000), "\"one\"", request),
    });
    let tag = format!("\"{}\"", "ab".repeat(32));
    let front = Server::script(vec![Reply::redirect(&storage.url("/cdn")).header("X-Linked-Etag", &tag)]);
    let error = Fixture::new().fetch(&front.url("/file")).unwrap_err();
    assert_eq!(storage.requests()[1].header("Range"), Some("bytes=2000-"));
    let FetchError::WrongChecksum { found, .. } = error else { panic!("{error:?}") };
    let whole = Server::script(vec![Reply::ok(&bytes)]);
    assert_eq!(Fixture::new().fetch(&whole.url("/file")).unwrap().sha256, found);
}

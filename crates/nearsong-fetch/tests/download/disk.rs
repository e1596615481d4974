use std::fs;

use nearsong_fetch::FetchError;

use crate::{
    fixture::{Fixture, sample},
    server::{Reply, Server},
};

/// Fails for the disk's sake without asking the server, and names the path.
fn check_refused(fixture: &Fixture) {
    let server = Server::script(vec![Reply::ok(b"abc")]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    assert!(matches!(error, FetchError::Disk { .. }), "{error:?}");
    assert!(error.to_string().contains(&fixture.target.display().to_string()), "{error}");
    assert!(server.requests().is_empty());
}

#[test]
fn a_directory_that_is_not_there() {
    let mut fixture = Fixture::new();
    fixture.target = fixture.directory.path().join("missing/tracks.csv");
    check_refused(&fixture);
    assert!(fixture.files().is_empty());
}

#[test]
fn a_directory_in_the_place_of_the_file() {
    let fixture = Fixture::new();
    fs::create_dir(&fixture.target).unwrap();
    check_refused(&fixture);
    assert_eq!(fixture.files(), ["tracks.csv"]);
}

#[test]
fn a_file_in_the_place_of_the_directory() {
    let mut fixture = Fixture::new();
    fs::write(fixture.directory.path().join("file"), b"").unwrap();
    fixture.target = fixture.directory.path().join("file/tracks.csv");
    check_refused(&fixture);
}

/// Even the superuser cannot make files there.
#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_cannot_be_written_to() {
    let mut fixture = Fixture::new();
    fixture.target = "/proc/self/tracks.csv".into();
    check_refused(&fixture);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let fixture = Fixture::new();
    fs::write(&fixture.target, b"older").unwrap();
    std::os::unix::fs::symlink("/dev/full", fixture.directory.path().join("tracks.csv.part")).unwrap();
    let server = Server::script(vec![Reply::ok(&sample(5_000))]);
    let error = fixture.fetch(&server.url("/file")).unwrap_err();
    let FetchError::Disk { source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
    assert!(error.to_string().contains("room"), "{error}");
    assert_eq!(fixture.content(), b"older");
}

#[test]
fn a_finished_download_replaces_the_older_file() {
    let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::ok(b"abc")]));
    fs::write(&fixture.target, b"older and longer").unwrap();
    fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(fixture.content(), b"abc");
    assert_eq!(fixture.files(), ["tracks.csv"]);
}

#[test]
fn a_part_that_is_spoilt_does_no_harm() {
    for record in ["", "{}", "[1,2", "{\"address\":7}"] {
        let (fixture, server) = (Fixture::new(), Server::script(vec![Reply::ok(b"abc")]));
        fs::write(fixture.directory.path().join("tracks.csv.part"), b"rubbish that is longer").unwrap();
        fs::write(fixture.directory.path().join("tracks.csv.part.json"), record).unwrap();
        fixture.fetch(&server.url("/file")).unwrap();
        assert_eq!(fixture.content(), b"abc");
        assert_eq!(fixture.files(), ["tracks.csv"]);
    }
}

use std::io::Write as _;

use std::{fs, path::Path};

use nearsong_fetch::{Hosts, KaggleLogin, Publisher, public_datasets};
use nearsong_types::Silent;

use crate::{
    fixture::{Fixture, sample},
    server::{Reply, Server},
};

#[test]
fn every_public_dataset_comes_from_its_publisher() {
    let storage = Server::start(|_, request| Reply::file(&sample(10_000), "\"one\"", request));
    let signed = storage.url("/signed");
    let front = Server::start(move |_, _| Reply::redirect(&signed));
    let hosts = Hosts { hugging_face: front.url(""), kaggle: front.url("") };
    let login = KaggleLogin::parse("KGAT_0123").unwrap();
    for dataset in public_datasets(&hosts) {
        let mut fixture = Fixture::new();
        fixture.target = fixture.directory.path().join(dataset.file_name);
        fixture.request(&dataset.request(Some(&login)), &Silent).unwrap();
        assert_eq!(fixture.content(), sample(10_000));
        let asked = front.requests().pop().unwrap();
        assert!(dataset.url.ends_with(&asked.path), "{}", asked.path);
        let expected = (dataset.publisher == Publisher::Kaggle).then_some("Bearer KGAT_0123");
        assert_eq!(asked.header("Authorization"), expected);
        assert!(asked.header("User-Agent").is_some_and(|agent| agent.starts_with("nearsong/")));
    }
    assert!(storage.requests().iter().all(|request| request.header("Authorization").is_none()));
}

#[test]
fn a_real_dataset_survives_two_breaks() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/spotify_tracks_114k.csv.gz"));
    let Ok(bytes) = fs::read(path) else {
        std::io::stderr()
            .write_all(b"SKIPPED: a_real_dataset_survives_two_breaks: no shared data beside the checkout\n")
            .unwrap();
        return;
    };
    let fixture = Fixture::impatient();
    let served = bytes.clone();
    let server = Server::start(move |n, request| match n {
        0 => Reply::file(&served, "\"one\"", request).cut_at(3_000_001),
        1 => Reply::file(&served, "\"one\"", request).stall_at(2_000_003),
        _ => Reply::file(&served, "\"one\"", request),
    });
    let downloaded = fixture.fetch(&server.url("/file")).unwrap();
    assert_eq!(server.requests()[2].header("Range"), Some("bytes=5000004-"));
    assert_eq!(downloaded.sha256, "42b10569460e3f9e64b6c3a9cfff6e52f1dbbb5eac4397d7036d08aa88f1a03e");
    assert_eq!(fixture.content(), bytes);
}

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    made_up::{made_up, tomigelo_csv, zip_of},
    nearsong::{Nearsong, files_in},
    server::{Answer, Request, Server, header},
};

fn dataset() -> Vec<u8> {
    tomigelo_csv(&[("0000000000000000000001", &[])]).into_bytes()
}

/// Kaggle's datasets come as a zip.
fn answer_any(request: &Request) -> Answer {
    let id = if request[0].contains("tomigelo") { "0000000000000000000002" } else { "0000000000000000000003" };
    match request[0].contains("maharshipandya") {
        true => Answer::File(dataset()),
        false => Answer::File(zip_of(&[("data.csv", tomigelo_csv(&[(id, &[])]))])),
    }
}

fn with_server(answer: impl Fn(usize, &Request) -> Answer + Send + 'static) -> (Nearsong, Server) {
    let (nearsong, server) = (Nearsong::new(), Server::start(answer));
    nearsong.put("data/config.toml", server.config());
    (nearsong, server)
}

#[test]
fn without_a_name_the_datasets_are_listed_and_nothing_is_downloaded() {
    let (nearsong, server) = with_server(|_, request| answer_any(request));
    let said = nearsong.ok(&["catalog", "fetch"]);
    for words in ["maharshipandya", "tomigelo", "thedevastator", "licence", "http://127.0.0.1"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert_eq!(server.requests().len(), 0, "the server saw no request");
}

#[test]
fn the_real_addresses_are_the_default() {
    let said = Nearsong::new().ok(&["catalog", "fetch"]);
    let address = "https://huggingface.co/datasets/maharshipandya/spotify-tracks-dataset/resolve/main/dataset.csv";
    assert!(said.contains(address) && said.contains("https://www.kaggle.com/api/v1/datasets/download/"), "{said}");
}

#[test]
fn a_named_dataset_is_downloaded_checked_and_added() {
    let (nearsong, server) = with_server(|_, request| answer_any(request));
    let said = nearsong.ok(&["catalog", "fetch", "maharshipandya"]);
    assert!(said.contains("SHA-256") && said.contains("1 rows, 1 tracks"), "{said}");
    assert_eq!(server.requests().len(), 1);
    let status = nearsong.ok(&["catalog", "status"]);
    assert!(status.contains("from http://127.0.0.1"), "where it came from is kept: {status}");
    let left: Vec<_> = nearsong.files().into_iter().filter(|(name, _)| name.contains("downloads/")).collect();
    assert!(left.is_empty(), "the download itself is gone: {left:?}");
    assert!(nearsong.json(&["status", "--json"])["model"]["id"] == 1);
}

#[test]
fn all_of_them_come_with_one_command() {
    let (nearsong, server) = with_server(|_, request| answer_any(request));
    nearsong.ok(&["catalog", "fetch", "--all"]);
    assert_eq!(server.requests().len(), 3);
    assert_eq!(nearsong.json(&["status", "--json"])["catalog"]["n_tracks"], 3);
}

#[test]
fn what_is_not_there_is_said_and_nothing_changes() {
    let (nearsong, _server) = with_server(|_, _| Answer::Status(404, ""));
    nearsong.refuses(1, &["catalog", "fetch", "maharshipandya"], &["404", "maharshipandya", "nearsong catalog add"]);
    nearsong.refuses(2, &["catalog", "fetch", "no-such-name"], &["no-such-name", "maharshipandya, tomigelo"]);
}

#[test]
fn a_server_that_asks_for_patience_gets_it_and_the_exit_code_says_so() {
    for status in [429, 503] {
        let (nearsong, server) = with_server(move |_, _| Answer::Status(status, "Retry-After: 3600\r\n"));
        nearsong.refuses(4, &["catalog", "fetch", "maharshipandya"], &["try again in 60 min"]);
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[test]
fn when_one_of_several_is_unfit_none_is_added() {
    let (nearsong, _server) = with_server(|_, request| match request[0].contains("thedevastator") {
        true => Answer::File(b"<!doctype html><title>Sign in</title>".to_vec()),
        false => answer_any(request),
    });
    nearsong.refuses(2, &["catalog", "fetch", "maharshipandya", "thedevastator"], &["thedevastator"]);
}

#[test]
fn a_download_larger_than_allowed_is_refused() {
    let (nearsong, _server) = with_server(|_, _| Answer::File(vec![b'x'; 1_500_000]));
    nearsong.refuses(1, &["catalog", "fetch", "--max-mb", "1", "maharshipandya"], &["1.0 MB"]);
}

#[test]
fn a_killed_download_goes_on_where_it_stopped() {
    let catalogue = &made_up().catalogue;
    let half = catalogue.len() / 2;
    let (nearsong, server) = with_server(move |n, _| match n {
        0 => Answer::Stall(catalogue.clone(), half),
        _ => Answer::File(catalogue.clone()),
    });
    let mut child = nearsong.command(&["catalog", "fetch", "maharshipandya"]).spawn().unwrap();
    let started = Instant::now();
    let has_half = || nearsong.files().iter().any(|(_, bytes)| bytes.len() >= half);
    while !has_half() {
        assert!(started.elapsed() < Duration::from_secs(20), "half of it never came: {:?}", nearsong.files().len());
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(nearsong.json(&["status", "--json"])["catalog"], serde_json::Value::Null);
    let said = nearsong.ok(&["catalog", "fetch", "maharshipandya"]);
    assert!(said.contains("from an earlier run"), "{said}");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(header(&requests[1], "range"), Some(format!("bytes={half}-").as_str()));
    let tracks = nearsong.json(&["status", "--json"])["catalog"]["n_tracks"].clone();
    assert_eq!(tracks, made_up().catalogue_summary.tracks + made_up().catalogue_summary.nameless_rows);
}

#[test]
fn the_kaggle_login_goes_to_kaggle_and_nowhere_else() {
    let (nearsong, server) = with_server(|_, request| answer_any(request));
    let mut command = nearsong.command(&["catalog", "fetch", "maharshipandya", "tomigelo"]);
    command.env("KAGGLE_USERNAME", "anna").env("KAGGLE_KEY", "top-secret-key");
    let said: crate::nearsong::Said = command.output().unwrap().into();
    assert!(!said.out.contains("top-secret") && !said.err.contains("top-secret"));
    said.ok();
    let sent: Vec<bool> = server.requests().iter().map(|request| header(request, "authorization").is_some()).collect();
    assert_eq!(sent, [false, true]);
    let keeps = |(_, bytes): &(String, Vec<u8>)| bytes.windows(10).any(|window| window == b"top-secret");
    assert!(!files_in(&nearsong.data()).iter().any(keeps), "the key is never kept");
}

#[test]
fn a_kaggle_token_needs_no_name() {
    let (nearsong, server) = with_server(|_, request| answer_any(request));
    nearsong.ok(&["catalog", "fetch", "--kaggle-key", "KGAT_0123", "tomigelo"]);
    assert_eq!(header(&server.requests()[0], "authorization"), Some("Bearer KGAT_0123"));
}

#[test]
fn a_login_that_is_none_is_refused_without_showing_it() {
    let nearsong = Nearsong::new();
    let login = ["--kaggle-username", "anna:b", "--kaggle-key", "top secret"];
    let message = nearsong.refuses(2, &[["catalog", "fetch", "tomigelo"].as_slice(), &login].concat(), &["Kaggle"]);
    assert!(!message.contains("top secret"), "{message}");
}

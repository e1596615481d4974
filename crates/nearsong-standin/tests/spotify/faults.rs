use std::time::Duration;

use nearsong_standin::{Fault, FaultRule, SpotifySetting, TimeRange};
use serde_json::json;

use crate::client::{Client, track, uri, uris};

#[test]
fn too_many_requests_say_how_long_to_wait() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.fault(FaultRule::new(Fault::TooManyRequests { retry_after_s: 7 }).on("GET", "/v1/me").times(2));
    client.spotify.fault(FaultRule::new(Fault::TooManyRequests { retry_after_s: 52_531 }).on("GET", "/v1/me"));
    let waits: Vec<_> = (0..4).map(|_| client.get("/me")).map(|answer| (answer.status, answer.retry_after)).collect();
    let limited = |seconds: &str| (429, Some(seconds.to_owned()));
    assert_eq!(waits, [limited("7"), limited("7"), limited("52531"), (200, None)]);
}

#[test]
fn an_exceeded_quota_says_so_and_does_not_say_how_long() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.fault(FaultRule::new(Fault::QuotaExceeded));
    let refused = client.get("/me/tracks");
    let body = json!({ "error": { "status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED" } });
    assert_eq!((refused.status, refused.json(), refused.retry_after), (429, body, None));
}

#[test]
fn servers_fail_in_three_ways() {
    let client = Client::new(SpotifySetting::default());
    let answer = |fault| {
        client.spotify.fault(FaultRule::new(fault));
        client.get("/me")
    };
    assert_eq!(answer(Fault::InternalError).message(), "Server error.");
    assert_eq!(answer(Fault::Unavailable).message(), "Service unavailable");
    let bad_gateway = answer(Fault::BadGateway);
    assert_eq!((bad_gateway.status, bad_gateway.text.starts_with("<html>")), (502, true));
}

#[test]
fn a_write_that_is_cut_off_is_acted_on_or_not_as_the_fault_says() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.add_tracks((0..9).map(track));
    let items = format!("/playlists/{}/items", client.playlist(&[]));
    let put = |number| client.try_send("PUT", &items, json!({ "uris": [uri(number)] }));
    for (number, fault, is_acted_on) in
        [(1, Fault::CutBefore, false), (2, Fault::CutAfter, true), (3, Fault::HalfAnswer, true)]
    {
        let before = client.held();
        client.spotify.fault(FaultRule::new(fault).on("PUT", "/v1/playlists/*/items"));
        assert!(put(number).is_err());
        assert_eq!(client.held(), if is_acted_on { vec![number] } else { before });
        assert_eq!(client.spotify.calls().last().unwrap().status, None);
        assert_eq!(client.get("/me").status, 200, "the next request is answered");
    }
    assert_eq!(put(4).unwrap().status, 200);
}

#[test]
fn half_an_answer_is_half() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_tracks("ana", TimeRange::Medium, (0..50).map(track));
    client.spotify.fault(FaultRule::new(Fault::HalfAnswer));
    let error = client.try_get("/me/top/tracks?limit=50").err().unwrap().to_string();
    assert!(!error.is_empty());
    assert_eq!(client.get("/me/top/tracks?limit=50").json()["items"].as_array().unwrap().len(), 50);
}

#[test]
fn a_stall_answers_nothing_and_then_cuts() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.fault(FaultRule::new(Fault::Stall(Duration::from_millis(50))));
    assert!(client.try_send("POST", "/me/playlists", json!({ "name": "Picks" })).is_err());
    assert_eq!(client.spotify.playlists(), []);
}

#[test]
fn a_stall_holds_up_neither_others_nor_the_end() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.fault(FaultRule::new(Fault::Stall(Duration::from_secs(3600))).on("GET", "/v1/me/tracks"));
    let stalled = {
        let (agent, url) = (client.agent.clone(), format!("{}/me/tracks", client.spotify.api_url()));
        std::thread::spawn(move || agent.get(url).call().is_err())
    };
    while client.spotify.calls().last().unwrap().path != "/v1/me/tracks" {
        std::thread::yield_now();
    }
    assert_eq!(client.get("/me").status, 200);
    drop(client);
    assert!(stalled.join().unwrap(), "ended with the stand-in");
}

#[test]
fn refusals_that_only_the_owner_can_end_come_as_faults_too() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.fault(FaultRule::new(Fault::OwnerLapsed));
    assert_eq!(client.get("/me").message(), "Active premium subscription required for the owner of the app.");
    client.spotify.fault(FaultRule::new(Fault::NotAllowed));
    let refused = client.get("/me");
    assert_eq!((refused.status, refused.text.contains("may not be registered")), (403, true));
}

#[test]
fn a_token_can_be_refused_as_revoked_once() {
    let mut client = Client::signed_out(SpotifySetting::default());
    let tokens = client.sign_in("user-top-read");
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    client.spotify.fault(FaultRule::new(Fault::RevokedToken).on("POST", "/api/token"));
    let refused = client.refresh(refresh_token);
    let body = json!({ "error": "invalid_grant", "error_description": "Refresh token revoked" });
    assert_eq!((refused.status, refused.json()), (400, body));
    assert_eq!(client.refresh(refresh_token).status, 200);
}

#[test]
fn every_second_entry_is_null() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_tracks("ana", TimeRange::Medium, (0..3).map(track));
    let items = format!("/playlists/{}/items", client.playlist(&uris(0..3)));
    client.spotify.fault(FaultRule::new(Fault::NullEntries).times(3));
    let top = client.get("/me/top/tracks").json();
    let is_null = top["items"].as_array().unwrap().iter().map(|item| item.is_null()).collect::<Vec<_>>();
    assert_eq!(is_null, [true, false, true]);
    let held = client.get(&items).json();
    let is_null = held["items"].as_array().unwrap().iter().map(|entry| entry["item"].is_null()).collect::<Vec<_>>();
    assert_eq!(is_null, [true, false, true]);
    assert!(held["items"][0]["added_at"].is_string());
    assert_eq!(client.get("/me/playlists").json()["items"], json!([null]));
}

#[test]
fn optional_fields_are_missing() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_tracks("ana", TimeRange::Medium, [track(1)]);
    client.spotify.fault(FaultRule::new(Fault::MissingFields).times(2));
    let profile = client.get("/me").json();
    assert!(profile["id"] == "ana" && profile.get("display_name").is_none() && profile.get("account_id").is_none());
    let song = client.get("/me/top/tracks").json()["items"][0].clone();
    assert!(song["uri"] == uri(1) && song.get("album").is_none() && song.get("artists").is_none());
}

#[test]
fn faults_begin_where_they_are_told_to_and_can_be_taken_back() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.fault(FaultRule::new(Fault::Unavailable).on("GET", "/v1/**").from_call(3).always());
    let statuses: Vec<u16> = (0..4).map(|_| client.get("/me").status).collect();
    assert_eq!(statuses, [200, 200, 503, 503]);
    client.spotify.clear_faults();
    assert_eq!(client.get("/me").status, 200);
}

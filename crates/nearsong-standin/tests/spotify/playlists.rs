use base64::{Engine, engine::general_purpose::STANDARD};
use nearsong_standin::{SpotifySetting, SpotifyUser};
use serde_json::{Value, json};

use crate::client::{Answer, Client, SCOPES, track, uri, uris};

/// With tracks 0 to 199, and a playlist that holds some of them; gives the path of its items.
fn with_playlist(numbers: std::ops::Range<u32>) -> (Client, String) {
    let client = Client::new(SpotifySetting::default());
    client.spotify.add_tracks((0..200).map(track));
    let id = client.playlist(&uris(numbers));
    (client, format!("/playlists/{id}"))
}

fn check_refused(answer: &Answer, said: &str) {
    assert_eq!((answer.status, answer.message().as_str()), (400, said));
}

#[test]
fn a_playlist_is_made_as_asked_for() {
    let client = Client::new(SpotifySetting::default());
    let made = client.send(
        "POST",
        "/me/playlists",
        json!({ "name": "Weekly picks", "description": "On Mondays", "public": false }),
    );
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(
        (&made["name"], &made["description"], &made["public"]),
        (&json!("Weekly picks"), &json!("On Mondays"), &json!(false))
    );
    assert_eq!(
        (&made["owner"]["id"], &made["items"]["total"], &made["type"]),
        (&json!("ana"), &json!(0), &json!("playlist"))
    );
    assert!(made.get("tracks").is_none() && made.get("followers").is_none());
    let playlist = &client.spotify.playlists()[0];
    assert_eq!((playlist.owner_id.as_str(), playlist.is_public, playlist.is_removed), ("ana", false, false));
    assert_eq!(playlist.snapshot_id, made["snapshot_id"]);

    assert_eq!(client.send("POST", "/me/playlists", json!({ "name": "Open" })).json()["public"], true);
    check_refused(&client.send("POST", "/me/playlists", json!({ "public": false })), "Missing required field: name");
    let both = json!({ "name": "Ours", "collaborative": true });
    check_refused(&client.send("POST", "/me/playlists", both), "Collaborative playlists can only be private");
    let names: Vec<Value> = client.get("/me/playlists").json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].clone())
        .collect();
    assert_eq!(names, ["Open", "Weekly picks"], "newest first");
}

#[test]
fn a_long_playlist_is_read_page_by_page() {
    let (client, playlist) = with_playlist(0..120);
    assert_eq!(client.held(), (0..120).collect::<Vec<_>>());
    let whole = client.get(&playlist).json();
    let mut page = whole["items"].clone();
    let mut names = Vec::new();
    loop {
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|entry| entry["item"]["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => page = client.get(next).json(),
            None => break,
        }
    }
    assert_eq!(names, (0..120).map(|number| format!("Song {number}")).collect::<Vec<_>>());
    let listed = client.get("/me/playlists").json()["items"][0]["items"].clone();
    assert_eq!(listed["total"], 120);
    assert_eq!(client.get(listed["href"].as_str().unwrap()).json()["total"], 120);
    check_refused(&client.get(&format!("{playlist}/items?limit=51")), "Invalid limit");
    let entry = client.get(&format!("{playlist}/items?limit=1&fields=total,items(added_at,is_local,item.uri)")).json();
    let item = json!({ "added_at": "2026-11-24T06:00:00Z", "is_local": false, "item": { "uri": uri(0) } });
    assert_eq!(entry, json!({ "total": 120, "items": [item] }));
}

#[test]
fn each_write_gives_a_snapshot_of_its_own() {
    let (client, playlist) = with_playlist(0..3);
    let items = format!("{playlist}/items");
    let mut seen = vec![client.spotify.playlists()[0].snapshot_id.clone()];
    for (method, path, body) in [
        ("POST", &items, json!({ "uris": [uri(5)] })),
        ("PUT", &items, json!({ "uris": uris(0..9) })),
        ("PUT", &items, json!({ "range_start": 0, "insert_before": 3 })),
        ("DELETE", &items, json!({ "items": [{ "uri": uri(0) }] })),
        ("PUT", &playlist, json!({ "name": "Renamed" })),
    ] {
        let answer = client.send(method, path, body);
        assert_eq!(answer.status, if method == "POST" { 201 } else { 200 });
        let now = client.spotify.playlists()[0].snapshot_id.clone();
        assert!(answer.text.is_empty() || answer.json() == json!({ "snapshot_id": now }));
        assert!(!seen.contains(&now));
        seen.push(now);
    }
    let fresh = client.get(&format!("{playlist}?fields=name,snapshot_id")).json();
    assert_eq!(fresh, json!({ "name": "Renamed", "snapshot_id": seen.last() }));
}

#[test]
fn items_are_appended_or_put_in_between_up_to_a_hundred() {
    let (client, playlist) = with_playlist(0..3);
    let items = format!("{playlist}/items");
    client.send("POST", &items, json!({ "uris": [uri(7), uri(7)], "position": 1 }));
    assert_eq!(client.held(), [0, 7, 7, 1, 2]);
    client.send("POST", &format!("{items}?uris={},{}&position=0", uri(8), uri(9)), json!({ "uris": [uri(1)] }));
    assert_eq!(client.held(), [8, 9, 0, 7, 7, 1, 2], "the body is ignored where the query has uris");
    client.send("POST", &items, json!({ "uris": [uri(6)] }));
    assert_eq!(client.held(), [8, 9, 0, 7, 7, 1, 2, 6]);
    client.send("POST", &format!("{items}?position=1"), json!([uri(5)]));
    assert_eq!(client.held(), [8, 5, 9, 0, 7, 7, 1, 2, 6], "a bare list, as spotipy sends it");
    let too_many = "You can add a maximum of 100 tracks per request.";
    check_refused(&client.send("POST", &items, json!({ "uris": uris(0..101) })), too_many);
    check_refused(&client.send("PUT", &items, json!({ "uris": uris(0..101) })), too_many);
    check_refused(&client.send("POST", &items, json!({ "uris": [] })), "No uris provided");
    check_refused(&client.send("POST", &items, json!({ "uris": [uri(1)], "position": 10 })), "Index out of bounds.");
    check_refused(
        &client.send("POST", &items, json!({ "uris": ["spotify:album:x"] })),
        "Invalid track uri: spotify:album:x",
    );
    check_refused(&client.send("POST", &items, json!({ "uris": [uri(999)] })), "Payload contains a non-existing ID");
    let text = client.try_send_text("POST", &items, "application/json", "{".to_owned()).unwrap();
    check_refused(&text, "Error parsing JSON.");
    assert_eq!(client.held(), [8, 5, 9, 0, 7, 7, 1, 2, 6], "a refusal changes nothing");
}

#[test]
fn items_are_replaced_cleared_moved_and_removed() {
    let (client, playlist) = with_playlist(0..5);
    let items = format!("{playlist}/items");
    let snapshot = client.spotify.playlists()[0].snapshot_id.clone();
    client.send(
        "PUT",
        &items,
        json!({ "range_start": 1, "range_length": 2, "insert_before": 5, "snapshot_id": snapshot }),
    );
    assert_eq!(client.held(), [0, 3, 4, 1, 2]);
    let unknown = json!({ "range_start": 1, "insert_before": 0, "snapshot_id": "AAAAother" });
    check_refused(&client.send("PUT", &items, unknown), "Invalid snapshot id");
    let outside = json!({ "range_start": 4, "range_length": 2, "insert_before": 0 });
    check_refused(&client.send("PUT", &items, outside), "Index out of bounds.");
    let both = json!({ "uris": [uri(1)], "range_start": 1, "insert_before": 0 });
    check_refused(&client.send("PUT", &items, both), "Cannot both replace and reorder");

    client.send("PUT", &items, json!({ "uris": uris(10..110) }));
    assert_eq!(client.held(), (10..110).collect::<Vec<_>>());
    client.send("PUT", &items, json!({ "uris": [uri(1), uri(2), uri(1), uri(3)] }));
    client.send("DELETE", &items, json!({ "items": [{ "uri": uri(1) }, { "uri": uri(9) }] }));
    assert_eq!(client.held(), [2, 3], "every occurrence");
    let entries: Vec<Value> = uris(0..101).into_iter().map(|uri| json!({ "uri": uri })).collect();
    let too_many = "You can remove a maximum of 100 tracks per request.";
    check_refused(&client.send("DELETE", &items, json!({ "items": entries })), too_many);
    check_refused(&client.send("DELETE", &items, json!({ "tracks": [{ "uri": uri(2) }] })), "No items provided");
    client.send("PUT", &items, json!({ "uris": [] }));
    assert_eq!(client.held(), [] as [u32; 0]);
}

#[test]
fn details_change_one_by_one() {
    let (client, playlist) = with_playlist(0..1);
    let changed = client.send("PUT", &playlist, json!({ "description": "Fresh" }));
    assert_eq!((changed.status, changed.text.as_str()), (200, ""));
    client.send("PUT", &playlist, json!({ "public": true }));
    let now = &client.spotify.playlists()[0];
    assert_eq!((now.name.as_str(), now.description.as_deref(), now.is_public), ("Picks", Some("Fresh"), true));
    let both = json!({ "collaborative": true });
    check_refused(&client.send("PUT", &playlist, both), "Collaborative playlists can only be private");
}

#[test]
fn somebody_elses_playlist_can_be_seen_but_not_opened_or_changed() {
    let users = vec![SpotifyUser::new("ben", "Ben"), SpotifyUser::new("ana", "Ana")];
    let mut client = Client::new(SpotifySetting { users, ..SpotifySetting::default() });
    client.spotify.add_tracks([track(0)]);
    let id = client.playlist(&uris(0..1));
    let (playlist, items) = (format!("/playlists/{id}"), format!("/playlists/{id}/items"));
    let location = client.spotify.answer_consent(&client.authorize_url(SCOPES), "ana", true).unwrap();
    let tokens = client.exchange(location.split(['=', '&']).nth(1).unwrap()).json();
    client.access_token = tokens["access_token"].as_str().unwrap().to_owned();

    let seen = client.get(&playlist).json();
    assert_eq!((&seen["name"], seen.get("items")), (&json!("Picks"), None));
    for (method, path) in [("GET", &items), ("POST", &items), ("PUT", &items), ("DELETE", &items), ("PUT", &playlist)] {
        let refused = client.send(method, path, Value::Null);
        assert_eq!((refused.status, refused.message().as_str()), (403, "Forbidden"), "{method} {path}");
    }
    assert_eq!(client.get("/me/playlists").json()["total"], 0);
    let unknown = client.get("/playlists/0made0up00000000000000");
    assert_eq!((unknown.status, unknown.message().as_str()), (404, "Resource not found"));
}

#[test]
fn a_cover_is_a_jpeg_in_base64_and_not_too_large() {
    let (client, playlist) = with_playlist(0..1);
    let images = format!("{playlist}/images");
    assert_eq!(client.get(&images).json(), json!([]));
    let jpeg = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 96]].concat();
    let put =
        |content_type: &str, content: String| client.try_send_text("PUT", &images, content_type, content).unwrap();
    check_refused(&put("application/json", STANDARD.encode(&jpeg)), "Content-Type must be image/jpeg");
    for wrong in [
        format!("data:image/jpeg;base64,{}", STANDARD.encode(&jpeg)),
        STANDARD.encode(&jpeg).replacen("/9", "/9\n", 1),
        STANDARD.encode(b"\x89PNG"),
        String::new(),
    ] {
        check_refused(&put("image/jpeg", wrong), "Could not process image");
    }
    let large = [&jpeg[..], &[0; 256 * 1024]].concat();
    assert_eq!(put("image/jpeg", STANDARD.encode(large)).status, 413);
    let taken = put("image/jpeg", STANDARD.encode(&jpeg));
    assert_eq!((taken.status, taken.text.as_str()), (202, ""));
    assert_eq!(client.spotify.playlists()[0].cover_jpeg.as_ref(), Some(&jpeg));
    let url = client.get(&images).json()[0]["url"].as_str().unwrap().to_owned();
    assert_eq!(client.agent.get(url).call().unwrap().body_mut().read_to_vec().unwrap(), jpeg);
}

#[test]
fn a_client_id_from_before_2026_meets_the_old_paths_and_names() {
    let client = Client::new(SpotifySetting { has_old_shapes: true, ..SpotifySetting::default() });
    client.spotify.add_tracks((0..9).map(track));
    let made = client.send("POST", "/users/ana/playlists", json!({ "name": "Old", "public": false }));
    assert_eq!(made.status, 201);
    let made = made.json();
    assert!(made.get("items").is_none() && made["tracks"]["total"] == 0);
    let id = made["id"].as_str().unwrap();
    let tracks = format!("/playlists/{id}/tracks");
    assert_eq!(client.send("POST", &tracks, json!({ "uris": uris(0..3) })).status, 201);
    assert_eq!(client.send("DELETE", &tracks, json!({ "tracks": [{ "uri": uri(1) }] })).status, 200);
    let read = client.get(&format!("/playlists/{id}")).json();
    assert_eq!(read["tracks"]["items"][1]["track"]["name"], "Song 2");
    assert_eq!(client.get(&tracks).json()["items"][0]["track"]["uri"], uri(0));
    assert_eq!(client.send("PUT", &format!("/playlists/{id}/items"), json!({ "uris": uris(4..6) })).status, 200);
    assert_eq!(client.held(), [4, 5], "the new paths are there too");
    assert_eq!(client.send("DELETE", &format!("/playlists/{id}/followers"), Value::Null).status, 200);
    assert!(client.spotify.playlists()[0].is_removed);
    assert_eq!(client.send("POST", "/users/ben/playlists", json!({ "name": "His" })).status, 403);
}

use nearsong_standin::{SpotifySetting, TimeRange};
use nearsong_types::Moment;
use serde_json::{Value, json};

use crate::client::{Client, START_S, track, uri};

fn texts(page: &Value, at: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item.pointer(at).unwrap().as_str().unwrap().to_owned()).collect()
}

/// Of `n` plays, the newest at [`START_S`], each 200 seconds before the one after it.
fn with_plays(n: u32) -> Client {
    let client = Client::new(SpotifySetting::default());
    for number in 0..n {
        client.spotify.add_play("ana", Moment::from_seconds(START_S - 200 * i64::from(number)), track(number));
    }
    client
}

#[test]
fn a_profile_has_what_is_left_of_it() {
    let client = Client::new(SpotifySetting::default());
    let profile = client.get("/me").json();
    let expected = json!({
        "account_id": "account-of-ana", "id": "ana", "display_name": "Ana", "type": "user", "uri": "spotify:user:ana",
        "href": format!("{}/users/ana", client.spotify.api_url()),
        "external_urls": { "spotify": "https://open.spotify.com/user/ana" }, "images": [],
    });
    assert_eq!(profile, expected);
}

#[test]
fn top_tracks_come_page_by_page_for_each_range() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_tracks("ana", TimeRange::Short, (0..60).map(track));
    let first = client.get("/me/top/tracks?time_range=short_term&limit=50").json();
    assert_eq!((&first["total"], &first["limit"], &first["offset"]), (&json!(60), &json!(50), &json!(0)));
    assert_eq!(texts(&first, "/name")[49], "Song 49");
    let second = client.get(first["next"].as_str().unwrap()).json();
    assert_eq!((texts(&second, "/name").len(), &second["next"]), (10, &Value::Null));
    assert_eq!(client.get(second["previous"].as_str().unwrap()).json()["items"], first["items"]);
    assert_eq!(client.get("/me/top/tracks").json()["total"], 0, "another range");
    let usual = client.get("/me/top/tracks?time_range=short_term").json();
    assert_eq!(texts(&usual, "/name").len(), 20);
    let beyond = client.get("/me/top/tracks?time_range=short_term&offset=70").json();
    assert_eq!((texts(&beyond, "/name").len(), &beyond["next"]), (0, &Value::Null));
}

#[test]
fn a_track_has_all_that_is_left_of_it() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_tracks("ana", TimeRange::Medium, [track(4)]);
    let song = client.get("/me/top/tracks").json()["items"][0].clone();
    assert_eq!((&song["name"], &song["uri"], &song["type"]), (&json!("Song 4"), &json!(uri(4)), &json!("track")));
    assert_eq!(song["external_ids"], json!({ "isrc": "ZZNS00000004" }));
    assert_eq!(
        (&song["is_local"], &song["explicit"], &song["duration_ms"]),
        (&json!(false), &json!(false), &json!(180_000))
    );
    assert_eq!(song["artists"][0]["name"], "Band 1");
    assert_eq!(song["album"]["release_date_precision"], "year");
    assert!(song["external_urls"]["spotify"].as_str().unwrap().starts_with("https://open.spotify.com/track/0made0up"));
    for gone in ["popularity", "available_markets", "linked_from"] {
        assert!(song.get(gone).is_none(), "{gone}");
    }
}

#[test]
fn top_artists_come_by_name() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_artists("ana", TimeRange::Long, ["Band 2", "Band 1"].map(str::to_owned));
    let page = client.get("/me/top/artists?time_range=long_term").json();
    assert_eq!(texts(&page, "/name"), ["Band 2", "Band 1"]);
    assert_eq!((&page["items"][0]["genres"], &page["items"][0]["type"]), (&json!([]), &json!("artist")));
}

#[test]
fn what_is_asked_for_in_vain_is_refused() {
    let client = Client::new(SpotifySetting::default());
    for (path, said) in [
        ("/me/top/tracks?limit=51", "Invalid limit"),
        ("/me/top/tracks?limit=0", "Invalid limit"),
        ("/me/top/tracks?limit=ten", "Invalid limit"),
        ("/me/top/tracks?offset=-1", "Invalid offset"),
        ("/me/top/tracks?time_range=forever", "Invalid time range"),
        ("/me/top/albums", "Invalid type"),
        ("/me/player/recently-played?limit=51", "Invalid limit"),
        ("/me/player/recently-played?after=yesterday", "Invalid after"),
        ("/me/player/recently-played?after=1&before=2", "Only one of before and after may be specified"),
        ("/me/playlists?offset=100001", "Invalid offset"),
    ] {
        let refused = client.get(path);
        assert_eq!((refused.status, refused.message().as_str()), (400, said), "{path}");
    }
}

#[test]
fn no_more_than_the_latest_fifty_plays_can_be_reached() {
    let client = with_plays(60);
    let mut page = client.get("/me/player/recently-played?limit=20").json();
    assert_eq!(page["items"][0]["played_at"], "2026-11-24T06:00:00.000Z");
    assert_eq!(page["items"][0]["context"], Value::Null);
    let mut seen = texts(&page, "/track/name");
    while let Some(next) = page["next"].as_str() {
        page = client.get(next).json();
        seen.extend(texts(&page, "/track/name"));
    }
    assert_eq!(seen, (0..50).map(|number| format!("Song {number}")).collect::<Vec<_>>());
}

#[test]
fn plays_after_and_before_a_moment_leave_that_moment_out() {
    let client = with_plays(10);
    let ms = |number: i64| (START_S - 200 * number) * 1000;
    let names = |query: &str| texts(&client.get(&format!("/me/player/recently-played?{query}")).json(), "/track/name");
    assert_eq!(names(&format!("after={}", ms(2))), ["Song 0", "Song 1"]);
    assert_eq!(names(&format!("before={}&limit=2", ms(7))), ["Song 8", "Song 9"]);
    assert_eq!(names(&format!("after={}&limit=2", ms(9))), ["Song 7", "Song 8"], "right after that moment");
    let none = client.get(&format!("/me/player/recently-played?after={}", ms(0))).json();
    assert_eq!((&none["items"], &none["cursors"], &none["next"]), (&json!([]), &Value::Null, &Value::Null));
    let all = client.get("/me/player/recently-played").json();
    assert_eq!(all["cursors"], json!({ "after": ms(0).to_string(), "before": ms(9).to_string() }));
}

#[test]
fn saved_tracks_come_newest_first_also_those_saved_later() {
    let client = Client::new(SpotifySetting::default());
    for number in [2, 0, 1] {
        client.spotify.save_track("ana", Moment::from_seconds(START_S + i64::from(number)), track(number));
    }
    let saved = client.get("/me/tracks").json();
    assert_eq!(texts(&saved, "/track/name"), ["Song 2", "Song 1", "Song 0"]);
    assert_eq!(saved["items"][2]["added_at"], "2026-11-24T06:00:00Z");
    client.wait(60);
    client.spotify.add_tracks([track(3)]);
    assert_eq!(client.send("PUT", &format!("/me/library?uris={},{}", uri(3), uri(1)), Value::Null).status, 200);
    let saved = client.get("/me/tracks?limit=2").json();
    assert_eq!(
        (texts(&saved, "/track/name"), &saved["total"]),
        (vec!["Song 3".to_owned(), "Song 2".to_owned()], &json!(4))
    );
    assert_eq!(saved["items"][0]["added_at"], "2026-11-24T06:01:00Z");
}

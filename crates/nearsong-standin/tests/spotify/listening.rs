use nearsong_standin::{SpotifySetting, TimeRange};
use nearsong_types::Moment;
use serde_json::Value;

use crate::client::{Client, START_S, track};

fn names(page: &Value, at: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item.pointer(at).unwrap().as_str().unwrap().to_owned()).collect()
}

#[test]
fn top_tracks_come_page_by_page_for_each_range() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.set_top_tracks("ana", TimeRange::Short, (0..60).map(track));
    let first = client.get("/me/top/tracks?time_range=short_term&limit=50").json();
    assert_eq!(
        (first["total"].as_u64(), first["limit"].as_u64(), first["offset"].as_u64()),
        (Some(60), Some(50), Some(0))
    );
    assert_eq!(names(&first, "/name")[49], "Song 49");
    assert_eq!(first["items"][0]["external_ids"]["isrc"], "ZZNS00000000");
    let second = client.get(first["next"].as_str().unwrap()).json();
    assert_eq!((names(&second, "/name").len(), &second["next"]), (10, &Value::Null));
    assert_eq!(client.get(second["previous"].as_str().unwrap()).json()["items"], first["items"]);
    assert_eq!(client.get("/me/top/tracks").json()["total"], 0, "another range");
}

#[test]
fn recent_plays_are_the_latest_fifty() {
    let client = Client::new(SpotifySetting::default());
    for number in 0..60 {
        client.spotify.add_play("ana", Moment::from_seconds(START_S - 200 * i64::from(number)), track(number));
    }
    let recent = client.get("/me/player/recently-played?limit=50").json();
    assert_eq!(names(&recent, "/track/name").last().unwrap(), "Song 49");
    assert_eq!(recent["items"][0]["played_at"], "2026-11-24T06:00:00.000Z");
    assert_eq!((&recent["cursors"]["after"], &recent["next"]), (&Value::from("1795500000000"), &Value::Null));
}

#[test]
fn saved_tracks_come_newest_first() {
    let client = Client::new(SpotifySetting::default());
    for number in [2, 0, 1] {
        client.spotify.save_track("ana", Moment::from_seconds(START_S + i64::from(number)), track(number));
    }
    let saved = client.get("/me/tracks").json();
    assert_eq!(names(&saved, "/track/name"), ["Song 2", "Song 1", "Song 0"]);
    assert_eq!(saved["items"][2]["added_at"], "2026-11-24T06:00:00Z");
}

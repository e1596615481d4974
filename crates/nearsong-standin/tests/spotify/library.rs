use nearsong_standin::SpotifySetting;
use serde_json::{Value, json};

use crate::client::{Client, SCOPES, track, track_id, uri, uris};

fn with_tracks(n: u32) -> Client {
    let client = Client::new(SpotifySetting::default());
    client.spotify.add_tracks((0..n).map(track));
    client
}

#[test]
fn tracks_and_other_things_are_saved_and_removed() {
    let mut client = with_tracks(50);
    client.sign_in(&format!("{SCOPES} user-follow-read user-follow-modify"));
    let things = format!("{},spotify:album:x,spotify:user:ben", uri(3));
    let contains = |things: &str| client.get(&format!("/me/library/contains?uris={things}")).json();
    assert_eq!(contains(&things), json!([false, false, false]));
    assert_eq!(client.send("PUT", &format!("/me/library?uris={things}"), Value::Null).status, 200);
    assert_eq!(contains(&format!("{},{things},spotify:artist:x", uri(4))), json!([false, true, true, true, false]));
    assert_eq!(client.send("DELETE", &format!("/me/library?uris={},spotify:album:x", uri(3)), Value::Null).status, 200);
    assert_eq!(contains(&things), json!([false, false, true]));
}

#[test]
fn a_playlist_is_deleted_by_taking_it_out_and_can_be_taken_back() {
    let client = with_tracks(3);
    let id = client.playlist(&uris(0..3));
    let library = format!("/me/library?uris=spotify:playlist:{id}");
    let contains = format!("/me/library/contains?uris=spotify:playlist:{id}");
    assert_eq!(client.get(&contains).json(), json!([true]));
    assert_eq!(client.send("DELETE", &library, Value::Null).status, 200);
    assert!(client.spotify.playlists()[0].is_removed);
    assert_eq!(client.get(&contains).json(), json!([false]));
    assert_eq!(client.get("/me/playlists").json()["total"], 0);
    assert_eq!(client.get(&format!("/playlists/{id}")).json()["items"]["total"], 3, "it can still be read");
    assert_eq!(client.send("PUT", &library, Value::Null).status, 200);
    assert_eq!(client.get("/me/playlists").json()["total"], 1);
}

#[test]
fn a_library_call_takes_forty_uris_that_are_right() {
    let client = with_tracks(50);
    let refused = |method: &str, uris: &str| {
        let answer = client.send(method, &format!("/me/library?uris={uris}"), Value::Null);
        assert_eq!(answer.status, 400);
        answer.message()
    };
    assert_eq!(refused("PUT", &uris(0..41).join(",")), "Too many uris: 40 are the most");
    assert_eq!(refused("PUT", ""), "Missing required parameter: uris");
    for wrong in
        ["0made0up00000000000001", "spotify:mood:x", "spotify:artist:x", "spotify:track:short", "spotify:playlist:x"]
    {
        assert_eq!(refused("DELETE", wrong), format!("Invalid uri: {wrong}"));
    }
    assert_eq!(refused("PUT", &uri(999)), format!("Invalid uri: {}", uri(999)));
    assert_eq!(client.send("PUT", &format!("/me/library?uris={}", uris(0..40).join(",")), Value::Null).status, 200);
    assert_eq!(client.get("/me/tracks").json()["total"], 40);
}

#[test]
fn one_track_and_one_artist_can_be_asked_for() {
    let client = with_tracks(5);
    let song = client.get(&format!("/tracks/{}", track_id(4))).json();
    assert_eq!((&song["name"], &song["external_ids"]["isrc"]), (&json!("Song 4"), &json!("ZZNS00000004")));
    let artist = client.get(&format!("/artists/{}", song["artists"][0]["id"].as_str().unwrap())).json();
    assert_eq!((&artist["name"], &artist["genres"]), (&json!("Band 1"), &json!([])));
    assert_eq!(client.get(&format!("/tracks/{}", track_id(999))).status, 404);
    assert_eq!(client.get("/tracks/no-id").message(), "Invalid base62 id");
    assert_eq!(client.get("/artists/unknown").status, 404);
}

#[test]
fn search_finds_by_code_title_artist_and_words() {
    let client = with_tracks(30);
    let names = |query: &str| {
        let found = client.get(&format!("/search?type=track&{query}")).json()["tracks"].clone();
        let items = found["items"].as_array().unwrap().iter();
        items.map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("q=isrc:ZZNS00000007&limit=1"), ["Song 7"]);
    assert_eq!(names("q=isrc:ZZNS99999999"), [] as [&str; 0]);
    assert_eq!(names("q=track:song+28"), ["Song 28"]);
    assert_eq!(names("q=track:%22Song%202%22+artist:band+9"), ["Song 27", "Song 28", "Song 29"]);
    assert_eq!(names("q=song+28"), ["Song 28"]);
    assert_eq!(names("q=song").len(), 5, "five where no limit is given");
    assert_eq!(names("q=song&limit=10").len(), 10);

    let found = client.get("/search?q=artist:band&type=artist,album&limit=2").json();
    assert_eq!(
        (&found["artists"]["total"], &found["albums"]["total"], found.get("tracks")),
        (&json!(10), &json!(0), None)
    );
    for (query, said) in [
        ("q=song&type=track&limit=11", "Invalid limit"),
        ("q=song&type=track&offset=1001", "Invalid offset"),
        ("q=song&type=mood", "Bad search type field"),
        ("q=song", "Missing parameter type"),
        ("q=&type=track", "No search query"),
    ] {
        let refused = client.get(&format!("/search?{query}"));
        assert_eq!((refused.status, refused.message().as_str()), (400, said), "{query}");
    }
}

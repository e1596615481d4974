use nearsong_standin::SpotifySetting;
use serde_json::{Value, json};

use crate::client::{Client, SCOPES, track, uri, uris};

fn without(scope: &str) -> String {
    SCOPES.split(' ').filter(|&other| other != scope).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_endpoint_takes_its_scope() {
    let mut client = Client::new(SpotifySetting::default());
    client.spotify.add_tracks((0..9).map(track));
    let id = client.playlist(&uris(0..2));
    let (playlist, items) = (format!("/playlists/{id}"), format!("/playlists/{id}/items"));
    let images = format!("/playlists/{id}/images");
    let library = format!("/me/library?uris={}", uri(1));
    let own = format!("/me/library?uris=spotify:playlist:{id}");
    let new = json!({ "name": "New", "public": false });
    let calls: Vec<(&str, &str, &str, Value)> = vec![
        ("user-top-read", "GET", "/me/top/tracks", Value::Null),
        ("user-top-read", "GET", "/me/top/artists", Value::Null),
        ("user-read-recently-played", "GET", "/me/player/recently-played", Value::Null),
        ("user-library-read", "GET", "/me/tracks", Value::Null),
        ("playlist-read-private", "GET", "/me/playlists", Value::Null),
        ("playlist-modify-private", "POST", "/me/playlists", new),
        ("playlist-modify-public", "POST", "/me/playlists", json!({ "name": "New" })),
        ("playlist-modify-private", "PUT", &playlist, json!({ "name": "Renamed" })),
        ("playlist-read-private", "GET", &items, Value::Null),
        ("playlist-modify-private", "POST", &items, json!({ "uris": [uri(3)] })),
        ("playlist-modify-private", "PUT", &items, json!({ "uris": [uri(3)] })),
        ("playlist-modify-private", "DELETE", &items, json!({ "items": [{ "uri": uri(3) }] })),
        ("ugc-image-upload", "PUT", &images, Value::Null),
        ("user-library-modify", "PUT", &library, Value::Null),
        ("user-library-modify", "DELETE", &library, Value::Null),
    ];
    for (scope, method, path, body) in calls {
        client.sign_in(&without(scope));
        let refused = client.send(method, path, body.clone());
        assert_eq!((refused.status, refused.message().as_str()), (403, "Insufficient client scope"), "{method} {path}");
        client.sign_in(SCOPES);
        assert_ne!(client.send(method, path, body).status, 403, "{method} {path}");
    }
    client.sign_in("user-library-modify");
    assert_eq!(client.send("DELETE", &own, Value::Null).message(), "Insufficient client scope");
}

#[test]
fn what_was_taken_from_apps_is_refused() {
    let client = Client::new(SpotifySetting::default());
    let id = client.playlist(&[]);
    for (method, path, status) in [
        ("GET", format!("/playlists/{id}/tracks"), 403),
        ("POST", format!("/playlists/{id}/tracks"), 403),
        ("PUT", format!("/playlists/{id}/followers"), 403),
        ("POST", "/users/ana/playlists".to_owned(), 403),
        ("GET", "/users/ana".to_owned(), 403),
        ("GET", "/tracks?ids=a,b".to_owned(), 403),
        ("PUT", "/me/tracks".to_owned(), 403),
        ("GET", "/me/tracks/contains?ids=a".to_owned(), 403),
        ("GET", "/audio-features/a".to_owned(), 403),
        ("GET", "/audio-features?ids=a".to_owned(), 403),
        ("GET", "/artists/a/top-tracks".to_owned(), 403),
        ("GET", "/recommendations?seed_tracks=a".to_owned(), 404),
        ("GET", "/artists/a/related-artists".to_owned(), 404),
        ("GET", "/nothing/of/the/kind".to_owned(), 404),
    ] {
        let refused = client.send(method, &path, Value::Null);
        assert_eq!(refused.status, status, "{method} {path}");
        assert_eq!(refused.message() == "Forbidden", status == 403, "{method} {path}");
    }
}

#[test]
fn who_is_not_on_the_list_is_refused_everywhere_and_not_in_json() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.allow("ana", false);
    for path in ["/me", "/me/tracks", "/search?q=a&type=track"] {
        let refused = client.get(path);
        assert_eq!(refused.status, 403);
        let said = "Check settings on developer.spotify.com/dashboard, the user may not be registered.";
        assert_eq!(refused.text, said);
    }
    client.spotify.allow("ana", true);
    assert_eq!(client.get("/me").status, 200);
}

#[test]
fn without_the_owners_premium_everything_is_refused() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.lapse_premium(true);
    let refused = client.get("/me");
    let said = "Active premium subscription required for the owner of the app.";
    assert_eq!((refused.status, refused.message().as_str()), (403, said));
    client.spotify.lapse_premium(false);
    assert_eq!(client.get("/me").status, 200);
}

#[test]
fn a_quota_is_counted_for_each_family_over_a_day() {
    let mut client = Client::new(SpotifySetting { quota_per_family: Some(2), ..SpotifySetting::default() });
    let statuses: Vec<u16> = (0..3).map(|_| client.get("/me").status).collect();
    assert_eq!(statuses, [200, 200, 429]);
    let refused = client.get("/me");
    let body = json!({ "error": { "status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED" } });
    assert_eq!((refused.json(), refused.retry_after), (body, None));
    assert_eq!(client.get("/me/tracks").status, 200, "another family");
    client.wait(86_399);
    client.sign_in(SCOPES);
    assert_eq!(client.get("/me").status, 429);
    client.wait(1);
    assert_eq!(client.get("/me").status, 200);
    client.spotify.set_quota(Some(1));
    assert_eq!(client.get("/me").status, 429);
    client.spotify.set_quota(None);
    assert_eq!(client.get("/me").status, 200);
}

#[test]
fn a_call_without_a_token_is_refused() {
    let client = Client::signed_out(SpotifySetting::default());
    let answer = client.agent.get(format!("{}/me", client.spotify.api_url())).call().unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    assert_eq!(client.get("/me").message(), "Only valid bearer authentication supported");
}

#[test]
fn a_body_without_end_is_not_read_to_its_end() {
    let client = Client::new(SpotifySetting::default());
    let sent = client.try_send_text("POST", "/me/playlists", "application/json", "x".repeat(2_000_000));
    assert!(sent.is_err() || sent.is_ok_and(|answer| answer.status == 413));
    assert_eq!(client.spotify.playlists(), []);
}

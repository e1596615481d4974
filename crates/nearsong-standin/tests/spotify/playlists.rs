use nearsong_standin::SpotifySetting;
use serde_json::{Value, json};

use crate::client::{Client, track, uris};

#[test]
fn a_playlist_is_made_filled_read_and_filled_anew() {
    let client = Client::new(SpotifySetting::default());
    client.spotify.add_tracks((0..200).map(track));
    let id = client.playlist(&uris(0..120));
    assert_eq!(client.held(), (0..120).collect::<Vec<_>>());

    let page = client.get(&format!("/playlists/{id}/items?limit=50&offset=100")).json();
    assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&Value::from(120), 20));
    assert_eq!(page["items"][0]["item"]["name"], "Song 100");

    let before = client.spotify.playlists()[0].snapshot_id.clone();
    let replaced = client.send("PUT", &format!("/playlists/{id}/items"), json!({ "uris": uris(150..160) }));
    assert_eq!(replaced.status, 200);
    let after = client.spotify.playlists()[0].snapshot_id.clone();
    assert_ne!(before, after);
    assert_eq!(replaced.json(), json!({ "snapshot_id": after }));
    assert_eq!(client.held(), (150..160).collect::<Vec<_>>());
    let fresh = client.get(&format!("/playlists/{id}?fields=id,name,snapshot_id")).json();
    assert_eq!(fresh, json!({ "id": id, "name": "Picks", "snapshot_id": after }));
}

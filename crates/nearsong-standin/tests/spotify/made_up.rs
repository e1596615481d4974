use nearsong_standin::{ExportPlan, MadeUpAccount, MadeUpListener, SpotifySetting, World};
use nearsong_types::Moment;
use serde_json::Value;

use crate::client::{Client, START_S};

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap()
}

#[test]
fn a_made_up_listener_has_an_account_that_fits_their_plays() {
    let world = World::new(1, 2_000);
    let listener = MadeUpListener::new(&world, 1);
    let plan = ExportPlan { ends_at: Moment::from_seconds(START_S), days: 400, n_plays: 6_000 };
    let made_up = MadeUpAccount::new(&listener, &plan).unwrap();
    assert_eq!(made_up, MadeUpAccount::new(&listener, &plan).unwrap());

    let client = Client::new(SpotifySetting::default());
    client.spotify.fill("ana", made_up);
    let recent = client.get("/me/player/recently-played?limit=50").json();
    assert_eq!(items(&recent).len(), 50);
    assert!(items(&recent).windows(2).all(|pair| pair[0]["played_at"].as_str() >= pair[1]["played_at"].as_str()));
    assert!(items(&recent).iter().all(|play| play["track"]["name"].is_string()));
    assert!(items(&recent)[0]["played_at"].as_str().unwrap() <= "2026-11-24T06:00:00.000Z");

    let favourites = listener.favourite_artists();
    for range in ["short_term", "medium_term", "long_term"] {
        let artists = client.get(&format!("/me/top/artists?time_range={range}&limit=10")).json();
        let loved = items(&artists).iter().filter(|artist| favourites.contains(&artist["name"].as_str().unwrap()));
        assert!(loved.count() >= 5, "{range}: {artists}");
        let tracks = client.get(&format!("/me/top/tracks?time_range={range}&limit=50")).json();
        assert_eq!((items(&tracks).len(), &tracks["next"]), (50, &Value::Null));
    }
    let saved = client.get("/me/tracks").json();
    assert!(saved["total"].as_u64().unwrap() > 50 && items(&saved)[0]["track"]["uri"].is_string());

    let uris: Vec<String> = world.tracks.iter().take(100).map(|track| track.id.uri()).collect();
    client.playlist(&uris);
    assert_eq!(client.spotify.playlists()[0].uris, uris, "every song of the catalogue can be put into a playlist");
}

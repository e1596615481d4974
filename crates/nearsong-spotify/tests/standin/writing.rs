use nearsong_spotify::{MAX_COVER_BYTES, Scopes, SpotifyError};
use nearsong_standin::SpotifySetting;

use crate::{
    any_call::{AnyCall, CALLS},
    fixture::{Fixture, all_scopes, track, track_id, track_ids},
};

fn both_shapes() -> [Fixture; 2] {
    [false, true].map(|has_old_shapes| {
        let fixture = Fixture::with(SpotifySetting { has_old_shapes, ..SpotifySetting::default() });
        fixture.spotify.add_tracks((0..250).map(track));
        fixture
    })
}

#[test]
fn a_playlist_is_made_empty_and_off_the_profile() {
    for fixture in both_shapes() {
        let made = fixture.client().create_playlist("Weekly", "Ünïcode & “quotes”").unwrap();
        let [there] = &fixture.spotify.playlists()[..] else { panic!() };
        assert_eq!((&made.id, &made.name, &made.description), (&there.id, &there.name, &there.description));
        assert_eq!((there.name.as_str(), there.owner_id.as_str()), ("Weekly", "ana"));
        assert_eq!(there.description.as_deref(), Some("Ünïcode & “quotes”"));
        assert!(!there.is_public && there.uris.is_empty());
        assert_eq!((made.snapshot_id.as_ref(), made.n_items), (Some(&there.snapshot_id), Some(0)));
        fixture.check_counted();
    }
}

#[test]
fn name_and_description_are_changed_and_nothing_else() {
    for fixture in both_shapes() {
        let id = fixture.playlist(&track_ids(0..2));
        fixture.client().change_details(&id, "New", "Other").unwrap();
        let there = fixture.spotify.playlists().remove(0);
        assert_eq!((there.name.as_str(), there.description.as_deref()), ("New", Some("Other")));
        assert_eq!((fixture.held(), there.is_public), (track_ids(0..2), false));
        fixture.check_counted();
    }
}

#[test]
fn a_hundred_tracks_take_the_place_of_all_in_one_call() {
    for fixture in both_shapes() {
        let id = fixture.playlist(&track_ids(0..130));
        let snapshot = fixture.client().replace_items(&id, &track_ids(100..200)).unwrap();
        assert_eq!(fixture.held(), track_ids(100..200));
        assert_eq!(snapshot.as_ref(), Some(&fixture.spotify.playlists()[0].snapshot_id));
        assert_eq!(fixture.asked(), [format!("PUT /v1/playlists/{id}/items 200")]);
        fixture.client().replace_items(&id, &[]).unwrap();
        assert_eq!(fixture.held(), []);
        fixture.check_counted();
    }
}

#[test]
fn tracks_are_added_at_their_place() {
    for fixture in both_shapes() {
        let id = fixture.playlist(&track_ids(0..3));
        let client = fixture.client();
        client.add_items(&id, &track_ids(10..12), 1).unwrap();
        let snapshot = client.add_items(&id, &[track_id(20)], 5).unwrap();
        assert_eq!(fixture.held(), [0, 10, 11, 1, 2, 20].map(track_id));
        assert_eq!(snapshot.as_ref(), Some(&fixture.spotify.playlists()[0].snapshot_id));
        fixture.check_counted();
    }
}

#[test]
fn what_was_written_can_be_read_back() {
    for fixture in both_shapes() {
        let id = fixture.playlist(&track_ids(0..120));
        let client = fixture.client();
        let playlist = client.playlist(&id).unwrap();
        assert_eq!((&playlist.id, playlist.name.as_str()), (&id, "Picks"));
        assert_eq!(playlist.snapshot_id.as_ref(), Some(&fixture.spotify.playlists()[0].snapshot_id));
        let (mut uris, mut pages) = (Vec::new(), Vec::new());
        loop {
            let page = client.playlist_uris(&id, uris.len() as u32).unwrap();
            pages.push((page.n_entries(), page.total));
            uris.extend(page.items);
            if !page.has_next {
                break;
            }
        }
        assert_eq!(pages, [(50, Some(120)), (50, Some(120)), (20, Some(120))]);
        assert_eq!(uris, fixture.spotify.playlists()[0].uris);
        fixture.check_counted();
    }
}

#[test]
fn a_cover_arrives_byte_for_byte_up_to_the_largest() {
    for fixture in both_shapes() {
        let id = fixture.playlist(&[]);
        let mut jpeg = vec![0xff, 0xd8, 0xff];
        jpeg.extend((0..MAX_COVER_BYTES - 3).map(|at| at as u8));
        fixture.client().set_cover(&id, &jpeg).unwrap();
        assert_eq!(fixture.spotify.playlists()[0].cover_jpeg.as_ref(), Some(&jpeg));
        jpeg.push(0);
        let refused = fixture.client().set_cover(&id, &jpeg);
        assert!(matches!(refused, Err(SpotifyError::BadCover { .. })), "{refused:?}");
        assert_eq!(fixture.asked(), [format!("PUT /v1/playlists/{id}/images 202")]);
        fixture.check_counted();
    }
}

#[test]
fn a_playlist_that_is_removed_is_in_the_library_no_longer() {
    for fixture in both_shapes() {
        let id = fixture.playlist(&track_ids(0..2));
        let client = fixture.client();
        client.remove_playlist(&id).unwrap();
        assert!(fixture.spotify.playlists()[0].is_removed);
        assert_eq!(client.own_playlists(0).unwrap().n_entries(), 0);
        assert_eq!(client.playlist(&id).unwrap().name, "Picks", "its page stays, as at Spotify");
        fixture.check_counted();
    }
}

#[test]
fn reading_allows_no_writing_and_nothing_is_asked_in_vain() {
    let allowed_with = |scopes: &Scopes| {
        let fixture = Fixture::signed_out(SpotifySetting::default());
        fixture.sign_in(scopes);
        let client = fixture.client();
        let allowed = |(_, call): &AnyCall| !matches!(call(&client, "none"), Err(SpotifyError::MissingScopes { .. }));
        let names: Vec<_> = CALLS.iter().filter(|call| allowed(call)).map(|(name, _)| *name).collect();
        assert_eq!(fixture.spotify.calls().len(), names.len());
        names
    };
    assert_eq!(allowed_with(&Scopes::default()), ["profile"]);
    let reading = ["profile", "top_tracks", "top_artists", "recently_played", "saved_tracks"];
    assert_eq!(allowed_with(&Scopes::reading()), reading);
    assert_eq!(allowed_with(&Scopes::writing()).len(), 10, "all but reading taste and the cover");
    assert_eq!(allowed_with(&all_scopes()).len(), CALLS.len());
}

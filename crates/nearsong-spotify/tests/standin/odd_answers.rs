use nearsong_spotify::{Limits, SpotifyError, TimeRange};
use nearsong_standin::{Fault, FaultRule, SpotifySetting, TimeRange as StandinRange};

use crate::{
    clock::START,
    fixture::{Fixture, track, track_id, track_ids},
};

#[test]
fn null_entries_are_passed_over_and_the_next_page_begins_after_them() {
    for has_old_shapes in [false, true] {
        let fixture = Fixture::with(SpotifySetting { has_old_shapes, ..SpotifySetting::default() });
        let id = fixture.playlist(&track_ids(0..60));
        fixture.spotify.set_top_tracks("ana", StandinRange::Short, (0..60).map(track));
        let client = fixture.client();
        fixture.strike(Fault::NullEntries, "GET", "/v1/me/top/tracks");
        let top = client.top_tracks(TimeRange::Short, 0).unwrap();
        assert_eq!((top.items.len(), top.n_passed_over, top.has_next), (25, 25, true));
        assert_eq!(client.top_tracks(TimeRange::Short, top.n_entries()).unwrap().items[0].id, track_id(50));
        fixture.strike(Fault::NullEntries, "GET", "/v1/playlists/*/items");
        let uris = client.playlist_uris(&id, 0).unwrap();
        assert_eq!((uris.items.len(), uris.n_entries()), (25, 50));
        assert_eq!(uris.items[0], track_id(1).uri());
        fixture.strike(Fault::NullEntries, "GET", "/v1/me/playlists");
        assert_eq!(client.own_playlists(0).unwrap().n_passed_over, 1);
        for _ in 0..3 {
            fixture.spotify.add_play("ana", START, track(1));
            fixture.spotify.save_track("ana", START, track(1));
        }
        fixture.strike(Fault::NullEntries, "GET", "/v1/me/player/recently-played");
        let recent = client.recently_played().unwrap();
        assert_eq!((recent.items.len(), recent.n_passed_over), (1, 2));
        fixture.strike(Fault::NullEntries, "GET", "/v1/me/tracks");
        assert_eq!(client.saved_tracks(0).unwrap().n_passed_over, 2);
    }
}

#[test]
fn fields_that_are_missing_are_none() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    fixture.spotify.set_top_tracks("ana", StandinRange::Short, [track(1)]);
    fixture.spotify.save_track("ana", START, track(1));
    let client = fixture.client();
    fixture.strike(Fault::MissingFields, "GET", "/v1/me");
    let profile = client.profile().unwrap();
    assert_eq!((profile.account.as_str(), profile.display_name), ("ana", None));
    fixture.strike(Fault::MissingFields, "GET", "/v1/me/top/tracks");
    let song = client.top_tracks(TimeRange::Short, 0).unwrap().items.remove(0);
    assert_eq!((song.id, song.artists.len(), &song.album, song.duration_ms), (track_id(1), 0, &None, None));
    assert_eq!(song.song(), None);
    fixture.strike(Fault::MissingFields, "GET", "/v1/me/tracks");
    assert_eq!(client.saved_tracks(0).unwrap().n_passed_over, 1, "saved nobody knows when");
    fixture.strike(Fault::MissingFields, "GET", "/v1/me/playlists");
    let playlist = client.own_playlists(0).unwrap().items.remove(0);
    assert_eq!((playlist.description, playlist.n_items), (None, Some(0)));
    assert_eq!(playlist.url, format!("https://open.spotify.com/playlist/{id}"));
    fixture.strike(Fault::MissingFields, "POST", "/v1/me/playlists");
    assert_eq!(client.create_playlist("Mix", "").unwrap().name, "Mix");
}

#[test]
fn half_an_answer_is_never_taken_for_a_whole_one() {
    let fixture = Fixture::new();
    fixture.spotify.set_top_tracks("ana", StandinRange::Short, (0..50).map(track));
    fixture.spotify.fault(FaultRule::new(Fault::HalfAnswer).times(3));
    let error = fixture.client().top_tracks(TimeRange::Short, 0).unwrap_err();
    assert!(matches!(error, SpotifyError::TryLater { attempts: 3, .. }), "{error:?}");
    assert_eq!(fixture.client().top_tracks(TimeRange::Short, 0).unwrap().items.len(), 50);
    fixture.check_counted();
}

#[test]
fn an_answer_that_is_too_large_is_not_read() {
    let fixture = Fixture::new();
    fixture.spotify.set_top_tracks("ana", StandinRange::Short, (0..50).map(track));
    let limits = Limits { max_answer_bytes: 2000, ..Limits::default() };
    let client = fixture.client_with(limits);
    client.profile().unwrap();
    let error = client.top_tracks(TimeRange::Short, 0);
    assert!(matches!(error, Err(SpotifyError::TryLater { .. })), "{error:?}");
}

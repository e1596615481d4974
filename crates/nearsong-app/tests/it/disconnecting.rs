use nearsong_app::{ErrorKind, Receipt};
use nearsong_standin::TimeRange;
use nearsong_types::Clock;

use crate::fixture::{ANA, Fixture, START, minutes_before, track, uris, wish};

#[test]
fn disconnecting_deletes_everything_that_came_from_spotify_and_says_so() {
    let mut fixture = Fixture::connected();
    fixture.spotify.add_play(ANA, minutes_before(5), track(1));
    fixture.spotify.save_track(ANA, minutes_before(50), track(2));
    fixture.spotify.set_top_tracks(ANA, TimeRange::Short, [track(3), track(4)]);
    fixture.sync().unwrap();
    fixture.publish(&wish("Weekly", 0..10)).unwrap();
    assert_eq!(fixture.kept(), (1, 3));
    fixture.calls();

    let receipt = fixture.app.disconnect(None, fixture.clock.now()).unwrap().unwrap();
    let expected = Receipt {
        listener: "me".to_owned(),
        at: START,
        had_tokens: true,
        n_plays: 1,
        n_favourites: 3,
        n_playlists: 1,
        n_heeded: 0,
    };
    assert_eq!(receipt, expected);
    assert_eq!(fixture.calls(), [""; 0], "no call is needed to delete");
    assert_eq!(fixture.kept(), (0, 0));
    assert_eq!(fixture.app.disconnect(None, fixture.clock.now()).unwrap(), None);
    assert_eq!(fixture.sync().unwrap_err().kind(), ErrorKind::NeedsSignIn);
    assert_eq!(fixture.spotify.playlists()[0].uris, uris(0..10), "playlists are theirs");
}

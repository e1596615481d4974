use nearsong_spotify::{Client, SpotifyError, TimeRange};

use crate::fixture::track_id;

/// Every call that a client can make, by name; `id` is a playlist's.
pub(crate) type AnyCall = (&'static str, fn(&Client<'_>, &str) -> Result<(), SpotifyError>);
pub(crate) const CALLS: [AnyCall; 15] = [
    ("profile", |client, _| client.profile().map(drop)),
    ("top_tracks", |client, _| client.top_tracks(TimeRange::Short, 0).map(drop)),
    ("top_artists", |client, _| client.top_artists(TimeRange::Long, 0).map(drop)),
    ("recently_played", |client, _| client.recently_played().map(drop)),
    ("saved_tracks", |client, _| client.saved_tracks(0).map(drop)),
    ("own_playlists", |client, _| client.own_playlists(0).map(drop)),
    ("has_playlist", |client, playlist| client.has_playlist(playlist).map(drop)),
    ("playlist", |client, id| client.playlist(id).map(drop)),
    ("playlist_uris", |client, id| client.playlist_uris(id, 0).map(drop)),
    ("create_playlist", |client, _| client.create_playlist("Mix", "").map(drop)),
    ("change_details", |client, id| client.change_details(id, "Mix", "")),
    ("replace_items", |client, id| client.replace_items(id, &[track_id(1)]).map(drop)),
    ("add_items", |client, id| client.add_items(id, &[track_id(2)], 0).map(drop)),
    ("set_cover", |client, id| client.set_cover(id, &[0xff, 0xd8, 0xff, 0])),
    ("remove_playlist", |client, id| client.remove_playlist(id)),
];

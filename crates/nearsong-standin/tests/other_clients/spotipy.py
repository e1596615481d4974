"""spotipy from PyPI against the stand-in, unchanged but for its base addresses: sign-in, top tracks, create, replace, read back.

Arguments: address of the accounts service, address of the Web API, client id.
"""

import sys

# This file has the name of the package: its folder must not be looked into.
sys.path.pop(0)

import requests
import spotipy

accounts, api, client_id = sys.argv[1:]
spotipy.SpotifyPKCE.OAUTH_AUTHORIZE_URL = accounts + "/authorize"
spotipy.SpotifyPKCE.OAUTH_TOKEN_URL = accounts + "/api/token"
login = spotipy.SpotifyPKCE(
    client_id=client_id,
    redirect_uri="http://127.0.0.1:8765/callback",
    scope="user-top-read user-library-read user-read-recently-played playlist-read-private "
    "playlist-modify-private playlist-modify-public ugc-image-upload",
    cache_handler=spotipy.cache_handler.MemoryCacheHandler(),
    open_browser=False,
)
page = login.get_authorize_url(state="of-the-test")
agreed = requests.post(accounts + "/authorize", data=page.split("?", 1)[1] + "&user=ana&answer=agree", allow_redirects=False)
state, code = login.parse_auth_response_url(agreed.headers["location"])
assert state == "of-the-test", state
login.get_access_token(code, check_cache=False)

spotify = spotipy.Spotify(auth_manager=login, retries=0, status_retries=0)
spotify.prefix = api + "/"
assert spotify.me()["display_name"] == "Ana"
top = spotify.current_user_top_tracks(limit=50, time_range="short_term")
tracks = top["items"]
while top["next"]:
    top = spotify.next(top)
    tracks += top["items"]
assert len(tracks) == 60, len(tracks)
assert len(spotify.current_user_top_artists(limit=10)["items"]) == 2
assert len(spotify.current_user_saved_tracks()["items"]) == 3
assert len(spotify.current_user_recently_played()["items"]) == 3

made = spotify.current_user_playlist_create("Made by spotipy", public=False, description="On Mondays")
uris = [track["uri"] for track in tracks]
spotify.playlist_add_items(made["id"], uris[:2])
assert "snapshot_id" in spotify.playlist_replace_items(made["id"], uris[10:])
spotify.playlist_remove_all_occurrences_of_items(made["id"], uris[10:11])
spotify.playlist_reorder_items(made["id"], range_start=0, insert_before=2)
spotify.playlist_upload_cover_image(made["id"], "/9j/4AAQSkZJRgABAQ==")
assert len(spotify.playlist_cover_image(made["id"])) == 1
read = spotify.playlist_items(made["id"], limit=50)
assert [entry["item"]["uri"] for entry in read["items"]] == [uris[12], uris[11], *uris[13:]], read
assert [entry["name"] for entry in spotify.current_user_playlists()["items"]] == ["Made by spotipy"]
assert spotify.search("isrc:ZZNS00000007", limit=1)["tracks"]["items"][0]["name"] == "Song 7"

try:
    spotify.playlist("0made0up00000000000000")
    raise AssertionError("found what is not there")
except spotipy.SpotifyException as refused:
    assert refused.http_status == 404 and "Resource not found" in refused.msg, refused
login.refresh_access_token(login.cache_handler.get_cached_token()["refresh_token"])
assert spotify.me()["id"] == "ana"
print("spotipy is content")

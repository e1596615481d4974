// @spotify/web-api-ts-sdk from npm against the stand-in, unchanged but for the host: refresh, top tracks, create, replace, read back.
//
// Arguments: folder node_modules, address of the accounts service, address of the Web API, client id, refresh token.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [modules, accounts, api, clientId, refreshToken] = process.argv.slice(2);
const { SpotifyApi } = createRequire(`${modules}/`)("@spotify/web-api-ts-sdk");
const over = globalThis.fetch;
globalThis.fetch = (address, options) =>
  over(String(address).replace("https://accounts.spotify.com", accounts).replace("https://api.spotify.com/v1", api), options);

// A token that ran out: the first call refreshes it.
const expired = { access_token: "old", token_type: "Bearer", expires_in: 3600, expires: 1, refresh_token: refreshToken };
const spotify = SpotifyApi.withAccessToken(clientId, expired);
const me = await spotify.currentUser.profile();
assert.equal(me.display_name, "Ana");
const top = await spotify.currentUser.topItems("tracks", "short_term", 50);
assert.deepEqual([top.items.length, top.total], [50, 60]);
assert.equal((await spotify.currentUser.tracks.savedTracks()).items.length, 3);
assert.equal((await spotify.player.getRecentlyPlayedTracks()).items.length, 3);

const made = await spotify.playlists.createPlaylist(me.id, { name: "Made by the SDK", public: false });
const uris = top.items.map((track) => track.uri);
await spotify.playlists.addItemsToPlaylist(made.id, uris.slice(0, 2));
const replaced = await spotify.playlists.updatePlaylistItems(made.id, { uris: uris.slice(10) });
assert.ok(replaced.snapshot_id);
await spotify.playlists.removeItemsFromPlaylist(made.id, { tracks: [{ uri: uris[10] }] });
await spotify.playlists.movePlaylistItems(made.id, 0, 1, 2);
await spotify.playlists.addCustomPlaylistCoverImageFromBase64String(made.id, "/9j/4AAQSkZJRgABAQ==");
const read = await spotify.playlists.getPlaylistItems(made.id, undefined, undefined, 50);
assert.deepEqual(read.items.map((entry) => entry.track.uri), [uris[12], uris[11], ...uris.slice(13)]);
assert.equal((await spotify.playlists.getPlaylist(made.id)).tracks.total, 39);
assert.equal((await spotify.search("isrc:ZZNS00000007", ["track"], undefined, 1)).tracks.items[0].name, "Song 7");
await assert.rejects(spotify.playlists.getPlaylist("0made0up00000000000000"), /Resource not found/);
console.log("the SDK is content");

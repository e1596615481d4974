//! The stand-in is true to Spotify where clients that others wrote for Spotify work against it, unchanged but for the base address.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use nearsong_standin::{SpotifySetting, SpotifyStandin, SpotifyTrack, TimeRange};
use nearsong_types::{Moment, TrackId};

fn track(number: u32) -> SpotifyTrack {
    let id: TrackId = format!("0made0up{number:014}").parse().unwrap();
    let track = SpotifyTrack::new(id, &format!("Song {number}"), &format!("Band {}", number % 2));
    SpotifyTrack { isrc: Some(format!("ZZNS{number:08}")), ..track }
}

fn standin(has_old_shapes: bool) -> SpotifyStandin {
    let spotify = SpotifyStandin::start(SpotifySetting { has_old_shapes, ..SpotifySetting::default() }).unwrap();
    spotify.set_top_tracks("ana", TimeRange::Short, (0..60).map(track));
    spotify.set_top_artists("ana", TimeRange::Medium, ["Band 0", "Band 1"].map(str::to_owned));
    for number in 0..3 {
        let at = Moment::from_seconds(1_795_000_000 + i64::from(number));
        spotify.add_play("ana", at, track(number));
        spotify.save_track("ana", at, track(number));
    }
    spotify
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/other_clients").join(name)
}

/// Runs a client, which has to say `content`; then looks at what it left behind: tracks 12, 11, 13 and so on up to `last`.
fn check(spotify: &SpotifyStandin, client: &mut Command, content: &str, last: u32) {
    let output = client.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), content);
    let playlists = spotify.playlists();
    let [playlist] = playlists.as_slice() else { panic!("{playlists:?}") };
    let expected: Vec<String> = [12, 11].into_iter().chain(13..=last).map(|number| track(number).id.uri()).collect();
    assert_eq!((&playlist.uris, playlist.is_public), (&expected, false));
    assert!(playlist.cover_jpeg.is_some());
    let refused: Vec<_> = spotify.calls().into_iter().filter(|call| call.status >= Some(400)).collect();
    let [refused] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!((refused.path.as_str(), refused.status), ("/v1/playlists/0made0up00000000000000", Some(404)));
}

/// In spite of the test runner's keeping the output of tests that pass to itself.
fn skipped(why: &str) {
    std::io::stderr().write_all(format!("SKIPPED: {why}\n").as_bytes()).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "where these packages are differs from machine to machine")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[test]
fn spotipy_signs_in_reads_and_writes() {
    let python = setting("NEARSONG_PYTHON").unwrap_or_else(|| "python3".to_owned());
    let tried = Command::new(&python)
        .args(["-c", "import spotipy, sys; sys.exit(not hasattr(spotipy, 'SpotifyPKCE'))"])
        .output();
    if !tried.is_ok_and(|output| output.status.success()) {
        return skipped("spotipy_signs_in_reads_and_writes: no python3 with spotipy");
    }
    let spotify = standin(false);
    let client_id = SpotifySetting::default().client_id;
    let mut client = Command::new(python);
    client.arg(script("spotipy.py")).args([spotify.accounts_url(), spotify.api_url(), &client_id]);
    check(&spotify, &mut client, "spotipy is content", 59);
}

/// Its newest version calls the paths that ended in February 2026, so it is served as a client id from before.
#[test]
fn the_typescript_sdk_refreshes_reads_and_writes() {
    let modules =
        setting("NEARSONG_NODE_MODULES").filter(|folder| Path::new(folder).join("@spotify/web-api-ts-sdk").is_dir());
    let has_node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    let Some(modules) = modules.filter(|_| has_node) else {
        return skipped("the_typescript_sdk_refreshes_reads_and_writes: no node with @spotify/web-api-ts-sdk");
    };
    let spotify = standin(true);
    let client_id = SpotifySetting::default().client_id;
    let refresh_token = refresh_token(&spotify, &client_id);
    let mut client = Command::new("node");
    client.arg(script("web_api.mjs"));
    client.args([&modules, spotify.accounts_url(), spotify.api_url(), &client_id, &refresh_token]);
    check(&spotify, &mut client, "the SDK is content", 49);
}

/// Of Ana, who agreed to all that the script does.
fn refresh_token(spotify: &SpotifyStandin, client_id: &str) -> String {
    let scopes = "user-top-read%20user-library-read%20user-read-recently-played%20playlist-read-private%20\
                  playlist-modify-private%20playlist-modify-public%20ugc-image-upload";
    // The pair of RFC 7636, appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let redirect = "http://127.0.0.1:8765/callback";
    let location = spotify
        .consent(&format!(
            "{}/authorize?client_id={client_id}&response_type=code&redirect_uri={redirect}&scope={scopes}\
             &code_challenge_method=S256&code_challenge={challenge}",
            spotify.accounts_url()
        ))
        .unwrap();
    let code = location.rsplit('=').next().unwrap();
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={redirect}&client_id={client_id}&code_verifier={verifier}"
    );
    let request = ureq::post(format!("{}/api/token", spotify.accounts_url()));
    let mut answer = request.header("content-type", "application/x-www-form-urlencoded").send(form).unwrap();
    let tokens: serde_json::Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

use std::time::Duration;

use nearsong_app::{AppError, ErrorKind, Scopes, WhatWasWritten};
use nearsong_standin::{Fault, FaultRule, SpotifySetting};
use nearsong_types::Clock;

use crate::fixture::{ANA, BEN, Fixture, uris, wish};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What the one playlist at the stand-in holds; fails where there are more.
fn held(fixture: &Fixture) -> Vec<String> {
    let playlists = fixture.spotify.playlists();
    assert_eq!(playlists.len(), 1, "one playlist was made, not several");
    playlists[0].uris.clone()
}

#[test]
fn a_playlist_is_made_once_and_replaced_later() {
    let mut fixture = Fixture::connected();
    let published = fixture.publish(&wish("Weekly", 0..100)).unwrap();
    assert_eq!((published.written, published.n_calls), (WhatWasWritten::Made, 2));
    assert_eq!(held(&fixture), uris(0..100));
    let playlist = &fixture.spotify.playlists()[0];
    assert_eq!((playlist.name.as_str(), playlist.is_public), ("Weekly", false));
    assert_eq!(published.url, format!("https://open.spotify.com/playlist/{}", playlist.id));

    fixture.calls();
    fixture.reopen();
    let published = fixture.publish(&wish("Weekly", 50..120)).unwrap();
    assert_eq!((published.written, fixture.calls().len()), (WhatWasWritten::Replaced, 1));
    assert_eq!(held(&fixture), uris(50..120));
}

#[test]
fn unchanged_content_costs_no_call() {
    let mut fixture = Fixture::connected();
    fixture.publish(&wish("Weekly", 0..30)).unwrap();
    fixture.calls();
    let published = fixture.publish(&wish("Weekly", 0..30)).unwrap();
    assert_eq!((published.written, fixture.calls().len()), (WhatWasWritten::Nothing, 0));
    fixture.publish(&wish("Another title", 0..30)).unwrap();
    assert_eq!(fixture.calls().len(), 1, "only the title");
    assert_eq!(fixture.spotify.playlists()[0].name, "Another title");
}

#[test]
fn more_than_a_hundred_songs_go_in_hundreds() {
    for has_old_shapes in [false, true] {
        let change = |setting: &mut SpotifySetting| setting.has_old_shapes = has_old_shapes;
        let mut fixture = Fixture::connected_with("", change);
        fixture.publish(&wish("Long", 0..250)).unwrap();
        assert_eq!(fixture.calls().len(), 4, "made, replaced, added, added");
        assert_eq!(held(&fixture), uris(0..250));
    }
}

/// Everything that can happen to a call so that the client does not hear how it went, or hears of a failure.
fn faults() -> [Fault; 7] {
    [
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::HalfAnswer,
        Fault::InternalError,
        Fault::BadGateway,
        Fault::TooManyRequests { retry_after_s: 40_000 },
        Fault::RevokedToken,
    ]
}

#[test]
fn a_write_cut_off_at_any_call_is_whole_after_the_next_run() {
    for fault in faults() {
        for (first, then) in [(0..250, 0..250), (0..30, 0..30), (0..150, 20..260)] {
            for at_call in 1.. {
                let mut fixture = Fixture::connected();
                // As good as a kill: from that call on nothing gets through any more in this run.
                fixture.spotify.fault(FaultRule::new(fault.clone()).on("*", "/v1/**").from_call(at_call).always());
                let cut = fixture.publish(&wish("Weekly", first.clone()));
                fixture.spotify.clear_faults();
                fixture.clock.turn(DAY);
                fixture.reopen();
                fixture.publish(&wish("Weekly", then.clone())).unwrap();
                assert_eq!(held(&fixture), uris(then.clone()), "{fault:?} from call {at_call} on, {first:?} {cut:?}");
                if cut.is_ok() {
                    assert!(at_call > 1);
                    break;
                }
            }
        }
    }
}

#[test]
fn one_lost_answer_is_mended_in_the_same_run() {
    for fault in [Fault::CutBefore, Fault::CutAfter, Fault::HalfAnswer, Fault::InternalError, Fault::BadGateway] {
        for at_call in 1..=4 {
            let mut fixture = Fixture::connected();
            fixture.spotify.fault(FaultRule::new(fault.clone()).on("*", "/v1/**").from_call(at_call));
            fixture.publish(&wish("Weekly", 0..250)).unwrap();
            assert_eq!(held(&fixture), uris(0..250), "{fault:?} at call {at_call}");
        }
    }
}

#[test]
fn a_half_written_playlist_that_was_changed_meanwhile_is_written_from_the_start() {
    let mut fixture = Fixture::connected();
    let hours = FaultRule::new(Fault::TooManyRequests { retry_after_s: 4_000 }).on("POST", "/v1/playlists/*/items");
    fixture.spotify.fault(hours);
    let error = fixture.publish(&wish("Weekly", 0..250)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Temporary);
    assert!(error.to_string().contains("written in part"), "{error}");
    let status = fixture.app.spotify_status(fixture.clock.now()).unwrap().unwrap();
    assert_eq!((status.connections[0].n_playlists, status.connections[0].n_unfinished), (1, 1));
    // Another installation of the same person writes over it.
    let id = fixture.spotify.playlists()[0].id.clone();
    overwrite(&fixture, &id);
    fixture.clock.turn(DAY);
    fixture.publish(&wish("Weekly", 0..250)).unwrap();
    assert_eq!(held(&fixture), uris(0..250));
}

/// Writes other songs into a playlist with the same account, past our knowledge.
fn overwrite(fixture: &Fixture, id: &str) {
    let elsewhere = tempfile::tempdir().unwrap();
    let client_id = SpotifySetting::default().client_id;
    let mut app = crate::fixture::app_in(elsewhere.path(), &fixture.spotify, &client_id, "");
    let pending = app.begin_sign_in(None, &Scopes::writing()).unwrap();
    let landed = fixture.spotify.answer_consent(pending.address(), ANA, true).unwrap();
    app.finish_sign_in(None, &pending, &landed, &fixture.clock, &nearsong_types::Silent).unwrap();
    let data = nearsong_store::DataDir::open_or_create(elsewhere.path()).unwrap();
    let store = nearsong_store::Store::open(&data).unwrap();
    let mut playlist = nearsong_store::SpotifyPlaylist::new("weekly");
    (playlist.spotify_id, playlist.has_details) = (Some(id.to_owned()), true);
    store.keep_spotify_playlist(store.listener("me").unwrap().id, &playlist).unwrap();
    app.publish(None, &wish("", 700..800), &fixture.clock, &nearsong_types::Silent).unwrap();
}

#[test]
fn a_playlist_of_the_same_title_that_nearsong_did_not_make_is_left_alone() {
    let mut fixture = Fixture::connected();
    fixture.publish(&wish("Mix", 0..10)).unwrap();
    let mut other = wish("Mix", 20..25);
    other.handle = "another".to_owned();
    fixture.publish(&other).unwrap();
    let playlists = fixture.spotify.playlists();
    assert_eq!(playlists.iter().map(|playlist| playlist.uris.clone()).collect::<Vec<_>>(), [uris(0..10), uris(20..25)]);
}

#[test]
fn the_listeners_of_one_installation_have_playlists_of_their_own() {
    let mut fixture = Fixture::connected();
    fixture.publish(&wish("Mix", 0..10)).unwrap();
    let pending = fixture.app.begin_sign_in(Some("ben"), &Scopes::writing()).unwrap();
    let landed = fixture.spotify.answer_consent(pending.address(), BEN, true).unwrap();
    let (clock, silent) = (fixture.clock.clone(), nearsong_types::Silent);
    fixture.app.finish_sign_in(Some("ben"), &pending, &landed, &clock, &silent).unwrap();
    fixture.app.publish(Some("ben"), &wish("Mix", 5..9), &clock, &silent).unwrap();
    let owners: Vec<_> = fixture.spotify.playlists().into_iter().map(|list| (list.owner_id, list.uris.len())).collect();
    assert_eq!(owners, [(ANA.to_owned(), 10), (BEN.to_owned(), 4)]);
}

#[test]
fn a_list_that_cannot_be_a_playlist_is_refused_before_any_call() {
    let mut fixture = Fixture::connected();
    for tracks in [0..0, 0..10_001] {
        let error = fixture.publish(&wish("Weekly", tracks)).unwrap_err();
        assert!(matches!(error, AppError::Unusable(_)), "{error}");
    }
    assert_eq!(fixture.calls(), [""; 0]);
}

#[test]
fn writing_needs_to_have_been_allowed() {
    let mut fixture = Fixture::new();
    fixture.connect(&Scopes::reading(), ANA).unwrap();
    fixture.calls();
    let error = fixture.publish(&wish("Weekly", 0..10)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsSignIn);
    assert!(error.to_string().contains("--write"), "{error}");
    assert_eq!(fixture.calls(), [""; 0]);
    fixture.connect(&Scopes::reading().and(Scopes::writing()), ANA).unwrap();
    fixture.publish(&wish("Weekly", 0..10)).unwrap();
    assert_eq!(held(&fixture), uris(0..10));
}

#[test]
fn a_deleted_playlist_is_made_again_only_where_that_is_said() {
    let mut fixture = Fixture::connected();
    fixture.publish(&wish("Weekly", 0..10)).unwrap();
    let mut again = wish("Weekly", 0..10);
    again.make_again = true;
    let published = fixture.publish(&again).unwrap();
    assert_eq!(published.written, WhatWasWritten::Made);
    assert_eq!(fixture.spotify.playlists().len(), 2);
    fixture.publish(&wish("Weekly", 0..20)).unwrap();
    assert_eq!(fixture.spotify.playlists()[1].uris, uris(0..20), "the new one is the one now");
}

#[test]
fn a_wait_is_told_in_the_listeners_time_and_leaves_the_playlist_as_it_was() {
    let mut fixture = Fixture::connected();
    fixture.publish(&wish("Weekly", 0..10)).unwrap();
    fixture.app.set_time_zone("me", "Asia/Tokyo").unwrap();
    fixture.spotify.fault(FaultRule::new(Fault::TooManyRequests { retry_after_s: 7_200 }));
    let error = fixture.publish(&wish("Weekly", 10..20)).unwrap_err().to_string();
    assert!(error.contains("2026-11-24 17:00") || error.contains("Asia/Tokyo"), "{error}");
    assert_eq!(held(&fixture), uris(0..10));
    assert_eq!(fixture.clock.now(), crate::fixture::START, "nothing was sat out");
}

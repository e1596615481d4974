use std::{collections::BTreeSet, time::Duration};

use nearsong_app::{AppError, ErrorKind, Recipe, Refreshed, Scopes, ready_made};
use nearsong_standin::{Fault, FaultRule};
use nearsong_types::{Clock, Silent, TrackId};

use crate::fixture::Fixture;

const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

fn discovery() -> Recipe {
    Recipe { spotify: true, length: 20, ..ready_made()[0].1.clone() }
}

fn with_discovery() -> Fixture {
    let mut fixture = Fixture::with_music();
    fixture.app.add_playlist(None, "weekly", discovery(), fixture.clock.now()).unwrap();
    fixture
}

fn refresh(fixture: &mut Fixture) -> Result<Refreshed, AppError> {
    fixture.app.refresh_playlist(None, "weekly", &fixture.clock, &Silent)
}

fn ids(refreshed: &Refreshed) -> Vec<TrackId> {
    refreshed.edition.songs.iter().map(|song| song.track_id).collect()
}

/// What the one playlist at the stand-in holds.
fn held(fixture: &Fixture) -> Vec<TrackId> {
    let playlists = fixture.spotify.playlists();
    assert_eq!(playlists.len(), 1, "one playlist was made, not several");
    playlists[0].uris.iter().map(|uri| uri.parse().unwrap()).collect()
}

fn playlist_id(fixture: &Fixture) -> String {
    fixture.spotify.playlists()[0].id.clone()
}

#[test]
fn an_edition_goes_to_all_its_targets_with_reasons_and_a_true_description() {
    let mut fixture = Fixture::with_music();
    let file = fixture.file("weekly.csv");
    let recipe = Recipe { file: Some(file.clone()), ..discovery() };
    fixture.app.add_playlist(None, "weekly", recipe, fixture.clock.now()).unwrap();
    let refreshed = refresh(&mut fixture).unwrap();
    assert_eq!((refreshed.edition.number, refreshed.turnover.came.len()), (1, 20));
    assert!(refreshed.edition.songs.iter().all(|song| !song.reason.is_empty() && song.score.is_some()));
    assert_eq!(held(&fixture), ids(&refreshed));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(ids(&refreshed).iter().all(|id| written.contains(id.as_str())), "{written}");
    let there = &fixture.spotify.playlists()[0];
    assert_eq!(there.name, "Discovery Monday");
    assert_eq!(there.description.as_deref(), Some("Refreshed 24 Nov, next 30 Nov. 20 songs. Made by Nearsong."));
}

#[test]
fn nothing_of_an_earlier_edition_comes_again_and_each_can_be_brought_back() {
    let mut fixture = with_discovery();
    let first = refresh(&mut fixture).unwrap();
    fixture.clock.turn(WEEK);
    let second = refresh(&mut fixture).unwrap();
    assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)));
    assert_eq!((second.turnover.came.len(), second.turnover.went.len()), (20, 20));
    let turnover = fixture.app.compare_editions(None, "weekly", 1, 2).unwrap();
    assert_eq!(turnover, second.turnover);

    let back = fixture.app.undo_edition(None, "weekly", None, &fixture.clock, &Silent).unwrap();
    assert_eq!((back.edition.number, back.edition.note.as_str()), (3, "brings edition 1 back"));
    assert_eq!(held(&fixture), ids(&first), "also at Spotify");
    fixture.app.undo_edition(None, "weekly", Some(2), &fixture.clock, &Silent).unwrap();
    assert_eq!(held(&fixture), ids(&second));
    assert_eq!(fixture.app.editions(None, "weekly", 10).unwrap().len(), 4);
    let error = fixture.app.undo_edition(None, "weekly", Some(9), &fixture.clock, &Silent).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadInput);
}

#[test]
fn a_preview_writes_nothing_and_tells_what_the_refresh_then_makes() {
    let mut fixture = with_discovery();
    let (edition, turnover) = fixture.app.preview_playlist(None, "weekly", fixture.clock.now(), &Silent).unwrap();
    assert_eq!((edition.number, turnover.came.len()), (0, 20));
    assert!(fixture.calls().is_empty() && fixture.app.editions(None, "weekly", 9).unwrap().is_empty());
    let refreshed = refresh(&mut fixture).unwrap();
    assert_eq!(refreshed.edition.songs, edition.songs);
}

#[test]
fn pinned_songs_stay_and_banned_ones_never_come() {
    let mut fixture = with_discovery();
    let first = refresh(&mut fixture).unwrap();
    let now = fixture.clock.now();
    let pinned = fixture.app.pin(None, "weekly", "3", now).unwrap();
    assert_eq!(pinned.track_id, ids(&first)[2]);
    fixture.clock.turn(WEEK);
    let (next, _) = fixture.app.preview_playlist(None, "weekly", fixture.clock.now(), &Silent).unwrap();
    let banned = fixture.app.ban(None, "weekly", next.songs[4].track_id.as_str(), now).unwrap();
    let second = refresh(&mut fixture).unwrap();
    assert!(ids(&second).contains(&pinned.track_id) && !ids(&second).contains(&banned.track_id));
    assert!(second.edition.songs[0].is_pinned && second.turnover.stayed.len() == 1);
    assert!(fixture.spotify.playlists()[0].description.as_ref().unwrap().contains("20 songs, 1 kept"));
    fixture.app.unpin(None, "weekly", &pinned.title, now).unwrap();
    fixture.app.unban(None, banned.track_id.as_str()).unwrap();
    fixture.clock.turn(WEEK);
    assert!(!ids(&refresh(&mut fixture).unwrap()).contains(&pinned.track_id));
}

#[test]
fn what_the_listener_changed_at_spotify_is_heeded() {
    let mut fixture = with_discovery();
    let first = refresh(&mut fixture).unwrap();
    let (out, added) = (ids(&first)[5], fixture.spotify.playlists().len());
    assert_eq!(added, 1);
    let (preview, _) = fixture.app.preview_playlist(None, "weekly", fixture.clock.now(), &Silent).unwrap();
    let put_in = preview.songs[0].track_id;
    fixture.spotify.edit_playlist(&playlist_id(&fixture), |tracks| {
        tracks.retain(|id| *id != out);
        tracks.push(put_in);
    });
    fixture.clock.turn(WEEK);
    let second = refresh(&mut fixture).unwrap();
    assert_eq!((second.n_removed, second.n_added), (1, 1));
    let bans = fixture.app.bans(None).unwrap();
    assert_eq!(
        bans.iter().map(|ban| (ban.track_id, ban.why.as_str())).collect::<Vec<_>>(),
        [(out, "taken out at Spotify")]
    );
    assert_eq!(ids(&second)[0], put_in, "what they put in stays");
    assert!(!second.edition.songs[0].title.is_empty() && second.edition.songs[0].reason == "You put it in at Spotify.");
    fixture.clock.turn(WEEK);
    let third = refresh(&mut fixture).unwrap();
    assert_eq!((third.n_removed, third.n_added), (0, 0), "once is enough");
    assert!(!ids(&third).contains(&out) && ids(&third).contains(&put_in));
}

#[test]
fn an_answer_without_its_list_or_with_withdrawn_songs_bans_nothing() {
    for fault in [Fault::NullEntries, Fault::HalfAnswer] {
        let mut fixture = with_discovery();
        let first = refresh(&mut fixture).unwrap();
        fixture.spotify.edit_playlist(&playlist_id(&fixture), |tracks| tracks.reverse());
        fixture.clock.turn(WEEK);
        fixture.spotify.fault(FaultRule::new(fault.clone()).on("GET", "/v1/playlists/*/items").times(3));
        let _ = refresh(&mut fixture);
        assert!(fixture.app.bans(None).unwrap().is_empty(), "{fault:?}");
        assert_eq!(first.edition.songs.len(), 20);
    }
}

#[test]
fn a_song_that_is_banned_goes_wherever_it_was_pinned_and_does_not_come_back_by_undo() {
    let mut fixture = with_discovery();
    let first = refresh(&mut fixture).unwrap();
    let now = fixture.clock.now();
    fixture.app.pin(None, "weekly", "1", now).unwrap();
    fixture.app.ban(None, "weekly", "1", now).unwrap();
    assert!(fixture.app.pins(None, "weekly").unwrap().is_empty());
    fixture.clock.turn(WEEK);
    refresh(&mut fixture).unwrap();
    let back = fixture.app.undo_edition(None, "weekly", Some(1), &fixture.clock, &Silent).unwrap();
    assert_eq!(ids(&back), ids(&first)[1..]);
    fixture.app.pin(None, "weekly", ids(&first)[0].as_str(), now).unwrap();
    assert!(fixture.app.bans(None).unwrap().is_empty(), "who pins a song wants it again");
}

#[test]
fn an_edition_that_never_got_to_its_targets_takes_no_songs_away() {
    let mut fixture = with_discovery();
    fixture.spotify.fault(FaultRule::new(Fault::InternalError).on("POST", "/v1/me/playlists").always());
    refresh(&mut fixture).unwrap_err();
    let lost = fixture.app.editions(None, "weekly", 1).unwrap().remove(0);
    fixture.spotify.clear_faults();
    fixture.clock.turn(Duration::from_secs(3 * 24 * 3_600));
    let seen = refresh(&mut fixture).unwrap();
    assert_eq!(seen.edition.number, 2);
    assert!(
        ids(&seen).iter().any(|id| lost.songs.iter().any(|song| song.track_id == *id)),
        "its songs were never seen"
    );
}

#[test]
fn a_playlist_that_was_deleted_is_not_made_again_without_asking() {
    let mut fixture = with_discovery();
    refresh(&mut fixture).unwrap();
    fixture.spotify.delete_playlist(&playlist_id(&fixture));
    fixture.clock.turn(WEEK);
    let error = refresh(&mut fixture).unwrap_err();
    assert!(matches!(error, AppError::DeletedThere { .. }), "{error}");
    assert_eq!(fixture.spotify.playlists().len(), 1);
    let now = fixture.clock.now();
    fixture.app.pause_playlist(None, "weekly", false, true, now).unwrap();
    refresh(&mut fixture).unwrap();
    assert_eq!(fixture.spotify.playlists().len(), 2);
}

#[test]
fn a_refresh_keeps_to_about_ten_calls() {
    let mut fixture = with_discovery();
    refresh(&mut fixture).unwrap();
    assert_eq!(fixture.calls().len(), 2, "made and filled");
    fixture.clock.turn(WEEK);
    refresh(&mut fixture).unwrap();
    let calls = fixture.calls();
    assert_eq!(calls.len(), 5, "a token, is it there, was it changed, its description, its songs: {calls:?}");
}

#[test]
fn a_playlist_gets_a_cover_of_its_own_where_that_was_allowed() {
    let mut fixture = with_discovery();
    assert!(!refresh(&mut fixture).unwrap().has_cover);
    let scopes = Scopes::reading().and(Scopes::writing()).and(Scopes::covers());
    fixture.connect(&scopes, crate::fixture::ANA).unwrap();
    let cover = |fixture: &Fixture| fixture.spotify.playlists()[0].cover_jpeg.clone();
    assert_eq!(cover(&fixture), None);
    fixture.clock.turn(WEEK);
    assert!(refresh(&mut fixture).unwrap().has_cover);
    let first = cover(&fixture).unwrap();
    fixture.clock.turn(WEEK);
    fixture.spotify.fault(FaultRule::new(Fault::QuotaExceeded).on("PUT", "/v1/playlists/*/images"));
    assert!(!refresh(&mut fixture).unwrap().has_cover, "a refresh goes well without it");
    assert_eq!(cover(&fixture), Some(first.clone()));
    fixture.clock.turn(WEEK);
    refresh(&mut fixture).unwrap();
    assert_ne!(cover(&fixture), Some(first), "each edition has its own");
}

#[test]
fn a_refresh_that_fails_leaves_the_playlist_and_the_next_try_finishes_the_same_edition() {
    for fault in
        [Fault::InternalError, Fault::CutAfter, Fault::HalfAnswer, Fault::TooManyRequests { retry_after_s: 9_000 }]
    {
        let mut fixture = with_discovery();
        let first = refresh(&mut fixture).unwrap();
        fixture.clock.turn(WEEK);
        fixture.spotify.fault(FaultRule::new(fault.clone()).on("PUT", "/v1/playlists/**").always());
        refresh(&mut fixture).unwrap_err();
        let now_held = held(&fixture);
        assert!(now_held == ids(&first) || now_held.len() == 20, "never empty or half: {fault:?}");
        fixture.spotify.clear_faults();
        fixture.clock.turn(Duration::from_secs(9_001));
        let second = refresh(&mut fixture).unwrap();
        assert_eq!((second.edition.number, held(&fixture)), (2, ids(&second)), "{fault:?}");
    }
}

#[test]
fn rules_that_cannot_be_followed_are_refused_and_change_nothing() {
    let mut fixture = with_discovery();
    let now = fixture.clock.now();
    let refused = |fixture: &mut Fixture, recipe: Recipe, word: &str| {
        let error = fixture.app.edit_playlist(None, "weekly", recipe, now).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    refused(&mut fixture, Recipe { genres: vec!["no such genre".to_owned()], ..discovery() }, "no such genre");
    refused(&mut fixture, Recipe { mood: Some("sleepy".to_owned()), ..discovery() }, "sleepy");
    refused(&mut fixture, Recipe { when: "sometimes".to_owned(), ..discovery() }, "every monday");
    refused(&mut fixture, Recipe { energy: Some("5..6".to_owned()), ..discovery() }, "--energy");
    assert_eq!(fixture.app.playlist(None, "weekly").unwrap().recipe, discovery());
    for name in ["", "with space", "../up", "weekly"] {
        assert_eq!(fixture.app.add_playlist(None, name, discovery(), now).unwrap_err().kind(), ErrorKind::BadInput);
    }
    let error = fixture.app.playlist(None, "nope").unwrap_err().to_string();
    assert!(error.contains("there are weekly"), "{error}");
}

#[test]
fn removing_a_playlist_leaves_it_at_spotify() {
    let mut fixture = with_discovery();
    let first = refresh(&mut fixture).unwrap();
    let removed = fixture.app.remove_playlist(None, "weekly").unwrap();
    assert_eq!((removed.n_editions, removed.url.is_some()), (1, true));
    assert_eq!(held(&fixture), ids(&first));
    assert!(fixture.app.playlists(None).unwrap().is_empty());
    let all: BTreeSet<_> = fixture.app.jobs().unwrap().into_iter().map(|job| job.kind).collect();
    assert!(!all.contains("refresh"));
}

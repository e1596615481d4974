use nearsong_spotify::{Client, Limits, Memory, OwnerProblem, Scope, Scopes, SignIn, SpotifyError, Tokens};
use nearsong_standin::Fault;
use nearsong_types::{Clock, Silent};

use crate::{
    any_call::CALLS,
    clock::START,
    fixture::{BACK, Fixture, all_scopes, track_id},
    recorder::Recorder,
};

#[test]
fn a_bad_request_comes_back_with_spotify_s_words_and_is_not_repeated() {
    let fixture = Fixture::new();
    let id = fixture.playlist(&[]);
    let error = fixture.client().add_items(&id, &[track_id(1)], 7).unwrap_err();
    let SpotifyError::Rejected { status: 400, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(message, "Index out of bounds.");
    assert!(!error.is_temporary() && !error.may_have_happened() && !error.ends_everything());
    assert_eq!((fixture.spotify.calls().len(), fixture.clock.now()), (1, START));
    fixture.check_counted();
}

#[test]
fn a_scope_that_spotify_misses_is_named() {
    let fixture = Fixture::new();
    fixture.sign_in(&Scopes::reading());
    // As if the person had allowed more than they did.
    let tokens = Tokens { scopes: all_scopes(), ..fixture.memory.held_tokens() };
    fixture.memory.keep_tokens(&tokens).unwrap();
    let error = fixture.client().own_playlists(0).unwrap_err();
    let SpotifyError::MissingScopes { needed } = &error else { panic!("{error:?}") };
    assert_eq!(needed, &Scopes::of([Scope::PlaylistRead]));
    assert!(error.to_string().contains("playlist-read-private"), "{error}");
    assert_eq!(fixture.asked(), ["GET /v1/me/playlists 403"]);
    assert_eq!(fixture.memory.held_tokens(), tokens, "they are good for the rest");
    fixture.check_counted();
}

#[test]
fn who_is_not_on_the_list_is_found_out_at_every_call_with_one_look() {
    for (name, call) in CALLS {
        let fixture = Fixture::new();
        let (id, tokens) = (fixture.playlist(&[]), fixture.memory.held_tokens());
        fixture.spotify.allow("ana", false);
        let error = call(&fixture.client(), &id).unwrap_err();
        assert!(matches!(error, SpotifyError::AskOwner(OwnerProblem::NotAllowListed)), "{name}: {error:?}");
        assert!(error.ends_everything() && !error.is_temporary());
        let asked = fixture.asked();
        assert!(asked.len() == if name == "profile" { 1 } else { 2 }, "{name}: {asked:?}");
        assert_eq!(asked.last().unwrap(), "GET /v1/me 403");
        fixture.check_counted();
        assert_eq!(fixture.memory.held_tokens(), tokens);
        fixture.spotify.allow("ana", true);
        call(&fixture.client(), &id).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
}

#[test]
fn a_lapsed_premium_is_told_at_every_call_without_another() {
    for (name, call) in CALLS {
        let fixture = Fixture::new();
        let (id, tokens) = (fixture.playlist(&[]), fixture.memory.held_tokens());
        fixture.spotify.lapse_premium(true);
        let error = call(&fixture.client(), &id).unwrap_err();
        assert!(matches!(error, SpotifyError::AskOwner(OwnerProblem::PremiumLapsed)), "{name}: {error:?}");
        assert_eq!((fixture.spotify.calls().len(), fixture.memory.held_tokens()), (1, tokens), "{name}");
        fixture.check_counted();
        fixture.spotify.lapse_premium(false);
        call(&fixture.client(), &id).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
}

/// A playlist of Ben's.
fn foreign_playlist(fixture: &Fixture) -> String {
    let sign_in = SignIn::begin(&fixture.app, BACK, &Scopes::writing());
    let address = fixture.spotify.answer_consent(sign_in.address(), "ben", true).unwrap();
    let tokens = fixture.exchanged(&sign_in, &sign_in.landing(&address).unwrap()).unwrap();
    let memory = Recorder::new();
    memory.keep_tokens(&tokens).unwrap();
    let ben = Client::new(&fixture.app, &memory, &fixture.clock, &Silent, Limits::default()).unwrap();
    let id = ben.create_playlist("Ben's", "").unwrap().id;
    fixture.spotify.forget_calls();
    id
}

#[test]
fn a_bare_refusal_is_no_more_than_that_where_the_profile_is_served() {
    let fixture = Fixture::new();
    let id = foreign_playlist(&fixture);
    let error = fixture.client().replace_items(&id, &[]).unwrap_err();
    let SpotifyError::Rejected { status: 403, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(message, "Forbidden");
    assert!(!error.ends_everything() && !error.is_temporary());
    assert_eq!(fixture.asked(), [format!("PUT /v1/playlists/{id}/items 403"), "GET /v1/me 200".to_owned()]);
    fixture.check_counted();
}

#[test]
fn the_look_at_the_profile_keeps_to_the_budget() {
    let fixture = Fixture::new();
    fixture.spotify.allow("ana", false);
    let client = fixture.client_with(Limits { max_calls: 1, ..Limits::default() });
    let error = client.saved_tracks(0);
    assert!(matches!(error, Err(SpotifyError::Rejected { status: 403, .. })), "{error:?}");
    assert_eq!(fixture.asked(), ["GET /v1/me/tracks 403"]);
}

#[test]
fn a_look_that_fails_leaves_a_bare_refusal() {
    for fault in [Fault::CutBefore, Fault::Unavailable, Fault::HalfAnswer] {
        let fixture = Fixture::new();
        fixture.strike(Fault::NotAllowed, "GET", "/v1/me/tracks");
        fixture.strike(fault.clone(), "GET", "/v1/me");
        let error = fixture.client().saved_tracks(0);
        assert!(matches!(error, Err(SpotifyError::Rejected { status: 403, .. })), "{fault:?}: {error:?}");
        assert_eq!(fixture.spotify.calls().len(), 2, "{fault:?}");
        fixture.check_counted();
    }
}

#[test]
fn what_is_not_there_is_gone() {
    let fixture = Fixture::new();
    let client = fixture.client();
    let calls = [
        client.playlist("none").map(drop),
        client.playlist_uris("none", 0).map(drop),
        client.change_details("none", "", ""),
        client.replace_items("none", &[]).map(drop),
        client.add_items("none", &[], 0).map(drop),
        client.set_cover("none", &[0xff, 0xd8, 0xff]),
    ];
    let n_calls = calls.len();
    for result in calls {
        let error = result.unwrap_err();
        assert!(matches!(error, SpotifyError::Gone { .. }) && !error.is_temporary(), "{error:?}");
    }
    assert_eq!(fixture.spotify.calls().len(), n_calls);
    fixture.check_counted();
}

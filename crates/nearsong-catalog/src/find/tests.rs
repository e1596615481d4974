use nearsong_types::{CatalogTrack, Track};

use super::*;
use crate::compile;

fn table() -> RecordingTable {
    let songs: [(&str, &str, u8, &str); 8] = [
        ("Paranoid Android", "Radiohead", 70, "alt-rock"),
        ("Creep", "Radiohead", 85, "alt-rock"),
        ("Creep", "TLC", 60, "r-n-b"),
        ("Björk - Live", "Someone", 5, "hip-hop"),
        ("千本桜", "初音ミク", 50, "j-pop"),
        ("Hyperballad", "Björk", 55, "indie-rock"),
        ("Supercalifragilistique", "Mary", 1, "indie-pop"),
        ("", "Radiohead", 1, "alt-rock"),
    ];
    let tracks: Vec<CatalogTrack> = songs
        .into_iter()
        .zip(1u32..)
        .map(|((title, artist, popularity, genre), number)| {
            let id: TrackId = format!("{number:022}").parse().unwrap();
            let track = Track {
                title: Some(title.to_owned()).filter(|title| !title.is_empty()),
                artists: vec![artist.to_owned()],
                popularity: Some(popularity),
                genres: vec![genre.to_owned()],
                ..Track::new(id)
            };
            CatalogTrack { track, recording_id: id, sources: 1 }
        })
        .collect();
    compile(&tracks)
}

fn found(query: &str) -> Found<String> {
    let table = table();
    let name = |item: ItemIdx| format!("{} / {}", table.title(item), table.artist_line(item));
    match find(&table, query) {
        Found::One(item) => Found::One(name(item)),
        Found::Ambiguous(items) => Found::Ambiguous(items.into_iter().map(name).collect()),
        Found::Nothing { nearest } => Found::Nothing { nearest: nearest.into_iter().map(name).collect() },
    }
}

fn check_one(query: &str, expected: &str) {
    assert_eq!(found(query), Found::One(expected.to_owned()), "{query}");
}

#[test]
fn exact_names_are_found_in_every_order_and_spelling() {
    check_one("radiohead - creep", "Creep / Radiohead");
    check_one("Creep (Remastered) — RADIOHEAD", "Creep / Radiohead");
    check_one("bjork - hyperballad", "Hyperballad / Björk");
    check_one("paranoid android", "Paranoid Android / Radiohead");
    check_one("千本桜", "千本桜 / 初音ミク");
}

#[test]
fn ids_uris_and_links_are_found_or_nothing() {
    check_one("0000000000000000000002", "Creep / Radiohead");
    check_one("spotify:track:0000000000000000000003", "Creep / TLC");
    check_one("https://open.spotify.com/track/0000000000000000000003?si=x", "Creep / TLC");
    assert_eq!(found("spotify:track:9999999999999999999999"), Found::Nothing { nearest: vec![] });
    check_one("Supercalifragilistique", "Supercalifragilistique / Mary");
}

#[test]
fn one_title_by_several_artists_asks_back_the_most_popular_first() {
    assert_eq!(found("creep"), Found::Ambiguous(vec!["Creep / Radiohead".into(), "Creep / TLC".into()]));
}

#[test]
fn slips_of_the_pen_are_forgiven() {
    check_one("radiohed - paranoid andoid", "Paranoid Android / Radiohead");
    check_one("radiohead paranoid android", "Paranoid Android / Radiohead");
    check_one("hyperbalad", "Hyperballad / Björk");
}

#[test]
fn what_is_not_there_is_not_made_up() {
    assert_eq!(found("xyzzy qwrt"), Found::Nothing { nearest: vec![] });
    assert_eq!(found(""), Found::Nothing { nearest: vec![] });
    let Found::Nothing { nearest } = found("radio star android") else { panic!("nothing is near enough") };
    assert!(!nearest.is_empty());
}

#[test]
fn artists_are_found_by_name_and_nearly() {
    let table = table();
    let name = |found| match found {
        Found::One(artist) => table.artist_name(artist).to_owned(),
        other => panic!("expected one artist, found {other:?}"),
    };
    assert_eq!(name(find_artist(&table, "BJORK")), "Björk");
    assert_eq!(name(find_artist(&table, "radiohed")), "Radiohead");
    assert!(matches!(find_artist(&table, "Nobody Knows"), Found::Nothing { .. }));
}

#[test]
fn genres_are_found_in_any_spelling_and_else_suggested() {
    let table = table();
    let exact = |name| match find_genre(&table, name) {
        Found::One(genre) => Some(table.genre_name(genre)),
        _ => None,
    };
    assert_eq!(exact("Indie Rock"), Some("indie-rock"));
    assert_eq!(exact("hiphop"), Some("hip-hop"));
    assert_eq!(exact("indie"), None);
    let Found::Nothing { nearest } = find_genre(&table, "indie") else { panic!("two genres hold the word") };
    assert_eq!(
        nearest.iter().take(2).map(|&genre| table.genre_name(genre)).collect::<Vec<_>>(),
        ["indie-pop", "indie-rock"]
    );
}

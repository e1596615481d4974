use std::collections::HashMap;

use nearsong_types::{AudioFeature as F, Track};
use serde_json::Value;

use crate::{
    made_up::{NOW, id_of, ids_of, made_up},
    nearsong::Nearsong,
};

/// Asks for 40 songs and holds each against what the catalogue file says of it.
fn check(args: &[&str], holds: impl Fn(&Track) -> bool) {
    let tracks = made_up().tracks();
    let usual = Nearsong::prepared().recommend(&["--limit", "40"]);
    assert!(usual.iter().any(|song| !holds(tracks[id_of(song)])), "{args:?} would hold without asking");
    let songs = Nearsong::prepared().recommend(&[args, &["--limit", "40"]].concat());
    assert!(songs.len() >= 5, "{args:?} gave only {} songs", songs.len());
    for song in &songs {
        let track = tracks[id_of(song)];
        assert!(holds(track), "{args:?} let through {track:?}");
    }
}

fn within(track: &Track, feature: F, from: f32, to: f32) -> bool {
    track.audio.get(feature).is_some_and(|value| (from..=to).contains(&value))
}

/// The genre of the listener that the catalogue has most of.
fn favourite() -> &'static str {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for genre in made_up().world.tracks.iter().flat_map(|track| &track.genres) {
        *counts.entry(genre).or_default() += 1;
    }
    made_up().listener.favourite_genres().into_iter().max_by_key(|genre| counts.get(genre).copied()).unwrap()
}

#[test]
fn energy_and_tempo_are_held_to_their_ranges() {
    check(&["--energy", "0.6..0.9"], |track| within(track, F::Energy, 0.6, 0.9));
    check(&["--energy", "..0.4"], |track| within(track, F::Energy, 0.0, 0.4));
    check(&["--tempo", "90..120"], |track| within(track, F::Tempo, 90.0, 120.0));
    check(&["--tempo", "120..", "--energy", "0.5.."], |track| {
        within(track, F::Tempo, 120.0, 999.0) && within(track, F::Energy, 0.5, 1.0)
    });
}

#[test]
fn genres_are_asked_for_and_kept_out() {
    let genre = favourite();
    let has = |track: &Track, name: &str| track.genres.iter().any(|genre| genre == name);
    check(&["--genre", genre], |track| has(track, genre));
    check(&["--not-genre", genre], |track| !has(track, genre));
}

#[test]
fn moods_are_regions_of_valence_and_energy() {
    check(&["--mood", "calm"], |track| within(track, F::Valence, 0.3, 1.0) && within(track, F::Energy, 0.0, 0.45));
    check(&["--mood", "happy"], |track| within(track, F::Valence, 0.6, 1.0) && within(track, F::Energy, 0.45, 1.0));
    check(&["--mood", "energetic"], |track| within(track, F::Energy, 0.75, 1.0));
    check(&["--mood", "melancholy"], |track| {
        within(track, F::Valence, 0.0, 0.35) && within(track, F::Energy, 0.0, 0.5)
    });
    check(&["--mood", "angry"], |track| within(track, F::Valence, 0.0, 0.4) && within(track, F::Energy, 0.7, 1.0));
    check(&["--mood", "party"], |track| {
        within(track, F::Energy, 0.6, 1.0) && within(track, F::Danceability, 0.65, 1.0)
    });
    check(&["--mood", "focus"], |track| {
        within(track, F::Energy, 0.0, 0.6) && within(track, F::Instrumentalness, 0.5, 1.0)
    });
}

#[test]
fn explicit_lyrics_are_kept_out_or_asked_for() {
    let nearsong = Nearsong::prepared();
    let tracks = made_up().tracks();
    let any_explicit = |songs: &[Value]| songs.iter().any(|song| tracks[id_of(song)].explicit == Some(true));
    assert!(any_explicit(&nearsong.recommend(&["--limit", "300"])), "nothing explicit to keep out");
    assert!(!any_explicit(&nearsong.recommend(&["--limit", "300", "--explicit", "no"])));
    let only = nearsong.recommend(&["--explicit", "only"]);
    assert!(only.len() > 5 && only.iter().all(|song| tracks[id_of(song)].explicit == Some(true)));
    nearsong.refuses(2, &["recommend", "--explicit", "maybe"], &["yes, no or only", "maybe"]);
}

#[test]
fn the_length_of_a_list_can_be_chosen() {
    let nearsong = Nearsong::prepared();
    let usual = nearsong.recommend(&[]);
    let five = nearsong.recommend(&["--limit", "5"]);
    assert_eq!(ids_of(&five), ids_of(&usual)[..5], "a shorter list is the beginning of a longer one");
    for limit in ["0", "10001"] {
        nearsong.refuses(2, &["recommend", "--limit", limit], &["1 to 10000", limit]);
    }
    let all = nearsong.recommend(&["--limit", "10000", "--max-per-artist", "0", "--not-heard-for", "0"]);
    assert!(all.len() > 1_000, "{}", all.len());
}

#[test]
fn the_dial_goes_from_the_familiar_to_the_new() {
    let nearsong = Nearsong::prepared();
    let (familiar, new) = (nearsong.recommend(&["--adventurous", "0"]), nearsong.recommend(&["--adventurous", "1"]));
    assert_ne!(ids_of(&familiar), ids_of(&new));
    let loved = made_up().listener.favourite_artists();
    let n_known =
        |songs: &[Value]| songs.iter().filter(|song| loved.contains(&song["artists"][0].as_str().unwrap())).count();
    assert!(n_known(&familiar) > n_known(&new), "{} and {}", n_known(&familiar), n_known(&new));
    assert!(new.iter().all(|song| song["last_heard_micros"].is_null()), "nothing heard before");
    let new_only = nearsong.recommend(&["--new-only", "--adventurous", "0", "--limit", "200"]);
    assert!(new_only.iter().all(|song| song["last_heard_micros"].is_null()));
    nearsong.refuses(2, &["recommend", "--adventurous", "1.5"], &["1.5"]);
    nearsong.refuses(2, &["recommend", "--adventurous", "NaN"], &["NaN"]);
}

#[test]
fn years_are_held_to_their_range() {
    let nearsong = Nearsong::new();
    let row = |id: u32, year: u32| {
        format!(
            "{id:022},Song {id},Album,a,\"['Artist {id}']\",\"['x']\",1,1,False,0.5,0.5,7,-5.4,1,0.1,0.1,0,0.3,0.5,118,210133,4.0,{year},{year}\n"
        )
    };
    let rows: String = (1..40).map(|id| row(id, 1970 + id)).collect();
    let header = "id,name,album,album_id,artists,artist_ids,track_number,disc_number,explicit,danceability,energy,key,\
        loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature,year,release_date\n";
    let file = nearsong.put("tracks.csv", format!("{header}{rows}"));
    nearsong.ok(&["catalog", "add", &file]);
    let list = nearsong.json(&["recommend", "--json", "--like", "Artist 1 - Song 1", "--years", "1990..1999"]);
    let songs = list["songs"].as_array().unwrap();
    assert_eq!(songs.len(), 10);
    for song in songs {
        let id: u32 = id_of(song).parse().unwrap();
        assert!((1990..=1999).contains(&(1970 + id)), "{song}");
    }
}

#[test]
fn a_filter_that_cannot_be_understood_says_what_it_takes() {
    let nearsong = Nearsong::prepared();
    let genre = favourite();
    let misspelt = &genre[..genre.len() - 1];
    for (args, words) in [
        (["--energy", "0.9..0.6"], vec!["--energy takes FROM..TO", "0.9..0.6"]),
        (["--energy", "1.5..2"], vec!["--energy takes FROM..TO between 0 and 1"]),
        (["--tempo", "fast"], vec!["--tempo takes FROM..TO", "fast"]),
        (["--years", "19x0..1999"], vec!["--years takes FROM..TO"]),
        (["--mood", "dreamy"], vec!["dreamy", "calm", "melancholy"]),
        (["--genre", "no-such-genre-at-all"], vec!["no genre “no-such-genre-at-all”"]),
        (["--not-genre", misspelt], vec!["did you mean", genre]),
        (["--as-of", "tomorrow"], vec!["“tomorrow” is no date"]),
    ] {
        nearsong.refuses(2, &[["recommend"].as_slice(), &args].concat(), &words);
    }
}

#[test]
fn where_nothing_passes_it_says_so_and_fails_nothing() {
    let nearsong = Nearsong::prepared();
    let impossible = ["recommend", "--as-of", NOW, "--energy", "..0.001", "--tempo", "249.."];
    let said = nearsong.ok(&impossible);
    assert!(said.contains("No song passes what you asked for"), "{said}");
    let list = nearsong.json(&[impossible.as_slice(), &["--json"]].concat());
    assert_eq!(list["songs"], Value::Array(Vec::new()));
}

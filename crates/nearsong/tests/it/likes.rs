use nearsong_types::Track;
use serde_json::Value;

use crate::{
    made_up::{NOW, artists_of, id_of, ids_of, made_up},
    nearsong::Nearsong,
};

/// A track whose title and artist are those of no other, with its title long enough to misspell.
fn distinct_track() -> &'static Track {
    let tracks = &made_up().world.tracks;
    let title = |track: &Track| track.title.clone().unwrap_or_default();
    let is_plain = |track: &&Track| {
        let text = title(track);
        text.is_ascii() && text.len() > 14 && !text.contains(['(', '-', ':', '.']) && track.artists[0].is_ascii()
    };
    let is_alone = |track: &&Track| tracks.iter().filter(|other| title(other).starts_with(&title(track))).count() == 1;
    tracks
        .iter()
        .filter(|track| !track.audio.is_empty() && !track.genres.is_empty())
        .filter(is_plain)
        .find(is_alone)
        .unwrap()
}

fn liked(nearsong: &Nearsong, songs: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = songs.iter().flat_map(|song| ["--like", song]).collect();
    nearsong.recommend(&args)
}

#[test]
fn a_song_is_found_by_name_id_uri_and_link_and_in_spite_of_a_typing_error() {
    let nearsong = Nearsong::prepared();
    let track = distinct_track();
    let (title, artist, id) = (track.title.clone().unwrap(), &track.artists[0], track.id);
    let by_id = liked(&nearsong, &[id.as_str()]);
    assert_eq!(by_id.len(), 30);
    let mut misspelt = title.clone();
    misspelt.remove(title.len() / 2);
    for query in [
        format!("{artist} - {title}"),
        format!("{title} - {artist}"),
        title.to_uppercase(),
        format!("{artist} - {misspelt}"),
        format!("spotify:track:{id}"),
        format!("https://open.spotify.com/track/{id}?si=abc"),
    ] {
        assert_eq!(ids_of(&liked(&nearsong, &[&query])), ids_of(&by_id), "{query}");
    }
    assert!(!ids_of(&by_id).contains(&id.as_str()), "the song itself is not offered");
}

#[test]
fn what_is_liked_pulls_and_what_is_not_liked_pushes() {
    let nearsong = Nearsong::new();
    let catalogue = nearsong.put("made-up.csv.gz", &made_up().catalogue);
    nearsong.ok(&["catalog", "add", &catalogue]);
    let track = distinct_track();
    let tracks = made_up().tracks();
    let alike = |songs: &[Value]| {
        songs.iter().filter(|song| tracks[id_of(song)].genres.iter().any(|genre| track.genres.contains(genre))).count()
    };
    let songs = liked(&nearsong, &[track.id.as_str()]);
    assert!(alike(&songs) > 15, "only {} of 30 share a genre with the liked song", alike(&songs));
    let prepared = Nearsong::prepared();
    let (usual, away) =
        (prepared.recommend(&[]), prepared.recommend(&["--not-like", id_of(&prepared.recommend(&[])[0])]));
    assert!(!ids_of(&away).contains(&id_of(&usual[0])));
    let artist = artists_of(&usual[0])[0];
    let score = |songs: &[Value]| {
        songs
            .iter()
            .filter(|song| artists_of(song).contains(&artist))
            .map(|song| song["score"].as_f64().unwrap())
            .fold(0.0, f64::max)
    };
    assert!(score(&away) < score(&usual), "songs by {artist} come later, or not at all");
}

#[test]
fn a_name_of_several_songs_is_asked_back_with_their_ids() {
    let nearsong = Nearsong::new();
    let csv = crate::made_up::tomigelo_csv(&[
        ("0000000000000000000001", &[("artist_name", "Ana"), ("track_name", "The Same Title")]),
        ("0000000000000000000002", &[("artist_name", "Ben"), ("track_name", "The Same Title")]),
    ]);
    let file = nearsong.put("songs.csv", csv);
    nearsong.ok(&["catalog", "add", &file]);
    let words = ["more than one song", "0000000000000000000001  Ana", "0000000000000000000002  Ben"];
    nearsong.refuses(2, &["recommend", "--like", "The Same Title"], &words);
    nearsong.ok(&["recommend", "--like", "Ana - The Same Title"]);
}

#[test]
fn a_song_that_is_not_there_is_named_with_what_is_near() {
    let nearsong = Nearsong::prepared();
    let track = distinct_track();
    let half = track.title.as_ref().unwrap().split(' ').next().unwrap().to_owned() + " qqq zzz";
    nearsong.refuses(2, &["recommend", "--like", &half], &[&half]);
    nearsong.refuses(2, &["recommend", "--like", "qqqqqqqq"], &["no song like “qqqqqqqq”", "artist - title"]);
    nearsong.refuses(2, &["recommend", "--like", "spotify:track:0000000000000000000000"], &["0000000000000000000000"]);
    nearsong.refuses(2, &["recommend", "--like", ""], &["artist - title"]);
    nearsong.refuses(2, &["recommend", "--not-like", "qqqqqqqq"], &["no song like “qqqqqqqq”"]);
}

#[test]
fn likes_work_without_any_listening_and_without_a_model() {
    let nearsong = Nearsong::new();
    let catalogue = nearsong.put("made-up.csv.gz", &made_up().catalogue);
    nearsong.ok(&["catalog", "add", "--no-train", &catalogue]);
    nearsong.refuses(2, &["recommend", "--model", "3", "--as-of", NOW], &["no model 3"]);
    let track = distinct_track();
    assert_eq!(liked(&nearsong, &[track.id.as_str(), made_up().world.tracks[9].id.as_str()]).len(), 30);
    assert_eq!(
        nearsong.json(&["models", "list", "--json"]).as_array().unwrap().len(),
        1,
        "the first list trains a model"
    );
}

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use nearsong_standin::{ExportPlan, MadeUpListener};
use nearsong_types::{AudioFeature, Moment, Track};
use serde_json::Value;

use crate::{
    made_up::{DAY_MICROS, NOW, NOW_SECONDS, all_differ, artists_of, id_of, ids_of, made_up},
    nearsong::Nearsong,
};

#[test]
fn recommendations_follow_the_taste_that_was_planted() {
    // Large enough that the favourite scenes have songs left that the listener has not heard.
    let world = nearsong_standin::World::new(7, 16_000);
    let listener = MadeUpListener::new(&world, 7);
    let nearsong = Nearsong::new();
    let (catalogue, export) = (nearsong.path("made-up.csv.gz"), nearsong.path("my_spotify_data.zip"));
    world.write_catalogue(Path::new(&catalogue)).unwrap();
    let plan = ExportPlan { ends_at: Moment::from_seconds(NOW_SECONDS), days: 730, n_plays: 4_000 };
    listener.write_export(Path::new(&export), &plan).unwrap();
    nearsong.ok(&["catalog", "add", &catalogue]);
    nearsong.ok(&["import", &export]);
    let songs = nearsong.recommend(&[]);
    assert_eq!(songs.len(), 30);

    let tracks: HashMap<String, &Track> = world.tracks.iter().map(|track| (track.id.to_string(), track)).collect();
    let recommended: Vec<&Track> = songs.iter().map(|song| tracks[song["track_id"].as_str().unwrap()]).collect();
    let all: Vec<&Track> = world.tracks.iter().collect();
    let genres = listener.favourite_genres();
    let scenes: HashSet<&str> = listener.favourite_scenes().into_iter().collect();
    let of_genres = |track: &Track| track.genres.iter().any(|genre| genres.contains(&genre.as_str()));
    let of_scenes = |track: &Track| track.artists.iter().any(|artist| scenes.contains(artist.as_str()));
    let (genre, by_chance) = (percent_of(&recommended, of_genres), percent_of(&all, of_genres));
    assert!(
        genre >= 60.0 && genre > 3.0 * by_chance,
        "favourite genres: {genre:.0} %, in the catalogue {by_chance:.0} %"
    );
    let (scene, by_chance) = (percent_of(&recommended, of_scenes), percent_of(&all, of_scenes));
    assert!(scene > 3.0 * by_chance, "favourite scenes: {scene:.0} %, in the catalogue {by_chance:.0} %");
}

fn percent_of(tracks: &[&Track], is_one: impl Fn(&Track) -> bool) -> f64 {
    100.0 * tracks.iter().filter(|track| is_one(track)).count() as f64 / tracks.len() as f64
}

#[test]
fn by_default_nothing_is_offered_that_was_heard_in_the_last_sixty_days() {
    let nearsong = Nearsong::prepared();
    let since = (NOW_SECONDS * 1_000_000) - 60 * DAY_MICROS;
    let recent = names_heard_since(since);
    assert!(recent.len() > 50);
    for adventurous in ["0", "0.5", "1"] {
        for song in nearsong.recommend(&["--limit", "300", "--adventurous", adventurous]) {
            let names = (song["title"].as_str().unwrap(), artists_of(&song)[0]);
            assert!(!recent.contains(&(names.0.to_owned(), names.1.to_owned())), "{names:?} was heard lately");
            assert!(song["last_heard_micros"].as_i64().is_none_or(|at| at <= since), "{song}");
        }
    }
}

/// Titles and artists of what was played since, in public.
fn names_heard_since(since_micros: i64) -> HashSet<(String, String)> {
    let text = |row: &Value, field: &str| row[field].as_str().map(str::to_owned);
    let rows = made_up().rows().into_iter().filter(|row| {
        let at: jiff::Timestamp = row["ts"].as_str().unwrap().parse().unwrap();
        at.as_microsecond() >= since_micros && row["incognito_mode"] != true
    });
    rows.filter_map(|row| text(&row, "master_metadata_track_name").zip(text(&row, "master_metadata_album_artist_name")))
        .collect()
}

#[test]
fn at_most_two_songs_are_by_one_artist_never_two_in_a_row_and_none_comes_twice() {
    let songs = Nearsong::prepared().recommend(&["--limit", "200"]);
    assert!(songs.len() > 100);
    let mut by_artist: HashMap<&str, u32> = HashMap::new();
    songs.iter().for_each(|song| *by_artist.entry(artists_of(song)[0]).or_default() += 1);
    assert!(by_artist.values().all(|&n| n <= 2), "{by_artist:?}");
    for pair in songs.windows(2) {
        let shared = artists_of(&pair[0]).into_iter().find(|artist| artists_of(&pair[1]).contains(artist));
        assert_eq!(shared, None, "{} and {}", pair[0]["title"], pair[1]["title"]);
    }
    assert!(all_differ(ids_of(&songs)));
    assert!(
        all_differ(songs.iter().map(|song| (song["title"].as_str(), artists_of(song)[0]))),
        "no song in two versions"
    );
    assert_eq!(
        songs.iter().map(|song| song["rank"].as_u64().unwrap()).collect::<Vec<_>>(),
        (1..=songs.len() as u64).collect::<Vec<_>>()
    );
}

#[test]
fn the_cap_per_artist_can_be_changed_and_lifted() {
    let nearsong = Nearsong::prepared();
    let most = |args: &[&str]| {
        let mut by_artist: HashMap<String, u32> = HashMap::new();
        for song in nearsong.recommend(args) {
            *by_artist.entry(artists_of(&song)[0].to_owned()).or_default() += 1;
        }
        by_artist.into_values().max().unwrap()
    };
    assert_eq!(most(&["--limit", "100", "--max-per-artist", "1"]), 1);
    assert!(most(&["--limit", "100", "--max-per-artist", "0"]) > 2);
}

#[test]
fn a_score_is_the_sum_of_its_parts() {
    let nearsong = Nearsong::prepared();
    for algorithm in ["content-knn", "audio-knn", "knn-regressor"] {
        nearsong.ok(&["train", algorithm, "--reason", "a test"]);
        for song in nearsong.recommend(&[]) {
            let parts = song["parts"].as_object().unwrap();
            let sum: f64 = parts.values().map(|part| part.as_f64().unwrap()).sum();
            let score = song["score"].as_f64().unwrap();
            assert!((sum - score).abs() < 1e-4 * score.abs().max(1.0), "{algorithm}: {score} is not {sum}: {song}");
        }
    }
}

#[test]
fn every_reason_is_true() {
    let nearsong = Nearsong::prepared();
    let tracks = made_up().tracks();
    let heard = names_heard_since(0);
    let mut n_checked: HashMap<&str, u32> = HashMap::new();
    for song in nearsong.recommend(&["--limit", "100"]) {
        let track = tracks[id_of(&song)];
        for because in song["because"].as_array().unwrap() {
            assert!(because["adds"].as_f64().unwrap() > 0.0);
            let other = because["track_id"].as_str().map(|id| tracks[id]);
            if let Some(title) = because["title"].as_str() {
                let artist = because["artist"].as_str().unwrap();
                let is_it = |(played, by): &(String, String)| by == artist && is_version_of(played, title);
                assert!(heard.iter().any(is_it), "“{title}” was never heard: {song}");
            }
            for shared in because["shared"].as_array().unwrap() {
                check_shared(shared.as_str().unwrap(), track, other, because, &mut n_checked);
            }
        }
    }
    for kind in ["same artist", "sound", "genres", "album"] {
        assert!(n_checked.get(kind).is_some_and(|&n| n > 0), "no reason of the kind “{kind}” was seen: {n_checked:?}");
    }
}

/// A song can have been heard as “Title - 2012 Remaster” and stand in the catalogue as “Title”, or the other way round.
fn is_version_of(played: &str, title: &str) -> bool {
    let without = |text: &str| text.split(" - ").next().unwrap().split(" (").next().unwrap().to_lowercase();
    without(played) == without(title)
}

fn check_shared(words: &str, song: &Track, heard: Option<&Track>, because: &Value, n_checked: &mut HashMap<&str, u32>) {
    let kind = if words == "same artist" {
        let artist = because["artist"].as_str().unwrap();
        assert_eq!(song.artists[0], artist, "same artist: {because}");
        "same artist"
    } else if let Some(traits) = words.strip_prefix("both ").filter(|_| !words.starts_with("both on ")) {
        for name in traits.split(", ") {
            for track in [song, heard.unwrap()] {
                assert!(is_so(track, name), "{:?} is not {name}: {because}", track.title);
            }
        }
        "sound"
    } else if words.starts_with("on the same album, ") {
        let album = words.strip_prefix("on the same album, ");
        assert_eq!((song.album.as_deref(), heard.unwrap().album.as_deref()), (album, album), "{because}");
        "album"
    } else if let Some(heard) =
        heard.filter(|_| words.split(" and ").all(|word| World::genres().any(|genre| genre == word)))
    {
        for genre in words.split(" and ") {
            assert!([song, heard].iter().all(|track| track.genres.iter().any(|g| g == genre)), "{genre}: {because}");
        }
        "genres"
    } else {
        "other"
    };
    *n_checked.entry(kind).or_default() += 1;
}

struct World;

impl World {
    fn genres() -> impl Iterator<Item = &'static str> {
        nearsong_standin::World::genre_names()
    }
}

/// Whether a word for a sound is true of a track, by what the word means.
fn is_so(track: &Track, word: &str) -> bool {
    let value = |feature| track.audio.get(feature).unwrap_or(f32::NAN);
    match word {
        "slow" => value(AudioFeature::Tempo) <= 90.0,
        "fast" => value(AudioFeature::Tempo) >= 140.0,
        "quiet" => value(AudioFeature::Energy) <= 0.35,
        "energetic" => value(AudioFeature::Energy) >= 0.8,
        "acoustic" => value(AudioFeature::Acousticness) >= 0.6,
        "instrumental" => value(AudioFeature::Instrumentalness) >= 0.5,
        "danceable" => value(AudioFeature::Danceability) >= 0.7,
        "dark" => value(AudioFeature::Valence) <= 0.25,
        "bright" => value(AudioFeature::Valence) >= 0.7,
        "live" => value(AudioFeature::Liveness) >= 0.8,
        "spoken" => value(AudioFeature::Speechiness) >= 0.33,
        _ => panic!("“{word}” is no word for a sound"),
    }
}

#[test]
fn the_same_question_has_the_same_answer_on_any_number_of_threads() {
    let nearsong = Nearsong::prepared();
    let answer = |threads: &str, form: &str| {
        let mut command = nearsong.command(&["recommend", form, "--as-of", NOW, "--limit", "100"]);
        command.env("RAYON_NUM_THREADS", threads).output().unwrap().stdout
    };
    for form in ["--json", "--csv", "--quiet"] {
        let one = answer("1", form);
        assert!(one.len() > 1_000);
        assert!(one == answer("1", form) && one == answer("2", form) && one == answer("5", form), "{form}");
    }
}

#[test]
fn as_of_sees_only_what_was_heard_until_then() {
    let nearsong = Nearsong::prepared();
    nearsong.refuses(2, &["recommend", "--as-of", "2001-01-01"], &["no plays of me up to then"]);
    let then = "2025-11-01T00:00:00Z";
    let early = nearsong.ok(&["recommend", "--json", "--as-of", then]);
    let cut_off: jiff::Timestamp = then.parse().unwrap();
    let rows: Vec<Value> =
        made_up().rows().into_iter().filter(|row| row["ts"].as_str().unwrap() <= "2025-11-01T00:00:00Z").collect();
    let other = Nearsong::prepared();
    other.ok(&["import", "--undo"]);
    let file = other.put("Streaming_History_Audio_0.json", serde_json::to_string(&rows).unwrap());
    other.ok(&["import", &file]);
    assert_eq!(other.ok(&["recommend", "--json", "--as-of", then]), early, "as if nothing after {cut_off} were known");
    assert_ne!(nearsong.ok(&["recommend", "--json", "--as-of", NOW]), early);
}

#[test]
fn a_list_can_be_had_in_every_form() {
    let nearsong = Nearsong::prepared();
    let say = |form: &str| nearsong.ok(&["recommend", form, "--as-of", NOW]);
    let songs = nearsong.recommend(&[]);
    let ids = ids_of(&songs);
    let mut csv = csv::Reader::from_reader(std::io::Cursor::new(say("--csv")));
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| row[1].to_owned()).collect::<Vec<_>>(), ids);
    let m3u = say("--m3u");
    assert!(m3u.starts_with("#EXTM3U\n"));
    let links: Vec<&str> = m3u.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(links, ids.iter().map(|id| format!("https://open.spotify.com/track/{id}")).collect::<Vec<_>>());
    let jspf: Value = serde_json::from_str(&say("--jspf")).unwrap();
    let tracks = jspf["playlist"]["track"].as_array().unwrap();
    assert_eq!(
        tracks
            .iter()
            .map(|track| track["identifier"][0].as_str().unwrap().rsplit(':').next().unwrap())
            .collect::<Vec<_>>(),
        ids
    );
    assert_eq!(tracks[0]["annotation"], songs[0]["reason"]);
    assert_eq!(
        say("--uris").lines().collect::<Vec<_>>(),
        ids.iter().map(|id| format!("spotify:track:{id}")).collect::<Vec<_>>()
    );
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let table = one_line(&nearsong.ok(&["recommend", "--quiet", "--as-of", NOW]));
    assert!(songs.iter().all(|song| table.contains(&one_line(song["reason"].as_str().unwrap()))), "{table}");
    assert_eq!(nearsong.run(&["recommend", "--json", "--csv"]).code, Some(2));
}

#[test]
fn made_up_music_is_never_shown_as_real() {
    let nearsong = Nearsong::new();
    nearsong.ok(&["demo", "--tracks", "1000", "--plays", "500"]);
    let data = nearsong.path("data-demo/data");
    for args in [["recommend"].as_slice(), &["catalog", "status"], &["status"]] {
        let said = nearsong.ok(&[["--data-dir", &data].as_slice(), args].concat());
        assert!(said.contains("made up"), "{args:?}: {said}");
    }
    assert_eq!(nearsong.json(&["--data-dir", &data, "recommend", "--json"])["made_up"], true);
}

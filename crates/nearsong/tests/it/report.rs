use std::collections::{BTreeMap, BTreeSet, HashSet};

use nearsong_types::Track;
use serde_json::{Value, json};

use crate::{made_up::made_up, nearsong::Nearsong};

const HIDDEN: [&str; 4] = ["--since", "2026-08-01", "--until", "2026-10-31"];
/// The last week of it, when all that was planted is past.
const LAST_WEEK: [&str; 4] = ["--since", "2026-10-25", "--until", "2026-10-31"];
const MODELS: [&str; 2] = ["--models", "blend,content-knn,item-knn,knn-regressor,audio-knn,popular,artist-popular"];

fn report(nearsong: &Nearsong, args: &[&str]) -> Value {
    nearsong.json(&[&["report", "--json"], args].concat())
}

/// Every list by its name, as bytes.
fn lists(report: &Value) -> BTreeMap<String, String> {
    let lists = report["lists"].as_array().unwrap();
    lists.iter().map(|list| (list["name"].as_str().unwrap().to_owned(), list["offered"].to_string())).collect()
}

fn ids(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
}

fn list<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["lists"].as_array().unwrap().iter().find(|list| list["name"] == name).unwrap()
}

/// Three plays to the end, on three days of a month of 2026.
fn plays(track: &Track, month: u32, day: u32) -> Vec<Value> {
    let row = |day: u32| {
        json!({
            "ts": format!("2026-{month:02}-{day:02}T12:00:00Z"), "ms_played": 400_000, "reason_end": "trackdone",
            "master_metadata_track_name": track.title, "master_metadata_album_artist_name": track.artists[0],
            "spotify_track_uri": track.id.uri(),
        })
    };
    (day..day + 3).map(row).collect()
}

/// Playlists of twelve songs of one genre each.
fn playlists() -> String {
    let mut by_genre: BTreeMap<&str, Vec<&Track>> = BTreeMap::new();
    for track in made_up().world.tracks.iter().filter(|track| !track.genres.is_empty()) {
        by_genre.entry(&track.genres[0]).or_default().push(track);
    }
    let chunks = by_genre.values().flat_map(|tracks| tracks.chunks(12).take(2));
    let rows = (0..).zip(chunks).flat_map(|(owner, tracks): (usize, &[&Track])| {
        tracks.iter().map(move |track| format!("{owner},{}\n", track.id)).collect::<Vec<_>>()
    });
    format!("user,item\n{}", rows.collect::<String>())
}

/// Knows playlists, learns from its own listener, and hears one new song in the last week.
fn with_interactions(bait: &Track) -> Nearsong {
    let nearsong = Nearsong::prepared();
    nearsong.put("data/config.toml", "[interactions]\nown_listeners = true\n");
    let file = nearsong.put("playlists.csv", playlists());
    nearsong.ok(&["interactions", "add", "--no-train", &file]);
    import(&nearsong, "endsong_100.json", &plays(bait, 10, 27));
    nearsong
}

fn import(nearsong: &Nearsong, name: &str, rows: &[Value]) {
    let file = nearsong.put(name, json!(rows).to_string());
    nearsong.ok(&["import", &file]);
}

/// Tracks of which nothing was heard, that no list offers, and of the genre that has most of them.
fn unreachable_genre(report: &Value) -> Vec<&'static Track> {
    let rows = made_up().rows();
    let heard: HashSet<&str> = rows.iter().filter_map(|row| row["master_metadata_track_name"].as_str()).collect();
    let offered: HashSet<&str> =
        report["lists"].as_array().unwrap().iter().flat_map(|list| ids(&list["offered"])).collect();
    let mut by_genre: BTreeMap<&str, Vec<&Track>> = BTreeMap::new();
    for track in &made_up().world.tracks {
        let is_new = track.title.as_deref().is_some_and(|title| !heard.contains(title));
        if is_new && !track.genres.is_empty() && !offered.contains(track.id.as_str()) {
            by_genre.entry(&track.genres[0]).or_default().push(track);
        }
    }
    by_genre.into_values().max_by_key(Vec::len).unwrap()
}

#[test]
fn a_future_that_is_planted_changes_no_list_and_would_be_seen_if_it_did() {
    let bait = made_up().world.tracks.iter().find(|track| track.title.is_some() && !track.artists.is_empty()).unwrap();
    let without = with_interactions(bait);
    let honest = report(&without, &[&HIDDEN[..], &MODELS].concat());
    assert_eq!(honest["left_out"], json!([]));

    let with = with_interactions(bait);
    let liked = unreachable_genre(&honest);
    assert!(liked.len() >= 20, "{} songs", liked.len());
    let future: Vec<Value> =
        liked.iter().take(40).zip(0..).flat_map(|(track, at)| plays(track, 9, 1 + at % 25)).collect();
    import(&with, "endsong_101.json", &future);
    // Others, too, put what was heard before together with what comes: in September, or in October.
    let heard = ids(&list(&honest, "your own favourites again")["offered"]).into_iter().take(40);
    let rows = (0..).zip(heard.zip(liked.iter().cycle())).map(|(at, (old, new))| {
        let seconds = 1_788_220_800 + at * 86_400;
        format!("{0},{old},{seconds}\n{0},{1},{seconds}\n", at % 10, new.id)
    });
    let file = with.put("later.csv", format!("user,item,timestamp\n{}", rows.collect::<String>()));
    with.ok(&["interactions", "add", "--no-train", &file]);

    let tempted = report(&with, &[&HIDDEN[..], &MODELS].concat());
    assert_eq!(lists(&tempted), lists(&honest), "nothing in any list knows of the future");
    assert_eq!(tempted["interactions"], honest["interactions"]);
    let became = |report: &Value| ids(&report["became_yours"]).len();
    assert!(became(&tempted) >= became(&honest) + 20, "the future is there, and is what is to be found");

    let later = |nearsong| lists(&report(nearsong, &[&LAST_WEEK[..], &MODELS, &["--length", "400"]].concat()));
    let (tempted, honest) = (later(&with), later(&without));
    for name in ["blend", "content-knn", "item-knn", "knn-regressor", "audio-knn", "your own favourites again"] {
        assert_ne!(tempted[name], honest[name], "were the taste read as of later, {name} would show it");
    }
}

#[test]
fn it_says_in_words_what_would_have_been_found() {
    let nearsong = Nearsong::prepared();
    let args = [&["report"], &HIDDEN[..]].concat();
    let found = report(&nearsong, &HIDDEN);
    let n = |name: &str| list(&found, name)["n_found"].as_u64().unwrap();
    assert!(n("content-knn") > n("your own favourites again"), "{found}");
    let yours: BTreeSet<&str> = ids(&found["became_yours"]).into_iter().collect();
    for list in found["lists"].as_array().unwrap() {
        let of_list: Vec<&str> = ids(&list["offered"]).into_iter().filter(|id| yours.contains(id)).collect();
        assert_eq!(ids(&list["found"]), of_list, "{}", list["name"]);
    }
    assert_eq!(found["length"], 14 * 30, "92 days are 14 weeks");

    let said = nearsong.ok(&args);
    let sentence = format!(
        "Of the {} songs that became yours from 1 August to 31 October 2026, `content-knn` would have offered {}, `popular` {}, \
         `artist-popular` {}, playing your own favourites again 0.",
        yours.len(),
        n("content-knn"),
        n("popular"),
        n("artist-popular")
    );
    let (in_one_line, _) = said.split_once("\n\n").unwrap();
    assert_eq!(in_one_line.replace('\n', " "), sentence);
    for words in [
        "content-knn                in use",
        "Found by `content-knn`:",
        "How sure is that?",
        "first heard in that time and completed at least 3 times",
        "The catalogue is today's",
    ] {
        assert!(said.contains(words), "“{words}” is missing in: {said}");
    }
    let first = ids(&list(&found, "content-knn")["found"])[0];
    assert!(said.contains(made_up().tracks()[first].title.as_deref().unwrap()), "{said}");
    assert_eq!(nearsong.ok(&args), said, "and says it again");
    let short = nearsong.ok(&[&["--quiet"], &args[..], &["--length", "5", "--models", "popular,popular"]].concat());
    assert!(short.contains("5") && !short.contains("today's") && short.matches("popular").count() == 2, "{short}");
}

#[test]
fn what_cannot_be_reported_is_said_with_the_way_out() {
    let empty = Nearsong::new();
    empty.refuses(2, &["report"], &["no listening history yet"]);
    let nearsong = Nearsong::prepared();
    nearsong.refuses(2, &["report", "--since", "2026-08-01", "--until", "2026-07-01"], &["ends before it begins"]);
    nearsong.refuses(2, &["report", "--since", "2020-01-01"], &["nothing was heard before", "--since DATE"]);
    nearsong.refuses(
        2,
        &["report", "--since", "2026-10-30", "--until", "2026-10-30"],
        &["no song became yours", "--months 12"],
    );
    nearsong.refuses(2, &["report", "--since", "soon"], &["“soon” is no date"]);
    nearsong.refuses(2, &["report", "--models", "magic"], &["magic"]);
    nearsong.refuses(2, &["--listener", "nobody", "report"], &["no listener “nobody”"]);
    for args in [["--months", "0"], ["--length", "0"], ["--length", "10001"], ["--months", "601"]] {
        assert_eq!(nearsong.run(&[&["report"], &args[..]].concat()).code, Some(2));
    }
}

use serde_json::{Value, json};

use crate::{made_up::made_up, nearsong::Nearsong};

/// Listeners of three scenes with things that only this file knows: whoever has some of a scene has more of it.
fn scenes() -> String {
    let mut rows = "user,item\n".to_owned();
    for user in 0..90 {
        for step in 0..12 {
            let (scene, item) = (user % 3, (user / 3 * 5 + step * 7) % 30);
            rows.push_str(&format!("{user},{scene}-{item}\n"));
        }
    }
    rows
}

/// Playlists of the made-up catalogue: each holds the tracks of three artists.
fn playlists() -> String {
    let mut by_artist: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
    for track in &made_up().world.tracks {
        by_artist.entry(track.artists[0].as_str()).or_default().push(track.id.as_str());
    }
    let artists: Vec<Vec<&str>> = by_artist.into_values().filter(|tracks| tracks.len() >= 8).collect();
    let mut rows = "playlist,track_id\n".to_owned();
    for (number, three) in artists.windows(3).take(60).enumerate() {
        three.iter().flatten().for_each(|id| rows.push_str(&format!("{number},{id}\n")));
    }
    rows
}

fn figure(model: &Value, name: &str) -> f64 {
    let found = model["figures"].as_array().unwrap().iter().find(|figure| figure["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))["value"].as_f64().unwrap()
}

fn model<'a>(table: &'a Value, point: usize, algorithm: &str) -> &'a Value {
    let models = table["points"][point]["models"].as_array().unwrap();
    models.iter().find(|model| model["algorithm"] == algorithm).unwrap_or_else(|| panic!("no {algorithm}"))
}

#[test]
fn a_file_whose_items_no_catalogue_knows_is_its_own_catalogue() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("scenes.csv", scenes());
    let args =
        ["evaluate", &file, "--protocol", "per-owner", "--n", "10", "--models", "item-knn,audio-knn,popular,blend"];
    let table = nearsong.json(&[&args[..], &["--json"]].concat());
    assert_eq!((&table["data"]["n_items"], &table["data"]["features_version"]), (&json!(90), &Value::Null));
    assert_eq!(table["left_out"][0]["algorithm"], json!("audio-knn"));
    let (knn, popular) = (model(&table, 0, "item-knn"), model(&table, 0, "popular"));
    assert!(figure(knn, "ndcg_at_10") > 2.0 * figure(popular, "ndcg_at_10"), "scenes are found: {knn}");
    assert!(knn["over_best_baseline"]["low"].as_f64().unwrap() > 0.0 && popular["over_best_baseline"].is_null());
    assert_eq!(table["points"][0]["blend_over_best_part"]["over"], table_best_part(&table));

    let said = nearsong.ok(&args);
    for words in [
        "90 playlists or listeners, a random 20 % of each hidden",
        "NDCG@10",
        "= popular",
        "item-knn less popular: NDCG@10 +",
        "Seed 42, data ",
        "licence not stated",
        "Left out: audio-knn: it goes by what songs are like",
    ] {
        assert!(said.contains(words), "“{words}” is missing in: {said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 110), "{said}");
    assert_eq!(nearsong.json(&["interactions", "list", "--json"]), json!([]), "nothing is kept");
}

fn table_best_part(table: &Value) -> Value {
    let parts = ["item-knn", "popular"];
    let best = parts.into_iter().max_by(|a, b| {
        let value = |algorithm: &str| figure(model(table, 0, algorithm), "ndcg_at_10");
        value(a).total_cmp(&value(b))
    });
    json!(best)
}

#[test]
fn playlists_in_the_data_directory_are_continued_from_as_many_songs_as_said() {
    let nearsong = Nearsong::prepared();
    nearsong.refuses(2, &["evaluate"], &["nothing to measure on", "nearsong interactions add"]);
    let file = nearsong.put("playlists.csv", playlists());
    nearsong.ok(&["interactions", "add", &file, "--licence", "CC0"]);
    let args =
        ["evaluate", "--shown", "1,5", "--choice", "first", "--models", "random,popular,artist-popular,item-knn"];
    let (before, table) = (nearsong.state(), nearsong.json(&[&args[..], &["--json"]].concat()));
    assert_eq!(nearsong.state(), before, "nothing is kept");
    let n_shown: Vec<&Value> =
        table["points"].as_array().unwrap().iter().map(|point| &point["protocol"]["continuation"]["n_shown"]).collect();
    assert_eq!(n_shown, [&json!(1), &json!(5)]);
    for point in 0..2 {
        let [random, known] = ["random", "item-knn"].map(|name| figure(model(&table, point, name), "r_precision"));
        assert!(known > 0.2 && known > 5.0 * random, "{known} {random}");
        assert!(figure(model(&table, point, "random"), "clicks") > 5.0);
    }
    assert_eq!(model(&table, 0, "item-knn")["training_seconds"], model(&table, 1, "item-knn")["training_seconds"]);
    assert_eq!(table["data"]["sets"][0]["licence"], json!("CC0"));

    // The same interactions from the file as from the directory, and again the same figures.
    let from_file: Vec<&str> =
        ["evaluate", &file].into_iter().chain(args[1..].iter().copied()).chain(["--json"]).collect();
    let again = nearsong.json(&from_file);
    assert_eq!(model(&again, 1, "item-knn")["figures"], model(&table, 1, "item-knn")["figures"]);
    let other = nearsong.json(&[&args[..], &["--json", "--seed", "7", "--max-questions", "3"]].concat());
    assert_eq!(other["points"][0]["n_questions"], json!(3));
    assert_ne!(model(&other, 1, "item-knn")["figures"], model(&table, 1, "item-knn")["figures"]);
}

#[test]
fn what_cannot_be_measured_is_refused_in_words() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("scenes.csv", scenes());
    let cases: [(&[&str], &[&str]); 8] = [
        (&["--models", "oracle"], &["“oracle”", "item-knn"]),
        (&["--set", "als=3"], &["ALGORITHM.NAME=VALUE", "als=3"]),
        (&["--set", "als.depth=3"], &["depth", "factors"]),
        (&["--models", "popular", "--set", "als.factors=3"], &["als is not among --models"]),
        (&["--n", "0"], &["1 to", "found 0"]),
        (&["--shown", "0"], &["n_shown", "at least 1"]),
        (&["--shown", "25"], &["nobody to ask", "25 shown"]),
        (&["--protocol", "time", "--at", "2026-08-01"], &["nobody to ask", "dated"]),
    ];
    for (args, words) in cases {
        nearsong.refuses(2, &[&["evaluate", &file], args].concat(), words);
    }
    nearsong.refuses(2, &["evaluate", &nearsong.path("nowhere")], &["nowhere", "no such file"]);
    let said = nearsong.run(&["evaluate", &file, "--protocol", "time"]);
    assert!(said.code == Some(2) && said.err.contains("--at"), "{}", said.err);
}

use serde_json::{Value, json};

use crate::{
    made_up::{made_up, tomigelo_csv},
    nearsong::Nearsong,
};

/// Two versions: the made-up catalogue, then with a small dataset that knows one of its tracks otherwise and one track more.
fn two_versions() -> Nearsong {
    let nearsong = Nearsong::prepared();
    let known = made_up().world.tracks[0].id;
    let rows: [(&str, &[(&str, &str)]); 2] = [(known.as_str(), &[]), ("0000000000000000000001", &[])];
    let file = nearsong.put("small.csv", tomigelo_csv(&rows));
    nearsong.ok(&["catalog", "add", "--no-train", &file]);
    nearsong
}

#[test]
fn every_version_stays_and_can_be_shown() {
    let nearsong = two_versions();
    let list = nearsong.json(&["features", "list", "--json"]);
    let numbers: Vec<&Value> = list.as_array().unwrap().iter().map(|version| &version["version"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(0)], "the newest first");
    assert_eq!(nearsong.json(&["features", "show", "--json"]), list[0]);
    assert_eq!(nearsong.json(&["features", "show", "0", "--json"]), list[1]);
    let inputs = &list[0]["manifest"]["inputs"];
    assert_eq!((&inputs[0]["name"], &inputs[1]["name"]), (&json!("made-up.csv.gz"), &json!("small.csv")));
    assert!(inputs[1]["sha256"].as_str().unwrap().len() == 64);
    let said = nearsong.ok(&["features", "list"]) + &nearsong.ok(&["features", "show", "0"]);
    assert!(said.contains("made-up.csv.gz, small.csv") && said.contains("fingerprint"), "{said}");
}

#[test]
fn a_version_is_found_by_the_moment_at_which_it_was_current() {
    let nearsong = two_versions();
    let list = nearsong.json(&["features", "list", "--json"]);
    let at = |version: usize| {
        let micros = list[version]["made_at_micros"].as_i64().unwrap();
        let seconds = micros.div_euclid(1_000_000);
        format!("{}.{:06}Z", utc(seconds), micros.rem_euclid(1_000_000))
    };
    let shown = |when: &str| nearsong.json(&["features", "show", "--json", "--as-of", when])["version"].clone();
    assert_eq!((shown(&at(1)), shown(&at(0)), shown("2999-01-01")), (json!(0), json!(1), json!(1)));
    nearsong.refuses(2, &["features", "show", "--as-of", "2001-01-01"], &["no version of the track features then"]);
    nearsong.refuses(2, &["features", "show", "--as-of", "yesterday"], &["“yesterday” is no date", "2026-11-01"]);
    nearsong.refuses(2, &["features", "show", "7"], &["7"]);
}

/// Seconds since 1970 as `2026-11-01T12:00:00`.
fn utc(seconds: i64) -> String {
    let timestamp = jiff::Timestamp::from_second(seconds).unwrap();
    timestamp.to_string().trim_end_matches('Z').to_owned()
}

#[test]
fn two_versions_are_compared_track_by_track() {
    let nearsong = two_versions();
    let diff = nearsong.json(&["features", "diff", "0", "1", "--json"]);
    assert_eq!((&diff["n_added"], &diff["n_removed"]), (&json!(1), &json!(0)));
    assert_eq!(diff["added_inputs"], json!(["small.csv"]));
    let back = nearsong.json(&["features", "diff", "1", "0", "--json"]);
    assert_eq!((&back["n_added"], &back["n_removed"]), (&json!(0), &json!(1)));
    assert_eq!(back["removed_inputs"], json!(["small.csv"]));
    let said = nearsong.ok(&["features", "diff", "0", "1"]);
    assert!(said.contains("1 tracks added") && said.contains("Datasets added: small.csv"), "{said}");
    let none = nearsong.json(&["features", "diff", "1", "1", "--json"]);
    assert_eq!((&none["n_added"], &none["n_changed"], &none["n_removed"]), (&json!(0), &json!(0), &json!(0)));
}

#[test]
fn an_export_holds_every_track_with_its_features() {
    let nearsong = Nearsong::prepared();
    let out = nearsong.path("out.csv");
    let said = nearsong.ok(&["features", "export", "-o", &out]);
    let mut reader = csv::Reader::from_path(&out).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|other| other == name).unwrap();
    let tracks = made_up().tracks();
    let mut n_tracks = 0;
    for row in reader.records() {
        let row = row.unwrap();
        n_tracks += 1;
        let Some(track) = tracks.get(&row[column("track_id")]) else { continue };
        let tempo = track.audio.get(nearsong_types::AudioFeature::Tempo);
        assert_eq!(row[column("tempo")].parse::<f32>().ok(), tempo.filter(|&tempo| tempo > 0.0), "{row:?}");
        assert_eq!(&row[column("artists")], track.artists.join(";"));
    }
    let summary = made_up().catalogue_summary;
    assert_eq!(n_tracks, summary.tracks + summary.nameless_rows);
    assert!(said.contains("Wrote 4,00"), "{said}");
}

#[test]
fn an_export_touches_no_other_file() {
    let nearsong = Nearsong::prepared();
    let mine = nearsong.put("out.part", "mine");
    nearsong.ok(&["features", "export", "-o", &nearsong.path("out.csv")]);
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
    nearsong.refuses(2, &["features", "export", "-o", &nearsong.path("no/such/folder/out.csv")], &["out.csv"]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let parquet = |nearsong: &Nearsong| {
        let files = nearsong.files().into_iter().filter(|(name, _)| name.ends_with(".parquet"));
        files.map(|(_, bytes)| bytes).collect::<Vec<_>>()
    };
    let fresh = Nearsong::new();
    let file = fresh.put("made-up.csv.gz", &made_up().catalogue);
    fresh.command(&["catalog", "add", &file]).env("RAYON_NUM_THREADS", "1").output().unwrap();
    let bytes = parquet(&fresh);
    assert_eq!(bytes.len(), 1);
    assert!(bytes == parquet(&Nearsong::prepared()));
}

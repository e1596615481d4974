use std::fs;

use serde_json::{Value, json};

use crate::{
    made_up::{NOW, made_up, private_row, zip_of},
    nearsong::{Nearsong, files_in},
};

/// The catalogue is there, the listening is not.
fn with_catalogue() -> Nearsong {
    let nearsong = Nearsong::prepared();
    nearsong.ok(&["import", "--undo"]);
    nearsong
}

fn account_row(minute: u32, title: &str) -> String {
    format!(
        r#"{{"endTime":"2024-03-01 18:{minute:02}","artistName":"Somebody","trackName":"{title}","msPlayed":174424}}"#
    )
}

fn list(rows: &[String]) -> String {
    format!("[{}]", rows.join(","))
}

fn n(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn the_report_counts_what_the_export_holds() {
    let nearsong = with_catalogue();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    let report = nearsong.json(&["import", "--json", &zip]);
    let (total, summary) = (&report["read"]["total"], &made_up().export_summary);
    assert_eq!(total["n_rows"], summary.rows);
    let left_out = &total["left_out"];
    assert_eq!(left_out["podcast"], summary.podcast_rows);
    assert_eq!(left_out["video"], summary.video_rows);
    assert_eq!(left_out["no_name"], summary.nameless_rows);
    let n_music = (summary.music_rows + summary.duplicate_rows) as u64;
    assert_eq!(n(&total["n_listens"]) + n(&left_out["private_session"]), n_music);
    assert_eq!(n(&report["n_new"]) + n(&report["n_duplicates"]), n(&total["n_listens"]));
    assert!(n(&report["n_duplicates"]) <= summary.duplicate_rows as u64 && n(&report["n_duplicates"]) > 0);
    let slack = (summary.duplicate_rows + summary.incognito_rows) as u64;
    for (found, planted) in [
        ("by_id", summary.by_id_rows),
        ("by_name", summary.by_name_rows),
        ("by_artist", summary.artist_only_rows),
        ("not_at_all", summary.unknown_rows),
    ] {
        let found = n(&report["matched"][found]);
        assert!(found.abs_diff(planted as u64) <= slack, "{found} of {planted}: {report}");
    }
    let first = summary.first_ended_at.unwrap().micros();
    assert!(total["first_ended_at"].as_i64().unwrap().abs_diff(first) < 86_400_000_000 * 7, "{total}");
}

#[test]
fn the_report_is_told_in_words_too() {
    let nearsong = with_catalogue();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    let said = nearsong.ok(&["import", "--time-zone", "Asia/Tokyo", &zip]);
    for words in [
        "Left out",
        "3,985 plays",
        "podcast",
        "by title and artist",
        "not at all",
        "Asia/Tokyo",
        "%",
        "nearsong recommend",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
}

#[test]
fn zip_folder_rezipped_folder_and_bare_files_give_the_same_plays() {
    let unpacked = made_up().export_files();
    let deep: Vec<(String, &Vec<u8>)> = unpacked.iter().map(|(name, bytes)| (format!("a/b/c/{name}"), bytes)).collect();
    let deep: Vec<(&str, &Vec<u8>)> = deep.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let nearsong = Nearsong::new();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    let rezipped = nearsong.put("again.zip", zip_of(&deep));
    for (name, bytes) in &unpacked {
        nearsong.put(&format!("folder/x/y/{name}"), bytes);
    }
    let folder = nearsong.path("folder");
    let bare =
        nearsong.path(&format!("folder/x/y/{}", unpacked.iter().find(|(name, _)| name.contains("_Audio_")).unwrap().0));
    let mut reports = Vec::new();
    for (listener, path) in [("a", &zip), ("b", &rezipped), ("c", &folder), ("d", &bare)] {
        let report = nearsong.json(&["--listener", listener, "import", "--json", path]);
        reports.push((report["n_new"].clone(), report["read"]["total"]["first_ended_at"].clone()));
    }
    assert!(n(&reports[0].0) > 3_000 && reports.iter().all(|report| *report == reports[0]), "{reports:?}");
    let report = nearsong.json(&["--listener", "e", "import", "--json", &zip, &rezipped, &folder, &bare]);
    assert_eq!(report["n_new"], reports[0].0, "all at once are the same plays");
}

#[test]
fn the_same_export_again_adds_nothing() {
    let nearsong = Nearsong::prepared();
    let before = nearsong.state();
    let zip = nearsong.put("again.zip", &made_up().export);
    assert_eq!(nearsong.json(&["import", "--json", &zip])["n_new"], 0);
    assert_eq!(nearsong.state(), before);
}

#[test]
fn overlapping_exports_add_up_to_the_whole() {
    let nearsong = Nearsong::prepared();
    let whole = nearsong.json(&["listeners", "list", "--json"])[0]["n_plays"].clone();
    let rows = made_up().rows();
    let (third, two_thirds) = (rows.len() / 3, rows.len() * 2 / 3);
    let early = nearsong.put("Streaming_History_Audio_0.json", serde_json::to_string(&rows[..two_thirds]).unwrap());
    let late = nearsong.put("Streaming_History_Audio_1.json", serde_json::to_string(&rows[third..]).unwrap());
    let first = nearsong.json(&["--listener", "ana", "import", "--json", &late]);
    let second = nearsong.json(&["--listener", "ana", "import", "--json", &early]);
    assert!(n(&second["n_duplicates"]) > 1_000);
    assert_eq!(n(&first["n_new"]) + n(&second["n_new"]), n(&whole));
}

#[test]
fn the_last_import_can_be_taken_back_and_the_one_before_it_too() {
    let nearsong = Nearsong::prepared();
    let before = nearsong.state();
    let rows: Vec<String> = (1..=20).map(|day| private_row(day, "Another Song")).collect();
    let file = nearsong.put("endsong_0.json", list(&rows));
    assert_eq!(nearsong.json(&["import", "--json", &file])["n_new"], 20);
    assert!(nearsong.ok(&["import", "--undo"]).contains("20 plays are gone"));
    assert_eq!(nearsong.state(), before);
    nearsong.ok(&["import", "--undo"]);
    assert_eq!(nearsong.json(&["status", "--json"])["listeners"][0]["n_plays"], 0);
    assert!(nearsong.ok(&["import", "--undo"]).contains("no import to take back"));
}

#[test]
fn account_data_gives_way_to_the_extended_history_and_comes_back_with_undo() {
    let nearsong = Nearsong::new();
    let account =
        nearsong.put("StreamingHistory_music_0.json", list(&[account_row(31, "One"), account_row(40, "Two")]));
    let report = nearsong.json(&["import", "--json", &account]);
    assert_eq!((&report["n_new"], &report["read"]["files"][0]["kind"]), (&json!(2), &json!("account_data")));
    let extended = nearsong.put("endsong_0.json", list(&[private_row(1, "One"), private_row(2, "Three")]));
    let report = nearsong.json(&["import", "--json", &extended]);
    assert_eq!((&report["n_new"], &report["n_superseded"]), (&json!(2), &json!(1)));
    assert_eq!(nearsong.json(&["status", "--json"])["listeners"][0]["n_plays"], 3);
    assert!(nearsong.ok(&["import", "--undo"]).contains("1 plays that it had replaced are back"));
    assert_eq!(nearsong.json(&["status", "--json"])["listeners"][0]["n_plays"], 2);
}

#[test]
fn each_listener_has_a_history_and_a_time_zone() {
    let nearsong = with_catalogue();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    nearsong.ok(&["--listener", "ana", "import", "--time-zone", "Europe/Madrid", &zip]);
    let file = nearsong.put("endsong_0.json", list(&[private_row(1, "One")]));
    nearsong.ok(&["--listener", "ben", "import", "--time-zone", "Asia/Tokyo", &file]);
    let listeners = nearsong.json(&["listeners", "list", "--json"]);
    let of =
        |name: &str| listeners.as_array().unwrap().iter().find(|listener| listener["name"] == name).unwrap().clone();
    assert_eq!((&of("ana")["time_zone"], &of("ben")["time_zone"]), (&json!("Europe/Madrid"), &json!("Asia/Tokyo")));
    assert!(n(&of("ana")["n_plays"]) > 3_000 && of("ben")["n_plays"] == 1);
    nearsong.ok(&["listeners", "set-time-zone", "ben", "Europe/Lisbon"]);
    assert!(nearsong.ok(&["listeners", "list"]).contains("Europe/Lisbon"));
    nearsong.refuses(2, &["--listener", "carl", "recommend"], &["carl", "ana", "ben"]);
    nearsong.refuses(2, &["--listener", "ben", "recommend"], &["none of the 1 plays of ben", "nearsong catalog add"]);
    nearsong.ok(&["--listener", "ana", "recommend", "--as-of", NOW]);
}

#[test]
fn among_several_listeners_it_asks_whose_listening_is_meant() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("endsong_0.json", list(&[private_row(1, "One")]));
    nearsong.ok(&["--listener", "ana", "import", &file]);
    nearsong.ok(&["--listener", "ben", "import", &file]);
    let catalogue = nearsong.put("made-up.csv.gz", &made_up().catalogue);
    nearsong.ok(&["catalog", "add", &catalogue]);
    nearsong.refuses(2, &["recommend"], &["--listener NAME", "ana, ben"]);
    nearsong.refuses(2, &["import", "--undo"], &["--listener NAME", "ana, ben"]);
}

#[test]
fn a_failed_import_leaves_neither_listener_nor_time_zone_behind() {
    let nearsong = Nearsong::prepared();
    let cut = nearsong.put("endsong_0.json", format!("[{},{{\"ts\":", private_row(1, "One")));
    nearsong.refuses(2, &["--listener", "ana", "import", &cut], &["endsong_0.json"]);
    nearsong.refuses(2, &["import", "--time-zone", "Asia/Tokyo", &cut], &["endsong_0.json"]);
    nearsong.refuses(2, &["import", "--time-zone", "Mars/Olympus", &cut], &["Mars/Olympus", "Europe/Berlin"]);
}

#[test]
fn addresses_agents_and_user_names_are_never_kept() {
    let nearsong = Nearsong::new();
    let rows: Vec<String> = (1..=9).map(|day| private_row(day, "A Song")).collect();
    let file = nearsong.put("endsong_0.json", list(&rows));
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    let said = nearsong.ok(&["import", &file, &zip]);
    let mut all = files_in(&nearsong.data());
    all.push(("what was printed".to_owned(), said.into_bytes()));
    assert!(fs::read_to_string(&file).unwrap().contains("192.0.2."), "the export does hold them");
    assert!(all.iter().any(|(name, bytes)| name == "nearsong.db" && contains(bytes, "A Song")));
    for (name, bytes) in &all {
        for private in ["192.0.2.", "SecretAgent", "very-secret-name", "iPhone5,2"] {
            assert!(!contains(bytes, private), "{private} in {name}");
        }
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn without_a_catalogue_an_import_says_that_nothing_could_be_looked_up() {
    let nearsong = Nearsong::new();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    assert!(nearsong.ok(&["import", &zip]).contains("The catalogue is empty"));
    assert_eq!(nearsong.json(&["import", "--json", &zip])["matched"], Value::Null);
}

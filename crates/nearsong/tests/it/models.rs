use std::fs;

use serde_json::{Value, json};

use crate::{
    made_up::{NOW, made_up},
    nearsong::Nearsong,
};

fn in_use(nearsong: &Nearsong) -> i64 {
    nearsong.json(&["status", "--json"])["model"]["id"].as_i64().unwrap()
}

/// Turns one bit over in the middle of a model's file.
fn flip_a_bit(nearsong: &Nearsong, model: u32) -> String {
    let path = nearsong.data().join(format!("models/{model}.model"));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0b100;
    fs::write(&path, bytes).unwrap();
    format!("models/{model}.model")
}

#[test]
fn each_algorithm_is_trained_put_into_use_and_recommends() {
    let nearsong = Nearsong::prepared();
    for (number, algorithm) in [(2, "audio-knn"), (3, "knn-regressor"), (4, "content-knn")] {
        let said = nearsong.ok(&["train", algorithm, "--reason", "a test"]);
        assert!(said.contains(&format!("Model {number}: {algorithm}")) && said.contains("in use now"), "{said}");
        assert_eq!(in_use(&nearsong), number);
        let list = nearsong.json(&["recommend", "--json", "--as-of", NOW]);
        assert_eq!((&list["algorithm"], list["songs"].as_array().unwrap().len()), (&json!(algorithm), 30));
    }
}

#[test]
fn a_model_is_put_into_use_only_when_asked() {
    let nearsong = Nearsong::prepared();
    let said = nearsong.ok(&["train", "audio-knn"]);
    assert!(said.contains("nearsong models promote 2"), "{said}");
    assert_eq!(in_use(&nearsong), 1);
    nearsong.ok(&["models", "promote", "2", "--reason", "a try"]);
    assert_eq!(in_use(&nearsong), 2);
    assert!(nearsong.ok(&["models", "show"]).contains("a try"));
    assert!(nearsong.ok(&["models", "rollback"]).contains("Back to model 1"));
    assert_eq!(in_use(&nearsong), 1);
    assert!(nearsong.ok(&["models", "show", "2"]).contains("taken back"));
    nearsong.refuses(2, &["models", "rollback"], &["no earlier"]);
}

#[test]
fn a_worse_model_is_refused_with_the_figures_of_both_unless_a_reason_is_given() {
    let nearsong = Nearsong::prepared();
    nearsong.ok(&["import", &nearsong.put("my_spotify_data.zip", &made_up().export)]);
    // Model 1 was trained before there was anything to measure it on: it is measured now.
    let said = nearsong.ok(&["train", "audio-knn", "--promote"]);
    assert!(said.contains("Not put into use: ndcg_at_500") && said.contains("of model 1"), "{said}");
    assert_eq!(in_use(&nearsong), 1);
    nearsong.refuses(2, &["models", "promote", "2"], &["model 2", "model 1", "ndcg_at_500", "--reason"]);
    assert_eq!(in_use(&nearsong), 1);
    let model = nearsong.json(&["models", "show", "2", "--json"]);
    assert!(model["metrics"]["r_precision"].as_f64().is_some(), "{model}");
    nearsong.ok(&["models", "promote", "2", "--reason", "trying sound only"]);
    assert!(nearsong.ok(&["models", "show", "2"]).contains("trying sound only"));
    let said = nearsong.ok(&["train", "content-knn", "--promote"]);
    assert!(said.contains("It is in use now: ndcg_at_500"), "{said}");
    assert!(nearsong.ok(&["models", "diff", "2", "3"]).contains("metric ndcg_at_500"));
}

#[test]
fn with_nothing_to_compare_on_the_model_in_use_stays() {
    let nearsong = Nearsong::new();
    nearsong.ok(&["catalog", "add", &nearsong.put("made-up.csv.gz", &made_up().catalogue)]);
    let said = nearsong.ok(&["train", "audio-knn", "--promote"]);
    assert!(said.contains("nothing") || said.contains("no playlists"), "{said}");
    nearsong.refuses(2, &["models", "promote", "2"], &["no listening history", "--reason"]);
    assert_eq!(in_use(&nearsong), 1);
}

#[test]
fn parameters_are_set_kept_and_compared() {
    let nearsong = Nearsong::prepared();
    nearsong.ok(&["train", "knn-regressor"]);
    nearsong.ok(&["train", "knn-regressor", "--set", "max_neighbors=7", "--seed", "9"]);
    let model = nearsong.json(&["models", "show", "3", "--json"]);
    assert_eq!((&model["parameters"]["max_neighbors"], &model["seed"]), (&json!(7), &json!(9)));
    assert_eq!((&model["in_use"], &model["features_version"]), (&json!(false), &json!(0)));
    let differences = nearsong.json(&["models", "diff", "2", "3", "--json"]);
    let names: Vec<&Value> = differences.as_array().unwrap().iter().map(|difference| &difference["name"]).collect();
    assert!(names.contains(&&json!("parameter max_neighbors")) && names.contains(&&json!("seed")), "{names:?}");
    let said = nearsong.ok(&["models", "diff", "2", "3"]) + &nearsong.ok(&["models", "list"]);
    assert!(said.contains("max_neighbors") && said.contains("in use"), "{said}");
}

#[test]
fn what_cannot_be_trained_is_refused_by_name() {
    let nearsong = Nearsong::prepared();
    nearsong.refuses(2, &["train", "deep-learning"], &["deep-learning", "content-knn"]);
    nearsong.refuses(2, &["train", "--set", "colour=7"], &["colour"]);
    nearsong.refuses(2, &["train", "knn-regressor", "--set", "max_neighbors=many"], &["max_neighbors", "many"]);
    nearsong.refuses(2, &["train", "knn-regressor", "--set", "max_neighbors=0"], &["max_neighbors"]);
    nearsong.refuses(2, &["train", "--set", "genre=NaN"], &["genre"]);
    nearsong.refuses(2, &["train", "--set", "max_neighbors"], &["NAME=VALUE", "max_neighbors"]);
    for command in [["models", "promote", "9"], ["models", "show", "9"], ["recommend", "--model", "9"]] {
        nearsong.refuses(2, &command, &["there is no model 9"]);
    }
    Nearsong::new().refuses(2, &["train"], &["the catalogue is empty", "nearsong catalog add"]);
    Nearsong::new().refuses(2, &["models", "show"], &["no model", "nearsong train"]);
}

#[test]
fn the_same_data_and_settings_train_the_same_bytes() {
    let nearsong = Nearsong::prepared();
    for algorithm in ["content-knn", "audio-knn", "knn-regressor"] {
        let mut hashes = Vec::new();
        for threads in ["1", "2"] {
            nearsong.command(&["train", algorithm]).env("RAYON_NUM_THREADS", threads).output().unwrap();
            hashes.push(nearsong.json(&["models", "list", "--json"])[0]["sha256"].clone());
        }
        assert_eq!(hashes[0], hashes[1], "{algorithm}");
    }
}

#[test]
fn a_model_with_a_flipped_bit_is_refused_found_by_doctor_and_left_behind_by_rollback() {
    let nearsong = Nearsong::prepared();
    let good = nearsong.ok(&["recommend", "--as-of", NOW]);
    nearsong.ok(&["train", "content-knn", "--reason", "a test"]);
    let file = flip_a_bit(&nearsong, 2);
    nearsong.refuses(1, &["recommend", "--as-of", NOW], &[&file, "SHA-256", "roll back"]);
    let doctor = nearsong.run(&["doctor"]);
    assert_eq!(doctor.code, Some(1));
    assert!(doctor.out.contains("!!") && doctor.out.contains(&file), "{}", doctor.out);
    let checks: Value = serde_json::from_str(&nearsong.run(&["doctor", "--json"]).out).unwrap();
    assert!(checks.as_array().unwrap().iter().any(|check| check["ok"] == false), "{checks}");
    nearsong.refuses(1, &["models", "promote", "2"], &[&file]);
    nearsong.ok(&["models", "rollback"]);
    assert_eq!(nearsong.ok(&["recommend", "--as-of", NOW]), good);
}

#[test]
fn a_model_file_that_is_gone_or_cut_short_is_refused_too() {
    let nearsong = Nearsong::prepared();
    let path = nearsong.data().join("models/1.model");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    nearsong.refuses(1, &["recommend", "--as-of", NOW], &["1.model", "train again"]);
    fs::remove_file(&path).unwrap();
    nearsong.refuses(1, &["recommend", "--as-of", NOW], &["1.model", "missing", "train again"]);
    nearsong.ok(&["train", "--promote"]);
    nearsong.ok(&["recommend", "--as-of", NOW]);
}

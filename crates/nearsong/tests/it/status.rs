use serde_json::Value;

use crate::{
    made_up::{made_up, private_row},
    nearsong::Nearsong,
};

fn next_steps(nearsong: &Nearsong) -> String {
    let status = nearsong.json(&["status", "--json"]);
    let steps = status["next_steps"].as_array().unwrap().clone();
    assert!(!steps.is_empty());
    let text = nearsong.ok(&["status"]);
    for step in &steps {
        assert!(text.contains(step["command"].as_str().unwrap()), "{text}");
    }
    steps.iter().map(|step| step["command"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn with_nothing_it_points_to_a_catalogue() {
    let nearsong = Nearsong::new();
    assert!(next_steps(&nearsong).starts_with("nearsong catalog add"));
    let status = nearsong.json(&["status", "--json"]);
    assert_eq!((&status["catalog"], &status["model"]), (&Value::Null, &Value::Null));
}

#[test]
fn with_a_catalogue_alone_it_points_to_the_listening() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("made-up.csv.gz", &made_up().catalogue);
    nearsong.ok(&["catalog", "add", &file]);
    assert!(next_steps(&nearsong).starts_with("nearsong import"));
    assert!(next_steps(&nearsong).contains("--like"));
}

#[test]
fn with_listening_alone_it_points_to_a_catalogue() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("endsong_0.json", format!("[{}]", private_row(1, "One")));
    nearsong.ok(&["import", &file]);
    assert!(next_steps(&nearsong).starts_with("nearsong catalog add"));
    assert!(nearsong.ok(&["status"]).contains("1 plays of 1 songs, 2024-03-01 to 2024-03-01"));
}

#[test]
fn with_everything_it_points_to_recommendations() {
    let nearsong = Nearsong::prepared();
    assert_eq!(next_steps(&nearsong), "nearsong recommend");
    let text = nearsong.ok(&["status"]);
    assert!(text.contains("of the plays are songs in the catalogue") && text.contains("content-knn"), "{text}");
}

#[test]
fn where_little_is_covered_it_points_to_a_larger_catalogue() {
    let nearsong = Nearsong::prepared();
    let rows: Vec<String> = (1..=28).map(|day| private_row(day, "Unheard Of")).collect();
    let file = nearsong.put("endsong_0.json", format!("[{}]", rows.join(",")));
    nearsong.ok(&["--listener", "ana", "import", &file]);
    assert!(next_steps(&nearsong).contains("nearsong catalog add LARGER-DATASET"));
}

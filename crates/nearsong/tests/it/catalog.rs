use std::{io::Write, sync::Arc};

use parquet::{
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::Value;

use crate::{
    made_up::{made_up, tomigelo_csv, zip_of},
    nearsong::Nearsong,
};

const MILLION: &str = "id,name,album,album_id,artists,artist_ids,track_number,disc_number,explicit,danceability,energy,key,\
    loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature,year,release_date\n\
    7lmeHLHBe4nmXzuXc0HDjk,Testing,The Test,2eia0myWFgoHuttJytCxgX,\"['Somebody', 'Earth, Wind']\",\"['x', 'y']\",1,1,False,\
    0.47,0.978,7,-5.399,1,0.0727,0.0261,1.09e-05,0.356,0.503,117.906,210133,4.0,1999,1999-11-02\n";

/// One track in the wide columns.
fn wide_parquet() -> Vec<u8> {
    let columns = "required binary track_id (STRING); required binary name (STRING); required binary artist (STRING);
        required binary album (STRING); required binary release (STRING); required binary genre (STRING);
        required int32 popularity; required float danceability; required float energy; required int32 key;
        required float loudness; required int32 mode; required float speechiness; required float acousticness;
        required float instrumentalness; required float liveness; required float valence; required float tempo;
        required int32 duration_ms; required int32 time_signature; required boolean conflict;";
    let schema = Arc::new(parse_message_type(&format!("message schema {{ {columns} }}")).unwrap());
    let texts = ["0000000000000000000009", "Wide Song", "Somebody", "Wide Album", "2010-05-11", "soul; funk"];
    let (mut bytes, mut texts) = (Vec::new(), texts.into_iter());
    let mut writer =
        SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::builder().build())).unwrap();
    let mut row_group = writer.next_row_group().unwrap();
    while let Some(mut column) = row_group.next_column().unwrap() {
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                writer.write_batch(&[ByteArray::from(texts.next().unwrap())], None, None).unwrap()
            }
            ColumnWriter::Int32ColumnWriter(writer) => writer.write_batch(&[1], None, None).unwrap(),
            ColumnWriter::FloatColumnWriter(writer) => writer.write_batch(&[0.5], None, None).unwrap(),
            ColumnWriter::BoolColumnWriter(writer) => writer.write_batch(&[false], None, None).unwrap(),
            _ => unreachable!("the schema above has no other types"),
        };
        column.close().unwrap();
    }
    row_group.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

fn tomigelo(id: &str) -> String {
    tomigelo_csv(&[(id, &[])])
}

fn inputs(nearsong: &Nearsong) -> Vec<Value> {
    nearsong.json(&["catalog", "status", "--json"])["manifest"]["inputs"].as_array().unwrap().clone()
}

fn fault_count(input: &Value, words: &str) -> u64 {
    let faults = input["faults"].as_array().unwrap();
    faults
        .iter()
        .find(|fault| fault["fault"].as_str().unwrap().starts_with(words))
        .map_or(0, |f| f["count"].as_u64().unwrap())
}

#[test]
fn csv_gzip_parquet_and_zip_are_recognised_by_their_columns_and_added_at_once() {
    let nearsong = Nearsong::new();
    let plain = nearsong.put("a.data", made_up_csv());
    let gz = nearsong.put("b.bin", gzip(MILLION));
    let parquet = nearsong.put("c.csv", wide_parquet());
    let zip = nearsong.put(
        "archive.zip",
        zip_of(&[("readme.txt", "hello"), ("folder/SpotifyAudioFeatures.csv", &tomigelo("0000000000000000000001"))]),
    );
    let said = nearsong.ok(&["catalog", "add", "--no-train", &plain, &gz, &parquet, &zip]);
    assert!(said.contains("a.data") && said.contains("archive.zip"), "{said}");
    let inputs = inputs(&nearsong);
    let schemas: Vec<&str> = inputs.iter().map(|input| input["schema"].as_str().unwrap()).collect();
    assert_eq!(schemas, ["tracks-114k", "tracks-1.2m", "wide", "tomigelo"]);
    let out = nearsong.path("features.csv");
    nearsong.ok(&["features", "export", "--output", &out]);
    let text = std::fs::read_to_string(out).unwrap();
    for line in ["Testing,Somebody;Earth, Wind", "Wide Song", "A Song"] {
        assert!(text.replace('"', "").contains(line), "{line}");
    }
}

/// The made-up catalogue as plain text.
fn made_up_csv() -> Vec<u8> {
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&made_up().catalogue[..]), &mut text).unwrap();
    text
}

#[test]
fn the_faults_that_were_put_in_are_found_and_counted_alike() {
    let nearsong = Nearsong::prepared();
    let summary = made_up().catalogue_summary;
    let input = &inputs(&nearsong)[0];
    assert_eq!(input["n_rows"], summary.rows);
    assert_eq!(input["n_tracks"], summary.tracks + summary.nameless_rows);
    let expected = [
        ("rows without title, artist and album", summary.nameless_rows),
        ("surplus rows identical", summary.duplicate_rows),
        ("ids whose popularity differs", summary.popularity_conflicts),
    ];
    for (words, count) in expected {
        assert!(count > 0, "{words}: the made-up file has none, so nothing is proven");
        assert_eq!(fault_count(input, words), count as u64, "{words}");
    }
    assert!(fault_count(input, "rows not analysed") >= summary.not_analysed_tracks as u64);
    let status = nearsong.ok(&["catalog", "status"]);
    assert!(status.contains("→ genres united") && status.contains("made-up.csv.gz"), "{status}");
}

#[test]
fn the_same_file_again_adds_nothing() {
    let nearsong = Nearsong::prepared();
    let before = nearsong.state();
    let again = nearsong.put("under-another-name.csv.gz", &made_up().catalogue);
    let said = nearsong.ok(&["catalog", "add", &again]);
    assert!(said.contains("in the catalogue already"), "{said}");
    assert_eq!(nearsong.state(), before);
}

#[test]
fn the_same_file_twice_in_one_command_is_added_once() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("songs.csv", tomigelo("0000000000000000000001"));
    nearsong.ok(&["catalog", "add", &file, &file]);
    assert_eq!(inputs(&nearsong).len(), 1);
}

#[test]
fn the_first_dataset_trains_a_model_and_the_next_brings_it_up_to_date() {
    let nearsong = Nearsong::new();
    let first = nearsong.put("first.csv", tomigelo("0000000000000000000001"));
    let second = nearsong.put("second.csv", tomigelo("0000000000000000000002"));
    let third = nearsong.put("third.csv", tomigelo("0000000000000000000003"));
    nearsong.ok(&["catalog", "add", &first]);
    nearsong.ok(&["catalog", "add", &second]);
    let status = nearsong.json(&["status", "--json"]);
    assert_eq!((&status["model"]["id"], &status["model"]["features_version"]), (&2.into(), &1.into()));
    nearsong.ok(&["catalog", "add", "--no-train", &third]);
    let status = nearsong.json(&["status", "--json"]);
    assert_eq!((&status["model"]["features_version"], &status["catalog"]["version"]), (&1.into(), &2.into()));
    assert!(status["next_steps"].to_string().contains("nearsong train --promote"), "{status}");
}

#[test]
fn an_unknown_schema_is_refused_with_the_columns_found_and_the_columns_missing() {
    let nearsong = Nearsong::prepared();
    let file = nearsong.put("songs.csv", "track_id,track_name,colour\n1,2,3\n");
    nearsong.refuses(
        2,
        &["catalog", "add", &file],
        &["songs.csv", "colour", "track_name", "it also needs", "danceability"],
    );
}

#[test]
fn one_bad_file_among_good_ones_adds_none() {
    let nearsong = Nearsong::prepared();
    let good = nearsong.put("good.csv", tomigelo("0000000000000000000001"));
    let bad = nearsong.put("bad.csv", "what,is,this\n1,2,3\n");
    nearsong.refuses(2, &["catalog", "add", &good, &bad], &["bad.csv"]);
    nearsong.refuses(2, &["catalog", "add", &good, &nearsong.path("missing.csv")], &["missing.csv"]);
    nearsong.refuses(2, &["catalog", "add", nearsong.home().to_str().unwrap()], &["found a folder"]);
}

#[test]
fn where_datasets_disagree_the_one_added_first_is_believed() {
    let nearsong = Nearsong::new();
    let id = "0000000000000000000001";
    let first = nearsong.put("first.csv", tomigelo_csv(&[(id, &[("tempo", "111.0")])]));
    let second = nearsong.put("second.csv", tomigelo_csv(&[(id, &[("tempo", "99.0")])]));
    nearsong.ok(&["catalog", "add", &first]);
    nearsong.ok(&["catalog", "add", &second]);
    let out = nearsong.path("features.csv");
    nearsong.ok(&["features", "export", "--output", &out]);
    let text = std::fs::read_to_string(out).unwrap();
    assert!(text.contains("111") && !text.contains(",99"), "{text}");
    assert!(text.contains("first.csv;second.csv"), "both sources are kept: {text}");
}

#[test]
fn a_dataset_can_be_taken_out_again() {
    let nearsong = Nearsong::new();
    let first = nearsong.put("first.csv", tomigelo("0000000000000000000001"));
    let second = nearsong.put("second.csv", tomigelo("0000000000000000000002"));
    nearsong.ok(&["catalog", "add", &first, &second]);
    nearsong.refuses(2, &["catalog", "remove", "third.csv"], &["third.csv", "first.csv, second.csv"]);
    nearsong.ok(&["catalog", "remove", "first.csv"]);
    let status = nearsong.json(&["status", "--json"]);
    assert_eq!(status["catalog"]["datasets"], serde_json::json!(["second.csv"]));
    assert_eq!(status["catalog"]["n_tracks"], 1);
    assert_eq!(nearsong.ok(&["doctor"]).matches("!!").count(), 0);
}

#[test]
fn with_the_last_dataset_the_catalogue_is_empty_again() {
    let nearsong = Nearsong::new();
    let only = nearsong.put("only.csv", tomigelo("0000000000000000000001"));
    nearsong.ok(&["catalog", "add", &only]);
    nearsong.ok(&["catalog", "remove", "only.csv"]);
    assert_eq!(nearsong.json(&["status", "--json"])["catalog"], Value::Null);
    assert_eq!(nearsong.json(&["catalog", "status", "--json"]), Value::Null);
    nearsong.refuses(2, &["recommend", "--like", "A Song"], &["the catalogue is empty", "nearsong catalog add"]);
    assert_eq!(nearsong.json(&["features", "list", "--json"]).as_array().unwrap().len(), 1, "versions stay readable");
    nearsong.ok(&["catalog", "add", &only]);
    assert_eq!(nearsong.json(&["status", "--json"])["catalog"]["n_tracks"], 1);
}

#[test]
fn an_empty_catalogue_says_what_to_do() {
    let nearsong = Nearsong::new();
    let said = nearsong.ok(&["catalog", "status"]);
    assert!(said.contains("empty") && said.contains("nearsong catalog add"), "{said}");
    assert_eq!(nearsong.json(&["catalog", "status", "--json"]), Value::Null);
}

use std::{
    fs::{self, File, OpenOptions},
    io::{Cursor, Write},
    time::{Duration, Instant},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    made_up::{NOW, made_up, private_row, tomigelo_csv, zip_of},
    nearsong::Nearsong,
};

const A_SONG: &str = "0000000000000000000001";

#[test]
fn a_truncated_zip() {
    let nearsong = Nearsong::prepared();
    for kept in [made_up().export.len() / 2, made_up().export.len() - 10, 30] {
        let file = nearsong.put("cut.zip", &made_up().export[..kept]);
        nearsong.refuses(2, &["import", &file], &["cut.zip", "damaged or not complete", "download it again"]);
        nearsong.refuses(2, &["catalog", "add", &file], &["cut.zip"]);
    }
}

#[test]
fn a_zip_with_a_flipped_bit() {
    let nearsong = Nearsong::prepared();
    let mut bytes = made_up().export.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let file = nearsong.put("flipped.zip", bytes);
    nearsong.refuses(2, &["import", &file], &["flipped.zip"]);
}

#[test]
fn a_zip_bomb() {
    let nearsong = Nearsong::prepared();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("endsong_0.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"[").unwrap();
    (0..64).for_each(|_| zip.write_all(&[b' '; 1 << 20]).unwrap());
    zip.write_all(b"]").unwrap();
    let file = nearsong.put("bomb.zip", zip.finish().unwrap().into_inner());
    nearsong.refuses(2, &["import", &file], &["bomb.zip", "endsong_0.json", "zip bomb"]);
}

#[test]
fn a_dataset_that_unpacks_without_end_is_refused_before_it_fills_memory() {
    let nearsong = Nearsong::prepared();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(tomigelo_csv(&[]).as_bytes()).unwrap();
    (0..64).for_each(|_| gzip.write_all(&[b'x'; 1 << 20]).unwrap());
    let file = nearsong.put("bomb.csv.gz", gzip.finish().unwrap());
    nearsong.refuses(2, &["catalog", "add", &file], &["bomb.csv.gz", "longer than"]);
}

#[test]
fn a_path_that_climbs_out_of_the_archive() {
    let nearsong = Nearsong::prepared();
    let row = format!("[{}]", private_row(1, "One"));
    for name in ["../endsong_0.json", "a/../../endsong_0.json", "/tmp/endsong_0.json"] {
        let file = nearsong.put("climbs.zip", zip_of(&[(name, &row)]));
        nearsong.refuses(2, &["import", &file], &["climbs.zip", "climbs out"]);
    }
    assert!(!nearsong.home().join("endsong_0.json").exists());
}

#[test]
fn json_cut_off_in_the_middle() {
    let nearsong = Nearsong::prepared();
    let whole = format!("[{},{}]", private_row(1, "One"), private_row(2, "Two"));
    for kept in [1, 40, whole.len() / 2, whole.len() - 1] {
        let file = nearsong.put("endsong_0.json", &whole[..kept]);
        nearsong.refuses(2, &["import", &file], &["endsong_0.json"]);
    }
    let file = nearsong.put("endsong_0.json", &whole[..whole.len() - 1]);
    nearsong.refuses(2, &["import", &file], &["ends in the middle", "again"]);
}

#[test]
fn a_gigabyte_of_brackets_fails_at_once() {
    let nearsong = Nearsong::prepared();
    let path = nearsong.path("endsong_0.json");
    let mut file = File::create(&path).unwrap();
    file.write_all(&[b'['; 1 << 16]).unwrap();
    // The rest of the gigabyte is a hole: the reader must have stopped long before.
    file.set_len(1 << 30).unwrap();
    let started = Instant::now();
    nearsong.refuses(2, &["import", &path], &["endsong_0.json", "line 1"]);
    let zip = zip_of(&[("endsong_0.json", vec![b'['; 8 << 20])]);
    let file = nearsong.put("brackets.zip", zip);
    nearsong.refuses(2, &["import", &file], &["brackets.zip"]);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn wrong_types_in_fields() {
    let nearsong = Nearsong::prepared();
    let good = private_row(1, "One");
    for (from, to, field) in [
        ("\"ms_played\":174424", "\"ms_played\":\"long\"", "ms_played"),
        ("\"ms_played\":174424", "\"ms_played\":{}", "ms_played"),
        ("\"ts\":\"2024-03-01T18:31:37Z\"", "\"ts\":\"yesterday\"", "ts"),
        ("\"ts\":\"2024-03-01T18:31:37Z\"", "\"ts\":7", "ts"),
        ("\"skipped\":false", "\"skipped\":[1]", "skipped"),
        ("\"master_metadata_track_name\":\"One\"", "\"master_metadata_track_name\":[[]]", "master_metadata_track_name"),
    ] {
        assert!(good.contains(from));
        let file = nearsong.put("endsong_0.json", format!("[{good},\n{}]", good.replace(from, to)));
        nearsong.refuses(2, &["import", &file], &["endsong_0.json", field, "line"]);
    }
}

#[test]
fn a_csv_with_a_missing_column() {
    let nearsong = Nearsong::prepared();
    let text = tomigelo_csv(&[(A_SONG, &[])]).replace("danceability,", "").replacen("0.5,0.5,", "0.5,", 1);
    let file = nearsong.put("songs.csv", text);
    nearsong.refuses(2, &["catalog", "add", &file], &["songs.csv", "line 1", "it also needs: danceability"]);
}

#[test]
fn a_csv_cut_off_in_a_row() {
    let nearsong = Nearsong::prepared();
    let text = tomigelo_csv(&[(A_SONG, &[]), ("0000000000000000000002", &[])]);
    let gz = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    let whole = gz(text.as_bytes());
    let file = nearsong.put("songs.csv.gz", &whole[..whole.len() - 12]);
    nearsong.refuses(2, &["catalog", "add", &file], &["songs.csv.gz", "cut off", "download it again"]);
    let file = nearsong.put("quote.csv", tomigelo_csv(&[(A_SONG, &[("track_name", "\"never closed")])]));
    nearsong.refuses(2, &["catalog", "add", &file], &["quote.csv"]);
}

#[test]
fn nan_infinities_and_values_out_of_range_are_refused_row_by_row_and_counted() {
    let nearsong = Nearsong::new();
    let rows: [(&str, &[(&str, &str)]); 6] = [
        (A_SONG, &[]),
        ("0000000000000000000002", &[("energy", "NaN")]),
        ("0000000000000000000003", &[("tempo", "inf")]),
        ("0000000000000000000004", &[("valence", "-Infinity")]),
        ("0000000000000000000005", &[("danceability", "1.5")]),
        ("no-id", &[]),
    ];
    let file = nearsong.put("songs.csv", tomigelo_csv(&rows));
    let said = nearsong.ok(&["catalog", "add", &file]);
    let input = nearsong.json(&["catalog", "status", "--json"])["manifest"]["inputs"][0].clone();
    let refused: u64 = input["faults"].as_array().unwrap().iter().map(|fault| fault["count"].as_u64().unwrap()).sum();
    assert!(input["n_rows"] == 6 && refused >= 5, "{input}");
    let out = nearsong.path("out.csv");
    nearsong.ok(&["features", "export", "-o", &out]);
    let text = fs::read_to_string(out).unwrap();
    for word in ["NaN", "inf", "1.5"] {
        assert!(!text.contains(word), "{word}: {text}\n{said}");
    }
    let only_bad = nearsong.put("bad.csv", tomigelo_csv(&[("no-id", &[])]));
    nearsong.refuses(2, &["catalog", "add", &only_bad], &["bad.csv", "all 1 rows were refused"]);
}

#[test]
fn an_empty_catalogue_and_an_empty_file() {
    let nearsong = Nearsong::prepared();
    let header_only = nearsong.put("songs.csv", tomigelo_csv(&[]));
    nearsong.refuses(2, &["catalog", "add", &header_only], &["songs.csv", "not one row", "again"]);
    let empty = nearsong.put("empty.csv", "");
    nearsong.refuses(2, &["catalog", "add", &empty], &["empty.csv", "the file is empty"]);
    nearsong.refuses(2, &["import", &nearsong.put("endsong_1.json", "")], &["endsong_1.json"]);
}

#[test]
fn an_empty_history() {
    let nearsong = Nearsong::prepared();
    let before = nearsong.json(&["status", "--json"]);
    let file = nearsong.put("Streaming_History_Audio_2020_0.json", "[]");
    let said = nearsong.ok(&["import", &file]);
    assert!(said.starts_with("0 rows in 1 file gave 0 plays") && said.lines().count() == 1, "{said}");
    assert_eq!(nearsong.json(&["status", "--json"]), before);
}

#[test]
fn a_folder_and_a_zip_without_any_history() {
    let nearsong = Nearsong::prepared();
    nearsong.put("photos/cat.jpg", "meow");
    nearsong.refuses(
        2,
        &["import", &nearsong.path("photos")],
        &["photos", "no listening history", "spotify.com/account/privacy"],
    );
    let zip = nearsong.put("photos.zip", zip_of(&[("cat.jpg", "meow")]));
    nearsong.refuses(2, &["import", &zip], &["photos.zip", "cat.jpg"]);
    nearsong.refuses(2, &["import", &nearsong.path("missing.zip")], &["missing.zip"]);
}

#[test]
fn no_match_at_all() {
    let nearsong = Nearsong::prepared();
    let file = nearsong.put("endsong_0.json", format!("[{}]", private_row(1, "Unheard Of")));
    let said = nearsong.ok(&["--listener", "ana", "import", &file]);
    assert!(said.contains("0 % of the plays are songs in your catalogue"), "{said}");
    let words = ["none of the 1 plays of ana", "nearsong catalog add", "nearsong recommend --like"];
    nearsong.refuses(2, &["--listener", "ana", "recommend", "--as-of", NOW], &words);
    assert_eq!(
        nearsong.json(&["--listener", "ana", "recommend", "--json", "--like", made_up().world.tracks[0].id.as_str()])["asked"],
        30
    );
}

#[test]
fn two_processes_at_once() {
    let nearsong = Nearsong::prepared();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    let songs = nearsong.put("songs.csv", tomigelo_csv(&[(A_SONG, &[])]));
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(nearsong.data().join("lock")).unwrap();
    lock.lock().unwrap();
    for args in [
        ["import", &zip].as_slice(),
        &["import", "--undo"],
        &["catalog", "add", &songs],
        &["catalog", "remove", "made-up.csv.gz"],
        &["train"],
        &["models", "promote", "1"],
        &["models", "rollback"],
        &["listeners", "set-time-zone", "me", "UTC"],
        &["backup", &nearsong.path("backup.zip")],
    ] {
        nearsong.refuses(4, args, &["is at work in this data directory", "try again"]);
    }
    nearsong.ok(&["recommend", "--as-of", NOW]);
    lock.unlock().unwrap();
    nearsong.ok(&["import", &zip]);
}

#[test]
fn two_first_runs_at_once_both_come_to_something() {
    let nearsong = Nearsong::new();
    let children: Vec<_> = (0..6).map(|_| nearsong.command(&["status"]).spawn().unwrap()).collect();
    for child in children {
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    }
    assert!(nearsong.ok(&["doctor"]).contains("Everything is sound"));
}

#[test]
fn a_database_from_a_newer_version() {
    let nearsong = Nearsong::prepared();
    let path = nearsong.data().join("nearsong.db");
    let set_version = |version: u32| {
        rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
    };
    let before = nearsong.state();
    let newest: u32 =
        rusqlite::Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    set_version(999);
    let bytes = fs::read(&path).unwrap();
    for args in [["status"].as_slice(), &["recommend"], &["import", "--undo"], &["train"]] {
        let message = nearsong.run(args).failed(1);
        for words in ["nearsong.db", "newer Nearsong", "999", "update Nearsong"] {
            assert!(message.contains(words), "{words} in {message}");
        }
    }
    assert!(fs::read(&path).unwrap() == bytes, "the database is left as it is");
    let doctor = nearsong.run(&["doctor"]);
    assert!(doctor.code == Some(1) && doctor.out.contains("newer Nearsong"), "{}", doctor.out);
    set_version(newest);
    assert_eq!(nearsong.state(), before);
}

#[test]
fn a_damaged_database() {
    let nearsong = Nearsong::prepared();
    nearsong.put("data/nearsong.db", "no database ".repeat(1_000));
    let message = nearsong.run(&["status"]).failed(1);
    assert!(message.contains("nearsong.db is damaged") && message.contains("restore a backup"), "{message}");
}

#[test]
fn a_data_directory_that_is_a_file() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("data", "mine");
    let message = nearsong.run(&["status"]).failed(2);
    assert!(message.contains("is a file; a directory is needed"), "{message}");
    assert_eq!(fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn names_that_would_steer_a_terminal_are_shown_without_doing_so() {
    let nearsong = Nearsong::new();
    let evil = "Red \u{1b}[31m Song";
    let rows: [(&str, &[(&str, &str)]); 2] =
        [(A_SONG, &[("track_name", evil), ("artist_name", "Ana \u{1b}]0;x\u{7}")]), ("0000000000000000000002", &[])];
    let file = nearsong.put("songs.csv", tomigelo_csv(&rows));
    nearsong.ok(&["catalog", "add", &file]);
    for args in [
        ["recommend", "--like", "A Song"].as_slice(),
        &["recommend", "--like", A_SONG],
        &["recommend", "--like", "zzz Song"],
    ] {
        let said = nearsong.run(args);
        assert!(!(said.out + &said.err).contains(['\u{1b}', '\u{7}']), "{args:?}");
    }
}

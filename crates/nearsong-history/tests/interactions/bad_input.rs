use std::path::Path;

use nearsong_history::{InteractionsError, read_interactions};
use nearsong_types::{Cancelled, Progress};

use crate::{formats::parquet_table, support::*};

#[test]
fn what_is_none_of_the_formats_is_told_with_its_beginning() {
    for (content, found) in [
        ("", "an empty file"),
        ("track_id,artists\na,b\n", "track_id,artists"),
        ("[{\"ts\": 1}]", "ts"),
        ("{\"other\": 1}", "other"),
        ("\u{0}\u{1}", "binary data"),
        ("userID\tfriendID\n1\t2\n", "friendID"),
    ] {
        let error = refusal("mine.dat", content);
        assert!(error.contains("mine.dat") && error.contains(found) && error.contains("expected"), "{error}");
    }
    let folder = Folder::new();
    folder.put("notes.txt", "hello");
    let error = read(&[folder.path()]).unwrap_err().to_string();
    assert!(error.contains("no interactions in it, only “notes.txt”"), "{error}");
    let slice = folder.put("0.json", slice(&[(1, &IDS)]).to_string());
    let empty = Folder::new();
    let error = read(&[&slice, empty.path()]).unwrap_err().to_string();
    assert!(error.contains("it is empty"), "{error}");
    assert!(read(&[Path::new("/nowhere/at all")]).unwrap_err().to_string().contains("no such file"));
}

#[test]
fn packings_that_are_not_read_come_with_advice() {
    assert!(refusal("a.xz", b"\xfd7zXZ\0rest").contains("xz -d"));
    assert!(refusal("a.bz2", b"BZh91AY").contains("bzip2 -d"));
    assert!(refusal("a.zip.gz", gzip(zip_of(&[("a", vec![1])]))).contains("give the zip"));
    assert!(refusal("a.parquet.gz", gzip(parquet_table())).contains("give the Parquet"));
    let mut deep = slice(&[(1, &IDS)]).to_string().into_bytes();
    (0..6).for_each(|_| deep = gzip(&deep));
    assert!(refusal("deep.gz", deep).contains("unpack it"));
}

#[test]
fn two_formats_are_not_one_set() {
    let folder = Folder::new();
    folder.put("a.json", slice(&[(1, &IDS)]).to_string());
    folder.put("b.csv", "user,item\n1,a\n");
    let error = read(&[folder.path()]).unwrap_err().to_string();
    assert!(error.contains("b.csv") && error.contains("one after the other"), "{error}");
}

#[test]
fn broken_rows_are_told_with_file_and_place() {
    let good = slice(&[(1, &IDS), (2, &IDS)]);
    let mut wrong = good.clone();
    wrong["playlists"][1]["tracks"] = "none".into();
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap();
    let error = refusal("0.json", pretty(&wrong));
    assert!(error.contains("0.json, row 2, line") && error.contains("invalid type"), "{error}");
    let text = pretty(&good);
    assert!(refusal("0.json", &text[..text.len() / 2]).contains("ends in the middle"));
    assert!(refusal("0.json", format!("{text}x")).contains("expected the end of the file"));
    assert!(refusal("0.json", text.replace("\"playlists\": [", "\"playlists\": {")).contains("list of playlists"));

    let listens = lines(&[listen("a", "One", 1), listen("a", "Two", 2)]);
    assert!(refusal("l", listens.replace("Two\"", "Two")).contains("line 2"));
    assert!(refusal("l", &listens[..listens.len() - 5]).contains("line 2"));
    let row = "userID\tartistID\tweight\n2\t51\t13883\n2\tx\t1\n";
    assert!(refusal("u", row).contains("u, line 3: expected a whole number in “artistID”, found “x”"));
    assert!(refusal("u", row.replace("2\tx\t1", "2\t5")).contains("expected 3 fields"));
    assert!(refusal("c.csv", "user,item\n1,a\n1,a,b\n").contains("c.csv, line 3: expected 2 fields"));
}

#[test]
fn damage_of_a_packing_is_found() {
    let text = slice(&[(1, &IDS), (2, &IDS)]).to_string();
    let csv = "user,item\n1,a\n".repeat(1_000).replace("1,a\nuser,item\n", "1,a\n");
    for (name, content) in [("a.json", &text), ("a.csv", &csv)] {
        for (packed, kind) in [
            (gzip(content), "gz"),
            (zstd(content), "zst"),
            (gzip(tar_of(&[(name, content.clone().into_bytes())])), "tar.gz"),
            (tar_of(&[(name, content.clone().into_bytes())]), "tar"),
        ] {
            assert!(read_file(kind, &packed).is_ok(), "{name} {kind}");
            for kept in [packed.len() / 2, packed.len().saturating_sub(if kind == "tar" { 1_025 } else { 3 })] {
                assert!(read_file(kind, &packed[..kept]).is_err(), "{name} {kind} cut at {kept}");
            }
        }
        let mut flipped = gzip(content);
        let middle = flipped.len() - 6;
        flipped[middle] ^= 1;
        assert!(refusal("a.gz", flipped).contains("damaged or not complete"));
    }
    let parquet = parquet_table();
    assert!(refusal("a.parquet", &parquet[..parquet.len() - 9]).contains("damaged or not complete"));
}

#[test]
fn bombs_do_not_go_off() {
    let blanks = " ".repeat(220 << 20);
    let bomb = slice(&[(1, &IDS)]).to_string().replacen("[{", &format!("[{blanks}{{"), 1);
    assert!(refusal("bomb.gz", gzip(&bomb)).contains("more than 8388608 bytes in one row"));
    assert!(refusal("bomb.zip", zip_of(&[("0.json", bomb.into_bytes())])).contains("as only a zip bomb does"));
    let tar = tar_of(&[("0.txt", blanks.into_bytes())]);
    let told = refusal("bomb.tar.zst", zstd(tar));
    assert!(told.contains("as only a bomb does"), "in a file that nobody reads, too: {told}");
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_memory() {
    let text = format!("user,item\n1,\"{}\n", "a,b\n".repeat(4 << 20));
    let error = refusal("a.csv", text);
    assert!(error.contains("a quote that is never closed"), "{error}");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{{\"info\": {}, \"playlists\": []}}", "[".repeat(100_000));
    assert!(refusal("0.json", deep).contains("0.json"));
    let row = format!("{{\"playlists\": [{{\"pid\": {}", "[".repeat(100_000));
    assert!(refusal("0.json", row).contains("0.json, row 1"));
}

#[test]
fn a_set_of_which_nothing_can_be_used_says_why() {
    let error = refusal("a.csv", "user,item,weight\n1,a,0\n,a,1\n");
    assert!(error.contains("nothing in it can be used: 1 rows without a user; 1 weights"), "{error}");
    assert!(refusal("a.csv", "user,item\n").contains("nothing in it can be used"));
    assert!(refusal("0.json", slice(&[]).to_string()).contains("nothing in it"));
    assert!(refusal("artists.dat", "id\tname\turl\tpictureURL\n1\tA\t\t\n").contains("nothing in it"));
}

struct Impatient;

impl Progress for Impatient {
    fn begin(&self, _step: &str, _total: Option<u64>, _unit: &'static str) {}
    fn advance(&self, _done: u64) {}
    fn check(&self) -> Result<(), Cancelled> {
        Err(Cancelled)
    }
}

#[test]
fn reading_can_be_cancelled() {
    let folder = Folder::new();
    let json = folder.put("0.json", slice(&[(1, &IDS)]).to_string());
    let csv = folder.put("a.csv", "user,item\n1,a\n");
    for path in [json, csv] {
        let result = read_interactions(&[path], &Default::default(), &Impatient);
        assert!(matches!(result, Err(InteractionsError::Cancelled(_))), "{result:?}");
    }
}

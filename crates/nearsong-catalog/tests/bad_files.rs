//! Files that are no dataset, or a damaged one: each gives one clear message.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{fs, io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use nearsong_catalog::{CatalogError, Dataset, Fault, ReadLimits, Schema, read_dataset};
use nearsong_types::{Cancelled, Progress, Silent};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

const HEADER: &str = "artist_name,track_id,track_name,acousticness,danceability,duration_ms,energy,instrumentalness,\
                      key,liveness,loudness,mode,speechiness,tempo,time_signature,valence,popularity\n";
const ROW: &str =
    "YG,2RM4jf1Xa9zPgMGRDiht8O,\"Big, Bank\",0.005,0.743,238373,0.339,0.0,1,0.08,-7.678,1,0.409,203.9,4,0.118,15\n";

fn sound() -> Vec<u8> {
    format!("{HEADER}{ROW}{}", ROW.replace("2RM4", "1RM4")).into_bytes()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read_within(content: &[u8], limits: &ReadLimits) -> Result<Dataset, CatalogError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("songs.data");
    fs::write(&path, content).unwrap();
    read_dataset(&path, limits, &Silent)
}

fn read(content: &[u8]) -> Result<Dataset, CatalogError> {
    read_within(content, &ReadLimits::default())
}

fn check_refused(content: &[u8], message: &str) {
    let found = read(content).unwrap_err().to_string();
    assert!(found.contains("songs.data: ") && found.contains(message), "expected “{message}”, found “{found}”");
}

#[test]
fn the_content_decides_how_a_file_is_read() {
    let plain = read(&sound()).unwrap();
    assert_eq!((plain.schema, plain.tracks.len(), plain.n_rows), (Schema::Tomigelo, 2, 2));
    assert_eq!(plain.tracks[1].title.as_deref(), Some("Big, Bank"));
    assert_eq!(plain.quality.n_refused(), 0);
    let bom = ["\u{feff}".as_bytes(), &sound()].concat();
    for other in [gzip(&sound()), zipped(&[("deep/er/a.csv", &sound()), ("readme.txt", b"hello")]), bom] {
        assert_eq!(read(&other).unwrap().tracks, plain.tracks);
    }
}

#[test]
fn windows_line_ends_change_nothing() {
    let crlf = String::from_utf8(sound()).unwrap().replace('\n', "\r\n");
    assert_eq!(read(crlf.as_bytes()).unwrap().tracks, read(&sound()).unwrap().tracks);
}

#[test]
fn the_csvs_of_one_zip_are_one_dataset() {
    let other = format!("{HEADER}{}", ROW.replace("2RM4", "3RM4"));
    let both = zipped(&[("b.csv", &sound()), ("a.csv", other.as_bytes()), ("__MACOSX/a.csv", b"junk")]);
    let dataset = read(&both).unwrap();
    assert_eq!((dataset.n_rows, dataset.tracks.len()), (3, 3));
    let bad = other.replace("203.9", "fast");
    let dataset = read(&zipped(&[("b.csv", &sound()), ("a.csv", bad.as_bytes())])).unwrap();
    assert_eq!(dataset.quality.refused[0].place, "a.csv line 2");
}

#[test]
fn files_that_are_no_dataset_are_named() {
    check_refused(b"", "the file is empty");
    check_refused(&gzip(b""), "the file is empty");
    check_refused(HEADER.as_bytes(), "a header but not one row below it");
    check_refused(b"<!doctype html><html><body>Sign in</body></html>", "found a web page");
    check_refused(b"{\"a\": 1}", "found JSON");
    check_refused(b"\x7fELF\x02\x01\0\0\0\0", "found binary data");
    check_refused(b"a,b\xff\xfe\n1,2\n", "found text that is not UTF-8");
    check_refused(b"a,b\n1,2\n", "Columns found: a, b.");
    check_refused(&zipped(&[("a.txt", b"x")]), "expected a zip with a CSV in it, found none");
    let missing = String::from_utf8(sound()).unwrap().replace("tempo", "bpm");
    check_refused(missing.as_bytes(), "Nearest is tomigelo; it also needs: tempo.");
}

#[test]
fn what_is_not_a_file_is_named() {
    let folder = TempDir::new().unwrap();
    let error = |path: PathBuf| read_dataset(&path, &ReadLimits::default(), &Silent).unwrap_err();
    assert!(matches!(error(folder.path().to_owned()), CatalogError::NotAFile { .. }));
    assert!(error(folder.path().join("gone.csv")).to_string().starts_with("gone.csv: "));
}

#[test]
fn damage_is_told_from_a_cut() {
    let many: String = (0..5000).map(|n| ROW.replace("2RM4", &format!("{n:04}"))).collect();
    let whole = gzip(format!("{HEADER}{many}").as_bytes());
    check_refused(&whole[..whole.len() - 9], "the file is cut off after line");
    let mut flipped = whole.clone();
    let middle = flipped.len() - 6;
    flipped[middle] ^= 0x55;
    check_refused(&flipped, "damaged after line");
    let archive = zipped(&[("a.csv", &sound())]);
    check_refused(&archive[..archive.len() - 30], "damaged after the start");
    check_refused(b"PAR1 and nothing that follows PAR1", "damaged after the start");
}

#[test]
fn limits_are_kept() {
    let limits = |change: fn(&mut ReadLimits)| {
        let mut limits = ReadLimits::default();
        change(&mut limits);
        limits
    };
    let check = |content: &[u8], limits: ReadLimits, message: &str| {
        let found = read_within(content, &limits).unwrap_err().to_string();
        assert!(found.contains(message), "{found}");
    };
    check(&sound(), limits(|l| l.max_file_bytes = 100), "the file's size in bytes is more than the limit of 100");
    check(&sound(), limits(|l| l.max_rows = 1), "the number of rows is more than the limit of 1");
    let bomb = gzip(&[HEADER.as_bytes(), &vec![b'\n'; 10 << 20]].concat());
    check(&bomb, limits(|l| l.max_decompressed_bytes = 1 << 20), "the decompressed size in bytes is more than");
    let open_quote = format!("{HEADER}{ROW}\"{}", "x".repeat(3 << 20));
    check(open_quote.as_bytes(), ReadLimits::default(), "line 2: the row is longer than 1048576 bytes");
    let bomb = zipped(&[("a.csv", &[HEADER.as_bytes(), &vec![b' '; 10 << 20]].concat())]);
    check(&bomb, ReadLimits::default(), "the row is longer");
}

#[test]
fn bad_rows_are_refused_one_by_one_with_their_lines() {
    let bad = [
        ROW.replace("0.743", "1.743"),
        ROW.replace("203.9", "NaN"),
        ROW.replace("203.9", "inf"),
        ROW.replace("203.9", "fast"),
        ROW.replace("2RM4", "2RM-"),
        ROW.replace(",15\n", "\n"),
        ROW.replace("YG", &"Y".repeat(20_000)),
    ];
    let content = format!("{HEADER}{}{ROW}", bad.concat());
    let dataset = read(content.as_bytes()).unwrap();
    assert_eq!((dataset.n_rows, dataset.tracks.len(), dataset.quality.n_refused()), (8, 1, 7));
    for (fault, count) in [
        (Fault::OutOfRange, 1),
        (Fault::NotFinite, 2),
        (Fault::NotANumber, 1),
        (Fault::BadId, 1),
        (Fault::WrongFieldCount, 1),
        (Fault::LongText, 1),
    ] {
        assert_eq!(dataset.quality.count(fault), count, "{fault:?}");
    }
    let first = dataset.quality.refused[0].to_string();
    assert_eq!(first, "line 2: danceability: expected 0 to 1, found “1.743”");
    let all_bad = format!("{HEADER}{}", bad.concat());
    check_refused(all_bad.as_bytes(), "all 7 rows were refused; the first: line 2: danceability");
}

#[test]
fn a_person_can_stop_the_reading() {
    struct Stop;
    impl Progress for Stop {
        fn begin(&self, _: &str, _: Option<u64>, _: &'static str) {}
        fn advance(&self, _: u64) {}
        fn check(&self) -> Result<(), Cancelled> {
            Err(Cancelled)
        }
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("songs.csv");
    fs::write(&path, sound()).unwrap();
    let error = read_dataset(&path, &ReadLimits::default(), &Stop).unwrap_err();
    assert!(matches!(error, CatalogError::Cancelled(_)));
}

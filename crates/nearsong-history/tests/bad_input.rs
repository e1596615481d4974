//! Each kind of bad input gives one clear message that names file and place, and nothing worse.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::io::{Cursor, Write};

use common::*;
use nearsong_history::{ArchiveFault, JsonFault, Limits, Place, ReadError};
use zip::{ZipWriter, write::SimpleFileOptions};

fn fault_of(content: impl AsRef<[u8]>) -> (Place, JsonFault) {
    let error = read_file("endsong_0.json", content).unwrap_err();
    assert!(error.to_string().contains("endsong_0.json, "), "{error}");
    match error {
        ReadError::Json { place, fault, .. } => (place, fault),
        other => panic!("expected a fault in the JSON, found {other:?}"),
    }
}

fn archive_fault_of(archive: &[u8], limits: &Limits) -> ArchiveFault {
    let folder = Folder::new();
    let path = folder.put("my_spotify_data.zip", archive);
    let error = read_with(&[&path], limits).unwrap_err();
    assert!(error.to_string().contains("my_spotify_data.zip"), "{error}");
    match error {
        ReadError::Archive { fault, .. } => fault,
        other => panic!("expected a fault of the archive, found {other:?}"),
    }
}

#[test]
fn a_field_of_a_wrong_type_is_named_with_its_row() {
    for (field, expected, found) in [
        (r#""ms_played": "174424""#, "a whole number in “ms_played”", "the text “174424”"),
        (r#""ms_played": 1.5"#, "a whole number in “ms_played”", "the number 1.5"),
        (r#""ms_played": 99999999999999999999"#, "a whole number in “ms_played”", "the number 100000000000000000000"),
        (r#""ts": 1679250523"#, "a text in “ts”", "the number 1679250523"),
        (r#""ts": "yesterday""#, "2023-03-19T18:31:37Z in “ts”", "the text “yesterday”"),
        (r#""master_metadata_track_name": ["a"]"#, "a text in “master_metadata_track_name”", "a list"),
        (r#""spotify_track_uri": {"a": 1}"#, "a text in “spotify_track_uri”", "an object"),
        (r#""skipped": 0"#, "true or false in “skipped”", "the number 0"),
        (r#""incognito_mode": "no""#, "true or false in “incognito_mode”", "the text “no”"),
        (r#""episode_name": true"#, "a text in “episode_name”", "true"),
    ] {
        let error = read_file("endsong_0.json", format!("[{NEW_ROW},\n\n{}]", row_with(field))).unwrap_err();
        let message = error.to_string();
        for part in ["endsong_0.json, row 2, line 10, column 1", expected, &format!("found {found}")] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }
    let error =
        read_file("StreamingHistory1.json", r#"[{"endTime": "2025-11-02 21:07", "msPlayed": []}]"#).unwrap_err();
    assert!(error.to_string().contains("“msPlayed”, found a list"), "{error}");
}

#[test]
fn a_text_beyond_the_limit_is_refused_and_not_repeated_in_full() {
    let title = "é".repeat(4_001);
    let (place, fault) = fault_of(list(&[&row_with(&format!(r#""master_metadata_track_name": "{title}""#))]));
    assert!(fault.to_string().contains("at most 4000 characters") && fault.to_string().len() < 300, "{fault}");
    assert_eq!(place.row, 1);
    let title = &title["é".len()..];
    assert_eq!(read_rows(&[&row_with(&format!(r#""master_metadata_track_name": "{title}""#))]).1.len(), 1);
}

#[test]
fn found_text_is_shown_without_control_characters() {
    let (_, fault) = fault_of(list(&[&row_with(r#""ts": "\u001b[31mred\nline""#)]));
    assert!(!fault.to_string().contains(['\u{1b}', '\n']), "{fault}");
    let error = read_file("a.zip", zip_of(&[("\u{1b}[31m/endsong_0.json", "no list")])).unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}

#[test]
fn another_format_is_refused_at_its_first_character() {
    for (content, found) in [
        (r#"{"ts": "2023-03-19T18:31:37Z"}"#, "“{”"),
        ("{\"a\":1}\n{\"a\":2}\n", "“{”"),
        ("ts,ms_played\n", "“t”"),
        ("\n\n  日本", "“日”"),
        ("", "an empty file"),
        ("\u{feff}", "an empty file"),
        ("\u{feff}\u{feff}[]", "“\\u{feff}”"),
    ] {
        assert_eq!(fault_of(content).1, JsonFault::NotAList { found: found.to_owned() }, "{content}");
    }
    let utf16: Vec<u8> = "\u{feff}[]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(fault_of(utf16).1, JsonFault::NotAList { found: "the byte 0xFF".to_owned() });
    assert_eq!(fault_of("\n\n  日本").0, Place { row: 0, line: 3, column: 3 });
}

#[test]
fn a_list_of_something_else_is_refused() {
    let not_a_row = |found: &str| JsonFault::NotARow { found: found.to_owned() };
    assert_eq!(fault_of("[1, 2]"), (Place { row: 1, line: 1, column: 2 }, not_a_row("“1”")));
    assert_eq!(fault_of(format!("[{ACCOUNT_ROW},null]")).1, JsonFault::NotARow { found: "“n”".to_owned() });
    assert_eq!(fault_of("[{},]").1, not_a_row("“]”"));
    assert_eq!(fault_of("[,{}]").1, not_a_row("“,”"));
    assert_eq!(
        fault_of("[{}\n{}]"),
        (Place { row: 1, line: 2, column: 1 }, JsonFault::NotSeparated { found: "“{”".to_owned() })
    );
    assert_eq!(fault_of("[{}][{}]").1, JsonFault::AfterEnd { found: "“[”".to_owned() });
}

#[test]
fn broken_json_is_told_with_line_and_column() {
    let (place, fault) = fault_of("[{},\n {\"ts\": nil}]");
    assert_eq!(place, Place { row: 2, line: 2, column: 10 });
    assert!(matches!(&fault, JsonFault::Syntax { detail } if !detail.contains("line")), "{fault}");
    assert!(matches!(fault_of("[{\"ts\" 5}]").1, JsonFault::Syntax { .. }));
    assert!(matches!(fault_of("[{\"ms_played\": 5, \"ms_played\": 6}]").1, JsonFault::Syntax { .. }));
    let (place, fault) = fault_of(b"[{\"master_metadata_track_name\": \"\xff\"}]");
    assert!(matches!(fault, JsonFault::Syntax { .. }), "{fault}");
    assert_eq!((place.row, place.line), (1, 1));
}

#[test]
fn a_gigabyte_of_brackets_fails_at_once() {
    let brackets = vec![b'['; 1 << 20];
    assert_eq!(fault_of(&brackets).1, JsonFault::NotARow { found: "“[”".to_owned() });
    let folder = Folder::new();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("endsong_0.json", SimpleFileOptions::default()).unwrap();
    for _ in 0..1_024 {
        zip.write_all(&brackets).unwrap();
    }
    let path = folder.put("bomb.zip", zip.finish().unwrap().into_inner());
    let trusting = Limits { max_compression_ratio: u64::MAX, ..Limits::default() };
    let start = std::time::Instant::now();
    let error = read_with(&[&path], &trusting).unwrap_err();
    assert!(matches!(error, ReadError::Json { fault: JsonFault::NotARow { .. }, .. }), "{error}");
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
    let error = read(&[&path]).unwrap_err();
    assert!(
        matches!(error, ReadError::Archive { fault: ArchiveFault::TooCompressed { ratio: 900..1100, .. }, .. }),
        "{error}"
    );
}

#[test]
fn deep_nesting_is_passed_over_or_refused_but_never_followed() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(read_rows(&[&row_with_raw("platform", &deep)]).1.len(), 1);
    let (_, fault) = fault_of(list(&[&row_with_raw("reason_end", &deep)]));
    assert!(matches!(fault, JsonFault::BadField { field: "reason_end", .. }), "{fault}");
    let endless = format!("[{{\"platform\": {}", "{\"a\":".repeat(400_000));
    assert_eq!(fault_of(endless).1, JsonFault::RowTooLong { limit: 1 << 20 });
}

fn row_with_raw(field: &str, json: &str) -> String {
    let rest = serde_json::from_str::<serde_json::Value>(NEW_ROW).unwrap();
    let mut rest = rest.as_object().unwrap().clone();
    rest.remove(field);
    let rest = serde_json::Value::Object(rest).to_string();
    format!("{{\"{field}\": {json},{}", &rest[1..])
}

#[test]
fn a_row_is_held_to_its_limit_to_the_byte() {
    let folder = Folder::new();
    let path = folder.put("endsong_0.json", format!("[{NEW_ROW} , {NEW_ROW}]"));
    let limits = |max_row_bytes| Limits { max_row_bytes, ..Limits::default() };
    assert_eq!(read_with(&[&path], &limits(NEW_ROW.len())).unwrap().1.len(), 2);
    let error = read_with(&[&path], &limits(NEW_ROW.len() - 1)).unwrap_err();
    assert!(matches!(error, ReadError::Json { fault: JsonFault::RowTooLong { .. }, place: Place { row: 1, .. }, .. }));
}

#[test]
fn more_json_than_allowed_is_refused_by_what_is_really_read() {
    let folder = Folder::new();
    let json = list(&[NEW_ROW; 100]);
    folder.put("a/endsong_0.json", &json);
    folder.put("b.zip", zip_of(&[("endsong_1.json", &json)]));
    let limits = |max_json_bytes| Limits { max_json_bytes, ..Limits::default() };
    let both = 2 * json.len() as u64;
    assert_eq!(read_with(&[folder.path()], &limits(both)).unwrap().1.len(), 200);
    let error = read_with(&[folder.path()], &limits(both - 1)).unwrap_err();
    assert!(matches!(&error, ReadError::TooMuchJson { file, .. } if file.ends_with("endsong_1.json")), "{error}");
    let blank = read_file("endsong_0.json", format!("[{}]", " ".repeat(3 << 20)));
    assert_eq!(blank.unwrap().0.total.n_rows, 0);
}

#[test]
fn a_truncated_zip_is_damaged_wherever_it_ends() {
    let whole = zip_of(&[("MyData/endsong_0.json", list(&[NEW_ROW; 30]))]);
    for length in 0..whole.len() {
        let fault = archive_fault_of(&whole[..length], &Limits::default());
        assert!(matches!(fault, ArchiveFault::Damaged { .. }), "{length}: {fault}");
        assert!(fault.to_string().contains("download it again"));
    }
}

#[test]
fn a_changed_byte_in_an_entry_is_found() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("endsong_0.json", stored).unwrap();
    zip.write_all(list(&[NEW_ROW]).as_bytes()).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    let position = bytes.windows(7).position(|window| window == b"android").unwrap();
    bytes[position] ^= 1;
    let fault = archive_fault_of(&bytes, &Limits::default());
    assert!(matches!(&fault, ArchiveFault::Damaged { detail } if detail.contains("endsong_0.json")), "{fault}");
}

#[test]
fn a_path_that_climbs_out_is_refused_by_name() {
    for name in ["../endsong_0.json", "a/../../x.json", "/etc/passwd", "\\\\host\\x", "C:\\x.json", "a\\..\\x", "a\0b"]
    {
        let archive = zip_of(&[("endsong_0.json", list(&[NEW_ROW]).as_str()), (name, "")]);
        assert_eq!(archive_fault_of(&archive, &Limits::default()), ArchiveFault::ClimbsOut { entry: name.to_owned() });
    }
    let harmless = zip_of(&[("a..b/..c/endsong_0.json", list(&[NEW_ROW]))]);
    let folder = Folder::new();
    assert_eq!(read(&[&folder.put("a.zip", harmless)]).unwrap().1.len(), 1);
}

#[test]
fn an_encrypted_or_strangely_packed_history_is_refused_by_name() {
    let plain = zip_of(&[("endsong_0.json", list(&[NEW_ROW]))]);
    let directory = plain.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut encrypted = plain.clone();
    encrypted[directory + 8] |= 1;
    let fault = archive_fault_of(&encrypted, &Limits::default());
    assert_eq!(fault, ArchiveFault::Encrypted { entry: "endsong_0.json".to_owned() });
    let mut deflate64 = plain;
    deflate64[directory + 10] = 9;
    let fault = archive_fault_of(&deflate64, &Limits::default());
    assert!(matches!(&fault, ArchiveFault::Unsupported { entry, .. } if entry == "endsong_0.json"), "{fault}");
    assert!(fault.to_string().contains("unpack the zip and give the folder"), "{fault}");
}

#[test]
fn too_many_entries_are_refused_before_they_take_memory() {
    let names: Vec<String> = (0..2_000).map(|number| format!("{number:0>400}.txt")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let archive = zip_of(&files);
    for limit in [1_999, 10] {
        let limits = Limits { max_entries: limit, ..Limits::default() };
        assert_eq!(archive_fault_of(&archive, &limits), ArchiveFault::TooManyEntries { limit });
    }
    let folder = Folder::new();
    for number in 0..20 {
        folder.put(&format!("{number}/endsong_0.json"), "[]");
    }
    let error = read_with(&[folder.path()], &Limits { max_entries: 39, ..Limits::default() }).unwrap_err();
    assert!(matches!(error, ReadError::TooManyFiles { limit: 39, .. }), "{error}");
    assert!(read_with(&[folder.path()], &Limits { max_entries: 40, ..Limits::default() }).is_ok());
}

#[test]
fn zips_within_zips_are_not_opened() {
    let inner = zip_of(&[("endsong_0.json", list(&[NEW_ROW]))]);
    let folder = Folder::new();
    let path = folder.put("outer.zip", zip_of(&[("inner.zip", inner)]));
    let error = read(&[&path]).unwrap_err();
    assert!(matches!(&error, ReadError::NoHistory { found, .. } if found == &["“inner.zip”"]), "{error}");
}

#[test]
fn without_history_it_says_what_was_found_and_what_to_ask_for() {
    let folder = Folder::new();
    let other = folder.put("other.zip", zip_of(&[("a/Playlist1.json", "{}"), ("a/Payments.json", "{}")]));
    let good = folder.put("good/endsong_0.json", list(&[NEW_ROW]));
    for paths in [vec![other.as_path()], vec![&good, &other], vec![&other, &good]] {
        let message = read(&paths).unwrap_err().to_string();
        for part in
            ["other.zip: no listening history", "“Playlist1.json”, “Payments.json”;", "Extended streaming history"]
        {
            assert!(message.contains(part), "{part} in {message}");
        }
    }
    let empty = Folder::new();
    assert!(read(&[empty.path()]).unwrap_err().to_string().contains("it is empty"));
    for number in 0..9 {
        empty.put(&format!("{number}.txt"), "");
    }
    assert!(read(&[empty.path()]).unwrap_err().to_string().contains("and 3 more"));
    let unknown = read_file("mine.json", r#"[{"when": 1, "what": "a secret"}]"#).unwrap_err().to_string();
    assert!(unknown.contains("“what”, “when”") && !unknown.contains("a secret"), "{unknown}");
    assert!(matches!(read_file("mine.json", "[]"), Err(ReadError::UnknownRows { .. })));
    assert!(matches!(read_file("Read_Me.pdf", "%PDF-1.4"), Err(ReadError::Json { .. })));
}

#[test]
fn missing_and_special_files_are_told() {
    let folder = Folder::new();
    let error = read(&[&folder.path().join("not there.zip")]).unwrap_err();
    assert!(matches!(error, ReadError::Io { .. }) && error.to_string().contains("no such file"), "{error}");
    #[cfg(unix)]
    {
        let error = read(&[std::path::Path::new("/dev/zero")]).unwrap_err();
        assert!(error.to_string().contains("neither a file nor a folder"), "{error}");
    }
}

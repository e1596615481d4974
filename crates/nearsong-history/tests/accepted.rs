//! Every form in which an export arrives is read, and says the same.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::path::{Path, PathBuf};

use common::*;
use nearsong_history::{FileKind, LeftOut, Limits, ReadError, read_exports};
use nearsong_types::{Cancelled, Listen, ListenSource, Moment, Outcome, Progress, Silent, Song};

const AUDIO: &str = "Spotify Extended Streaming History/Streaming_History_Audio_2022-2023_0.json";

fn new_listen() -> Listen {
    Listen {
        ended_at: Moment::from_seconds(1_679_250_697),
        ms_played: 174_424,
        song: Song {
            track_id: Some(ID.parse().unwrap()),
            title: "Öfter \"als\" zweimal".to_owned(),
            artist: "宇多田ヒカル".to_owned(),
            album: Some("Ein Album".to_owned()),
        },
        outcome: Outcome::Completed,
        source: ListenSource::ExtendedHistory,
    }
}

fn old_listen() -> Listen {
    Listen {
        ended_at: Moment::from_seconds(1_404_277_567),
        ms_played: 12_000,
        song: Song { track_id: None, title: "Old étude".to_owned(), artist: "A. Composer".to_owned(), album: None },
        outcome: Outcome::Skipped,
        source: ListenSource::ExtendedHistory,
    }
}

fn account_listen() -> Listen {
    Listen {
        ended_at: Moment::from_seconds(1_762_117_620),
        ms_played: 219_813,
        song: Song { track_id: None, title: "Calm Again".to_owned(), artist: "Rainy Season".to_owned(), album: None },
        outcome: Outcome::Completed,
        source: ListenSource::AccountData,
    }
}

#[test]
fn each_schema_gives_its_listens() {
    assert_eq!(read_rows(&[NEW_ROW, OLD_ROW]).1, [new_listen(), old_listen()]);
    let (report, listens) = read_file("StreamingHistory_music_0.json", list(&[ACCOUNT_ROW])).unwrap();
    assert_eq!(listens, [account_listen()]);
    assert_eq!(report.files[0].kind, FileKind::AccountData);
}

#[test]
fn the_same_play_gives_the_same_listen_from_every_export() {
    let of = |field: &str| read_rows(&[&row_with(field)]).1;
    for field in [
        r#""offline_timestamp": 1679250523999"#,
        r#""offline_timestamp": null"#,
        r#""offline_timestamp": "1679250523""#,
        r#""offline": null, "shuffle": 7"#,
        r#""username": "someone", "user_agent_decrypted": "unknown""#,
        r#""ts": "2023-03-19 18:31:37""#,
        r#""master_metadata_track_name": " Öfter \"als\" zweimal ""#,
    ] {
        assert_eq!(of(field), [new_listen()], "{field}");
    }
}

#[test]
fn zips_folders_and_bare_files_say_the_same() {
    let folder = Folder::new();
    let json = list(&[NEW_ROW, OLD_ROW]);
    let other = ("Spotify Account Data/Payments.json", "never opened, so no JSON either");
    let as_sent = zip_of(&[(AUDIO, json.as_str()), ("MyData/Read_Me_First.pdf", "%PDF-"), other]);
    let paths = [
        folder.put("sent/my_spotify_data.zip", &as_sent),
        folder.put("flat.zip", zip_of(&[("ENDSONG_0.JSON", &json)])),
        folder.put("deep/renamed.bin", zip_of(&[(format!("a/b/c/d/{AUDIO}").as_str(), &json)])),
        folder.put("bare/Streaming_History_Audio_2020_3.json", &json),
        folder.put("bare/whatever I called it.txt", &json),
        folder.put("bom/endsong.json", format!("\u{feff} \r\n{json}\n\n")),
    ];
    for path in paths.iter().map(PathBuf::as_path).chain([folder.path().join("sent").as_path()]) {
        let (report, listens) = read(&[path]).unwrap();
        assert_eq!(listens, [new_listen(), old_listen()], "{}", path.display());
        assert_eq!(report.total.first_ended_at, Some(old_listen().ended_at));
        assert_eq!(report.total.last_ended_at, Some(new_listen().ended_at));
    }
    let (report, _) = read(&[&paths[0]]).unwrap();
    assert_eq!(report.n_ignored_files, 2);
    assert!(report.files[0].name.ends_with(&format!("my_spotify_data.zip › {AUDIO}")), "{}", report.files[0].name);
}

#[test]
fn several_at_once_come_in_one_order_whatever_the_order_of_the_paths() {
    let folder = Folder::new();
    let zip = [("StreamingHistory0.json", list(&[ACCOUNT_ROW])), ("endsong_1.json", list(&[OLD_ROW]))];
    let first = folder.put("a.zip", zip_of(&zip));
    let second = folder.put("z/endsong_0.json", list(&[NEW_ROW]));
    let third = folder.put("b/Endsong_2.json", list(&[NEW_ROW]));
    let (report, listens) = read(&[&first, &second, &third]).unwrap();
    assert_eq!(listens, [new_listen(), old_listen(), new_listen(), account_listen()]);
    assert_eq!(read(&[&third, &second, &first]).unwrap(), (report.clone(), listens.clone()));
    assert_eq!(read(&[folder.path()]).unwrap(), (report, listens));
}

#[test]
fn rows_without_a_listen_are_counted_by_reason() {
    let rows = [
        (LeftOut::Podcast, PODCAST_ROW.to_owned()),
        (LeftOut::Podcast, row_with(r#""episode_name": "Episode 2", "incognito_mode": true"#)),
        (LeftOut::Audiobook, row_with(r#""audiobook_chapter_uri": "spotify:episode:1""#)),
        (LeftOut::PrivateSession, row_with(r#""incognito_mode": true"#)),
        (LeftOut::NoName, row_with(r#""master_metadata_track_name": null"#)),
        (LeftOut::NoName, row_with(r#""master_metadata_album_artist_name": "  ""#)),
        (LeftOut::NoTime, row_with(r#""ts": null"#)),
        (LeftOut::NoTime, row_with(r#""ms_played": null"#)),
        (LeftOut::NoTime, "{}".to_owned()),
        (LeftOut::ImpossibleLength, row_with(r#""ms_played": -1"#)),
        (LeftOut::ImpossibleLength, row_with(r#""ms_played": 86400001"#)),
    ];
    for (reason, row) in &rows {
        let (report, listens) = read_rows(&[row]);
        assert_eq!((listens.len(), report.total.left_out.get(reason)), (0, Some(&1)), "{row}");
    }
    let all: Vec<&str> = rows.iter().map(|(_, row)| row.as_str()).chain([NEW_ROW]).collect();
    let (report, _) = read_rows(&all);
    assert_eq!((report.total.n_rows, report.total.n_listens, report.total.n_left_out()), (12, 1, 11));
    let unknown =
        r#"{"endTime":"2025-11-02 21:07","artistName":"Unknown Artist","trackName":"Unknown Track","msPlayed":9}"#;
    let (report, _) = read_file("StreamingHistory0.json", list(&[unknown])).unwrap();
    assert_eq!(report.total.left_out[&LeftOut::NoName], 1);
}

#[test]
fn videos_podcasts_and_audiobooks_are_counted_whatever_is_in_their_rows() {
    let folder = Folder::new();
    let rows = list(&[r#"{"ts": 5, "endTime": []}"#, "{}"]);
    folder.put("Streaming_History_Video_2018-2026.json", &rows);
    folder.put("StreamingHistory_podcast_0.json", &rows);
    folder.put("StreamingHistory_audiobook_0.json", &rows);
    let (report, listens) = read(&[folder.path()]).unwrap();
    assert!(listens.is_empty());
    for reason in [LeftOut::Video, LeftOut::Podcast, LeftOut::Audiobook] {
        assert_eq!(report.total.left_out[&reason], 2);
    }
}

#[test]
fn extremes_of_length_are_kept() {
    let lengths = [0, 86_400_000];
    let rows = lengths.map(|ms| row_with(&format!(r#""ms_played": {ms}"#)));
    let (_, listens) = read_rows(&[&rows[0], &rows[1]]);
    assert_eq!(listens.iter().map(|listen| listen.ms_played).collect::<Vec<_>>(), lengths);
    assert_eq!(listens[0].outcome, Outcome::Partial);
}

#[test]
fn an_empty_history_is_read() {
    let (report, listens) = read_file("endsong_0.json", " [ \n ] ").unwrap();
    assert_eq!((report.files.len(), report.total.n_rows, listens.len()), (1, 0, 0));
}

#[test]
fn a_row_may_be_longer_than_the_window_and_end_anywhere_in_it() {
    let long = |length: usize| row_with(&format!(r#""platform": "{}", "latitude": -1.5e-3"#, "é-1.".repeat(length)));
    let rows: Vec<String> = (0..40).map(|step| long(10_000 + step * 997)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(read_rows(&rows).1, vec![new_listen(); 40]);
}

#[test]
fn names_addresses_and_agents_appear_nowhere() {
    let (report, listens) = read_rows(&[NEW_ROW, OLD_ROW]);
    let broken = read_file("endsong_0.json", list(&[&OLD_ROW.replace("12000", "\"long\"")])).unwrap_err();
    let all = format!("{report:?}{listens:?}{broken}{broken:?}{}", serde_json::to_string(&report).unwrap());
    for secret in ["secret-name", "198.51.100.23", "203.0.113.77", "SecretAgent"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn a_report_survives_being_kept() {
    let (report, _) = read_rows(&[NEW_ROW, PODCAST_ROW]);
    let kept = serde_json::to_string(&report).unwrap();
    assert!(kept.contains(r#""left_out":{"podcast":1}"#), "{kept}");
    assert_eq!(serde_json::from_str::<nearsong_history::ReadReport>(&kept).unwrap(), report);
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_not_followed() {
    let (outside, folder) = (Folder::new(), Folder::new());
    let target = outside.put("endsong_7.json", list(&[NEW_ROW]));
    folder.put("endsong_0.json", list(&[OLD_ROW]));
    std::os::unix::fs::symlink(&target, folder.path().join("endsong_1.json")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("more")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("itself")).unwrap();
    let (report, listens) = read(&[folder.path()]).unwrap();
    assert_eq!((listens, report.n_ignored_files), (vec![old_listen()], 3));
    let link = folder.path().join("endsong_1.json");
    assert_eq!(read(&[&link]).unwrap().1, [new_listen()], "a link that is named itself is meant");
}

#[derive(Debug, PartialEq)]
enum Stop {
    Full,
    Read(String),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        Self::Read(error.to_string())
    }
}

#[test]
fn an_error_of_the_taker_comes_back_as_it_is() {
    let folder = Folder::new();
    let path = folder.put("endsong_0.json", list(&[NEW_ROW, OLD_ROW]));
    let mut n_taken = 0;
    let result = read_exports(&[path], &Limits::default(), &Silent, |_| {
        n_taken += 1;
        Err(Stop::Full)
    });
    assert_eq!((result, n_taken), (Err(Stop::Full), 1));
}

#[test]
fn a_wish_to_stop_is_heard() {
    struct Impatient;
    impl Progress for Impatient {
        fn begin(&self, _: &str, _: Option<u64>, _: &'static str) {}
        fn advance(&self, _: u64) {}
        fn check(&self) -> Result<(), Cancelled> {
            Err(Cancelled)
        }
    }
    let folder = Folder::new();
    let path = folder.put("endsong_0.json", list(&[NEW_ROW]));
    let result = read_exports::<ReadError>(&[path], &Limits::default(), &Impatient, |_| Ok(()));
    assert!(matches!(result, Err(ReadError::Cancelled(_))));
}

#[test]
fn progress_comes_to_the_announced_total() {
    #[derive(Default)]
    struct Heard(std::sync::Mutex<(Option<u64>, Vec<u64>)>);
    impl Progress for Heard {
        fn begin(&self, _: &str, total: Option<u64>, _: &'static str) {
            self.0.lock().unwrap().0 = total;
        }
        fn advance(&self, done: u64) {
            self.0.lock().unwrap().1.push(done);
        }
    }
    let folder = Folder::new();
    folder.put("a.zip", zip_of(&[(AUDIO, list(&[NEW_ROW; 2_000]))]));
    folder.put("endsong_0.json", list(&[OLD_ROW; 2_000]));
    let heard = Heard::default();
    read_exports::<ReadError>(&[folder.path().to_owned()], &Limits::default(), &heard, |_| Ok(())).unwrap();
    let (total, done) = heard.0.into_inner().unwrap();
    assert!(done.len() > 4 && done.is_sorted(), "{done:?}");
    assert_eq!(total, done.last().copied());
}

#[test]
fn no_path_at_all_gives_an_empty_report() {
    let (report, listens) = read(&[] as &[&Path]).unwrap();
    assert!(report.files.is_empty() && listens.is_empty());
}

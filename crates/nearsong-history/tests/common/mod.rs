//! Made-up exports: rows after the shapes that Spotify sends, and ways to wrap them.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use nearsong_history::{Limits, ReadError, ReadReport, read_exports};
use nearsong_types::{Listen, Silent};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

pub const ID: &str = "5SuOikwiRyPMVoIQDJUgSV";

/// A row of a newer extended export.
pub const NEW_ROW: &str = r#"{
    "ts": "2023-03-19T18:31:37Z", "platform": "android", "ms_played": 174424, "conn_country": "ZZ",
    "ip_addr": "203.0.113.77", "master_metadata_track_name": "Öfter \"als\" zweimal",
    "master_metadata_album_artist_name": "宇多田ヒカル", "master_metadata_album_album_name": "Ein Album",
    "spotify_track_uri": "spotify:track:5SuOikwiRyPMVoIQDJUgSV", "episode_name": null, "episode_show_name": null,
    "spotify_episode_uri": null, "audiobook_title": null, "audiobook_uri": null, "audiobook_chapter_uri": null,
    "audiobook_chapter_title": null, "reason_start": "fwdbtn", "reason_end": "trackdone", "shuffle": true,
    "skipped": false, "offline": true, "offline_timestamp": 1679250523, "incognito_mode": false }"#;

/// A row of an `endsong` file, with its user name, address and agent.
pub const OLD_ROW: &str = r#"{"ts":"2014-07-02T05:06:07Z","username":"secret-name","platform":"iOS 7.1 (iPhone5,2)",
    "ms_played":12000,"conn_country":"DE","ip_addr_decrypted":"198.51.100.23","user_agent_decrypted":"SecretAgent/1.0",
    "city":null,"region":null,"metro_code":null,"longitude":null,"latitude":null,"master_metadata_track_name":"Old \u00e9tude",
    "master_metadata_album_artist_name":"A. Composer","master_metadata_album_album_name":null,
    "spotify_track_uri":"spotify:local:a:b:c:180","episode_name":null,"episode_show_name":null,"spotify_episode_uri":null,
    "reason_start":null,"reason_end":null,"shuffle":false,"skipped":null,"offline":null,"offline_timestamp":1404277555123,
    "incognito_mode":false}"#;

pub const ACCOUNT_ROW: &str =
    r#"{"endTime":"2025-11-02 21:07","artistName":"Rainy Season","trackName":"Calm Again","msPlayed":219813}"#;

pub const PODCAST_ROW: &str = r#"{"ts":"2021-01-01T00:00:00Z","ms_played":1000000,"master_metadata_track_name":null,
    "master_metadata_album_artist_name":null,"master_metadata_album_album_name":null,"spotify_track_uri":null,
    "episode_name":"Episode 1","episode_show_name":"A show","spotify_episode_uri":"spotify:episode:5SuOikwiRyPMVoIQDJUgSV"}"#;

pub fn list(rows: &[&str]) -> String {
    format!("[{}]", rows.join(",\n"))
}

/// An extended row with some of its fields replaced or added: `field` is JSON such as `"skipped": 5`.
pub fn row_with(field: &str) -> String {
    let mut row: serde_json::Value = serde_json::from_str(NEW_ROW).unwrap();
    let change: serde_json::Value = serde_json::from_str(&format!("{{{field}}}")).unwrap();
    for (name, value) in change.as_object().unwrap() {
        row[name] = value.clone();
    }
    row.to_string()
}

pub fn zip_of<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A folder of its own for each test.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

pub fn read_with(paths: &[&Path], limits: &Limits) -> Result<(ReadReport, Vec<Listen>), ReadError> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    let mut listens = Vec::new();
    let report = read_exports::<ReadError>(&paths, limits, &Silent, |listen| {
        listens.push(listen);
        Ok(())
    })?;
    assert_eq!(report.total.n_rows, report.total.n_listens + report.total.n_left_out(), "every row is accounted for");
    assert_eq!(report.total.n_listens, listens.len() as u64);
    Ok((report, listens))
}

pub fn read(paths: &[&Path]) -> Result<(ReadReport, Vec<Listen>), ReadError> {
    read_with(paths, &Limits::default())
}

/// Reads one file of this name and content.
pub fn read_file(name: &str, content: impl AsRef<[u8]>) -> Result<(ReadReport, Vec<Listen>), ReadError> {
    let folder = Folder::new();
    read(&[&folder.put(name, content)])
}

/// Reads one extended-history file of these rows.
pub fn read_rows(rows: &[&str]) -> (ReadReport, Vec<Listen>) {
    read_file("endsong_0.json", list(rows)).unwrap()
}

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{Cursor, Read, Write},
    path::Path,
    sync::OnceLock,
};

use nearsong_standin::{CatalogueSummary, ExportPlan, ExportSummary, MadeUpListener, World};
use nearsong_types::{Moment, Track};
use serde_json::Value;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::nearsong::{Nearsong, files_in};

/// The made-up plays end here.
pub const NOW: &str = "2026-11-01T00:00:00Z";
pub const NOW_SECONDS: i64 = 1_793_491_200;
pub const DAY_MICROS: i64 = 86_400_000_000;

/// Made-up music, a made-up listener, both as files, and a data directory that knows them.
pub struct MadeUp {
    pub world: &'static World,
    pub listener: MadeUpListener<'static>,
    pub catalogue: Vec<u8>,
    pub catalogue_summary: CatalogueSummary,
    pub export: Vec<u8>,
    pub export_summary: ExportSummary,
    prepared: Vec<(String, Vec<u8>)>,
}

/// The same for all tests of a process; made once.
pub fn made_up() -> &'static MadeUp {
    static MADE_UP: OnceLock<MadeUp> = OnceLock::new();
    MADE_UP.get_or_init(MadeUp::new)
}

impl MadeUp {
    fn new() -> Self {
        let world: &'static World = Box::leak(Box::new(World::new(7, 4_000)));
        let listener = MadeUpListener::new(world, 7);
        let plan = ExportPlan { ends_at: Moment::from_seconds(NOW_SECONDS), days: 730, n_plays: 4_000 };
        let nearsong = Nearsong::new();
        let (catalogue, export) = (nearsong.path("made-up.csv.gz"), nearsong.path("my_spotify_data.zip"));
        let catalogue_summary = world.write_catalogue(Path::new(&catalogue)).unwrap();
        let export_summary = listener.write_export(Path::new(&export), &plan).unwrap();
        nearsong.ok(&["catalog", "add", &catalogue]);
        nearsong.ok(&["import", "--time-zone", "Europe/Berlin", &export]);
        Self {
            world,
            listener,
            catalogue: fs::read(catalogue).unwrap(),
            catalogue_summary,
            export: fs::read(export).unwrap(),
            export_summary,
            prepared: files_in(&nearsong.data()),
        }
    }

    /// The files of the export's zip, without their folder.
    pub fn export_files(&self) -> Vec<(String, Vec<u8>)> {
        let mut zip = ZipArchive::new(Cursor::new(&self.export)).unwrap();
        let mut files = Vec::new();
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at).unwrap();
            let name = entry.name().unwrap().rsplit('/').next().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((name, bytes));
        }
        files
    }

    /// The rows of all files of the export's music.
    pub fn rows(&self) -> Vec<Value> {
        let music = self.export_files().into_iter().filter(|(name, _)| name.contains("_Audio_"));
        music.flat_map(|(_, text)| serde_json::from_slice::<Vec<Value>>(&text).unwrap()).collect()
    }

    /// The tracks of the catalogue by their ids.
    pub fn tracks(&self) -> HashMap<&'static str, &'static Track> {
        self.world.tracks.iter().map(|track| (track.id.as_str(), track)).collect()
    }
}

impl Nearsong {
    /// Catalogue, listening and model are there, as [`made_up`] tells them.
    pub fn prepared() -> Self {
        let nearsong = Self::new();
        for (name, bytes) in &made_up().prepared {
            nearsong.put(&format!("data/{name}"), bytes);
        }
        close_to_others(&nearsong.data());
        nearsong
    }

    /// The list for the made-up listener, at the end of the made-up plays.
    pub fn recommend(&self, args: &[&str]) -> Vec<Value> {
        let mut all = vec!["recommend", "--json", "--as-of", NOW];
        all.extend(args);
        self.json(&all)["songs"].as_array().unwrap().clone()
    }
}

#[cfg(unix)]
fn close_to_others(folder: &Path) {
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
}

#[cfg(not(unix))]
fn close_to_others(_folder: &Path) {}

pub fn id_of(song: &Value) -> &str {
    song["track_id"].as_str().unwrap()
}

pub fn ids_of(songs: &[Value]) -> Vec<&str> {
    songs.iter().map(id_of).collect()
}

/// Names of the artists of a song.
pub fn artists_of(song: &Value) -> Vec<&str> {
    song["artists"].as_array().unwrap().iter().map(|artist| artist.as_str().unwrap()).collect()
}

pub fn all_differ<T: std::hash::Hash + Eq>(values: impl IntoIterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    values.into_iter().all(|value| seen.insert(value))
}

pub fn zip_of<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A row of an extended export with everything private that one can hold.
pub fn private_row(day: u32, title: &str) -> String {
    format!(
        r#"{{"ts":"2024-03-{day:02}T18:31:37Z","username":"very-secret-name","platform":"iOS 7.1 (iPhone5,2)","ms_played":174424,
        "conn_country":"ZZ","ip_addr_decrypted":"192.0.2.77","ip_addr":"192.0.2.78","user_agent_decrypted":"SecretAgent/1.0",
        "master_metadata_track_name":"{title}","master_metadata_album_artist_name":"Somebody","master_metadata_album_album_name":null,
        "spotify_track_uri":"spotify:track:{day:022}","reason_start":"fwdbtn","reason_end":"trackdone","shuffle":true,
        "skipped":false,"offline":true,"offline_timestamp":1679250523,"incognito_mode":false}}"#
    )
}

/// The header and one row of the tomigelo columns, with some cells replaced.
pub fn tomigelo_csv(rows: &[(&str, &[(&str, &str)])]) -> String {
    const COLUMNS: [(&str, &str); 17] = [
        ("artist_name", "Somebody"),
        ("track_id", ""),
        ("track_name", "A Song"),
        ("acousticness", "0.5"),
        ("danceability", "0.5"),
        ("duration_ms", "200000"),
        ("energy", "0.5"),
        ("instrumentalness", "0.1"),
        ("key", "1"),
        ("liveness", "0.1"),
        ("loudness", "-6.5"),
        ("mode", "1"),
        ("speechiness", "0.05"),
        ("tempo", "120.5"),
        ("time_signature", "4"),
        ("valence", "0.5"),
        ("popularity", "40"),
    ];
    let header: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut text = header.join(",") + "\n";
    for (id, cells) in rows {
        let cell = |(name, usual): &(&str, &str)| match cells.iter().find(|(other, _)| other == name) {
            Some((_, value)) => (*value).to_owned(),
            None if *name == "track_id" => (*id).to_owned(),
            None => (*usual).to_owned(),
        };
        text.push_str(&(COLUMNS.iter().map(cell).collect::<Vec<_>>().join(",") + "\n"));
    }
    text
}

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use nearsong_history::{InteractionLimits, InteractionsError, ReadInteractions, read_interactions};
use nearsong_types::Silent;
use serde_json::{Value, json};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

pub const IDS: [&str; 4] =
    ["5SuOikwiRyPMVoIQDJUgSV", "000000000000000000000a", "000000000000000000000b", "000000000000000000000c"];

/// An entry of a playlist, with all that a slice says of it.
pub fn track(id: &str) -> Value {
    json!({
        "pos": 0, "artist_name": format!("Artist of {id}"), "track_uri": format!("spotify:track:{id}"),
        "artist_uri": "spotify:artist:7CajNmpbOovFoOoasH2HaY", "track_name": format!("Song {id}"),
        "album_uri": "spotify:album:48zisMeiXniWLzOQghbPqS", "duration_ms": 222_000, "album_name": "An album"
    })
}

/// A slice of playlists, each a number and its ids.
pub fn slice(playlists: &[(u64, &[&str])]) -> Value {
    let playlist = |&(pid, ids): &(u64, &[&str])| {
        let tracks: Vec<Value> = ids.iter().map(|id| track(id)).collect();
        json!({ "name": "Mine", "collaborative": "false", "pid": pid, "modified_at": 1_493_424_000, "tracks": tracks })
    };
    let playlists: Vec<Value> = playlists.iter().map(playlist).collect();
    json!({ "info": { "generated_on": "2020-01-01", "slice": "0-999", "version": "v1" }, "playlists": playlists })
}

/// A listen as dumps of today have it.
pub fn listen(user: &str, title: &str, at: i64) -> Value {
    json!({
        "user_id": 7, "user_name": user, "listened_at": at, "recording_msid": "x",
        "track_metadata": { "artist_name": "Ada", "track_name": title, "release_name": "R", "additional_info": { "tags": ["a"] } }
    })
}

pub fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

pub fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes.as_ref()).unwrap();
    gzip.finish().unwrap()
}

pub fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 1).unwrap()
}

pub fn zip_of(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// One file of a tar, as GNU and POSIX write it, of any type.
pub fn tar_entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..107].copy_from_slice(b"0000644");
    block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut entry = block.to_vec();
    entry.extend(content);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

pub fn tar_of(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar_entry("folder/", b'5', b"");
    for (name, content) in files {
        if name.len() > 90 {
            tar.extend(tar_entry("././@LongLink", b'L', format!("{name}\0").as_bytes()));
            tar.extend(tar_entry("short", b'0', content));
        } else {
            tar.extend(tar_entry(name, b'0', content));
        }
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// A folder of its own for each test.
pub struct Folder(TempDir);

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

pub fn read_with(paths: &[&Path], limits: &InteractionLimits) -> Result<ReadInteractions, InteractionsError> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    read_interactions(&paths, limits, &Silent)
}

pub fn read(paths: &[&Path]) -> Result<ReadInteractions, InteractionsError> {
    read_with(paths, &InteractionLimits::default())
}

/// Reads one file of this name and content.
pub fn read_file(name: &str, content: impl AsRef<[u8]>) -> Result<ReadInteractions, InteractionsError> {
    let folder = Folder::new();
    read(&[&folder.put(name, content)])
}

/// What must be refused, in words.
pub fn refusal(name: &str, content: impl AsRef<[u8]>) -> String {
    read_file(name, content).unwrap_err().to_string()
}

/// Entries of an owner, as (title or key or artist, weight).
pub fn entries(read: &ReadInteractions, owner: usize) -> Vec<(String, f32)> {
    let set = &read.set;
    let name = |item: u32| match (set.titles.get(item as usize), set.artists.get(item as usize)) {
        ("", artist) => artist.to_owned(),
        (title, _) => title.to_owned(),
    };
    set.interactions.entries_of(owner).map(|entry| (name(entry.item), entry.weight)).collect()
}

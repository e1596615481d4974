use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use nearsong_types::{Manifest, Moment};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DAMAGED, Version, columns::delta_schema, write::WrittenFile};
use crate::{StoreError, data_dir::names_in, fingerprint::sha256_hex, partial_file::PartialFile};

/// Largest entry of the log that is read: a manifest of 64 datasets takes far less.
const MAX_ENTRY: u64 = 1 << 26;
const SHA256: &str = "sha256";

/// One line of an entry, as the Delta protocol names its actions; those not listed here are passed over.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    commit_info: Option<CommitInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta_data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remove: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add: Option<Add>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommitInfo {
    /// Milliseconds since 1970.
    timestamp: i64,
    operation: String,
    operation_parameters: BTreeMap<String, String>,
    engine_info: String,
    nearsong: Details,
}

/// What Nearsong itself wants to know of a commit.
#[derive(Serialize, Deserialize)]
struct Details {
    at: Moment,
    manifest: Manifest,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Add {
    path: String,
    partition_values: BTreeMap<String, String>,
    size: u64,
    modification_time: i64,
    data_change: bool,
    stats: String,
    tags: BTreeMap<String, String>,
}

/// How many versions there are: one more than the highest number in the log.
pub(super) fn n_versions(table: &Path) -> Result<u64, StoreError> {
    let numbers = names_in(&table.join("_delta_log"))?.into_iter().filter_map(|name| {
        let number = name.strip_suffix(".json")?;
        (number.len() == 20).then(|| number.parse::<u64>().ok()).flatten()
    });
    Ok(numbers.max().map_or(0, |last| last.saturating_add(1)))
}

/// Reads one entry of the log.
pub(super) fn version(table: &Path, version: u64) -> Result<Version, StoreError> {
    let path = entry_path(table, version);
    let damaged = |problem: String| StoreError::corrupt(&path, problem, DAMAGED);
    let text = read_entry(&path)?;
    let (mut details, mut add) = (None, None);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Line =
            serde_json::from_str(line).map_err(|error| damaged(format!("line {}: {error}", number + 1)))?;
        details = details.or(line.commit_info.map(|info| info.nearsong));
        add = add.or(line.add);
    }
    let (Some(details), Some(mut add)) = (details, add) else {
        return Err(damaged("the commit has no manifest or no file".to_owned()));
    };
    let sha256 = add.tags.remove(SHA256).ok_or_else(|| damaged("the file has no SHA-256".to_owned()))?;
    if add.path.contains(['/', '\\']) {
        return Err(damaged(format!("expected a file name, found “{}”", add.path)));
    }
    let file = table.join(&add.path);
    Ok(Version { version, at: details.at, manifest: details.manifest, file, size_bytes: add.size, sha256 })
}

fn read_entry(path: &Path) -> Result<String, StoreError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_ENTRY).read_to_string(&mut text));
    read.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StoreError::corrupt(path, "the entry of the log is missing", DAMAGED),
        io::ErrorKind::InvalidData => StoreError::corrupt(path, "the entry of the log is not UTF-8", DAMAGED),
        _ => StoreError::Io { path: path.to_owned(), source: error },
    })?;
    Ok(text)
}

/// Adds the entry that makes a written file the newest version.
pub(super) fn commit(
    table: &Path,
    version: u64,
    last: Option<&Version>,
    file: WrittenFile,
    manifest: &Manifest,
    at: Moment,
) -> Result<(), StoreError> {
    let path = entry_path(table, version);
    let log = table.join("_delta_log");
    std::fs::create_dir_all(&log).map_err(|source| StoreError::io(&log, source))?;
    let mut lines = vec![commit_info(manifest, at)];
    match last {
        None => lines.extend(begin_table(&file.sha256, at)),
        Some(last) => lines.push(remove(last, at)),
    }
    lines.push(Line { add: Some(add(file, at)), ..Line::default() });

    let mut entry = PartialFile::create(&path)?;
    for line in lines {
        let written = serde_json::to_writer(entry.writer(), &line).map_err(io::Error::from);
        let written = written.and_then(|()| entry.writer().write_all(b"\n"));
        written.map_err(|source| StoreError::io(&path, source))?;
    }
    entry.publish_new()
}

fn entry_path(table: &Path, version: u64) -> PathBuf {
    table.join("_delta_log").join(format!("{version:020}.json"))
}

fn millis(at: Moment) -> i64 {
    at.micros().div_euclid(1000)
}

fn commit_info(manifest: &Manifest, at: Moment) -> Line {
    let info = CommitInfo {
        timestamp: millis(at),
        operation: "WRITE".to_owned(),
        operation_parameters: BTreeMap::from([("mode".to_owned(), "Overwrite".to_owned())]),
        engine_info: concat!("nearsong/", env!("CARGO_PKG_VERSION")).to_owned(),
        nearsong: Details { at, manifest: manifest.clone() },
    };
    Line { commit_info: Some(info), ..Line::default() }
}

/// The two actions that only the first entry has.
fn begin_table(seed: &str, at: Moment) -> [Line; 2] {
    let hash = sha256_hex(format!("nearsong features {seed} {}", at.micros()).as_bytes());
    let id = [&hash[..8], &hash[8..12], &hash[12..16], &hash[16..20], &hash[20..32]].join("-");
    let protocol = json!({"minReaderVersion": 1, "minWriterVersion": 2});
    let meta_data = json!({
        "id": id,
        "name": "nearsong track features",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": delta_schema(),
        "partitionColumns": [],
        "configuration": {},
        "createdTime": millis(at),
    });
    [Line { protocol: Some(protocol), ..Line::default() }, Line { meta_data: Some(meta_data), ..Line::default() }]
}

fn remove(last: &Version, at: Moment) -> Line {
    let path = last.file.file_name().unwrap_or_default().to_string_lossy();
    let remove = json!({"path": path, "deletionTimestamp": millis(at), "dataChange": true});
    Line { remove: Some(remove), ..Line::default() }
}

fn add(file: WrittenFile, at: Moment) -> Add {
    Add {
        path: file.name,
        partition_values: BTreeMap::new(),
        size: file.size_bytes,
        modification_time: millis(at),
        data_change: true,
        stats: file.stats,
        tags: BTreeMap::from([(SHA256.to_owned(), file.sha256)]),
    }
}

use std::collections::{BTreeSet, HashMap};

use nearsong_types::{Song, TrackId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

/// Above this the known numbers are forgotten and looked up again, so that memory stays bounded.
const MAX_KNOWN: usize = 500_000;

/// The numbers of the songs seen during one import.
///
/// Two plays are of one song where their track ids are equal, or, without ids, where title, artist and album are spelt alike.
/// The first spelling that came in is kept.
#[derive(Debug, Default)]
pub(crate) struct SongIds {
    by_track: HashMap<TrackId, i64>,
    by_name: HashMap<Song, i64>,
}

impl SongIds {
    /// The number of a song; adds it where it is new.
    pub(crate) fn id_of(&mut self, connection: &Connection, song: &Song) -> rusqlite::Result<i64> {
        let known = match song.track_id {
            Some(track_id) => self.by_track.get(&track_id),
            None => self.by_name.get(song),
        };
        if let Some(&id) = known {
            return Ok(id);
        }
        let identity = match song.track_id {
            Some(track_id) => track_id.as_str().to_owned(),
            None => json!([song.title, song.artist, song.album.as_deref().unwrap_or_default()]).to_string(),
        };
        let id = match find(connection, &identity)? {
            Some(id) => id,
            None => add(connection, &identity, song)?,
        };
        if self.by_track.len() + self.by_name.len() >= MAX_KNOWN {
            *self = Self::default();
        }
        match song.track_id {
            Some(track_id) => self.by_track.insert(track_id, id),
            None => self.by_name.insert(song.clone(), id),
        };
        Ok(id)
    }
}

fn find(connection: &Connection, identity: &str) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM song WHERE identity = ?1";
    connection.prepare_cached(sql)?.query_row([identity], |row| row.get(0)).optional()
}

fn add(connection: &Connection, identity: &str, song: &Song) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO song (identity, track_id, title, artist, album) VALUES (?1, ?2, ?3, ?4, ?5)";
    let track_id = song.track_id.as_ref().map(TrackId::as_str);
    connection.prepare_cached(sql)?.insert(params![identity, track_id, song.title, song.artist, song.album])
}

/// Deletes rows by a statement that ends in `RETURNING song_id`, and those of their songs that nothing refers to any more; gives how many
/// rows there were.
pub(crate) fn delete_with_songs(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> rusqlite::Result<u64> {
    let songs: Vec<i64> = connection.prepare(sql)?.query_map(params, |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut forget = connection.prepare_cached(
        "DELETE FROM song WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM listen WHERE song_id = ?1)
         AND NOT EXISTS (SELECT 1 FROM favourite WHERE song_id = ?1)",
    )?;
    for song in songs.iter().collect::<BTreeSet<_>>() {
        forget.execute([song])?;
    }
    Ok(songs.len() as u64)
}

/// Reads a song from the columns `track_id, title, artist, album`.
pub(crate) fn song_of(row: &Row<'_>) -> rusqlite::Result<Song> {
    let track_id = row.get_ref(0)?.as_str_or_null()?;
    Ok(Song {
        track_id: track_id.and_then(|id| id.parse().ok()),
        title: row.get(1)?,
        artist: row.get(2)?,
        album: row.get(3)?,
    })
}

use nearsong_types::Moment;
use rusqlite::{OptionalExtension, Row, params};

use crate::{PlaylistId, Store, StoreError};

/// One refresh of a playlist, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// When it was made.
    pub made_at: Moment,
    /// The moment of the schedule that it was made for; none where it was asked for by hand.
    pub due_at: Option<Moment>,
    /// The model that ranked its songs.
    pub model: Option<i64>,
    /// The version of the track features that the model knows.
    pub features_version: Option<u64>,
    /// The rules as they were.
    pub recipe_json: String,
    /// The songs, in order, each with its reason.
    pub songs_json: String,
    /// What else there is to say, such as that it brings an earlier one back.
    pub note: String,
}

/// One refresh of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionRecord {
    /// Its number, from 1.
    pub number: u32,
    /// When all targets had it; none while they do not.
    pub published_at: Option<Moment>,
    /// All else.
    pub edition: NewEdition,
}

const COLUMNS: &str =
    "number, published_at, made_at, due_at, model_id, features_version, recipe_json, songs_json, note";

impl Store {
    /// Adds an edition after those that there are; gives it its number.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`].
    pub fn add_edition(&self, playlist: PlaylistId, edition: &NewEdition) -> Result<EditionRecord, StoreError> {
        let sql = "INSERT INTO edition (playlist_id, number, made_at, due_at, model_id, features_version, recipe_json, songs_json, note)
                   SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM edition WHERE playlist_id = ?1
                   RETURNING number";
        let row = params![
            playlist.0,
            edition.made_at.micros(),
            edition.due_at.map(Moment::micros),
            edition.model,
            edition.features_version.map(u64::cast_signed),
            edition.recipe_json,
            edition.songs_json,
            edition.note,
        ];
        let number = self.connection.query_row(sql, row, |row| row.get(0)).map_err(self.failed())?;
        Ok(EditionRecord { number, published_at: None, edition: edition.clone() })
    }

    /// A playlist's editions, the newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn editions(&self, playlist: PlaylistId, limit: u32) -> Result<Vec<EditionRecord>, StoreError> {
        let failed = self.failed();
        let sql = format!("SELECT {COLUMNS} FROM edition WHERE playlist_id = ?1 ORDER BY number DESC LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        let rows = statement.query_map(params![playlist.0, limit], edition_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// The newest edition before a number that is at its targets.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn last_published(&self, playlist: PlaylistId, before: u32) -> Result<Option<EditionRecord>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM edition WHERE playlist_id = ?1 AND number < ?2 AND published_at IS NOT NULL
             ORDER BY number DESC LIMIT 1"
        );
        let found = self.connection.query_row(&sql, params![playlist.0, before], edition_of);
        found.optional().map_err(self.failed())
    }

    /// One edition by number.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn edition(&self, playlist: PlaylistId, number: u32) -> Result<Option<EditionRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM edition WHERE playlist_id = ?1 AND number = ?2");
        let found = self.connection.query_row(&sql, params![playlist.0, number], edition_of);
        found.optional().map_err(self.failed())
    }

    /// Keeps that all targets have an edition.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn mark_published(&self, playlist: PlaylistId, number: u32, at: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE edition SET published_at = ?3 WHERE playlist_id = ?1 AND number = ?2";
        self.connection.execute(sql, params![playlist.0, number, at.micros()]).map_err(self.failed())?;
        Ok(())
    }
}

fn edition_of(row: &Row<'_>) -> rusqlite::Result<EditionRecord> {
    let moment = |column| row.get::<_, Option<i64>>(column).map(|micros| micros.map(Moment::from_micros));
    Ok(EditionRecord {
        number: row.get(0)?,
        published_at: moment(1)?,
        edition: NewEdition {
            made_at: Moment::from_micros(row.get(2)?),
            due_at: moment(3)?,
            model: row.get(4)?,
            features_version: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
            recipe_json: row.get(6)?,
            songs_json: row.get(7)?,
            note: row.get(8)?,
        },
    })
}

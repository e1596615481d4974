use nearsong_types::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    ModelId, ModelRecord, Store, StoreError,
    models::{MODEL_COLUMNS, model_of},
};

/// One time a model became the champion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// The model.
    pub model: ModelId,
    /// When.
    pub promoted_at: Moment,
    /// Why, in words.
    pub reason: String,
    /// When it was taken back, if it was.
    pub rolled_back_at: Option<Moment>,
}

impl Store {
    /// Makes a model the champion, the one that answers. Nothing changes where it is already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Locked`], [`StoreError::DiskFull`]; the champion stays as it was then.
    pub fn promote(&mut self, model: ModelId, at: Moment, reason: &str) -> Result<(), StoreError> {
        self.model(model)?;
        let path = self.path.clone();
        let failed = |source| StoreError::database(&path, source);
        let transaction = self.begin()?;
        let top = standing(&transaction).map_err(failed)?;
        if top.first().is_some_and(|&(_, champion)| champion == model) {
            return Ok(());
        }
        let sql = "INSERT INTO promotion (model_id, promoted_at, reason) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![model.0, at.micros(), reason]).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    /// Takes the last promotion back; gives the model that is champion again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no earlier champion; the champion stays as it was then.
    pub fn rollback(&mut self, at: Moment) -> Result<ModelId, StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::database(&path, source);
        let transaction = self.begin()?;
        let &[(last, _), (_, earlier)] = standing(&transaction).map_err(failed)?.as_slice() else {
            return Err(StoreError::not_found("earlier model to go back to"));
        };
        let sql = "UPDATE promotion SET rolled_back_at = ?2 WHERE id = ?1";
        transaction.execute(sql, params![last, at.micros()]).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(earlier)
    }

    /// The model that answers; `None` before the first promotion.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn champion(&self) -> Result<Option<ModelRecord>, StoreError> {
        let sql = format!(
            "SELECT {MODEL_COLUMNS} FROM promotion JOIN model ON model.id = model_id
             WHERE rolled_back_at IS NULL ORDER BY promotion.id DESC LIMIT 1"
        );
        self.connection.query_row(&sql, [], model_of).optional().map_err(self.failed())
    }

    /// All promotions, the oldest first, those taken back included.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn promotions(&self) -> Result<Vec<Promotion>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT model_id, promoted_at, reason, rolled_back_at FROM promotion ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([], promotion_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}

/// The last two promotions that were not taken back, the latest first.
fn standing(connection: &Connection) -> rusqlite::Result<Vec<(i64, ModelId)>> {
    let sql = "SELECT id, model_id FROM promotion WHERE rolled_back_at IS NULL ORDER BY id DESC LIMIT 2";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, ModelId(row.get(1)?))))?;
    rows.collect()
}

fn promotion_of(row: &Row<'_>) -> rusqlite::Result<Promotion> {
    Ok(Promotion {
        model: ModelId(row.get(0)?),
        promoted_at: Moment::from_micros(row.get(1)?),
        reason: row.get(2)?,
        rolled_back_at: row.get::<_, Option<i64>>(3)?.map(Moment::from_micros),
    })
}

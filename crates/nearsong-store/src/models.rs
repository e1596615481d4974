use std::{fs, io, path::PathBuf};

use nearsong_types::Moment;
use rusqlite::{OptionalExtension, Row, params};

use crate::{DataDir, Store, StoreError, fingerprint::sha256_hex, partial_file::write_whole};

const DAMAGED: &str = "train again or roll back to an earlier model";

/// Number of a model; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub(crate) i64);

impl ModelId {
    /// The model of a number that a person typed.
    pub fn from_number(number: u32) -> Self {
        Self(number.into())
    }

    /// The number.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// What a trained model was made from and how good it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewModel {
    /// Name of the algorithm, such as `content-knn`.
    pub algorithm: String,
    /// Its parameters.
    pub params_json: String,
    /// Seed of everything random in its training.
    pub seed: u64,
    /// Version of the feature table it was trained on.
    pub snapshot_version: u64,
    /// SHA-256 (hex) over all it was trained on.
    pub data_fingerprint: String,
    /// How it did beside the baselines.
    pub metrics_json: String,
    /// When it was trained.
    pub created_at: Moment,
}

/// A registered model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRecord {
    /// Its number.
    pub id: ModelId,
    /// Where it comes from.
    pub model: NewModel,
    /// SHA-256 (hex) of its file.
    pub sha256: String,
    /// Length of its file in bytes.
    pub size_bytes: u64,
}

pub(crate) const MODEL_COLUMNS: &str = "model.id, algorithm, params_json, seed, snapshot_version, data_fingerprint,
    metrics_json, sha256, size_bytes, created_at";

impl Store {
    /// Registers a trained model and keeps its bytes.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::ReadOnly`], [`StoreError::Locked`]; then it is not registered.
    pub fn add_model(&mut self, model: &NewModel, bytes: &[u8]) -> Result<ModelId, StoreError> {
        let (path, data) = (self.path.clone(), self.data.clone());
        let failed = |source| StoreError::database(&path, source);
        let transaction = self.begin()?;
        let sql = "INSERT INTO model (algorithm, params_json, seed, snapshot_version, data_fingerprint, metrics_json,
                   sha256, size_bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let row = params![
            model.algorithm,
            model.params_json,
            model.seed.cast_signed(),
            model.snapshot_version.cast_signed(),
            model.data_fingerprint,
            model.metrics_json,
            sha256_hex(bytes),
            (bytes.len() as u64).cast_signed(),
            model.created_at.micros(),
        ];
        transaction.execute(sql, row).map_err(failed)?;
        let id = ModelId(transaction.last_insert_rowid());
        // The file first: a registered model always has one. A file without a row is overwritten by the next model.
        write_whole(&model_path(&data, id), bytes)?;
        transaction.commit().map_err(failed)?;
        Ok(id)
    }

    /// The record of a model.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn model(&self, id: ModelId) -> Result<ModelRecord, StoreError> {
        let sql = format!("SELECT {MODEL_COLUMNS} FROM model WHERE id = ?1");
        let found = self.connection.query_row(&sql, [id.0], model_of).optional().map_err(self.failed())?;
        found.ok_or_else(|| StoreError::not_found(format!("model {}", id.0)))
    }

    /// All models, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn models(&self) -> Result<Vec<ModelRecord>, StoreError> {
        let failed = self.failed();
        let sql = format!("SELECT {MODEL_COLUMNS} FROM model ORDER BY id");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        let rows = statement.query_map([], model_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// The bytes of a model, every one of them checked.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the file is missing or not what was registered.
    pub fn load_model(&self, model: &ModelRecord) -> Result<Vec<u8>, StoreError> {
        let path = self.model_path(model.id);
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::corrupt(&path, "the file is missing", DAMAGED),
            _ => StoreError::Io { path: path.clone(), source: error },
        })?;
        if bytes.len() as u64 != model.size_bytes {
            let problem = format!("expected {} bytes, found {}", model.size_bytes, bytes.len());
            return Err(StoreError::corrupt(&path, problem, DAMAGED));
        }
        if sha256_hex(&bytes) != model.sha256 {
            return Err(StoreError::corrupt(&path, "its SHA-256 is not the registered one", DAMAGED));
        }
        Ok(bytes)
    }

    /// Where the file of a model is.
    pub fn model_path(&self, id: ModelId) -> PathBuf {
        model_path(&self.data, id)
    }
}

fn model_path(data: &DataDir, id: ModelId) -> PathBuf {
    data.models().join(format!("{}.model", id.0))
}

pub(crate) fn model_of(row: &Row<'_>) -> rusqlite::Result<ModelRecord> {
    Ok(ModelRecord {
        id: ModelId(row.get(0)?),
        model: NewModel {
            algorithm: row.get(1)?,
            params_json: row.get(2)?,
            seed: row.get::<_, i64>(3)?.cast_unsigned(),
            snapshot_version: row.get::<_, i64>(4)?.cast_unsigned(),
            data_fingerprint: row.get(5)?,
            metrics_json: row.get(6)?,
            created_at: Moment::from_micros(row.get(9)?),
        },
        sha256: row.get(7)?,
        size_bytes: row.get::<_, i64>(8)?.cast_unsigned(),
    })
}

#[cfg(test)]
mod tests;

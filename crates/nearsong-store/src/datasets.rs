use std::{fs, io, path::PathBuf};

use nearsong_types::Moment;
use rusqlite::{OptionalExtension, Row, params};

use crate::{Store, StoreError};

/// A dataset kept in the data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetRecord {
    /// File name as the person gave it.
    pub name: String,
    /// Schema it was recognised as.
    pub schema: String,
    /// SHA-256 (hex) of the file; one dataset of each is kept.
    pub sha256: String,
    /// Whether Nearsong made the data up.
    pub is_made_up: bool,
    /// Length in bytes.
    pub size_bytes: u64,
    /// Rows read.
    pub n_rows: u64,
    /// Place in the order of trust: of two that disagree the lower one is believed.
    pub trust: u32,
    /// When it was added.
    pub added_at: Moment,
    /// Name in [`crate::DataDir::datasets`], as [`crate::DataDir::keep_dataset_file`] gave it.
    pub file_name: String,
    /// Where it was fetched from, if it was.
    pub source_url: Option<String>,
}

impl Store {
    /// Adds a dataset whose file is in place. `false` where a dataset of the same content is there already; it stays as it is.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Locked`], [`StoreError::Database`].
    pub fn add_dataset(&mut self, dataset: &DatasetRecord) -> Result<bool, StoreError> {
        let sql = "INSERT INTO dataset (name, schema, sha256, is_made_up, size_bytes, n_rows, trust, added_at, file_name, source_url)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (sha256) DO NOTHING";
        let row = params![
            dataset.name,
            dataset.schema,
            dataset.sha256,
            dataset.is_made_up,
            dataset.size_bytes.cast_signed(),
            dataset.n_rows.cast_signed(),
            dataset.trust,
            dataset.added_at.micros(),
            dataset.file_name,
            dataset.source_url,
        ];
        Ok(self.connection.execute(sql, row).map_err(self.failed())? == 1)
    }

    /// All datasets, the most trusted first, of equals the one added first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn datasets(&self) -> Result<Vec<DatasetRecord>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT name, schema, sha256, is_made_up, size_bytes, n_rows, trust, added_at, file_name, source_url
                   FROM dataset ORDER BY trust, id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([], dataset_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Where the file of a dataset is.
    pub fn dataset_path(&self, dataset: &DatasetRecord) -> PathBuf {
        self.data.datasets().join(&dataset.file_name)
    }

    /// Removes a dataset and its file. Versions of the feature table made from it stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Io`] where the file cannot be deleted (the dataset is forgotten even so).
    pub fn remove_dataset(&mut self, sha256: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM dataset WHERE sha256 = ?1 RETURNING file_name";
        let removed = self.connection.query_row(sql, [sha256], |row| row.get::<_, String>(0)).optional();
        let file_name = removed.map_err(self.failed())?;
        let file_name = file_name.ok_or_else(|| StoreError::not_found(format!("dataset with SHA-256 {sha256}")))?;
        let path = self.data.datasets().join(file_name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io(&path, error)),
            _ => Ok(()),
        }
    }
}

fn dataset_of(row: &Row<'_>) -> rusqlite::Result<DatasetRecord> {
    Ok(DatasetRecord {
        name: row.get(0)?,
        schema: row.get(1)?,
        sha256: row.get(2)?,
        is_made_up: row.get(3)?,
        size_bytes: row.get::<_, i64>(4)?.cast_unsigned(),
        n_rows: row.get::<_, i64>(5)?.cast_unsigned(),
        trust: row.get(6)?,
        added_at: Moment::from_micros(row.get(7)?),
        file_name: row.get(8)?,
        source_url: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataDir;

    fn record(name: &str, trust: u32, kept: &crate::KeptFile) -> DatasetRecord {
        DatasetRecord {
            name: name.to_owned(),
            schema: "114k".to_owned(),
            sha256: kept.sha256.clone(),
            is_made_up: true,
            size_bytes: kept.size_bytes,
            n_rows: 3,
            trust,
            added_at: Moment::from_seconds(9),
            file_name: kept.file_name.clone(),
            source_url: Some("https://example.org/a.csv".to_owned()),
        }
    }

    #[test]
    fn datasets_are_kept_once_in_the_order_of_trust_until_removed() {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
        let mut store = Store::open(&data).unwrap();
        let [first, second] = ["one", "two"].map(|text| {
            let path = directory.path().join(text);
            fs::write(&path, text).unwrap();
            data.keep_dataset_file(&path).unwrap()
        });
        let [low, high] = [record("low", 7, &first), record("high", 1, &second)];
        assert!(store.add_dataset(&low).unwrap());
        assert!(store.add_dataset(&high).unwrap());
        assert!(!store.add_dataset(&DatasetRecord { name: "again".to_owned(), ..low.clone() }).unwrap());
        assert_eq!(store.datasets().unwrap(), [high.clone(), low.clone()]);

        assert_eq!(fs::read(store.dataset_path(&low)).unwrap(), b"one");
        store.remove_dataset(&low.sha256).unwrap();
        assert!(!store.dataset_path(&low).exists());
        assert_eq!(store.datasets().unwrap(), [high]);
        assert!(matches!(store.remove_dataset(&low.sha256), Err(StoreError::NotFound { .. })));
    }
}

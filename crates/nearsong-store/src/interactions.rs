use std::{fs, io, path::PathBuf};

use nearsong_types::{InteractionSet, Moment};
use rusqlite::{OptionalExtension, Row, params};

use crate::{Store, StoreError, data_dir::plain_name, fingerprint::sha256_hex, partial_file::write_whole};

const DAMAGED: &str = "remove the set and add it again";
const COLUMNS: &str = "name, format, kind, licence, origin, is_made_up, sha256, size_bytes, n_owners, n_items, n_entries, added_at, file_name";

/// What is told of a set of interactions when it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInteractionSet {
    /// Name to know it by; each is given once.
    pub name: String,
    /// Format that it was read from.
    pub format: String,
    /// The terms it was published under, where they are known.
    pub licence: Option<String>,
    /// Where it was published, where that is known.
    pub origin: Option<String>,
    /// Whether Nearsong made it up.
    pub is_made_up: bool,
    /// When it was added.
    pub added_at: Moment,
}

/// A set of interactions kept in the data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionSetRecord {
    /// What was told of it.
    pub set: NewInteractionSet,
    /// What its items are: the name of an [`nearsong_types::ItemKind`].
    pub kind: String,
    /// SHA-256 (hex) of its file; one set of each is kept.
    pub sha256: String,
    /// Length of its file in bytes.
    pub size_bytes: u64,
    /// Playlists or listeners.
    pub n_owners: u64,
    /// Items.
    pub n_items: u64,
    /// Entries.
    pub n_entries: u64,
    /// Name in [`crate::DataDir::interactions`].
    pub file_name: String,
}

impl Store {
    /// Keeps a set. Gives its record and whether it is new: of two with the same content the one added first stays, under its name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another set has the name, [`StoreError::DiskFull`], [`StoreError::ReadOnly`],
    /// [`StoreError::Locked`]; then nothing is kept of it.
    pub fn add_interactions(
        &mut self,
        new: &NewInteractionSet,
        set: &InteractionSet,
    ) -> Result<(InteractionSetRecord, bool), StoreError> {
        let bytes = set.to_bytes();
        let sha256 = sha256_hex(&bytes);
        let there = self.interaction_sets()?;
        if let Some(same) = there.iter().find(|record| record.sha256 == sha256) {
            return Ok((same.clone(), false));
        }
        if there.iter().any(|record| record.set.name == new.name) {
            let what = format!("there is a set of interactions “{}” already: choose another name", new.name);
            return Err(StoreError::Conflict { what });
        }
        let record = InteractionSetRecord {
            set: new.clone(),
            kind: set.kind.name().to_owned(),
            size_bytes: bytes.len() as u64,
            n_owners: set.interactions.n_owners() as u64,
            n_items: set.interactions.n_items() as u64,
            n_entries: set.interactions.n_entries() as u64,
            file_name: format!("{}-{}.interactions", &sha256[..16], plain_name(new.name.as_ref())),
            sha256,
        };
        // The file first: a record always has one.
        let path = self.interactions_path(&record);
        write_whole(&path, &bytes)?;
        match self.insert(&record) {
            Ok(()) => Ok((record, true)),
            Err(error) => {
                // Nothing better can be done here; `doctor` names what stays.
                let _ = fs::remove_file(&path);
                Err(error)
            }
        }
    }

    fn insert(&self, record: &InteractionSetRecord) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO interaction_set ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        );
        let row = params![
            record.set.name,
            record.set.format,
            record.kind,
            record.set.licence,
            record.set.origin,
            record.set.is_made_up,
            record.sha256,
            record.size_bytes.cast_signed(),
            record.n_owners.cast_signed(),
            record.n_items.cast_signed(),
            record.n_entries.cast_signed(),
            record.set.added_at.micros(),
            record.file_name,
        ];
        self.connection.execute(&sql, row).map_err(self.failed())?;
        Ok(())
    }

    /// All sets of interactions, in the order in which they were added.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn interaction_sets(&self) -> Result<Vec<InteractionSetRecord>, StoreError> {
        let failed = self.failed();
        let sql = format!("SELECT {COLUMNS} FROM interaction_set ORDER BY id");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        let rows = statement.query_map([], record_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// The interactions of a set, every byte of them checked.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the file is missing or not what was added.
    pub fn load_interactions(&self, record: &InteractionSetRecord) -> Result<InteractionSet, StoreError> {
        let path = self.interactions_path(record);
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::corrupt(&path, "the file is missing", DAMAGED),
            _ => StoreError::io(&path, error),
        })?;
        if sha256_hex(&bytes) != record.sha256 {
            return Err(StoreError::corrupt(&path, "its SHA-256 is not the one it was added with", DAMAGED));
        }
        InteractionSet::from_bytes(&bytes).map_err(|error| StoreError::corrupt(&path, error, DAMAGED))
    }

    /// Where the file of a set is.
    pub fn interactions_path(&self, record: &InteractionSetRecord) -> PathBuf {
        self.data.interactions().join(&record.file_name)
    }

    /// Removes a set and its file. Models trained on it stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Io`] where the file cannot be deleted (the set is forgotten even so).
    pub fn remove_interactions(&mut self, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM interaction_set WHERE name = ?1 RETURNING file_name";
        let removed = self.connection.query_row(sql, [name], |row| row.get::<_, String>(0)).optional();
        let file_name = removed.map_err(self.failed())?;
        let file_name = file_name.ok_or_else(|| StoreError::not_found(format!("set of interactions “{name}”")))?;
        let path = self.data.interactions().join(file_name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io(&path, error)),
            _ => Ok(()),
        }
    }
}

fn record_of(row: &Row<'_>) -> rusqlite::Result<InteractionSetRecord> {
    let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    Ok(InteractionSetRecord {
        set: NewInteractionSet {
            name: row.get(0)?,
            format: row.get(1)?,
            licence: row.get(3)?,
            origin: row.get(4)?,
            is_made_up: row.get(5)?,
            added_at: Moment::from_micros(row.get(11)?),
        },
        kind: row.get(2)?,
        sha256: row.get(6)?,
        size_bytes: count(7)?,
        n_owners: count(8)?,
        n_items: count(9)?,
        n_entries: count(10)?,
        file_name: row.get(12)?,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use nearsong_types::{Interaction, Interactions, ItemKind};

    use super::*;
    use crate::DataDir;

    pub(crate) fn new(name: &str) -> NewInteractionSet {
        NewInteractionSet {
            name: name.to_owned(),
            format: "table".to_owned(),
            licence: None,
            origin: Some("https://example.org".to_owned()),
            is_made_up: true,
            added_at: Moment::from_seconds(7),
        }
    }

    pub(crate) fn set(weight: f32) -> InteractionSet {
        let mut interactions = Interactions::new(1);
        interactions.push_owner([Interaction { item: 0, weight, at: None }]);
        InteractionSet {
            kind: ItemKind::Other,
            track_ids: vec![None],
            titles: ["a"].into_iter().collect(),
            artists: [""].into_iter().collect(),
            interactions,
        }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
        (directory, Store::open(&data).unwrap())
    }

    #[test]
    fn sets_are_kept_once_under_their_names_until_removed() {
        let (_directory, mut store) = store();
        let (first, is_new) = store.add_interactions(&new("my plays"), &set(1.0)).unwrap();
        assert!(is_new);
        assert_eq!(first.file_name, format!("{}-my_plays.interactions", &first.sha256[..16]));
        assert_eq!((first.n_owners, first.n_items, first.n_entries, first.kind.as_str()), (1, 1, 1, "other"));
        assert_eq!(store.add_interactions(&new("again"), &set(1.0)).unwrap(), (first.clone(), false));
        let taken = store.add_interactions(&new("my plays"), &set(2.0));
        assert!(matches!(taken, Err(StoreError::Conflict { .. })));
        let (second, _) = store.add_interactions(&new("other"), &set(2.0)).unwrap();
        assert_eq!(store.interaction_sets().unwrap(), [first.clone(), second.clone()]);
        assert_eq!(store.load_interactions(&second).unwrap(), set(2.0));

        store.remove_interactions("my plays").unwrap();
        assert!(!store.interactions_path(&first).exists());
        assert_eq!(store.interaction_sets().unwrap(), [second]);
        assert!(matches!(store.remove_interactions("my plays"), Err(StoreError::NotFound { .. })));
    }

    #[test]
    fn a_changed_or_missing_file_is_told() {
        let (_directory, mut store) = store();
        let (record, _) = store.add_interactions(&new("a"), &set(1.0)).unwrap();
        let path = store.interactions_path(&record);
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(matches!(store.load_interactions(&record), Err(StoreError::Corrupt { .. })));
        fs::remove_file(&path).unwrap();
        let error = store.load_interactions(&record).unwrap_err().to_string();
        assert!(error.contains("missing") && error.contains("add it again"), "{error}");
    }
}

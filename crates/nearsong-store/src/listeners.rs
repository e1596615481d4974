use nearsong_types::Moment;
use rusqlite::{ErrorCode, OptionalExtension, Row, params};

use crate::{Store, StoreError};

/// Number of a listener in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(pub(crate) i64);

/// A person whose listening is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Number in the database.
    pub id: ListenerId,
    /// The name chosen on this machine; no account name.
    pub name: String,
    /// IANA name, such as `Europe/Lisbon`.
    pub time_zone: String,
    /// When the listener was added.
    pub added_at: Moment,
}

impl Store {
    /// Adds a listener. The time zone's name is kept as it is given.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is one of this name.
    pub fn add_listener(&mut self, name: &str, time_zone: &str, at: Moment) -> Result<Listener, StoreError> {
        let sql = "INSERT INTO listener (name, time_zone, added_at) VALUES (?1, ?2, ?3)";
        let added = self.connection.execute(sql, params![name, time_zone, at.micros()]);
        added.map_err(|source| match source.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => {
                StoreError::Conflict { what: format!("there is a listener “{name}” already: choose another name") }
            }
            _ => StoreError::database(&self.path, source),
        })?;
        self.listener(name)
    }

    /// The listener of a name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn listener(&self, name: &str) -> Result<Listener, StoreError> {
        let sql = "SELECT id, name, time_zone, added_at FROM listener WHERE name = ?1";
        let found = self.connection.query_row(sql, [name], listener_of).optional().map_err(self.failed())?;
        found.ok_or_else(|| StoreError::not_found(format!("listener “{name}”")))
    }

    /// All listeners, in the order in which they were added.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn listeners(&self) -> Result<Vec<Listener>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT id, name, time_zone, added_at FROM listener ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([], listener_of).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Changes a listener's time zone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_time_zone(&mut self, listener: ListenerId, time_zone: &str) -> Result<(), StoreError> {
        let sql = "UPDATE listener SET time_zone = ?2 WHERE id = ?1";
        let n_changed = self.connection.execute(sql, params![listener.0, time_zone]).map_err(self.failed())?;
        if n_changed == 0 { Err(StoreError::not_found("such listener")) } else { Ok(()) }
    }
}

fn listener_of(row: &Row<'_>) -> rusqlite::Result<Listener> {
    Ok(Listener {
        id: ListenerId(row.get(0)?),
        name: row.get(1)?,
        time_zone: row.get(2)?,
        added_at: Moment::from_micros(row.get(3)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataDir;

    #[test]
    fn listeners_are_kept_by_name_with_their_time_zone() {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(directory.path()).unwrap();
        let mut store = Store::open(&data).unwrap();
        let anna = store.add_listener("anna", "Europe/Lisbon", Moment::from_seconds(5)).unwrap();
        let ben = store.add_listener("ben", "UTC", Moment::from_seconds(6)).unwrap();
        store.set_time_zone(ben.id, "Asia/Tokyo").unwrap();
        drop(store);

        let mut store = Store::open(&data).unwrap();
        assert_eq!(store.listener("anna").unwrap(), anna);
        assert_eq!(store.listeners().unwrap(), [anna, Listener { time_zone: "Asia/Tokyo".to_owned(), ..ben }]);
        assert!(matches!(store.listener("carol"), Err(StoreError::NotFound { .. })));
        let again = store.add_listener("anna", "UTC", Moment::from_seconds(7));
        assert!(matches!(again, Err(StoreError::Conflict { .. })));
        assert!(matches!(store.set_time_zone(ListenerId(99), "UTC"), Err(StoreError::NotFound { .. })));
    }
}

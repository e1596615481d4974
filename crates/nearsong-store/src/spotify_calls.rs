use nearsong_types::Moment;
use rusqlite::params;

use crate::{Store, StoreError};

/// Calls are remembered for so long.
const KEPT_DAYS: i64 = 40;

/// Until when calls of a family must not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCooldown {
    /// The family, by its short name.
    pub family: String,
    /// When it is over.
    pub until: Moment,
    /// Why, by its short name.
    pub reason: String,
    /// How often in a row.
    pub n_in_a_row: u32,
}

impl Store {
    /// Counts a call that is about to be made, and forgets those of over 40 days ago; gives its number.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`].
    pub fn call_begins(&self, family: &str, at: Moment) -> Result<i64, StoreError> {
        let failed = self.failed();
        let forget = "DELETE FROM spotify_call WHERE begun_at < ?1";
        self.connection.execute(forget, [at.minus_days(KEPT_DAYS).micros()]).map_err(failed)?;
        let sql = "INSERT INTO spotify_call (family, begun_at) VALUES (?1, ?2)";
        self.connection.execute(sql, params![family, at.micros()]).map_err(failed)?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Keeps how a call ended: its HTTP status, 0 where no answer came.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn call_ended(&self, number: i64, status: u16) -> Result<(), StoreError> {
        let sql = "UPDATE spotify_call SET status = ?2 WHERE id = ?1";
        self.connection.execute(sql, params![number, status]).map_err(self.failed())?;
        Ok(())
    }

    /// How many calls of each family began after a moment, by name of the family.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn calls_since(&self, moment: Moment) -> Result<Vec<(String, u64)>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT family, count(*) FROM spotify_call WHERE begun_at > ?1 GROUP BY family ORDER BY family";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows =
            statement.query_map([moment.micros()], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())));
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// How many calls of each family ended with each status after a moment: 0 without an answer, none while it is not known.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn call_outcomes_since(&self, moment: Moment) -> Result<Vec<(String, Option<u16>, u64)>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT family, status, count(*) FROM spotify_call WHERE begun_at > ?1
                   GROUP BY family, status ORDER BY family, status";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement
            .query_map([moment.micros()], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.cast_unsigned())));
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// The cooldown of a family, also where it is over.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn cooldown(&self, family: &str) -> Result<Option<StoredCooldown>, StoreError> {
        Ok(self.cooldowns()?.into_iter().find(|cooldown| cooldown.family == family))
    }

    /// All cooldowns, also those that are over, by name of the family.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn cooldowns(&self) -> Result<Vec<StoredCooldown>, StoreError> {
        let failed = self.failed();
        let sql = "SELECT family, until, reason, n_in_a_row FROM spotify_cooldown ORDER BY family";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            let until = Moment::from_micros(row.get(1)?);
            Ok(StoredCooldown { family: row.get(0)?, until, reason: row.get(2)?, n_in_a_row: row.get(3)? })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// Keeps a cooldown in place of the one before.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn cool_down(&self, cooldown: &StoredCooldown) -> Result<(), StoreError> {
        let sql = "INSERT INTO spotify_cooldown (family, until, reason, n_in_a_row) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (family) DO UPDATE SET
                       until = excluded.until, reason = excluded.reason, n_in_a_row = excluded.n_in_a_row";
        let StoredCooldown { family, until, reason, n_in_a_row } = cooldown;
        self.connection.execute(sql, params![family, until.micros(), reason, n_in_a_row]).map_err(self.failed())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataDir;

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    fn status_of_call(store: &Store, number: i64) -> Option<u16> {
        let sql = "SELECT status FROM spotify_call WHERE id = ?1";
        store.connection.query_row(sql, [number], |row| row.get(0)).unwrap()
    }

    #[test]
    fn calls_and_cooldowns_outlive_the_process() {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(directory.path()).unwrap();
        let store = Store::open(&data).unwrap();
        store.call_begins("top", NOW.minus_days(41)).unwrap();
        let first = store.call_begins("top", NOW.minus_days(2)).unwrap();
        let second = store.call_begins("library", NOW).unwrap();
        store.call_ended(second, 429).unwrap();
        let cooldown = |n_in_a_row| StoredCooldown {
            family: "library".to_owned(),
            until: NOW.minus_days(-1),
            reason: "quota".to_owned(),
            n_in_a_row,
        };
        store.cool_down(&cooldown(1)).unwrap();
        store.cool_down(&cooldown(2)).unwrap();
        drop(store);

        let store = Store::open(&data).unwrap();
        assert_eq!(store.calls_since(NOW.minus_days(1)).unwrap(), [("library".to_owned(), 1)]);
        assert_eq!(store.calls_since(NOW.minus_days(99)).unwrap(), [("library".to_owned(), 1), ("top".to_owned(), 1)]);
        assert_eq!((status_of_call(&store, first), status_of_call(&store, second)), (None, Some(429)));
        let outcomes = store.call_outcomes_since(NOW.minus_days(99)).unwrap();
        assert_eq!(outcomes, [("library".to_owned(), Some(429), 1), ("top".to_owned(), None, 1)]);
        assert_eq!(store.cooldown("library").unwrap(), Some(cooldown(2)));
        assert_eq!(store.cooldown("top").unwrap(), None);
    }
}

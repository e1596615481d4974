use nearsong_types::{Moment, Secret};
use rusqlite::{OptionalExtension, Row, params};

use crate::{ListenerId, SealingKey, Store, StoreError};

/// A listener's connection with Spotify, without its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Spotify's number for the account.
    pub account: String,
    /// What was allowed, by Spotify's names with spaces between.
    pub scopes: String,
    /// When the person signed in.
    pub consented_at: Moment,
    /// Whether there are tokens; there are none once Spotify takes them no longer.
    pub has_tokens: bool,
}

/// The tokens of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTokens {
    /// Goes with every call.
    pub access: Secret,
    /// When it dies.
    pub access_expires_at: Moment,
    /// Fetches the next one.
    pub refresh: Secret,
    /// What was allowed, by Spotify's names with spaces between.
    pub scopes: String,
}

/// What became of looking for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundTokens {
    /// They are here.
    Here(StoredTokens),
    /// The listener is connected, but the tokens were of no use any more.
    Dropped,
    /// They were sealed with another key, or have been changed since.
    Sealed,
    /// The listener is not connected.
    NotConnected,
}

impl Store {
    /// Keeps a new sign-in in place of the one before.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::DiskFull`], [`StoreError::Database`].
    pub fn connect(
        &mut self,
        listener: ListenerId,
        account: &str,
        tokens: &StoredTokens,
        key: &SealingKey,
        at: Moment,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO spotify_connection
                       (listener_id, account, scopes, consented_at, access_expires_at, sealed_access, sealed_refresh)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (listener_id) DO UPDATE SET
                       account = excluded.account, scopes = excluded.scopes, consented_at = excluded.consented_at,
                       access_expires_at = excluded.access_expires_at, sealed_access = excluded.sealed_access,
                       sealed_refresh = excluded.sealed_refresh";
        let row = params![
            listener.0,
            account,
            tokens.scopes,
            at.micros(),
            tokens.access_expires_at.micros(),
            key.seal(&tokens.access, &place(listener, "access")),
            key.seal(&tokens.refresh, &place(listener, "refresh")),
        ];
        self.connection.execute(sql, row).map_err(self.failed())?;
        Ok(())
    }

    /// A listener's connection, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn connection(&self, listener: ListenerId) -> Result<Option<Connection>, StoreError> {
        let sql = "SELECT account, scopes, consented_at, sealed_refresh IS NOT NULL FROM spotify_connection
                   WHERE listener_id = ?1";
        self.connection.query_row(sql, [listener.0], connection_of).optional().map_err(self.failed())
    }

    /// The tokens of a listener's connection.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn tokens(&self, listener: ListenerId, key: &SealingKey) -> Result<FoundTokens, StoreError> {
        let sql = "SELECT sealed_access, sealed_refresh, access_expires_at, scopes FROM spotify_connection
                   WHERE listener_id = ?1";
        let found = self.connection.query_row(sql, [listener.0], |row| {
            let sealed: (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
            Ok((sealed, Moment::from_micros(row.get(2)?), row.get(3)?))
        });
        let Some((sealed, access_expires_at, scopes)) = found.optional().map_err(self.failed())? else {
            return Ok(FoundTokens::NotConnected);
        };
        let (Some(access), Some(refresh)) = sealed else { return Ok(FoundTokens::Dropped) };
        let open = |sealed: &[u8], what| key.open(sealed, &place(listener, what));
        Ok(match (open(&access, "access"), open(&refresh, "refresh")) {
            (Some(access), Some(refresh)) => {
                FoundTokens::Here(StoredTokens { access, access_expires_at, refresh, scopes })
            }
            _ => FoundTokens::Sealed,
        })
    }

    /// Keeps tokens that were exchanged, in place of those before; the moment of the sign-in stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the listener is not connected, [`StoreError::Locked`], [`StoreError::DiskFull`].
    pub fn keep_tokens(&self, listener: ListenerId, tokens: &StoredTokens, key: &SealingKey) -> Result<(), StoreError> {
        let sql =
            "UPDATE spotify_connection SET scopes = ?2, access_expires_at = ?3, sealed_access = ?4, sealed_refresh = ?5
                   WHERE listener_id = ?1";
        let row = params![
            listener.0,
            tokens.scopes,
            tokens.access_expires_at.micros(),
            key.seal(&tokens.access, &place(listener, "access")),
            key.seal(&tokens.refresh, &place(listener, "refresh")),
        ];
        match self.connection.execute(sql, row).map_err(self.failed())? {
            0 => Err(StoreError::not_found("connection with Spotify")),
            _ => Ok(()),
        }
    }

    /// Forgets tokens that are of no use any more; the connection stays, so that it can be said since when.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub fn drop_tokens(&self, listener: ListenerId) -> Result<(), StoreError> {
        let sql = "UPDATE spotify_connection SET sealed_access = NULL, sealed_refresh = NULL WHERE listener_id = ?1";
        self.connection.execute(sql, [listener.0]).map_err(self.failed())?;
        Ok(())
    }
}

fn connection_of(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        account: row.get(0)?,
        scopes: row.get(1)?,
        consented_at: Moment::from_micros(row.get(2)?),
        has_tokens: row.get(3)?,
    })
}

fn place(listener: ListenerId, what: &str) -> String {
    format!("spotify {what} token of listener {}", listener.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataDir;

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    fn tokens(name: &str) -> StoredTokens {
        StoredTokens {
            access: Secret::new(format!("BQ{name}topsecret")),
            access_expires_at: NOW.minus_days(-1),
            refresh: Secret::new(format!("AQ{name}topsecret")),
            scopes: "user-top-read".to_owned(),
        }
    }

    fn store() -> (tempfile::TempDir, Store, ListenerId, SealingKey) {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(directory.path()).unwrap();
        let mut store = Store::open(&data).unwrap();
        let listener = store.add_listener("anna", "UTC", NOW).unwrap().id;
        let key = SealingKey::of(&data).unwrap();
        (directory, store, listener, key)
    }

    #[test]
    fn tokens_are_kept_exchanged_and_dropped() {
        let (_directory, mut store, listener, key) = store();
        assert_eq!(store.tokens(listener, &key).unwrap(), FoundTokens::NotConnected);
        assert!(store.keep_tokens(listener, &tokens("1"), &key).is_err());
        store.connect(listener, "account", &tokens("1"), &key, NOW).unwrap();
        assert_eq!(store.tokens(listener, &key).unwrap(), FoundTokens::Here(tokens("1")));
        store.keep_tokens(listener, &tokens("2"), &key).unwrap();
        assert_eq!(store.tokens(listener, &key).unwrap(), FoundTokens::Here(tokens("2")));
        let connection = store.connection(listener).unwrap().unwrap();
        assert_eq!((connection.consented_at, connection.has_tokens), (NOW, true));
        store.drop_tokens(listener).unwrap();
        assert_eq!(store.tokens(listener, &key).unwrap(), FoundTokens::Dropped);
        assert!(!store.connection(listener).unwrap().unwrap().has_tokens);
    }

    #[test]
    fn nothing_secret_lies_open_on_the_disk() {
        let (directory, mut store, listener, key) = store();
        store.connect(listener, "account", &tokens("1"), &key, NOW).unwrap();
        store.keep_tokens(listener, &tokens("2"), &key).unwrap();
        drop(store);
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
            assert!(!bytes.windows(9).any(|window| window == b"topsecret"), "{}", path.display());
        }
        assert!(!format!("{:?}", tokens("1")).contains("topsecret"));
    }

    #[test]
    fn tokens_of_another_key_are_told_from_none() {
        let (directory, mut store, listener, key) = store();
        store.connect(listener, "account", &tokens("1"), &key, NOW).unwrap();
        std::fs::remove_file(directory.path().join("key")).unwrap();
        let other = SealingKey::of(store.data_dir()).unwrap();
        assert_eq!(store.tokens(listener, &other).unwrap(), FoundTokens::Sealed);
    }
}

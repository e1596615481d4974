use std::path::Path;

use nearsong_store::{DataDir, FeatureStore, Listener, SealingKey, Store, WriteLock};
use nearsong_types::Secret;

use crate::{AppError, Config};

/// The name of the listener where none is given.
pub const DEFAULT_LISTENER: &str = "me";

/// One data directory with its settings, open for work.
///
/// Every use-case is a method, each in the file that its subject names. The clock is the caller's: what needs the time takes it.
pub struct App {
    pub(crate) data: DataDir,
    pub(crate) store: Store,
    pub(crate) features: FeatureStore,
    pub(crate) config: Config,
    key: Option<Secret>,
}

impl App {
    /// Opens a data directory, and makes it where there is none.
    ///
    /// # Errors
    /// [`AppError::Store`], [`AppError::Config`].
    pub fn open(root: &Path) -> Result<Self, AppError> {
        let data = DataDir::open_or_create(root)?;
        let config = Config::read(&data.config())?;
        let store = Store::open(&data)?;
        let features = FeatureStore::open(&data);
        Ok(Self { data, store, features, config, key: None })
    }

    /// Seals tokens with this key, 64 hexadecimal digits, rather than with the one in the data directory.
    pub fn with_key(mut self, key: Option<Secret>) -> Self {
        self.key = key;
        self
    }

    /// What tokens are sealed with.
    pub(crate) fn sealing_key(&self) -> Result<SealingKey, AppError> {
        Ok(match &self.key {
            Some(key) => SealingKey::parse(key)?,
            None => SealingKey::of(&self.data)?,
        })
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where everything is kept.
    pub fn data_dir(&self) -> &DataDir {
        &self.data
    }

    /// Keeps other processes from changing the data directory until dropped.
    pub(crate) fn lock(&self, doing: &str) -> Result<WriteLock, AppError> {
        Ok(self.data.lock(doing)?)
    }

    /// A listener by name; without a name the only one there is.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is none, [`AppError::Unusable`] where a name must be given.
    pub fn listener(&self, name: Option<&str>) -> Result<Listener, AppError> {
        let listeners = self.store.listeners()?;
        let names = || listeners.iter().map(|listener| listener.name.as_str()).collect::<Vec<_>>().join(", ");
        match (name, listeners.as_slice()) {
            (_, []) => Err(AppError::Missing(
                "no listening history yet. Bring yours with: nearsong import my_spotify_data.zip\n\
                 Or start from songs: nearsong recommend --like \"artist - title\""
                    .to_owned(),
            )),
            (None, [only]) => Ok(only.clone()),
            (None, _) => {
                let me = listeners.iter().find(|listener| listener.name == DEFAULT_LISTENER);
                me.cloned().ok_or_else(|| {
                    AppError::Unusable(format!("whose listening? Say --listener NAME; there are {}", names()))
                })
            }
            (Some(name), _) => {
                let found = listeners.iter().find(|listener| listener.name == name);
                found
                    .cloned()
                    .ok_or_else(|| AppError::Unusable(format!("there is no listener “{name}”; there are {}", names())))
            }
        }
    }

    /// The time zone that dates are read in: the listener's, or UTC where nobody listens yet.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such listener.
    pub fn time_zone_of(&self, name: Option<&str>) -> Result<jiff::tz::TimeZone, AppError> {
        match self.listener(name) {
            Err(AppError::Missing(_)) if name.is_none() => Ok(jiff::tz::TimeZone::UTC),
            found => Ok(crate::when::zone(&found?.time_zone)),
        }
    }

    /// Everyone who listens here, by name.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn listeners(&self) -> Result<Vec<Listener>, AppError> {
        Ok(self.store.listeners()?)
    }

    /// Changes a listener's time zone.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such listener or zone.
    pub fn set_time_zone(&mut self, name: &str, time_zone: &str) -> Result<(), AppError> {
        let listener = self.listener(Some(name))?;
        check_time_zone(time_zone)?;
        let _lock = self.lock("setting a time zone")?;
        Ok(self.store.set_time_zone(listener.id, time_zone)?)
    }
}

/// Fails where there is no time zone of that name.
pub(crate) fn check_time_zone(name: &str) -> Result<(), AppError> {
    match jiff::tz::TimeZone::get(name) {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(AppError::Unusable(format!("“{name}” is no time zone; expected a name such as Europe/Berlin or UTC")))
        }
    }
}

use std::path::{Path, PathBuf};

use nearsong_recommend::Adventure;
use serde::{Deserialize, Serialize};

/// The settings, as `config.toml` in the data directory gives them; what it leaves out has its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What `nearsong recommend` does where nothing is asked.
    pub recommend: RecommendConfig,
    /// Where `nearsong catalog fetch` downloads from.
    pub fetch: FetchConfig,
    /// What models learn from beside the catalogue.
    pub interactions: InteractionsConfig,
    /// Which app at Spotify is yours, and how much is asked of it.
    pub spotify: SpotifyConfig,
}

/// Section `[recommend]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecommendConfig {
    /// Songs in a list, 1..=10,000.
    pub limit: usize,
    /// Most songs by one artist; 0 for no limit.
    pub max_per_artist: usize,
    /// Days for which a song that was heard is not offered again.
    pub not_heard_for_days: u32,
    /// The dial, 0..1.
    pub adventurous: Adventure,
    /// Explicit lyrics.
    pub explicit: ExplicitRule,
}

/// What to do about explicit lyrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExplicitRule {
    /// No matter.
    Yes,
    /// None that are marked explicit.
    No,
    /// Only those marked explicit.
    Only,
}

/// Section `[fetch]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchConfig {
    /// Address of Hugging Face or of a mirror.
    pub hugging_face: String,
    /// Address of Kaggle or of a mirror.
    pub kaggle: String,
}

/// Section `[interactions]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InteractionsConfig {
    /// Whether the listening of this instance's own listeners is learned from, too. It never leaves the machine.
    pub own_listeners: bool,
}

/// Section `[spotify]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpotifyConfig {
    /// The client id of your app; empty while there is none.
    pub client_id: String,
    /// Where a sign-in ends, as registered there.
    pub redirect_uri: String,
    /// Calls that one `nearsong sync` makes at most, 1..=100.
    pub calls_per_sync: u32,
    /// Minutes between two syncs of the refresh loop, 10..=10,080.
    pub sync_every_minutes: u32,
    /// Days for which plays that Spotify told of are kept, 1..=3,650.
    pub keep_plays_days: u32,
    /// Address of the accounts service.
    pub accounts: String,
    /// Address of the Web API.
    pub api: String,
}

impl Default for SpotifyConfig {
    fn default() -> Self {
        let hosts = nearsong_spotify::Hosts::default();
        Self {
            client_id: String::new(),
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            calls_per_sync: 10,
            sync_every_minutes: 120,
            keep_plays_days: 400,
            accounts: hosts.accounts,
            api: hosts.api,
        }
    }
}

impl Default for RecommendConfig {
    fn default() -> Self {
        Self {
            limit: 30,
            max_per_artist: 2,
            not_heard_for_days: 60,
            adventurous: Adventure::NEUTRAL,
            explicit: ExplicitRule::Yes,
        }
    }
}

impl Default for FetchConfig {
    fn default() -> Self {
        let hosts = nearsong_fetch::Hosts::default();
        Self { hugging_face: hosts.hugging_face, kaggle: hosts.kaggle }
    }
}

impl std::str::FromStr for ExplicitRule {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "yes" => Ok(Self::Yes),
            "no" => Ok(Self::No),
            "only" => Ok(Self::Only),
            _ => Err(ConfigError::Explicit { found: text.to_owned() }),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not what it should be; the text names line and column.
    #[error("{}: {detail}\nMend that line, or move the file away and write a fresh one with: nearsong config init", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What the parser found.
        detail: String,
    },
    /// A value outside its range.
    #[error("{}: {name} is {found}, expected {expected}", path.display())]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// The setting.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A word for explicit lyrics that is none of the three.
    #[error("expected yes, no or only for explicit lyrics, found “{found}”")]
    Explicit {
        /// The word.
        found: String,
    },
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is one already.
    #[error("{} is there already; it was left as it is", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
}

/// The settings file with every setting explained; parses to the defaults.
pub const EXAMPLE: &str = include_str!("config.example.toml");

const MAX_CONFIG_BYTES: u64 = 1 << 20;

impl Config {
    /// Reads a settings file; where there is none, the defaults.
    ///
    /// # Errors
    /// [`ConfigError`] naming file, line and setting.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let io = |source| ConfigError::Io { path: path.to_owned(), source };
        match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(io(error)),
            Ok(found) if found.len() > MAX_CONFIG_BYTES => {
                let detail = "larger than 1 MiB: this is no settings file".to_owned();
                return Err(ConfigError::Malformed { path: path.to_owned(), detail });
            }
            Ok(_) => {}
        }
        let text = std::fs::read_to_string(path).map_err(io)?;
        let config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Malformed { path: path.to_owned(), detail: error.to_string() })?;
        config.check(path)?;
        Ok(config)
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let numbers = [
            ("recommend.limit", self.recommend.limit as u64, 1..=10_000, "1 to 10000"),
            ("spotify.calls_per_sync", self.spotify.calls_per_sync.into(), 1..=100, "1 to 100"),
            ("spotify.sync_every_minutes", self.spotify.sync_every_minutes.into(), 10..=10_080, "10 to 10080"),
            ("spotify.keep_plays_days", self.spotify.keep_plays_days.into(), 1..=3_650, "1 to 3650"),
        ];
        for (name, found, range, expected) in numbers {
            if !range.contains(&found) {
                let (path, found) = (path.to_owned(), found.to_string());
                return Err(ConfigError::OutOfRange { path, name, found, expected });
            }
        }
        Ok(())
    }

    /// The settings as the text of a settings file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("settings are plain tables of numbers and texts")
    }

    /// Writes the explained settings file where there is none.
    ///
    /// # Errors
    /// [`ConfigError::Exists`], [`ConfigError::Io`].
    pub fn write_example(path: &Path) -> Result<(), ConfigError> {
        let mut file = std::fs::File::create_new(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => ConfigError::Exists { path: path.to_owned() },
            _ => ConfigError::Io { path: path.to_owned(), source },
        })?;
        std::io::Write::write_all(&mut file, EXAMPLE.as_bytes())
            .map_err(|source| ConfigError::Io { path: path.to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(&path)
    }

    #[test]
    fn the_example_parses_to_the_defaults() {
        assert_eq!(read(EXAMPLE).unwrap(), Config::default());
    }

    #[test]
    fn a_missing_file_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Config::read(&folder.path().join("config.toml")).unwrap(), Config::default());
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = read("[recommend]\nlimitt = 3\n").unwrap_err().to_string();
        assert!(error.contains("limitt") && error.contains("line 2"), "{error}");
        let error = read("[recommend]\nadventurous = 1.5\n").unwrap_err().to_string();
        assert!(error.contains("1.5") && error.contains("line 2"), "{error}");
        let error = read("[recommend]\nlimit = 0\n").unwrap_err().to_string();
        assert!(error.contains("recommend.limit") && error.contains("1 to 10000"), "{error}");
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        Config::write_example(&path).unwrap();
        assert!(matches!(Config::write_example(&path), Err(ConfigError::Exists { .. })));
    }
}

use std::{io, path::PathBuf};

use nearsong_catalog::CatalogError;
use nearsong_evaluate::SplitError;
use nearsong_fetch::FetchError;
use nearsong_history::{InteractionsError, ReadError};
use nearsong_recommend::{ModelError, OutOfDial, TrainError, UnknownMood};
use nearsong_spotify::{Scopes, SpotifyError};
use nearsong_standin::StandinError;
use nearsong_store::StoreError;
use nearsong_types::{ArtifactError, Cancelled};

use crate::ConfigError;

/// Why something that was asked for was not done. Nothing was changed unless the text says so.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A dataset cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A listening history cannot be read.
    #[error(transparent)]
    History(#[from] ReadError),
    /// Interactions cannot be read.
    #[error(transparent)]
    Interactions(#[from] InteractionsError),
    /// Something cannot be kept or read back.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A download failed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Spotify did not do what it was asked.
    #[error("{source}{advice}")]
    Spotify {
        /// What happened.
        source: SpotifyError,
        /// What it means here and what to do, on lines of their own.
        advice: String,
    },
    /// No song passes the rules of a playlist.
    #[error(
        "no song passes the rules of “{name}”; the playlist was left as it is. Ask for less: nearsong playlists edit {name}"
    )]
    NoSongs {
        /// The playlist.
        name: String,
    },
    /// The listener deleted a playlist at Spotify, so that it is not made again unasked.
    #[error(
        "you deleted “{name}” at Spotify, so it was not made again, and is paused. To have it again: nearsong playlists resume {name} --again"
    )]
    DeletedThere {
        /// The playlist.
        name: String,
    },
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A model cannot be configured or opened.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A model cannot be trained on what there is.
    #[error(transparent)]
    Train(TrainError),
    /// Interactions cannot be divided into what is learned from and what is asked.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// Made-up data could not be written.
    #[error(transparent)]
    Standin(#[from] StandinError),
    /// No such mood.
    #[error(transparent)]
    Mood(#[from] UnknownMood),
    /// No such dial position.
    #[error(transparent)]
    Dial(#[from] OutOfDial),
    /// What was asked for cannot be understood or does not exist.
    #[error("{0}")]
    Unusable(String),
    /// It did not work this time and is tried again.
    #[error("{0}")]
    TryLater(String),
    /// Something has to come first.
    #[error("{0}")]
    Missing(String),
    /// A file of ours is damaged.
    #[error("{}: {source}\n{advice}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ArtifactError,
        /// What to do.
        advice: String,
    },
    /// A file of the person's cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The person asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<TrainError> for AppError {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Train(other),
        }
    }
}

impl From<SpotifyError> for AppError {
    fn from(error: SpotifyError) -> Self {
        match error {
            SpotifyError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            SpotifyError::Memory(error) => match error.downcast::<StoreError>() {
                Ok(error) => Self::Store(*error),
                Err(error) => Self::Spotify { source: SpotifyError::Memory(error), advice: String::new() },
            },
            source => {
                let advice = match &source {
                    SpotifyError::SignInAgain(_) => "\nnearsong connect spotify --read --write",
                    SpotifyError::MissingScopes { needed } if needed.include(&Scopes::covers()) => {
                        "\nnearsong connect spotify --write --covers (and --read, to keep reading)"
                    }
                    SpotifyError::MissingScopes { .. } => "\nnearsong connect spotify --read --write",
                    _ => "",
                };
                Self::Spotify { advice: advice.to_owned(), source }
            }
        }
    }
}

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Ask differently or mend the input.
    BadInput,
    /// Sign in at Spotify first.
    NeedsSignIn,
    /// Try again later.
    Temporary,
    /// See what the text advises.
    Failed,
}

impl AppError {
    /// What can be done.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Catalog(_) | Self::History(_) | Self::Config(_) | Self::Mood(_) | Self::Dial(_) => {
                ErrorKind::BadInput
            }
            Self::Interactions(_) | Self::Unusable(_) | Self::Missing(_) | Self::Train(_) | Self::Split(_) => {
                ErrorKind::BadInput
            }
            Self::Model(ModelError::UnknownAlgorithm { .. } | ModelError::BadParameter { .. }) => ErrorKind::BadInput,
            Self::Store(error) if error.is_temporary() => ErrorKind::Temporary,
            Self::Store(StoreError::NotFound { .. } | StoreError::Invalid { .. } | StoreError::Conflict { .. }) => {
                ErrorKind::BadInput
            }
            Self::NoSongs { .. } => ErrorKind::BadInput,
            Self::TryLater(_) => ErrorKind::Temporary,
            Self::Fetch(error) if error.is_temporary() => ErrorKind::Temporary,
            Self::Spotify { source, .. } => match source {
                SpotifyError::SignInAgain(_) | SpotifyError::MissingScopes { .. } => ErrorKind::NeedsSignIn,
                error if error.is_temporary() => ErrorKind::Temporary,
                SpotifyError::SignIn(_) | SpotifyError::BadAddress { .. } | SpotifyError::BadRedirect { .. } => {
                    ErrorKind::BadInput
                }
                _ => ErrorKind::Failed,
            },
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => ErrorKind::BadInput,
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::Temporary,
                _ => ErrorKind::Failed,
            },
            _ => ErrorKind::Failed,
        }
    }

    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}

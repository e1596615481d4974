use std::{io, time::Duration};

use nearsong_types::{Cancelled, Moment};

use crate::{Family, MemoryError, Scopes, SignInError};

/// Why a call did not do what it should, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum SpotifyError {
    /// The person has to sign in (again); trying again does not help.
    #[error("{0}")]
    SignInAgain(SignInReason),
    /// The person has to sign in again and allow more.
    #[error("Spotify has not been allowed to do this: it needs {needed}. Sign in again and allow it")]
    MissingScopes {
        /// What is needed.
        needed: Scopes,
    },
    /// Nothing can be done before a moment.
    #[error("Spotify asked to wait before {family} can go on ({reason})")]
    Wait {
        /// When it can go on.
        until: Moment,
        /// What has to wait.
        family: Family,
        /// Why.
        reason: WaitReason,
    },
    /// The owner of the app has to do something at Spotify.
    #[error("{0}")]
    AskOwner(OwnerProblem),
    /// It is not there, or no longer.
    #[error("Spotify does not know this {what} any more")]
    Gone {
        /// What was asked for.
        what: &'static str,
    },
    /// Spotify refused what was asked; the same again would be refused, too.
    #[error("Spotify refused {what}: {message} (status {status})")]
    Rejected {
        /// What was asked for.
        what: &'static str,
        /// HTTP status.
        status: u16,
        /// Spotify's words, at most 200 characters.
        message: String,
    },
    /// It did not work now; later it may.
    #[error("Spotify could not be reached or did not do {what}: {reason} (tried {attempts} times)")]
    TryLater {
        /// What was asked for.
        what: &'static str,
        /// What happened.
        reason: String,
        /// How often it was tried.
        attempts: u32,
        /// Whether Spotify may have done it all the same, and only its answer was lost.
        may_have_happened: bool,
    },
    /// Spotify answered something else than it should.
    #[error("Spotify's answer to {what} could not be read: {problem}")]
    Unreadable {
        /// What was asked for.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// As many calls were made as were allowed.
    #[error("{max_calls} calls were made, as many as allowed at a time; go on later")]
    BudgetSpent {
        /// How many.
        max_calls: u32,
    },
    /// A sign-in did not come to an end.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// An address of Spotify in the settings that tokens must not be sent to.
    #[error("“{found}” is no address for Spotify: expected one with https, or http with 127.0.0.1")]
    BadAddress {
        /// The address.
        found: String,
    },
    /// A redirect address in the settings that cannot be listened at.
    #[error(
        "“{found}” cannot be listened at: expected http://127.0.0.1/callback or http://127.0.0.1:PORT/callback, as registered at Spotify"
    )]
    BadRedirect {
        /// The address.
        found: String,
    },
    /// The port of the redirect address is taken.
    #[error("cannot listen at {address}: {source}; end the program that uses the port, or register and set another")]
    PortInUse {
        /// The address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The picture is no cover.
    #[error("this cannot be a cover: expected a JPEG of at most {max_bytes} bytes, found {found}")]
    BadCover {
        /// How large it may be.
        max_bytes: usize,
        /// What it is.
        found: String,
    },
    /// The caller's memory failed.
    #[error("{0}")]
    Memory(MemoryError),
    /// The person asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl SpotifyError {
    /// Whether the same call can succeed later with nothing but time.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Wait { .. } | Self::TryLater { .. } | Self::BudgetSpent { .. })
    }

    /// Whether Spotify may have done what was asked although it looks as if it had failed.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::TryLater { may_have_happened, .. } => *may_have_happened,
            Self::Unreadable { .. } => true,
            _ => false,
        }
    }

    /// Whether other calls to Spotify are in vain as well, so that there is no sense in going on.
    pub fn ends_everything(&self) -> bool {
        match self {
            Self::SignInAgain(_) | Self::AskOwner(_) | Self::BadAddress { .. } => true,
            Self::Memory(_) | Self::Cancelled(_) => true,
            Self::TryLater { may_have_happened, .. } => !may_have_happened,
            _ => false,
        }
    }
}

/// Why somebody has to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInReason {
    /// They never did.
    Never,
    /// Spotify takes the refresh token no longer: six months are over, or access was taken back.
    Ended,
    /// The tokens that are kept cannot be opened with the key at hand.
    Sealed,
}

impl std::fmt::Display for SignInReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Never => "Spotify is not connected yet. Sign in",
            Self::Ended => {
                "the sign-in at Spotify has ended (it lasts six months, or until access is taken back). Sign in again"
            }
            Self::Sealed => {
                "the kept sign-in cannot be opened: the key is not the one it was sealed with. Sign in again"
            }
        })
    }
}

/// What only the owner of the app can mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerProblem {
    /// The person is not among the five whom the app may serve.
    NotAllowListed,
    /// The owner's Premium ended.
    PremiumLapsed,
    /// Spotify does not know the client id.
    WrongClientId,
}

impl std::fmt::Display for OwnerProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAllowListed => {
                "this account may not use the app: its owner has to add your name and e-mail at developer.spotify.com/dashboard, under “User Management” (five people at most)"
            }
            Self::PremiumLapsed => {
                "the owner of the app has no Spotify Premium at the moment; the app works again some hours after it is renewed"
            }
            Self::WrongClientId => {
                "Spotify does not know this client id: compare `client_id` in config.toml with the app's page at developer.spotify.com/dashboard"
            }
        })
    }
}

/// Why Spotify asked to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// Too many calls within half a minute.
    RateLimit,
    /// The allowance of a longer time is used up.
    Quota,
}

impl WaitReason {
    /// A short name that stays the same, to keep it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::RateLimit => "rate-limit",
            Self::Quota => "quota",
        }
    }

    /// The reason of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::RateLimit, Self::Quota].into_iter().find(|reason| reason.name() == name)
    }
}

impl std::fmt::Display for WaitReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::RateLimit => "too many calls in a short time",
            Self::Quota => "the app's allowance is used up",
        })
    }
}

/// How long to wait after a refusal for quota that does not say: six hours, then a day.
pub(crate) fn wait_for_quota(n_in_a_row: u32) -> Duration {
    Duration::from_secs(if n_in_a_row <= 1 { 6 * 3_600 } else { 24 * 3_600 })
}

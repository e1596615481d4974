mod wording;

use std::{fmt, io, path::PathBuf, time::Duration};

use nearsong_types::Cancelled;

use self::wording::{announcement, later, login_advice, of_total, size, span, tries};
use crate::{Address, AddressError, Publisher};

/// Why a download did not come to its end. The file it was meant to become is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Nothing is there any more (404, 410).
    #[error(
        "{} has no file at {address} (status {status}): it was moved, renamed or taken down; look for it at {page}, \
         and add a file downloaded by hand with `nearsong catalog add`",
        .address.host()
    )]
    NotFound {
        /// Where the file was expected.
        address: Address,
        /// HTTP status.
        status: u16,
        /// Web page of the dataset.
        page: String,
    },
    /// The publisher wants an account, consent to terms, or another login (401, 403).
    #[error("{} did not hand out {address} (status {status}): {}", .address.host(), login_advice(*.publisher, *.login_sent, .page))]
    NeedsLogin {
        /// What was asked for.
        address: Address,
        /// HTTP status.
        status: u16,
        /// Who was asked.
        publisher: Publisher,
        /// Whether a login went along and was not accepted.
        login_sent: bool,
        /// Web page of the dataset.
        page: String,
    },
    /// Asked too often (429).
    #[error("{} limits how often it is asked, and refused {address}{}: try again {}", .address.host(), tries(*.attempts), later(*.retry_after))]
    RateLimited {
        /// What was asked for.
        address: Address,
        /// How long to wait, where the server says so.
        retry_after: Option<Duration>,
        /// Tries made.
        attempts: u32,
    },
    /// The server is out of order for now (408, 5xx).
    #[error("{} is out of order for now: {address} answered with status {status}{}; try again {}", .address.host(), tries(*.attempts), later(*.retry_after))]
    Unavailable {
        /// What was asked for.
        address: Address,
        /// HTTP status of the last try.
        status: u16,
        /// How long to wait, where the server says so.
        retry_after: Option<Duration>,
        /// Tries made.
        attempts: u32,
    },
    /// No answer at all: no network, no such host, no secure connection, or silence.
    #[error("{} could not be reached for {address}{}: {reason}; check the network connection and run the command again", .address.host(), tries(*.attempts))]
    Unreachable {
        /// What was asked for.
        address: Address,
        /// What went wrong.
        reason: String,
        /// Tries made.
        attempts: u32,
    },
    /// The download broke off. What has come is kept, so that the next run carries on from there.
    #[error(
        "the download from {address} broke off at {}{}: {cause}; run the command again to carry on from there",
        of_total(*.received, *.total), tries(*.attempts)
    )]
    Interrupted {
        /// Host that sent the content.
        address: Address,
        /// Bytes that are here.
        received: u64,
        /// Bytes there should be, where known.
        total: Option<u64>,
        /// How it ended.
        cause: BreakCause,
        /// Tries made.
        attempts: u32,
    },
    /// The time allowed for the whole download is over. What has come is kept.
    #[error("the download from {address} took longer than {}: run the command again to carry on from where it stopped", span(*.total_timeout))]
    TookTooLong {
        /// Host that was being asked.
        address: Address,
        /// The limit.
        total_timeout: Duration,
    },
    /// More bytes than are taken.
    #[error("the file at {address} is too large ({}): at most {} are taken; it may not be the dataset any more, see {page}", announcement(*.announced), size(*.max_bytes))]
    TooLarge {
        /// What was asked for.
        address: Address,
        /// Size as announced; `None` where it was found out during the download.
        announced: Option<u64>,
        /// The limit in bytes.
        max_bytes: u64,
        /// Web page of the dataset.
        page: String,
    },
    /// A page for people came instead of data.
    #[error("{} sent a web page instead of the file for {address}: often a login or consent page; open {page} in a browser, download the file there and add it with `nearsong catalog add`", .address.host())]
    WebPage {
        /// Where the page came from.
        address: Address,
        /// Web page of the dataset.
        page: String,
    },
    /// An answer from which a whole file cannot be made.
    #[error("{} gave an answer for {address} that makes no download (status {status}): {reason}; download the file by hand from {page} and add it with `nearsong catalog add`", .address.host())]
    UnusableAnswer {
        /// What was asked for.
        address: Address,
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: &'static str,
        /// Web page of the dataset.
        page: String,
    },
    /// Sent from one address to the next without end.
    #[error("{} redirects without end: {address} was still no file after {max_redirects} redirects; try again later", .address.host())]
    TooManyRedirects {
        /// The last address.
        address: Address,
        /// The limit.
        max_redirects: u32,
    },
    /// A redirect from an encrypted to an unencrypted address is not followed.
    #[error("{from} redirects to {to}, which is not encrypted: refused, because the file could be changed on the way")]
    InsecureRedirect {
        /// Address that redirects.
        from: Address,
        /// Where it leads.
        to: Address,
    },
    /// The address to fetch, or one that a server redirects to, is none.
    #[error(transparent)]
    BadAddress(#[from] AddressError),
    /// The bytes that came are not the published ones. They were thrown away.
    #[error(
        "the file from {address} is damaged: its SHA-256 should be {expected} and is {found}; run the command again to fetch it anew"
    )]
    WrongChecksum {
        /// Where it came from.
        address: Address,
        /// SHA-256 that the publisher states, in hexadecimal.
        expected: String,
        /// SHA-256 of what came.
        found: String,
    },
    /// Another process is downloading the same file.
    #[error("{} is being written by another process: wait for the other download to end", .path.display())]
    Busy {
        /// The unfinished file.
        path: PathBuf,
    },
    /// The file could not be written.
    #[error("could not {action} {}: {source}; check that the directory exists, may be written to and has room, and run the command again", .path.display())]
    Disk {
        /// What was being done.
        action: &'static str,
        /// File or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The person asked to stop. What has come is kept, so that the next run carries on from there.
    #[error("the download was cancelled; run the command again to carry on from where it stopped")]
    Cancelled(#[from] Cancelled),
}

/// How a download broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakCause {
    /// The connection was closed before all bytes had come.
    ClosedEarly,
    /// Nothing came for so long.
    Stalled(Duration),
    /// More bytes came than were announced; they were thrown away.
    TooLong,
    /// The connection failed.
    Connection(String),
}

impl fmt::Display for BreakCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedEarly => f.write_str("the connection was closed before all had come"),
            Self::Stalled(silence) => write!(f, "not a byte came for {}", span(*silence)),
            Self::TooLong => f.write_str("more came than was announced"),
            Self::Connection(reason) => f.write_str(reason),
        }
    }
}

impl FetchError {
    /// Whether the same download may work later without anyone doing anything.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Unreachable { .. } | Self::Interrupted { .. }
        )
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The same error, met after so many tries.
    pub(crate) fn after_tries(mut self, n: u32) -> Self {
        match &mut self {
            Self::RateLimited { attempts, .. }
            | Self::Unavailable { attempts, .. }
            | Self::Unreachable { attempts, .. }
            | Self::Interrupted { attempts, .. } => *attempts = n,
            _ => {}
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_host_address_and_next_step() {
        let error = FetchError::RateLimited {
            address: Address::parse("https://www.kaggle.com/api/x?key=topsecret").unwrap(),
            retry_after: Some(Duration::from_secs(3_600)),
            attempts: 1,
        };
        assert_eq!(
            error.after_tries(3).to_string(),
            "www.kaggle.com limits how often it is asked, and refused https://www.kaggle.com/api/x (3 tries): try again in 60 min"
        );
    }
}

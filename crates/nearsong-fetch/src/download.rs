use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use nearsong_types::Progress;

use crate::{DownloadLimits, FetchError, KaggleLogin, Publisher, client::Client, part::PartFile, run::Run};

/// A file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadRequest {
    /// What it is, for the progress bar.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Web page where a person can look for it, named in errors.
    pub page: String,
    /// Whose words on logins fit.
    pub publisher: Publisher,
    /// Sent to the server of `url` only, never to a host it redirects to, and never over an unencrypted line (loopback excepted).
    pub login: Option<KaggleLogin>,
}

impl DownloadRequest {
    /// A file that anyone may have, with its address as its page.
    pub fn new(title: &str, url: &str) -> Self {
        Self {
            title: title.to_owned(),
            url: url.to_owned(),
            page: url.to_owned(),
            publisher: Publisher::HuggingFace,
            login: None,
        }
    }
}

/// A file that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of its bytes as they lie on the disk, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether the publisher states the same SHA-256; `false` where it states none.
    pub is_confirmed: bool,
    /// Its length.
    pub bytes: u64,
    /// Bytes that an earlier run had already fetched; `None` where all of it came now.
    pub resumed_at: Option<u64>,
}

/// Fetches a file to `into`, whole or not at all.
///
/// Until it is whole it is kept as `<into>.part` with a record of what it belongs to (`<into>.part.json`); a break is retried
/// from where it stopped, in this run or a later one, provided the server shows that the file is still the same. A file
/// that is already at `into` stays untouched until the new one replaces it in one step. `pause` waits between tries, in pieces of
/// at most 250 ms. Proxy settings of the environment (`HTTPS_PROXY`, `NO_PROXY` and the like) are honoured.
///
/// # Errors
/// Any [`FetchError`]. The part is kept where a later run can go on with it, and removed otherwise.
pub fn download(
    request: &DownloadRequest,
    into: &Path,
    limits: &DownloadLimits,
    progress: &dyn Progress,
    pause: &dyn Fn(Duration),
) -> Result<Downloaded, FetchError> {
    let client = Client::new(request, limits)?;
    let part = PartFile::open(into, &client.start().to_string())?;
    let mut run = Run::new(client, part, progress, pause);
    match run.until_whole() {
        Ok((sha256, is_confirmed)) => {
            let (bytes, resumed_at) = (run.part.len(), run.resumed_at);
            Ok(Downloaded { path: run.part.put_in_place()?, sha256, is_confirmed, bytes, resumed_at })
        }
        Err(error) => {
            run.part.leave();
            Err(error)
        }
    }
}

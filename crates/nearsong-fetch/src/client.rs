use std::time::{Duration, Instant};

use ureq::{
    Agent, Body, Timeout,
    http::{HeaderMap, Response},
};

use crate::{
    Address, BreakCause, DownloadLimits, DownloadRequest, FetchError, part::ResumePoint, retry_after::retry_after,
};

/// Asks for one file, with every limit of one download.
pub(crate) struct Client<'a> {
    agent: Agent,
    request: &'a DownloadRequest,
    start: Address,
    limits: &'a DownloadLimits,
    began: Instant,
}

/// An answer that has to do with the file: status 200, 206 or 416.
pub(crate) struct Answer {
    pub(crate) address: Address,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// SHA-256 of the whole file in lower-case hexadecimal, where the publisher states it.
    pub(crate) sha256: Option<String>,
    pub(crate) body: Body,
}

impl Answer {
    /// A header's value, where it is there and ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl<'a> Client<'a> {
    /// A client whose time begins to run now.
    pub(crate) fn new(request: &'a DownloadRequest, limits: &'a DownloadLimits) -> Result<Self, FetchError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .user_agent(concat!("nearsong/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(limits.connect_timeout))
            .timeout_connect(Some(limits.connect_timeout))
            .timeout_recv_response(Some(limits.read_timeout))
            .timeout_per_read(Some(limits.read_timeout))
            .timeout_per_write(Some(limits.read_timeout))
            .build();
        let start = Address::parse(&request.url)?;
        Ok(Self { agent: config.into(), request, start, limits, began: Instant::now() })
    }

    /// The address that was asked for first.
    pub(crate) fn start(&self) -> &Address {
        &self.start
    }

    /// What is to be fetched.
    pub(crate) fn request(&self) -> &DownloadRequest {
        self.request
    }

    /// How long, how much and how often it may try.
    pub(crate) fn limits(&self) -> &DownloadLimits {
        self.limits
    }

    /// Asks for the file, or for the rest of it, and follows redirects.
    pub(crate) fn get(&self, resume: Option<&ResumePoint>) -> Result<Answer, FetchError> {
        let mut address = self.start.clone();
        let mut sha256 = None;
        for _ in 0..=self.limits.max_redirects {
            let response = self.call(&address, resume)?;
            if address.has_origin_of(&self.start) {
                sha256 = sha256.or_else(|| linked_sha256(response.headers()));
            }
            match location(&response) {
                Some(location) => address = follow(&address, location)?,
                None => {
                    let (parts, body) = response.into_parts();
                    let status = parts.status.as_u16();
                    return self.judge(Answer { address, status, headers: parts.headers, sha256, body });
                }
            }
        }
        Err(FetchError::TooManyRedirects { address, max_redirects: self.limits.max_redirects })
    }

    /// Time left of the whole download's limit.
    fn time_left(&self, address: &Address) -> Result<Duration, FetchError> {
        let left = self.limits.total_timeout.saturating_sub(self.began.elapsed());
        if left.is_zero() { Err(self.took_too_long(address)) } else { Ok(left) }
    }

    /// What a failed read of the content means.
    pub(crate) fn broken(
        &self,
        error: std::io::Error,
        address: &Address,
        received: u64,
        total: Option<u64>,
    ) -> FetchError {
        let cause = match ureq::Error::from(error) {
            ureq::Error::Timeout(Timeout::Global) => return self.took_too_long(address),
            ureq::Error::Timeout(_) => BreakCause::Stalled(self.limits.read_timeout),
            ureq::Error::Io(error) if is_closed(error.kind()) => BreakCause::ClosedEarly,
            other => BreakCause::Connection(other.to_string()),
        };
        FetchError::Interrupted { address: address.clone(), received, total, cause, attempts: 1 }
    }

    fn call(&self, address: &Address, resume: Option<&ResumePoint>) -> Result<Response<Body>, FetchError> {
        let mut config = self.agent.get(address.uri().clone()).config();
        config = config.timeout_global(Some(self.time_left(address)?));
        if address.is_loopback() {
            config = config.proxy(None);
        }
        let mut call = config.build().header("Accept-Encoding", "identity");
        if let Some(login) = self.login_for(address) {
            call = call.header("Authorization", login.authorization());
        }
        if let Some(ResumePoint { offset, if_range }) = resume {
            call = call.header("Range", format!("bytes={offset}-"));
            if let Some(validator) = if_range {
                call = call.header("If-Range", validator);
            }
        }
        call.call().map_err(|error| self.unanswered(error, address))
    }

    /// The login, where `address` is the very server it is meant for and nobody can listen on the way.
    fn login_for(&self, address: &Address) -> Option<&crate::KaggleLogin> {
        let is_safe = address.has_origin_of(&self.start) && (address.is_https() || address.is_loopback());
        self.request.login.as_ref().filter(|_| is_safe)
    }

    fn unanswered(&self, error: ureq::Error, address: &Address) -> FetchError {
        let reason = match error {
            ureq::Error::Timeout(Timeout::Global) => return self.took_too_long(address),
            ureq::Error::Timeout(phase) => format!("no answer in time ({phase})"),
            ureq::Error::HostNotFound => "the name of the host is not known".to_owned(),
            ureq::Error::Io(error) => error.to_string(),
            other => other.to_string(),
        };
        FetchError::Unreachable { address: address.clone(), reason, attempts: 1 }
    }

    fn took_too_long(&self, address: &Address) -> FetchError {
        FetchError::TookTooLong { address: address.clone(), total_timeout: self.limits.total_timeout }
    }

    /// Passes answers that have to do with the file; all others are errors.
    fn judge(&self, answer: Answer) -> Result<Answer, FetchError> {
        let (status, address, page) = (answer.status, answer.address.clone(), self.request.page.clone());
        let retry_after = answer.header("Retry-After").and_then(|value| retry_after(value, answer.header("Date")));
        match status {
            200 | 206 if is_web_page(&answer) => Err(FetchError::WebPage { address, page }),
            200 | 206 | 416 => Ok(answer),
            401 | 403 if address.has_origin_of(&self.start) => {
                let login_sent = self.login_for(&address).is_some();
                let publisher = self.request.publisher;
                Err(FetchError::NeedsLogin { address, status, publisher, login_sent, page })
            }
            404 | 410 => Err(FetchError::NotFound { address, status, page }),
            429 => Err(FetchError::RateLimited { address, retry_after, attempts: 1 }),
            408 | 500..=599 => Err(FetchError::Unavailable { address, status, retry_after, attempts: 1 }),
            _ => Err(FetchError::UnusableAnswer { address, status, reason: "the request was refused", page }),
        }
    }
}

/// The SHA-256 that Hugging Face states for files in its large-file storage; other files have a different kind of tag.
fn linked_sha256(headers: &HeaderMap) -> Option<String> {
    let tag = header(headers, "X-Linked-Etag")?.trim_matches('"');
    (tag.len() == 64 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| tag.to_ascii_lowercase())
}

fn location(response: &Response<Body>) -> Option<&str> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    header(response.headers(), "Location").filter(|_| redirects)
}

fn follow(from: &Address, location: &str) -> Result<Address, FetchError> {
    let to = from.join(location)?;
    if from.is_https() && !to.is_https() && !to.is_loopback() {
        return Err(FetchError::InsecureRedirect { from: from.clone(), to });
    }
    Ok(to)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn is_web_page(answer: &Answer) -> bool {
    let kind = answer.header("Content-Type").unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    matches!(kind.as_str(), "text/html" | "application/xhtml+xml")
}

fn is_closed(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(from: &str, location: &str) -> Result<String, FetchError> {
        follow(&Address::parse(from).unwrap(), location).map(|address| address.to_string())
    }

    #[test]
    fn redirects_never_leave_encryption_except_for_this_machine() {
        assert!(matches!(led("https://a/x", "http://b/x"), Err(FetchError::InsecureRedirect { .. })));
        assert!(matches!(led("https://a/x", "http://a/x"), Err(FetchError::InsecureRedirect { .. })));
        assert_eq!(led("https://a/x", "http://127.0.0.1:9/x").unwrap(), "http://127.0.0.1:9/x");
        assert_eq!(led("https://a/x", "https://b/x").unwrap(), "https://b/x");
        assert_eq!(led("http://a/x", "http://b/x").unwrap(), "http://b/x");
        assert!(matches!(led("https://a/x", "ftp://b/x"), Err(FetchError::BadAddress(_))));
    }

    #[test]
    fn a_login_stays_with_its_server_and_off_open_wires() {
        let limits = DownloadLimits::default();
        let request = |url: &str| DownloadRequest {
            login: Some(crate::KaggleLogin::parse("KGAT_0123").unwrap()),
            ..DownloadRequest::new("Test", url)
        };
        for (url, asked, expected) in [
            ("https://a/x", "https://a/y", true),
            ("https://a/x", "https://b/y", false),
            ("https://a/x", "https://a:444/y", false),
            ("http://a/x", "http://a/y", false),
            ("http://127.0.0.1:9/x", "http://127.0.0.1:9/y", true),
        ] {
            let request = request(url);
            let client = Client::new(&request, &limits).unwrap();
            assert_eq!(client.login_for(&Address::parse(asked).unwrap()).is_some(), expected, "{url} {asked}");
        }
    }

    #[test]
    fn only_a_sha256_counts_as_one() {
        let mut headers = HeaderMap::new();
        assert_eq!(linked_sha256(&headers), None);
        headers.insert("X-Linked-Etag", "\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"".parse().unwrap());
        assert_eq!(linked_sha256(&headers), None);
        headers.insert("X-Linked-Etag", format!("\"{}\"", "AB".repeat(32)).parse().unwrap());
        assert_eq!(linked_sha256(&headers), Some("ab".repeat(32)));
    }
}

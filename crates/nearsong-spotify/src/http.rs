use std::{io, time::Duration};

use nearsong_types::Secret;
use ureq::{
    Agent, Timeout,
    http::{HeaderMap, Method, Request as HttpRequest},
};

use crate::Limits;

/// One request, before it is signed.
pub(crate) struct Request {
    /// What it is for, to a person.
    pub(crate) what: &'static str,
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) body: Content,
}

/// What goes with a request.
pub(crate) enum Content {
    Nothing,
    Json(serde_json::Value),
    /// `application/x-www-form-urlencoded`.
    Form(Secret),
    /// A JPEG in base64.
    Jpeg(String),
}

impl Request {
    pub(crate) fn get(what: &'static str, url: String) -> Self {
        Self { what, method: Method::GET, url, body: Content::Nothing }
    }

    /// Whether doing it twice is the same as doing it once.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.method != Method::POST
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

/// No answer, or half of one.
pub(crate) struct Broken {
    pub(crate) reason: String,
    /// Whether the request may have arrived.
    pub(crate) may_have_arrived: bool,
}

/// Sends requests, each at most once.
pub(crate) struct Http {
    agent: Agent,
    max_answer_bytes: u64,
}

impl Http {
    pub(crate) fn new(limits: &Limits) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("nearsong/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(limits.connect_timeout))
            .timeout_connect(Some(limits.connect_timeout))
            .timeout_recv_response(Some(limits.answer_timeout))
            .timeout_global(Some(limits.answer_timeout.saturating_mul(2)))
            .max_idle_age(Duration::from_secs(10))
            .build();
        Self { agent: config.into(), max_answer_bytes: limits.max_answer_bytes }
    }

    /// Sends a request, with the token where there is one.
    pub(crate) fn send(&self, request: &Request, token: Option<&Secret>) -> Result<Answer, Broken> {
        let mut builder = HttpRequest::builder().method(request.method.clone()).uri(&request.url);
        builder = builder.header("Accept", "application/json");
        if let Some(token) = token {
            builder = builder.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        let (kind, body) = match &request.body {
            Content::Nothing if request.method == Method::GET || request.method == Method::DELETE => (None, None),
            Content::Nothing => (None, Some(String::new())),
            Content::Json(value) => (Some("application/json"), Some(value.to_string())),
            Content::Form(form) => (Some("application/x-www-form-urlencoded"), Some(form.reveal().to_owned())),
            Content::Jpeg(picture) => (Some("image/jpeg"), Some(picture.clone())),
        };
        if let Some(kind) = kind {
            builder = builder.header("Content-Type", kind);
        }
        let sent = match body {
            Some(body) => builder.body(body).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
            None => builder.body(()).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
        };
        let mut response = sent.map_err(|error| broken(&error))?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        let reader = response.body_mut().with_config().limit(self.max_answer_bytes);
        let body = reader.read_to_vec().map_err(|error| Broken { may_have_arrived: true, ..broken(&error) })?;
        Ok(Answer { status, retry_after, body })
    }
}

/// How long Spotify asks to wait; it always says so in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("Retry-After")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn broken(error: &ureq::Error) -> Broken {
    let never_arrived = match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) => true,
        ureq::Error::Timeout(phase) => matches!(phase, Timeout::Resolve | Timeout::Connect),
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    let reason = match error {
        ureq::Error::HostNotFound => "the name of the host is not known; is there a network?".to_owned(),
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    Broken { reason, may_have_arrived: !never_arrived }
}

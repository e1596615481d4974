use serde_json::{Value, json};

/// What is sent back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Html(String),
    Text(String),
    Jpeg(Vec<u8>),
}

impl Answer {
    pub(crate) fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self::new(status, Body::Json(value))
    }

    pub(crate) fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status, Body::Html(page.into()))
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self { headers: vec![("location", location)], ..Self::new(302, Body::Empty) }
    }

    /// The media type and the bytes of the body.
    pub(crate) fn into_content(self) -> (Option<&'static str>, Vec<u8>) {
        match self.body {
            Body::Empty => (None, Vec::new()),
            Body::Json(value) => (Some("application/json; charset=utf-8"), value.to_string().into_bytes()),
            Body::Html(page) => (Some("text/html; charset=utf-8"), page.into_bytes()),
            Body::Text(text) => (Some("text/plain; charset=utf-8"), text.into_bytes()),
            Body::Jpeg(bytes) => (Some("image/jpeg"), bytes),
        }
    }
}

/// A refusal of the Web API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) reason: Option<&'static str>,
    /// Whether the message is the whole body; JSON otherwise.
    pub(crate) is_plain_text: bool,
}

impl ApiError {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), reason: None, is_plain_text: false }
    }

    pub(crate) fn insufficient_scope() -> Self {
        Self::new(403, "Insufficient client scope")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "Resource not found")
    }

    /// What an endpoint says that the app has no access to, and a playlist of somebody else.
    pub(crate) fn forbidden() -> Self {
        Self::new(403, "Forbidden")
    }

    pub(crate) fn owner_lapsed() -> Self {
        Self::new(403, "Active premium subscription required for the owner of the app.")
    }

    /// Said by the gateway before the Web API, which does not speak JSON.
    pub(crate) fn not_allowed() -> Self {
        let message = "Check settings on developer.spotify.com/dashboard, the user may not be registered.";
        Self { is_plain_text: true, ..Self::new(403, message) }
    }

    pub(crate) fn quota_exceeded() -> Self {
        Self { reason: Some("QUOTA_EXCEEDED"), ..Self::new(429, "Too many requests") }
    }
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Self {
        if error.is_plain_text {
            return Self::new(error.status, Body::Text(error.message));
        }
        let mut body = json!({ "status": error.status, "message": error.message });
        if let Some(reason) = error.reason {
            body["reason"] = json!(reason);
        }
        Self::json(error.status, json!({ "error": body }))
    }
}

/// A refusal of the accounts service.
pub(crate) fn oauth_error(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(status, json!({ "error": error, "error_description": description }))
}

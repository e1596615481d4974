use std::time::Duration;

use serde_json::Value;

use super::answer::{Answer, ApiError, Body, oauth_error};

/// Something that goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 429 with `Retry-After`, in seconds.
    TooManyRequests {
        /// Seconds to wait: a few, or hours of them.
        retry_after_s: u64,
    },
    /// 429 with the reason `QUOTA_EXCEEDED` and without `Retry-After`.
    QuotaExceeded,
    /// 500 with an error object.
    InternalError,
    /// 502 with a page of HTML.
    BadGateway,
    /// 503 with an error object.
    Unavailable,
    /// Nothing is answered for so long; then the connection is cut. The request is not acted on.
    Stall(Duration),
    /// The connection is cut before the request is acted on.
    CutBefore,
    /// The request is acted on, then the connection is cut: the client never hears of it.
    CutAfter,
    /// The request is acted on; half of the answer is sent, then the connection is cut.
    HalfAnswer,
    /// `invalid_grant`, “Refresh token revoked”: what the token endpoint says of a token that was taken back.
    RevokedToken,
    /// 403: the Premium of the app's owner has ended.
    OwnerLapsed,
    /// 403: the user is not on the app's allow-list.
    NotAllowed,
    /// Every second entry of `items`, from the first on, is `null`; or, where entries hold a track, that track.
    NullEntries,
    /// Fields that are not always there are left out, at any depth: `album`, `artists`, `external_ids`, `display_name` and others.
    MissingFields,
}

const OPTIONAL_FIELDS: [&str; 14] = [
    "account_id",
    "added_at",
    "added_by",
    "album",
    "artists",
    "context",
    "cursors",
    "description",
    "display_name",
    "duration_ms",
    "explicit",
    "external_ids",
    "external_urls",
    "images",
];

impl Fault {
    /// What is answered in place of the true answer; `None` for faults of another kind.
    pub(crate) fn refusal(&self) -> Option<Answer> {
        let error = match self {
            Self::TooManyRequests { retry_after_s } => {
                let mut answer = Answer::from(ApiError::new(429, "API rate limit exceeded"));
                answer.headers.push(("retry-after", retry_after_s.to_string()));
                return Some(answer);
            }
            Self::BadGateway => return Some(Answer::html(502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n")),
            Self::RevokedToken => return Some(oauth_error(400, "invalid_grant", "Refresh token revoked")),
            Self::QuotaExceeded => ApiError::quota_exceeded(),
            Self::InternalError => ApiError::new(500, "Server error."),
            Self::Unavailable => ApiError::new(503, "Service unavailable"),
            Self::OwnerLapsed => ApiError::owner_lapsed(),
            Self::NotAllowed => ApiError::not_allowed(),
            _ => return None,
        };
        Some(error.into())
    }

    /// The true answer as this fault leaves it.
    pub(crate) fn spoil(&self, mut answer: Answer) -> Answer {
        if let Body::Json(value) = &mut answer.body {
            match self {
                Self::NullEntries => null_entries(value),
                Self::MissingFields => drop_fields(value),
                _ => {}
            }
        }
        answer
    }
}

fn null_entries(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Array(entries) if name == "items" => entries.iter_mut().step_by(2).for_each(null_entry),
                    field => null_entries(field),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(null_entries),
        _ => {}
    }
}

fn null_entry(entry: &mut Value) {
    match ["item", "track"].into_iter().find(|name| entry.get(name).is_some()) {
        Some(name) => entry[name] = Value::Null,
        None => *entry = Value::Null,
    }
}

fn drop_fields(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !OPTIONAL_FIELDS.contains(&name.as_str()));
            fields.values_mut().for_each(drop_fields);
        }
        Value::Array(entries) => entries.iter_mut().for_each(drop_fields),
        _ => {}
    }
}

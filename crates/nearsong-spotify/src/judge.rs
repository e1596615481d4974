use std::time::Duration;

use serde_json::Value;

use crate::{WaitReason, http::Answer, wire::text};

/// Spotify's words are kept to this many characters.
const MAX_MESSAGE: usize = 200;

/// What an answer means to whoever asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was done.
    Done,
    /// The access token is not taken.
    Unauthorized,
    /// A permission is missing.
    MissingScope,
    /// The owner of the app has no Premium.
    PremiumLapsed,
    /// The person is not on the app's list.
    NotAllowListed,
    /// Refused without a reason that could be told apart.
    Forbidden(String),
    /// It is not there.
    Gone,
    /// Too much was asked.
    Wait { after: Option<Duration>, reason: WaitReason },
    /// Spotify's own failure.
    Faulty,
    /// Refused for good.
    Rejected(String),
}

/// Sorts an answer of the Web API.
pub(crate) fn judge(answer: &Answer) -> Verdict {
    let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let error = &body["error"];
    let message = text(error, "message").unwrap_or_else(|| text(&body, "error_description").unwrap_or_default());
    let message: String = message.chars().take(MAX_MESSAGE).collect();
    match answer.status {
        200..=299 => Verdict::Done,
        401 if says(&message, "scope") => Verdict::MissingScope,
        401 => Verdict::Unauthorized,
        403 if says(&message, "scope") => Verdict::MissingScope,
        403 if says(&message, "premium") => Verdict::PremiumLapsed,
        403 if says(&message, "not registered") || says(&message, "developer dashboard") => Verdict::NotAllowListed,
        403 => Verdict::Forbidden(message),
        404 | 410 => Verdict::Gone,
        429 => {
            let is_quota = text(error, "reason").is_some_and(|reason| reason == "QUOTA_EXCEEDED");
            let reason = if is_quota { WaitReason::Quota } else { WaitReason::RateLimit };
            Verdict::Wait { after: answer.retry_after, reason }
        }
        408 | 500..=599 => Verdict::Faulty,
        _ => Verdict::Rejected(message),
    }
}

fn says(message: &str, word: &str) -> bool {
    message.to_ascii_lowercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> Verdict {
        judge(&Answer { status, retry_after: None, body: body.as_bytes().to_vec() })
    }

    fn with_message(status: u16, message: &str) -> Verdict {
        verdict(status, &format!(r#"{{"error":{{"status":{status},"message":"{message}"}}}}"#))
    }

    #[test]
    fn answers_are_told_apart_by_what_can_be_done() {
        assert_eq!(verdict(200, "{}"), Verdict::Done);
        assert_eq!(verdict(202, ""), Verdict::Done);
        assert_eq!(with_message(401, "The access token expired"), Verdict::Unauthorized);
        assert_eq!(with_message(403, "Insufficient client scope"), Verdict::MissingScope);
        assert_eq!(with_message(401, "Missing scope"), Verdict::MissingScope);
        let lapsed = "Active premium subscription required for the owner of the app.";
        assert_eq!(with_message(403, lapsed), Verdict::PremiumLapsed);
        assert_eq!(with_message(403, "Forbidden"), Verdict::Forbidden("Forbidden".to_owned()));
        assert_eq!(with_message(404, "Invalid playlist Id"), Verdict::Gone);
        assert_eq!(with_message(400, "Invalid limit"), Verdict::Rejected("Invalid limit".to_owned()));
        assert_eq!(verdict(502, "<html>Bad Gateway</html>"), Verdict::Faulty);
        assert_eq!(verdict(403, "User not registered in the Developer Dashboard"), Verdict::Forbidden(String::new()));
    }

    #[test]
    fn a_quota_is_told_from_a_rate_limit() {
        let quota = r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;
        assert_eq!(verdict(429, quota), Verdict::Wait { after: None, reason: WaitReason::Quota });
        for body in ["Too many requests", r#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#, ""] {
            assert_eq!(verdict(429, body), Verdict::Wait { after: None, reason: WaitReason::RateLimit }, "{body}");
        }
        let after = Some(Duration::from_secs(52_531));
        let answer = Answer { status: 429, retry_after: after, body: quota.as_bytes().to_vec() };
        assert_eq!(judge(&answer), Verdict::Wait { after, reason: WaitReason::Quota });
    }
}

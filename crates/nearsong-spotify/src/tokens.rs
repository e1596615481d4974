use nearsong_types::{Moment, Secret};

use crate::Scopes;

/// What a sign-in gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Goes with every call.
    pub access: Secret,
    /// When `access` dies, about an hour after it was given.
    pub access_expires_at: Moment,
    /// Fetches the next `access`; dies six months after the sign-in, however often it is used.
    pub refresh: Secret,
    /// What the person allowed.
    pub scopes: Scopes,
}

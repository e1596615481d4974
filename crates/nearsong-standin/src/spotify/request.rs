use serde_json::Value;

use super::answer::ApiError;

/// The most bytes that a request may carry: a cover picture and something over.
pub(crate) const MAX_BODY_BYTES: usize = 512 * 1024;

/// A request as it came in, read to its end.
#[derive(Debug, Default, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// From `/v1/…`, without the query.
    pub(crate) path: String,
    /// The query as it came, without the question mark.
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The parts of the path between slashes.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }

    /// The first value of a parameter of the query.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        pair(self.query.as_bytes(), name)
    }

    /// The first value of a field of the form in the body.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        pair(&self.body, name)
    }

    /// The URIs of the query, which are separated by commas.
    pub(crate) fn uris(&self) -> Option<Vec<String>> {
        let uris = self.param("uris")?;
        Some(uris.split(',').filter(|uri| !uri.is_empty()).map(str::to_owned).collect())
    }

    /// The body as a JSON object or list; an empty object where there is no body.
    pub(crate) fn json(&self) -> Result<Value, ApiError> {
        if self.body.is_empty() {
            return Ok(Value::Object(Default::default()));
        }
        let value = serde_json::from_slice(&self.body).ok();
        value
            .filter(|value: &Value| value.is_object() || value.is_array())
            .ok_or_else(|| ApiError::new(400, "Error parsing JSON."))
    }

    /// The token behind `Bearer`.
    pub(crate) fn bearer(&self) -> Result<&str, ApiError> {
        let header = self.authorization.as_deref().ok_or_else(|| ApiError::new(401, "No token provided"))?;
        let token = header.strip_prefix("Bearer ").filter(|token| !token.is_empty());
        token.ok_or_else(|| ApiError::new(400, "Only valid bearer authentication supported"))
    }
}

fn pair(encoded: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(encoded).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

use serde_json::{Value, json};

use super::{answer::ApiError, request::Request};

/// Which part of a list a request asks for.
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

impl Page {
    /// `limit` of at most 50, 20 where none is given.
    pub(crate) fn of(request: &Request) -> Result<Self, ApiError> {
        Self::within(request, 1, 50, 20)
    }

    pub(crate) fn within(request: &Request, min: usize, max: usize, usual: usize) -> Result<Self, ApiError> {
        let number = |name: &str, usual: usize| match request.param(name) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| ApiError::new(400, format!("Invalid {name}"))),
        };
        let (limit, offset) = (number("limit", usual)?, number("offset", 0)?);
        if !(min..=max).contains(&limit) {
            return Err(ApiError::new(400, "Invalid limit"));
        }
        if offset > 100_000 {
            return Err(ApiError::new(400, "Invalid offset"));
        }
        Ok(Self { limit, offset })
    }

    /// The paging object for a list, of which only the asked part is made into JSON. `url` is where the list is, without query.
    pub(crate) fn object<T>(&self, url: &str, request: &Request, list: &[T], entry: impl FnMut(&T) -> Value) -> Value {
        let link = |offset: usize| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("offset", &offset.to_string()).append_pair("limit", &self.limit.to_string());
            let others = form_urlencoded::parse(request.query.as_bytes());
            query.extend_pairs(others.filter(|(name, _)| name != "offset" && name != "limit"));
            format!("{url}?{}", query.finish())
        };
        let n_shown = list.len().saturating_sub(self.offset).min(self.limit);
        let is_last = n_shown == 0 || self.offset + n_shown == list.len();
        json!({
            "href": link(self.offset),
            "items": list.iter().skip(self.offset).take(n_shown).map(entry).collect::<Vec<_>>(),
            "limit": self.limit,
            "next": (!is_last).then(|| link(self.offset + self.limit)),
            "offset": self.offset,
            "previous": (self.offset > 0).then(|| link(self.offset.saturating_sub(self.limit))),
            "total": list.len(),
        })
    }
}

use super::{Fault, request::Request};

/// Which requests a fault strikes.
///
/// ```
/// use nearsong_standin::{Fault, FaultRule};
/// // The second and third write to any playlist are acted on, but the client never hears of it.
/// let rule = FaultRule::new(Fault::CutAfter).on("PUT", "/v1/playlists/*/items").from_call(2).times(2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    fault: Fault,
    method: Option<String>,
    path: Option<String>,
    /// Matching requests that are let through first.
    passes: usize,
    left: usize,
}

impl FaultRule {
    /// The next request, whatever it is.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, path: None, passes: 0, left: 1 }
    }

    /// Only requests of this method (`*` for any) and path, such as `/v1/me/top/tracks` or `/api/token`. A `*` in the path stands
    /// for one part of it, a `**` at its end for any rest.
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = (method != "*").then(|| method.to_owned());
        self.path = Some(path.to_owned());
        self
    }

    /// From the `number`-th matching request on, counted from 1 at the moment when the rule is given.
    pub fn from_call(mut self, number: usize) -> Self {
        self.passes = number.saturating_sub(1);
        self
    }

    /// So many requests, one after the other.
    pub fn times(mut self, times: usize) -> Self {
        self.left = times;
        self
    }

    /// All matching requests, until the faults are cleared.
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    fn matches(&self, request: &Request) -> bool {
        self.left > 0
            && self.method.as_ref().is_none_or(|method| *method == request.method)
            && self.path.as_ref().is_none_or(|path| path_matches(path, &request.segments()))
    }
}

fn path_matches(pattern: &str, segments: &[&str]) -> bool {
    let mut parts = pattern.split('/').filter(|part| !part.is_empty());
    for segment in segments {
        match parts.next() {
            Some("**") => return true,
            Some(part) if part == "*" || part == *segment => {}
            _ => return false,
        }
    }
    matches!(parts.next(), None | Some("**"))
}

/// All rules that were given, in that order.
#[derive(Default)]
pub(crate) struct FaultRules(Vec<FaultRule>);

impl FaultRules {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.0.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that strikes this request: that of the first rule that matches and lets none through any more. Every rule
    /// that matches counts the request.
    pub(crate) fn strike(&mut self, request: &Request) -> Option<Fault> {
        let mut struck = None;
        for rule in self.0.iter_mut().filter(|rule| rule.matches(request)) {
            if rule.passes > 0 {
                rule.passes -= 1;
            } else if struck.is_none() {
                rule.left -= 1;
                struck = Some(rule.fault.clone());
            }
        }
        self.0.retain(|rule| rule.left > 0);
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> Request {
        Request { method: method.to_owned(), path: path.to_owned(), ..Request::default() }
    }

    #[test]
    fn patterns_match_parts_of_paths() {
        let check = |pattern, path, expected| {
            assert_eq!(path_matches(pattern, &request("GET", path).segments()), expected, "{pattern} {path}");
        };
        check("/v1/me", "/v1/me", true);
        check("/v1/me", "/v1/me/tracks", false);
        check("/v1/me/tracks", "/v1/me", false);
        check("/v1/playlists/*/items", "/v1/playlists/abc/items", true);
        check("/v1/playlists/*/items", "/v1/playlists/abc", false);
        check("/v1/**", "/v1/playlists/abc/items", true);
        check("/v1/**", "/v1", true);
        check("/v1/**", "/api/token", false);
    }

    #[test]
    fn a_rule_strikes_from_its_call_on_and_as_often_as_it_says() {
        let mut rules = FaultRules::default();
        rules.add(FaultRule::new(Fault::CutAfter).on("PUT", "/v1/playlists/*/items").from_call(2).times(2));
        rules.add(FaultRule::new(Fault::Unavailable).on("*", "/v1/me").always());
        let write = request("PUT", "/v1/playlists/abc/items");
        assert_eq!(rules.strike(&request("GET", "/v1/playlists/abc/items")), None);
        let struck: Vec<bool> = (0..4).map(|_| rules.strike(&write).is_some()).collect();
        assert_eq!(struck, [false, true, true, false]);
        for method in ["GET", "PUT", "GET"] {
            assert_eq!(rules.strike(&request(method, "/v1/me")), Some(Fault::Unavailable));
        }
    }
}

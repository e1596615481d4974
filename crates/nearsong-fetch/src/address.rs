use std::{fmt, net::IpAddr};

use ureq::http::Uri;

/// A web address. It is shown without query and login, because signed links carry a secret there.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Box<Uri>);

/// A text that is no web address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an address such as https://host/path, found “{found}”")]
pub struct AddressError {
    /// What stood there, without query, shortened to 120 characters.
    pub found: String,
}

impl Address {
    /// Reads an absolute `https://` or `http://` address.
    ///
    /// # Errors
    /// [`AddressError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let error = || AddressError { found: text.split(['?', '#']).next().unwrap_or("").chars().take(120).collect() };
        let uri: Uri = text.parse().map_err(|_| error())?;
        let fits =
            matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some_and(|host| !host.is_empty());
        fits.then(|| Self(Box::new(uri))).ok_or_else(error)
    }

    /// Name or IP address of the machine.
    pub fn host(&self) -> &str {
        self.0.host().expect("checked when the address was read")
    }

    /// Whether the way there is encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// Whether it is this very machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.host().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether both are served by the same machine, port and protocol.
    pub(crate) fn has_origin_of(&self, other: &Self) -> bool {
        self.0.scheme_str() == other.0.scheme_str() && self.host() == other.host() && self.port() == other.port()
    }

    /// Where a `Location` header found at this address leads.
    pub(crate) fn join(&self, location: &str) -> Result<Self, AddressError> {
        let origin = self.origin();
        let path = self.0.path();
        let directory = path.rfind('/').map_or("/", |slash| &path[..=slash]);
        if let Some(rest) = location.strip_prefix("//") {
            return Self::parse(&format!("{}://{rest}", self.0.scheme_str().unwrap_or("https")));
        }
        let before_path = location.split(['/', '?', '#']).next().unwrap_or("");
        if before_path.contains(':') {
            Self::parse(location)
        } else if location.starts_with('/') {
            Self::parse(&format!("{origin}{location}"))
        } else if location.starts_with('?') {
            Self::parse(&format!("{origin}{path}{location}"))
        } else {
            Self::parse(&format!("{origin}{directory}{location}"))
        }
    }

    /// The address in full, for the HTTP client only.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }

    fn port(&self) -> u16 {
        self.0.port_u16().unwrap_or(if self.is_https() { 443 } else { 80 })
    }

    fn origin(&self) -> String {
        let scheme = self.0.scheme_str().unwrap_or("https");
        let port = self.0.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}{port}", self.host())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.0.path())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn it_is_shown_without_query_and_login() {
        let signed = address("https://user:word@storage.example:8443/a/b.zip?X-Signature=topsecret");
        assert_eq!(signed.to_string(), "https://storage.example:8443/a/b.zip");
        assert_eq!(format!("{signed:?}"), signed.to_string());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "host/path", "/path", "ftp://host/file", "https://", "file:///etc/passwd", "https://a b/"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
        assert_eq!(Address::parse("ftp://host/x?key=topsecret").unwrap_err().found, "ftp://host/x");
    }

    #[test]
    fn every_form_of_location_is_followed() {
        let here = address("https://host:81/a/b?c=d");
        for (location, there) in [
            ("http://else/x", "http://else/x"),
            ("//else/x", "https://else/x"),
            ("/x?y=1", "https://host:81/x"),
            ("x/y", "https://host:81/a/x/y"),
            ("?q=1", "https://host:81/a/b"),
            ("/x?next=https://else/", "https://host:81/x"),
        ] {
            assert_eq!(here.join(location).unwrap().to_string(), there, "{location}");
        }
        assert!(here.join("javascript:alert(1)").is_err());
    }

    #[test]
    fn loopback_and_origin_are_recognised() {
        for text in ["http://127.0.0.1:8/x", "http://[::1]/", "https://localhost/"] {
            assert!(address(text).is_loopback(), "{text}");
        }
        for text in ["http://127.0.0.1.example/", "https://localhost.example/", "http://10.0.0.1/"] {
            assert!(!address(text).is_loopback(), "{text}");
        }
        assert!(address("https://a/x").has_origin_of(&address("https://a:443/y?z")));
        for other in ["http://a/x", "https://b/x", "https://a:444/x"] {
            assert!(!address("https://a/x").has_origin_of(&address(other)), "{other}");
        }
    }
}

use ureq::http::Uri;

use crate::SpotifyError;

/// Where Spotify is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// The accounts service, without a slash at the end.
    pub accounts: String,
    /// The Web API, without a slash at the end.
    pub api: String,
}

impl Default for Hosts {
    fn default() -> Self {
        let (accounts, api) = ("https://accounts.spotify.com", "https://api.spotify.com/v1");
        Self { accounts: accounts.to_owned(), api: api.to_owned() }
    }
}

impl Hosts {
    /// Fails where a token would travel in the open: anything but https, save on this machine.
    ///
    /// # Errors
    /// [`SpotifyError::BadAddress`].
    pub fn check(&self) -> Result<(), SpotifyError> {
        for address in [&self.accounts, &self.api] {
            if !is_safe(address) {
                return Err(SpotifyError::BadAddress { found: address.clone() });
            }
        }
        Ok(())
    }
}

fn is_safe(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_loopback(host),
        _ => false,
    }
}

/// Whether a host is this machine, written as an address; a name could lead anywhere.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The app that its owner registered at Spotify, and where Spotify is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its client id: public, 32 hexadecimal digits.
    pub client_id: String,
    /// Where a sign-in ends, as registered: `http://127.0.0.1/callback`, with or without a port.
    pub redirect_uri: String,
    /// Where Spotify is.
    pub hosts: Hosts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_never_travel_in_the_open() {
        let hosts = |api: &str| Hosts { api: api.to_owned(), ..Hosts::default() };
        assert!(Hosts::default().check().is_ok());
        for (api, is_fine) in [
            ("http://127.0.0.1:4000/v1", true),
            ("http://[::1]:4000/v1", true),
            ("http://localhost:4000/v1", false),
            ("http://api.spotify.com/v1", false),
            ("ftp://api.spotify.com/v1", false),
            ("api.spotify.com", false),
        ] {
            assert_eq!(hosts(api).check().is_ok(), is_fine, "{api}");
        }
    }
}

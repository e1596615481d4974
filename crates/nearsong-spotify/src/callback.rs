use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    time::Duration,
};

use ureq::http::Uri;

use crate::{SpotifyError, hosts::is_loopback};

/// A request line and its headers may be this long.
const MAX_REQUEST_BYTES: u64 = 16 * 1024;
/// A browser that says nothing for so long is not waited for.
const SILENCE: Duration = Duration::from_secs(2);
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Nearsong</title>\
    <style>body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>\
    <h1>Back to Nearsong</h1><p>Spotify's answer has arrived. You can close this page; Nearsong says how it went.</p></html>";

/// Listens on this machine for the browser that comes back from a sign-in.
#[derive(Debug)]
pub struct Callback {
    listener: TcpListener,
    redirect_uri: String,
}

impl Callback {
    /// Listens at the registered address; where that names no port, at one that is free.
    ///
    /// # Errors
    /// [`SpotifyError::BadRedirect`] where the address is not `http://127.0.0.1[:PORT]/PATH`, [`SpotifyError::PortInUse`].
    pub fn listen(registered: &str) -> Result<Self, SpotifyError> {
        let bad = || SpotifyError::BadRedirect { found: registered.to_owned() };
        let uri: Uri = registered.parse().map_err(|_| bad())?;
        let host = uri.host().unwrap_or_default();
        let is_usable = uri.scheme_str() == Some("http") && is_loopback(host) && uri.query().is_none();
        if !is_usable || host != Ipv4Addr::LOCALHOST.to_string() {
            return Err(bad());
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, uri.port_u16().unwrap_or(0)));
        let listener = listener.map_err(|source| SpotifyError::PortInUse { address: registered.to_owned(), source })?;
        let failed = |source| SpotifyError::PortInUse { address: registered.to_owned(), source };
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let redirect_uri = format!("http://{host}:{port}{}", uri.path());
        Ok(Self { listener, redirect_uri })
    }

    /// The address with the port that is listened on; for [`SignIn::begin`](crate::SignIn::begin).
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The address that a browser came back to, where one did since it was asked last; answers the browser. Does not wait.
    pub fn landed(&self) -> Option<String> {
        while let Ok((stream, _)) = self.listener.accept() {
            if let Ok(Some(address)) = self.hear(stream) {
                return Some(address);
            }
        }
        None
    }

    fn hear(&self, stream: TcpStream) -> io::Result<Option<String>> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        let mut lines = BufReader::new(stream.try_clone()?.take(MAX_REQUEST_BYTES));
        let mut request = String::new();
        lines.read_line(&mut request)?;
        // Cookies of other programs on this machine come along, in any encoding.
        let mut header = Vec::new();
        while lines.read_until(b'\n', &mut header)? > 2 {
            header.clear();
        }
        let target = request.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let is_ours = !query.is_empty() && self.redirect_uri.ends_with(path) && path.starts_with('/');
        answer(stream, if is_ours { ("200 OK", PAGE) } else { ("404 Not Found", "") })?;
        Ok(is_ours.then(|| format!("{}?{query}", self.redirect_uri)))
    }
}

fn answer(mut stream: TcpStream, (status, page): (&str, &str)) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(page.as_bytes())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(callback: &Callback, target: &str) -> (Option<String>, String) {
        let address = callback.listener.local_addr().unwrap();
        let mut browser = TcpStream::connect(address).unwrap();
        write!(browser, "GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
        let landed = (0..200).find_map(|_| {
            std::thread::sleep(Duration::from_millis(5));
            callback.landed()
        });
        let mut page = String::new();
        browser.set_read_timeout(Some(SILENCE)).unwrap();
        browser.read_to_string(&mut page).unwrap();
        (landed, page)
    }

    #[test]
    fn a_browser_that_comes_back_is_heard_and_answered() {
        let callback = Callback::listen("http://127.0.0.1/callback").unwrap();
        assert_eq!(callback.landed(), None);
        let (landed, page) = ask(&callback, "/callback?code=AQ&state=x");
        assert_eq!(landed.unwrap(), format!("{}?code=AQ&state=x", callback.redirect_uri()));
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("close this page"), "{page}");
    }

    #[test]
    fn other_pages_are_not_a_landing() {
        let callback = Callback::listen("http://127.0.0.1/callback").unwrap();
        for target in ["/favicon.ico", "/", "/callback", "back?code=AQ"] {
            let (landed, page) = ask(&callback, target);
            assert_eq!(landed, None, "{target}");
            assert!(page.starts_with("HTTP/1.1 404"), "{page}");
        }
    }

    #[test]
    fn only_an_address_of_this_machine_is_listened_at() {
        for address in [
            "http://localhost/callback",
            "https://127.0.0.1/callback",
            "http://192.168.1.5/callback",
            "http://0.0.0.0/callback",
            "127.0.0.1",
            "",
        ] {
            assert!(matches!(Callback::listen(address), Err(SpotifyError::BadRedirect { .. })), "{address}");
        }
        let first = Callback::listen("http://127.0.0.1/callback").unwrap();
        let second = Callback::listen(first.redirect_uri());
        assert!(matches!(second, Err(SpotifyError::PortInUse { .. })));
    }
}

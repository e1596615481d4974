use nearsong_types::Secret;

use crate::{App, Scopes, draw::unguessable, pkce::Verifier};

/// One sign-in under way: Authorization Code with PKCE, without a client secret.
#[derive(Debug)]
pub struct SignIn {
    address: Secret,
    redirect_uri: String,
    state: Secret,
    verifier: Verifier,
}

/// What a person brought back: the code to fetch tokens with, once.
#[derive(Debug)]
pub struct Landing {
    pub(crate) code: Secret,
}

/// Why a sign-in did not come to an end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The person said no.
    #[error("access was not granted; nothing was changed. Begin again when you like")]
    Denied,
    /// The accounts service could not show its page.
    #[error("Spotify ended the sign-in: {reason}")]
    Refused {
        /// Its word for it.
        reason: String,
    },
    /// It is not the address that a sign-in ends at.
    #[error(
        "that is not the address you landed on: expected one that begins with {expected} and holds a code, as the browser's address bar shows it after “Agree”"
    )]
    NotALanding {
        /// How it begins.
        expected: String,
    },
    /// The answer is that of another sign-in.
    #[error("that address belongs to another sign-in, or somebody else's; begin again and use the newest address")]
    WrongState,
}

impl SignIn {
    /// Begins a sign-in that comes back to `redirect_uri`, the registered address with the port that is listened on.
    pub fn begin(app: &App, redirect_uri: &str, scopes: &Scopes) -> Self {
        let (state, verifier) = (Secret::new(unguessable::<24>()), Verifier::draw());
        let (scope, challenge) = (scopes.to_string(), verifier.challenge());
        let asked = [
            ("client_id", app.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", redirect_uri),
            ("code_challenge_method", "S256"),
            ("code_challenge", challenge.as_str()),
            ("state", state.reveal()),
            ("scope", scope.as_str()),
        ];
        let address = Secret::new(format!("{}/authorize?{}", app.hosts.accounts, query(&asked)));
        Self { address, redirect_uri: redirect_uri.to_owned(), state, verifier }
    }

    /// The page to open in a browser. It is good for this sign-in alone.
    pub fn address(&self) -> &str {
        self.address.reveal()
    }

    /// Where the browser ends.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Reads the address that the browser landed on: whole, as the callback heard it or as a person pasted it.
    ///
    /// # Errors
    /// [`SignInError`].
    pub fn landing(&self, address: &str) -> Result<Landing, SignInError> {
        let address = address.trim();
        let beginning = || SignInError::NotALanding { expected: self.redirect_uri.clone() };
        let (place, query) = address.split_once('?').ok_or_else(beginning)?;
        if place != self.redirect_uri {
            return Err(beginning());
        }
        let query = query.split('#').next().unwrap_or_default();
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).and_then(|(_, value)| decoded(value))
        };
        if value("state").is_none_or(|state| !is_same(&state, self.state.reveal())) {
            return Err(SignInError::WrongState);
        }
        match (value("error"), value("code")) {
            (Some(error), _) if error == "access_denied" => Err(SignInError::Denied),
            (Some(reason), _) => Err(SignInError::Refused { reason: reason.chars().take(100).collect() }),
            (None, Some(code)) if !code.is_empty() => Ok(Landing { code: Secret::new(code) }),
            (None, _) => Err(beginning()),
        }
    }
}

/// Compares without telling by the time it takes where two texts differ.
fn is_same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differing == 0
}

/// `name=value` pairs as a query or a form (application/x-www-form-urlencoded).
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hosts;

    const BACK: &str = "http://127.0.0.1:4001/callback";

    fn sign_in() -> SignIn {
        let app = App { client_id: "abc".to_owned(), redirect_uri: BACK.to_owned(), hosts: Hosts::default() };
        SignIn::begin(&app, BACK, &Scopes::reading())
    }

    fn state_of(sign_in: &SignIn) -> &str {
        sign_in.state.reveal()
    }

    #[test]
    fn the_page_is_asked_for_all_that_pkce_needs() {
        let sign_in = sign_in();
        let address = sign_in.address();
        assert!(address.starts_with("https://accounts.spotify.com/authorize?client_id=abc&response_type=code&"));
        assert!(address.contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A4001%2Fcallback&"), "{address}");
        assert!(address.contains(&format!("&code_challenge={}&", sign_in.verifier.challenge())));
        assert!(address.contains("&code_challenge_method=S256&") && address.contains("scope=user-top-read%20user-"));
        assert!(!address.contains(sign_in.verifier.reveal()), "the verifier is for the second step only");
    }

    #[test]
    fn a_landing_gives_its_code() {
        let sign_in = sign_in();
        let state = state_of(&sign_in);
        for address in
            [format!("{BACK}?code=AQ%2Fx&state={state}"), format!("  {BACK}?state={state}&code=AQ%2Fx#_=_\n")]
        {
            assert_eq!(sign_in.landing(&address).unwrap().code.reveal(), "AQ/x");
        }
    }

    #[test]
    fn other_addresses_are_told_apart() {
        let sign_in = sign_in();
        let state = state_of(&sign_in);
        for (address, expected) in [
            (format!("{BACK}?error=access_denied&state={state}"), SignInError::Denied),
            (
                format!("{BACK}?error=server_error&state={state}"),
                SignInError::Refused { reason: "server_error".into() },
            ),
            (format!("{BACK}?code=AQ&state=other"), SignInError::WrongState),
            (format!("{BACK}?code=AQ"), SignInError::WrongState),
            (format!("{BACK}?error=access_denied"), SignInError::WrongState),
            (format!("{BACK}?state={state}"), SignInError::NotALanding { expected: BACK.into() }),
            (format!("{BACK}?state={state}&code="), SignInError::NotALanding { expected: BACK.into() }),
            (format!("http://evil/callback?code=AQ&state={state}"), SignInError::NotALanding { expected: BACK.into() }),
            ("AQ".to_owned(), SignInError::NotALanding { expected: BACK.into() }),
            (String::new(), SignInError::NotALanding { expected: BACK.into() }),
        ] {
            assert_eq!(sign_in.landing(&address).unwrap_err(), expected, "{address}");
        }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let sign_in = sign_in();
        let printed =
            format!("{sign_in:?} {:?}", sign_in.landing(&format!("{BACK}?code=AQx&state={}", state_of(&sign_in))));
        assert!(!printed.contains(state_of(&sign_in)) && !printed.contains(sign_in.verifier.reveal()), "{printed}");
        assert!(!printed.contains("AQx"), "{printed}");
    }
}

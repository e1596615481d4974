use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nearsong_types::Secret;
use sha2::{Digest, Sha256};

use crate::draw::unguessable;

/// The secret of one sign-in: who fetches the tokens proves to be the one who asked (RFC 7636).
#[derive(Debug)]
pub(crate) struct Verifier(Secret);

impl Verifier {
    /// Draws one: 64 characters, of the 43 to 128 that are allowed.
    pub(crate) fn draw() -> Self {
        Self(Secret::new(unguessable::<48>()))
    }

    /// The text that is sent with the code.
    pub(crate) fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What is shown beforehand: base64url of its SHA-256, without padding (RFC 7636, section 4.2).
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.reveal()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = Verifier(Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn verifiers_are_long_plain_and_never_the_same() {
        let (one, other) = (Verifier::draw(), Verifier::draw());
        assert_eq!(one.reveal().len(), 64);
        assert!(one.reveal().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_ne!(one.reveal(), other.reveal());
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}

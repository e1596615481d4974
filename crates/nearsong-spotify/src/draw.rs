use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};

/// `4/3 · N` characters of `A-Z a-z 0-9 - _` that nobody can guess, from `N` bytes of the system's generator.
///
/// # Panics
/// Where the operating system has no randomness to give; nothing that needs a secret can go on then.
pub(crate) fn unguessable<const N: usize>() -> String {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

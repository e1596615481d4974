use std::{
    fs::OpenOptions,
    io::{Read, Write},
    path::Path,
};

use nearsong_types::Secret;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use crate::{DataDir, StoreError};

const KEY_BYTES: usize = 32;

/// Encrypts what must not lie open in the database: ChaCha20-Poly1305 (RFC 8439) with a new nonce each time.
///
/// What is sealed for one place cannot be opened as if it stood in another.
pub struct SealingKey(LessSafeKey);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`StoreError::Invalid`]; it does not show what was given.
    pub fn parse(text: &Secret) -> Result<Self, StoreError> {
        let digits = text.reveal().trim().as_bytes();
        let nibble = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
        let bytes: Option<Vec<u8>> =
            digits.chunks(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(*pair.get(1)?)?)).collect();
        let bytes = bytes.filter(|bytes| bytes.len() == KEY_BYTES).ok_or_else(|| StoreError::Invalid {
            problem: format!("a key is {} hexadecimal digits; what was given is something else", 2 * KEY_BYTES),
        })?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).expect("the length is that of this cipher");
        Ok(Self(LessSafeKey::new(key)))
    }

    /// The key in the data directory; a new one is drawn where there is none. Only its owner may read the file.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the file is no key, [`StoreError::ReadOnly`], [`StoreError::DiskFull`], [`StoreError::Io`].
    pub fn of(data: &DataDir) -> Result<Self, StoreError> {
        let path = data.key();
        if !path.exists() {
            make(&path)?;
        }
        let mut text = String::new();
        let file = OpenOptions::new().read(true).open(&path).map_err(|source| StoreError::io(&path, source))?;
        file.take(1_024).read_to_string(&mut text).map_err(|source| StoreError::io(&path, source))?;
        let advice = "bring the file back from where you keep it, or delete it and sign in again";
        Self::parse(&Secret::new(text)).map_err(|error| StoreError::corrupt(&path, error, advice))
    }

    /// Seals a text for a place: nonce, then ciphertext with its tag.
    pub(crate) fn seal(&self, text: &Secret, place: &str) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce);
        let mut bytes = text.reveal().as_bytes().to_vec();
        let sealed = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.as_bytes()),
            &mut bytes,
        );
        sealed.expect("a token is far shorter than what one nonce may seal");
        [nonce.as_slice(), &bytes].concat()
    }

    /// Opens what was sealed for a place; `None` where it was sealed with another key, for another place, or has been changed.
    pub(crate) fn open(&self, sealed: &[u8], place: &str) -> Option<Secret> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut bytes = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.0.open_in_place(nonce, Aad::from(place.as_bytes()), &mut bytes).ok()?;
        Some(Secret::new(std::str::from_utf8(text).ok()?))
    }
}

fn make(path: &Path) -> Result<(), StoreError> {
    let mut bytes = [0; KEY_BYTES];
    fill(&mut bytes);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(file, "{text}")?;
        file.sync_all()
    });
    match written {
        // Another process was first; its key is the one.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        done => done.map_err(|source| StoreError::io(path, source)),
    }
}

fn fill(bytes: &mut [u8]) {
    SystemRandom::new().fill(bytes).expect("the operating system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: char) -> SealingKey {
        SealingKey::parse(&Secret::new(digit.to_string().repeat(64))).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_only() {
        let token = Secret::new("AQtopsecret");
        let sealed = key('a').seal(&token, "refresh of 1");
        assert_eq!(key('a').open(&sealed, "refresh of 1").unwrap(), token);
        assert_eq!(key('b').open(&sealed, "refresh of 1"), None);
        assert_eq!(key('a').open(&sealed, "refresh of 2"), None);
        assert_ne!(key('a').seal(&token, "refresh of 1"), sealed, "each with a nonce of its own");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key('a').open(&changed, "refresh of 1"), None, "byte {at}");
        }
        assert_eq!(key('a').open(&sealed[..5], "refresh of 1"), None);
    }

    #[test]
    fn a_directory_has_one_key_that_only_its_owner_reads() {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open_or_create(directory.path()).unwrap();
        let sealed = SealingKey::of(&data).unwrap().seal(&Secret::new("AQ"), "x");
        assert_eq!(SealingKey::of(&data).unwrap().open(&sealed, "x"), Some(Secret::new("AQ")));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&data.key().metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(data.key(), "topsecret").unwrap();
        let error = SealingKey::of(&data).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }) && !error.to_string().contains("topsecret"), "{error}");
    }

    #[test]
    fn other_texts_are_no_key() {
        for text in ["", "a", &"a".repeat(63), &"a".repeat(66), &"g".repeat(64), &"ä".repeat(32)] {
            assert!(SealingKey::parse(&Secret::new(text)).is_err(), "{text}");
        }
        assert_eq!(format!("{:?}", key('a')), "SealingKey(…)");
    }
}

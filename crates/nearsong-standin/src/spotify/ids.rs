use sha2::{Digest, Sha256};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Gives out ids, codes and tokens: each once, and the same ones for the same calls.
#[derive(Default)]
pub(crate) struct Ids {
    given: u64,
}

impl Ids {
    /// `prefix` and then letters and digits, `length` characters in all.
    pub(crate) fn next(&mut self, prefix: &str, length: usize) -> String {
        self.given += 1;
        scrambled(prefix, &self.given.to_string(), length)
    }
}

/// The id of an artist or an album that has none of its own: follows from its name, and is recognisably made up.
pub(crate) fn id_of(name: &str) -> String {
    scrambled(crate::MADE_UP_ID_PREFIX, name, 22)
}

fn scrambled(prefix: &str, seed: &str, length: usize) -> String {
    let mut text = prefix.to_owned();
    for round in 0_u32.. {
        for byte in Sha256::digest(format!("{prefix}/{round}/{seed}")) {
            if text.len() >= length {
                return text;
            }
            text.push(char::from(DIGITS[usize::from(byte) % DIGITS.len()]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_length_and_never_repeat() {
        let mut ids = Ids::default();
        let (first, second) = (ids.next("BQ", 120), ids.next("BQ", 120));
        assert!(first.len() == 120 && first.starts_with("BQ") && first != second);
        assert_eq!(first, Ids::default().next("BQ", 120));
        assert_eq!(id_of("Nobody"), id_of("Nobody"));
        assert_eq!(id_of("Nobody").len(), 22);
    }
}

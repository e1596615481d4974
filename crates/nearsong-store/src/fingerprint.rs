use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::StoreError;

const BUFFER: usize = 1 << 18;

/// SHA-256 of a file as 64 lower-case hexadecimal digits, and its length in bytes.
///
/// # Errors
/// [`StoreError::Io`] where the file cannot be read.
pub fn fingerprint_of(path: &Path) -> Result<(String, u64), StoreError> {
    let mut file = File::open(path).map_err(|source| StoreError::io(path, source))?;
    copy_hashed(&mut file, &mut io::sink()).map_err(|source| StoreError::io(path, source))
}

/// SHA-256 of bytes as 64 lower-case hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// Copies to the end; gives the SHA-256 and the number of bytes.
pub(crate) fn copy_hashed(from: &mut impl Read, to: &mut impl Write) -> io::Result<(String, u64)> {
    let mut to = HashingWriter::new(to);
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(to.finish()),
            Ok(n_read) => to.write_all(&buffer[..n_read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Hashes all that is written through it.
pub(crate) struct HashingWriter<W> {
    to: W,
    hash: Sha256,
    size_bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, hash: Sha256::new(), size_bytes: 0 }
    }

    /// The SHA-256 and the number of bytes written.
    pub(crate) fn finish(self) -> (String, u64) {
        (hex(self.hash.finalize().as_slice()), self.size_bytes)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.to.write(bytes)?;
        self.hash.update(&bytes[..n_written]);
        self.size_bytes += n_written as u64;
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a String takes every write");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_agree_with_the_published_example() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(b"abc"), abc);
        let mut copy = Vec::new();
        assert_eq!(copy_hashed(&mut &b"abc"[..], &mut copy).unwrap(), (abc.to_owned(), 3));
        assert_eq!(copy, b"abc");
    }
}

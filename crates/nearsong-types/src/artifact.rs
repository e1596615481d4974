use std::collections::BTreeMap;

const MAGIC: &[u8; 8] = b"NEARSONG";
const CONTAINER_VERSION: u32 = 1;
const FIXED_HEADER: usize = MAGIC.len() + 4 + 4 + 4;
const MAX_HEADER: usize = 1 << 20;

/// The form in which models and compiled tables are kept: a kind with its version, and named arrays, each with a checksum.
///
/// # Layout
/// Little endian. `NEARSONG`, container version, length and CRC-32 of the header, the header, then the sections in
/// the order in which the header names them. Header: kind, kind version, then for each section its name, length in bytes and CRC-32.
/// The same content always gives the same bytes: sections are ordered by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    kind: String,
    version: u32,
    sections: BTreeMap<String, Vec<u8>>,
}

/// Why bytes are no usable artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// Some other file.
    #[error("not a Nearsong file: expected it to begin with “NEARSONG”")]
    NotAnArtifact,
    /// Shorter or longer than its header says.
    #[error("the file is cut off or has grown: expected {expected} bytes, found {found}")]
    WrongLength {
        /// Bytes the header asks for.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// A checksum does not fit: at least one bit has changed since it was written.
    #[error("damaged: the checksum of “{section}” does not fit its content")]
    Damaged {
        /// The part that changed.
        section: String,
    },
    /// Written by a later Nearsong.
    #[error("made by a newer Nearsong (format {found}, this one reads up to {supported}): update Nearsong")]
    Newer {
        /// Version in the file.
        found: u32,
        /// Newest version known here.
        supported: u32,
    },
    /// A whole artifact of something else.
    #[error("expected a {expected}, found a {found}")]
    WrongKind {
        /// What was asked for.
        expected: String,
        /// What the file holds.
        found: String,
    },
    /// A section is missing or has a length that its type cannot have.
    #[error("section “{section}” is missing or malformed")]
    BadSection {
        /// The section.
        section: String,
    },
}

impl Artifact {
    /// An empty artifact of a kind, such as `recording-table` or `content-knn`.
    pub fn new(kind: &str, version: u32) -> Self {
        Self { kind: kind.to_owned(), version, sections: BTreeMap::new() }
    }

    /// What it holds.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Version of the kind's own format.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Fails unless this is a `kind` of a version up to `supported`.
    ///
    /// # Errors
    /// [`ArtifactError::WrongKind`], [`ArtifactError::Newer`].
    pub fn expect(&self, kind: &str, supported: u32) -> Result<(), ArtifactError> {
        if self.kind != kind {
            return Err(ArtifactError::WrongKind { expected: kind.to_owned(), found: self.kind.clone() });
        }
        if self.version > supported {
            return Err(ArtifactError::Newer { found: self.version, supported });
        }
        Ok(())
    }

    /// Adds an array of bytes.
    pub fn put_bytes(&mut self, name: &str, bytes: &[u8]) {
        self.sections.insert(name.to_owned(), bytes.to_vec());
    }

    /// Adds an array of numbers.
    pub fn put<T: Number>(&mut self, name: &str, values: &[T]) {
        let mut bytes = Vec::with_capacity(size_of_val(values));
        for &value in values {
            value.write(&mut bytes);
        }
        self.sections.insert(name.to_owned(), bytes);
    }

    /// An array of bytes.
    ///
    /// # Errors
    /// [`ArtifactError::BadSection`] where it is missing.
    pub fn bytes(&self, name: &str) -> Result<&[u8], ArtifactError> {
        self.sections.get(name).map(Vec::as_slice).ok_or_else(|| bad(name))
    }

    /// An array of numbers.
    ///
    /// # Errors
    /// [`ArtifactError::BadSection`] where it is missing or its length is no multiple of the number's size.
    pub fn get<T: Number>(&self, name: &str) -> Result<Vec<T>, ArtifactError> {
        let bytes = self.bytes(name)?;
        if bytes.len() % size_of::<T>() != 0 {
            return Err(bad(name));
        }
        Ok(bytes.chunks_exact(size_of::<T>()).map(T::read).collect())
    }

    /// A text.
    ///
    /// # Errors
    /// [`ArtifactError::BadSection`] where it is missing or not UTF-8.
    pub fn text(&self, name: &str) -> Result<&str, ArtifactError> {
        std::str::from_utf8(self.bytes(name)?).map_err(|_| bad(name))
    }

    /// The bytes to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut header = Vec::new();
        put_text(&mut header, &self.kind);
        header.extend(self.version.to_le_bytes());
        header.extend((self.sections.len() as u32).to_le_bytes());
        for (name, content) in &self.sections {
            put_text(&mut header, name);
            header.extend((content.len() as u64).to_le_bytes());
            header.extend(crc32fast::hash(content).to_le_bytes());
        }
        let content: usize = self.sections.values().map(Vec::len).sum();
        let mut bytes = Vec::with_capacity(FIXED_HEADER + header.len() + content);
        bytes.extend(MAGIC);
        bytes.extend(CONTAINER_VERSION.to_le_bytes());
        bytes.extend((header.len() as u32).to_le_bytes());
        bytes.extend(crc32fast::hash(&header).to_le_bytes());
        bytes.extend(header);
        for content in self.sections.values() {
            bytes.extend(content);
        }
        bytes
    }

    /// Reads kept bytes and checks every one of them.
    ///
    /// # Errors
    /// Any [`ArtifactError`]; nothing of a damaged artifact is returned.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let mut head = Cursor { bytes, at: 0 };
        if head.take(MAGIC.len()).is_none_or(|magic| magic != MAGIC) {
            return Err(ArtifactError::NotAnArtifact);
        }
        let cut = || ArtifactError::WrongLength { expected: FIXED_HEADER as u64, found: bytes.len() as u64 };
        let container = head.u32().ok_or_else(cut)?;
        if container > CONTAINER_VERSION {
            return Err(ArtifactError::Newer { found: container, supported: CONTAINER_VERSION });
        }
        if container != CONTAINER_VERSION {
            return Err(ArtifactError::Damaged { section: "header".to_owned() });
        }
        let header_len = head.u32().ok_or_else(cut)? as usize;
        let header_crc = head.u32().ok_or_else(cut)?;
        let header = (header_len <= MAX_HEADER).then(|| head.take(header_len)).flatten().ok_or_else(cut)?;
        if crc32fast::hash(header) != header_crc {
            return Err(ArtifactError::Damaged { section: "header".to_owned() });
        }
        read_sections(header, &bytes[FIXED_HEADER + header_len..])
    }
}

fn read_sections(header: &[u8], content: &[u8]) -> Result<Artifact, ArtifactError> {
    let malformed = || bad("header");
    let mut header = Cursor { bytes: header, at: 0 };
    let mut artifact = Artifact::new(&header.text().ok_or_else(malformed)?, header.u32().ok_or_else(malformed)?);
    let mut content = Cursor { bytes: content, at: 0 };
    for _ in 0..header.u32().ok_or_else(malformed)? {
        let name = header.text().ok_or_else(malformed)?;
        let length = header.u64().ok_or_else(malformed)?;
        let crc = header.u32().ok_or_else(malformed)?;
        let found = content.bytes.len() as u64;
        let section = usize::try_from(length)
            .ok()
            .and_then(|length| content.take(length))
            .ok_or(ArtifactError::WrongLength { expected: (content.at as u64).saturating_add(length), found })?;
        if crc32fast::hash(section) != crc {
            return Err(ArtifactError::Damaged { section: name });
        }
        artifact.sections.insert(name, section.to_vec());
    }
    if content.at != content.bytes.len() {
        return Err(ArtifactError::WrongLength { expected: content.at as u64, found: content.bytes.len() as u64 });
    }
    Ok(artifact)
}

fn bad(section: &str) -> ArtifactError {
    ArtifactError::BadSection { section: section.to_owned() }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(u32::read)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8).map(u64::read)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.u32()? as usize;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }
}

/// A number that an artifact can hold, little endian.
pub trait Number: Copy {
    /// Appends the number.
    fn write(self, bytes: &mut Vec<u8>);
    /// Reads the number from exactly as many bytes as it has.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            fn write(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }
            fn read(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().expect("a chunk of this number's size"))
            }
        }
    )*};
}
number!(u8, u16, u32, u64, u128, f32, f64);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Artifact {
        let mut artifact = Artifact::new("sample", 3);
        artifact.put("numbers", &[1.5f32, f32::NEG_INFINITY, -0.0]);
        artifact.put("ids", &[u128::MAX, 7]);
        artifact.put_bytes("name", "Björk".as_bytes());
        artifact
    }

    #[test]
    fn bytes_and_back() {
        let again = Artifact::from_bytes(&sample().to_bytes()).unwrap();
        assert_eq!(again, sample());
        assert_eq!(again.get::<u128>("ids").unwrap(), [u128::MAX, 7]);
        assert_eq!(again.text("name").unwrap(), "Björk");
    }

    #[test]
    fn kind_and_version_are_checked() {
        assert!(matches!(sample().expect("model", 3), Err(ArtifactError::WrongKind { .. })));
        assert!(matches!(sample().expect("sample", 2), Err(ArtifactError::Newer { found: 3, supported: 2 })));
        assert!(sample().expect("sample", 3).is_ok());
    }

    #[test]
    fn missing_and_misshapen_sections_are_named() {
        assert_eq!(sample().get::<f32>("weights"), Err(bad("weights")));
        assert_eq!(sample().get::<u64>("numbers"), Err(bad("numbers")));
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_found(position in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut bytes = sample().to_bytes();
            let position = position.index(bytes.len());
            bytes[position] ^= 1 << bit;
            prop_assert!(Artifact::from_bytes(&bytes).is_err());
        }

        #[test]
        fn any_cut_is_found(cut in any::<prop::sample::Index>()) {
            let bytes = sample().to_bytes();
            prop_assert!(Artifact::from_bytes(&bytes[..cut.index(bytes.len())]).is_err());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Artifact::from_bytes(&bytes);
        }
    }
}

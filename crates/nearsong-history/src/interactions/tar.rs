use std::io::{self, ErrorKind, Read};

const BLOCK: usize = 512;
/// Longest path and longest list of attributes that are read; longer ones are no real file's.
const MAX_PATH: u64 = 4_096;
const MAX_ATTRIBUTES: u64 = 64 << 10;

/// The files of a tar archive, in the order in which they stand: the ustar form with the long names and sizes of GNU and POSIX.
///
/// Reading from it reads the file that [`Tar::next`] has come to. Memory is one block and one path.
pub(crate) struct Tar<R> {
    inner: R,
    left: u64,
    padding: u64,
}

/// Whether these bytes begin a tar archive.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar") && head.first_chunk().is_some_and(is_sound)
}

impl<R: Read> Tar<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, left: 0, padding: 0 }
    }

    /// Comes to the next file and gives its path; `None` behind the last one.
    pub(crate) fn next(&mut self) -> io::Result<Option<String>> {
        let (mut path, mut size) = (None, None);
        loop {
            self.skip()?;
            let mut block = [0; BLOCK];
            self.inner.read_exact(&mut block)?;
            if block.iter().all(|&byte| byte == 0) {
                return Ok(None);
            }
            if !is_sound(&block) {
                return Err(bad("a file's header does not fit its checksum"));
            }
            self.begin(number(&block[124..136])?);
            match block[156] {
                b'L' => path = Some(text(&self.small(MAX_PATH)?)),
                b'x' => {
                    let attributes = self.small(MAX_ATTRIBUTES)?;
                    path = attribute(&attributes, "path").or(path);
                    size = attribute(&attributes, "size").and_then(|size| size.parse().ok());
                }
                b'0' | 0 => {
                    self.begin(size.unwrap_or(self.left));
                    return Ok(Some(path.unwrap_or_else(|| header_path(&block))));
                }
                _ => (path, size) = (None, None),
            }
        }
    }

    /// What is behind the last file.
    pub(crate) fn into_rest(self) -> R {
        self.inner
    }

    fn begin(&mut self, size: u64) {
        self.left = size;
        self.padding = size.next_multiple_of(BLOCK as u64) - size;
    }

    fn small(&mut self, limit: u64) -> io::Result<Vec<u8>> {
        if self.left > limit {
            return Err(bad("a path or list of attributes is longer than any real one"));
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self) -> io::Result<()> {
        let n_bytes = self.left.saturating_add(self.padding);
        let skipped = io::copy(&mut (&mut self.inner).take(n_bytes), &mut io::sink())?;
        (self.left, self.padding) = (0, 0);
        if skipped == n_bytes { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }
}

impl<R: Read> Read for Tar<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let n = self.inner.read(&mut buffer[..most])?;
        self.left -= n as u64;
        if n == 0 { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(n) }
    }
}

/// Whether the checksum fits: the sum of all bytes, those of the checksum itself as spaces.
fn is_sound(block: &[u8; BLOCK]) -> bool {
    let sum: u64 = block.iter().map(|&byte| u64::from(byte)).sum();
    let own: u64 = block[148..156].iter().map(|&byte| u64::from(byte)).sum();
    number(&block[148..156]).is_ok_and(|found| found == sum - own + 8 * u64::from(b' '))
}

/// Octal digits, or 256-ary ones behind a set bit.
fn number(field: &[u8]) -> io::Result<u64> {
    let wrong = || bad("a number in a file's header cannot be read");
    if field[0] & 0x80 != 0 {
        let (high, low) = field.split_at(field.len() - 7);
        let is_small = high[0] == 0x80 && high[1..].iter().all(|&byte| byte == 0);
        return if is_small { Ok(low.iter().fold(0, |n, &byte| n << 8 | u64::from(byte))) } else { Err(wrong()) };
    }
    let digits = std::str::from_utf8(field).map_err(|_| wrong())?;
    let digits = digits.trim_matches(|c| c == ' ' || c == '\0');
    if digits.is_empty() { Ok(0) } else { u64::from_str_radix(digits, 8).map_err(|_| wrong()) }
}

fn header_path(block: &[u8; BLOCK]) -> String {
    let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
    let is_posix = &block[257..263] == b"ustar\0";
    if is_posix && !prefix.is_empty() { format!("{prefix}/{name}") } else { name }
}

fn text(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// A value of a list of POSIX attributes: lines of `length name=value`.
fn attribute(attributes: &[u8], name: &str) -> Option<String> {
    let mut lines = attributes.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    lines.find_map(|line| line.split_once(' ')?.1.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

fn bad(detail: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, detail)
}

/// How much is read before a reader gives up.
///
/// The defaults are far above real exports (about 30 files, some hundred MB of JSON, rows of 700 bytes) and keep the
/// memory of a reading below a few tens of MB whatever is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most files and folders looked at in one call, those inside archives included.
    pub max_entries: usize,
    /// Most bytes of JSON read in one call, after unpacking.
    pub max_json_bytes: u64,
    /// Most bytes that one byte of an archive may unpack to, in entries of 1 MiB or more; real history has 10 to 40.
    pub max_compression_ratio: u64,
    /// Most bytes of one row.
    pub max_row_bytes: usize,
    /// Most characters of one text that is kept.
    pub max_text_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_entries: 20_000,
            max_json_bytes: 4 << 30,
            max_compression_ratio: 200,
            max_row_bytes: 1 << 20,
            max_text_chars: 4_000,
        }
    }
}

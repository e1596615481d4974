use crate::Limits;

/// How much is read before a reader of interactions gives up.
///
/// The defaults have room for several Million Playlist Datasets (33 GB of JSON, 66 million entries each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InteractionLimits {
    /// Most files and folders looked at in one call, those inside archives included.
    pub max_files: usize,
    /// Most bytes read in one call, after unpacking.
    pub max_bytes: u64,
    /// Most bytes that one byte of a packed file may unpack to, beyond the first MiB; real sets have 5 to 40.
    pub max_compression_ratio: u64,
    /// Most bytes of one row: a playlist with all its tracks, a listen, a line of a table.
    pub max_row_bytes: usize,
    /// Most characters of one name or key. Rows with a longer one are left out.
    pub max_text_chars: usize,
    /// Most bytes of all names together.
    pub max_name_bytes: usize,
    /// Most playlists or listeners.
    pub max_owners: usize,
    /// Most entries in memory; of one listener and one song there is one.
    pub max_entries: usize,
}

impl Default for InteractionLimits {
    fn default() -> Self {
        Self {
            max_files: 100_000,
            max_bytes: 256 << 30,
            max_compression_ratio: 200,
            max_row_bytes: 8 << 20,
            max_text_chars: 1_000,
            max_name_bytes: 3 << 30,
            max_owners: 100_000_000,
            max_entries: 300_000_000,
        }
    }
}

impl InteractionLimits {
    /// The part of them that concerns archives and JSON rows.
    pub(crate) fn of_files(&self) -> Limits {
        Limits {
            max_entries: self.max_files,
            // Counted where bytes are unpacked.
            max_json_bytes: u64::MAX,
            max_compression_ratio: self.max_compression_ratio,
            max_row_bytes: self.max_row_bytes,
            max_text_chars: self.max_text_chars,
        }
    }
}

/// How much a dataset file may hold. Beyond it the file is refused, so that a damaged or hostile file cannot fill memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Rows in one file.
    pub max_rows: u64,
    /// Bytes of the file as it lies on disk.
    pub max_file_bytes: u64,
    /// Bytes after decompression.
    pub max_decompressed_bytes: u64,
    /// Bytes of one CSV row. Longer rows come from a quote that is never closed.
    pub max_row_bytes: u64,
    /// Bytes of one text. Rows with a longer one are refused one by one.
    pub max_text_bytes: usize,
}

impl Default for ReadLimits {
    /// Room for ten times the largest public dataset (1.2 million tracks, 0.35 GB).
    fn default() -> Self {
        Self {
            max_rows: 12_000_000,
            max_file_bytes: 4 << 30,
            max_decompressed_bytes: 8 << 30,
            max_row_bytes: 1 << 20,
            max_text_bytes: 16 << 10,
        }
    }
}

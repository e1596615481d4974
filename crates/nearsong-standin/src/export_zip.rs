use std::{
    io::{self, Seek, Write},
    mem,
};

use nearsong_types::Moment;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{listener::Coverage, row::Row, rows::Rows};

const FOLDER: &str = "Spotify Extended Streaming History";
/// Real exports begin a new file at about this size.
const FILE_BYTES: usize = 12_000_000;
const READ_ME: &str = "%PDF-1.4\n% This history was made up by Nearsong. Nobody ever listened to it.\n%%EOF\n";

/// What a written export holds, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportSummary {
    /// All rows of all files: the sum of the five kinds that follow.
    pub rows: usize,
    /// Plays of music, each once; as many as the plan asked for.
    pub music_rows: usize,
    /// Rows that repeat the row before them exactly.
    pub duplicate_rows: usize,
    /// Rows of music whose title, artist and album are null.
    pub nameless_rows: usize,
    /// Podcast episodes in the audio files.
    pub podcast_rows: usize,
    /// Rows of the video file.
    pub video_rows: usize,
    /// Music rows whose track id is in the catalogue.
    pub by_id_rows: usize,
    /// Music rows under another id, of a song whose title and artist are in the catalogue.
    pub by_name_rows: usize,
    /// Music rows of which the catalogue knows the artist alone.
    pub artist_only_rows: usize,
    /// Music rows of which the catalogue knows nothing.
    pub unknown_rows: usize,
    /// Music rows left with the forward button.
    pub skipped_rows: usize,
    /// Music rows of private sessions.
    pub incognito_rows: usize,
    /// JSON files, audio and video together.
    pub json_files: usize,
    /// End of the first music row.
    pub first_ended_at: Option<Moment>,
    /// End of the last music row.
    pub last_ended_at: Option<Moment>,
}

/// Writes an export: holds one audio file and the video file in memory, the rest is on its way to the disk.
pub(crate) struct ExportZip<W: Write + Seek> {
    zip: ZipWriter<W>,
    audio: JsonFile,
    video: JsonFile,
    summary: ExportSummary,
}

#[derive(Default)]
struct JsonFile {
    rows: Vec<u8>,
    first_year: String,
    last_year: String,
}

impl<W: Write + Seek> ExportZip<W> {
    pub(crate) fn new(to: W) -> io::Result<Self> {
        let mut zip = ZipWriter::new(to);
        zip.start_file(format!("{FOLDER}/ReadMeFirst_ExtendedStreamingHistory.pdf"), options())?;
        zip.write_all(READ_ME.as_bytes())?;
        let (audio, video) = (JsonFile::default(), JsonFile::default());
        Ok(Self { zip, audio, video, summary: ExportSummary::default() })
    }

    pub(crate) fn finish(mut self) -> io::Result<ExportSummary> {
        self.write_audio_file()?;
        let video = mem::take(&mut self.video);
        if !video.rows.is_empty() {
            self.write_file(&format!("Streaming_History_Video_{}.json", video.years()), video)?;
        }
        self.zip.finish()?;
        let kinds = &self.summary;
        let audio = kinds.music_rows + kinds.duplicate_rows + kinds.nameless_rows + kinds.podcast_rows;
        Ok(ExportSummary { rows: audio + kinds.video_rows, ..self.summary })
    }

    fn write_full_file(&mut self) -> io::Result<()> {
        if self.audio.rows.len() < FILE_BYTES { Ok(()) } else { self.write_audio_file() }
    }

    fn write_audio_file(&mut self) -> io::Result<()> {
        let audio = mem::take(&mut self.audio);
        if audio.rows.is_empty() {
            return Ok(());
        }
        let name = format!("Streaming_History_Audio_{}_{}.json", audio.years(), self.summary.json_files);
        self.write_file(&name, audio)
    }

    fn write_file(&mut self, name: &str, file: JsonFile) -> io::Result<()> {
        self.zip.start_file(format!("{FOLDER}/{name}"), options())?;
        self.zip.write_all(&file.rows)?;
        self.zip.write_all(b"]")?;
        self.summary.json_files += 1;
        Ok(())
    }
}

impl<W: Write + Seek> Rows for ExportZip<W> {
    fn music(&mut self, row: &Row<'_>, n_repeats: usize, coverage: Coverage, at: Moment) -> io::Result<()> {
        for _ in 0..=n_repeats {
            self.audio.push(row)?;
        }
        let summary = &mut self.summary;
        summary.music_rows += 1;
        summary.duplicate_rows += n_repeats;
        summary.skipped_rows += usize::from(row.reason_end == "fwdbtn");
        summary.incognito_rows += usize::from(row.incognito_mode);
        *match coverage {
            Coverage::ById => &mut summary.by_id_rows,
            Coverage::ByName => &mut summary.by_name_rows,
            Coverage::ArtistOnly => &mut summary.artist_only_rows,
            Coverage::Nothing => &mut summary.unknown_rows,
        } += 1;
        summary.first_ended_at.get_or_insert(at);
        summary.last_ended_at = Some(at);
        self.write_full_file()
    }

    fn nameless(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.summary.nameless_rows += 1;
        self.audio.push(row)
    }

    fn podcast(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.summary.podcast_rows += 1;
        self.audio.push(row)
    }

    fn video(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.summary.video_rows += 1;
        self.video.push(row)
    }
}

impl JsonFile {
    fn push(&mut self, row: &Row<'_>) -> io::Result<()> {
        let year = &row.ts[..4];
        if self.rows.is_empty() {
            self.first_year = year.to_owned();
        }
        if self.last_year != year {
            self.last_year = year.to_owned();
        }
        self.rows.push(if self.rows.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut self.rows, row)?;
        Ok(())
    }

    /// `2024` or `2024-2025`.
    fn years(&self) -> String {
        let (first, last) = (&self.first_year, &self.last_year);
        if first == last { first.clone() } else { format!("{first}-{last}") }
    }
}

/// Without a time of day, so that the same plays give the same file.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(2))
        .last_modified_time(DateTime::default())
}

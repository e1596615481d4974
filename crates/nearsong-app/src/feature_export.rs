use std::{io::Write, path::Path};

use nearsong_store::Version;
use nearsong_types::{AudioFeature, CatalogTrack, Manifest};

use crate::{App, AppError, csv_failure::csv_failure};

impl App {
    /// Writes one version as CSV, through a temporary file; an existing file is replaced only when all is written.
    ///
    /// # Errors
    /// [`AppError::Store`], [`AppError::Io`].
    pub fn export_features(&self, version: &Version, to: &Path) -> Result<u64, AppError> {
        let tracks = self.features.read(version.version)?;
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let partial = to.with_file_name(name);
        let written = std::fs::File::create(&partial)
            .and_then(|file| write_csv(&tracks, &version.manifest, std::io::BufWriter::new(file)))
            .and_then(|()| std::fs::rename(&partial, to));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&partial);
            return Err(AppError::io(to)(error));
        }
        Ok(tracks.len() as u64)
    }
}

fn write_csv(tracks: &[CatalogTrack], manifest: &Manifest, to: impl Write) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    let metadata = ["track_id", "recording_id", "title", "artists", "album", "release_date", "duration_ms", "explicit"];
    let rest = ["popularity", "genres", "key", "mode", "time_signature", "sources"];
    let header = metadata.into_iter().chain(AudioFeature::ALL.map(AudioFeature::name)).chain(rest);
    csv.write_record(header).map_err(csv_failure)?;
    for track in tracks {
        csv.write_record(csv_row(track, manifest)).map_err(csv_failure)?;
    }
    csv.flush()
}

fn csv_row(row: &CatalogTrack, manifest: &Manifest) -> Vec<String> {
    fn or_empty<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let track = &row.track;
    let mut cells = vec![
        track.id.to_string(),
        row.recording_id.to_string(),
        or_empty(track.title.as_ref()),
        track.artists.join(";"),
        or_empty(track.album.as_ref()),
        or_empty(track.release_date.as_ref()),
        or_empty(track.duration_ms),
        or_empty(track.explicit),
    ];
    cells.extend(AudioFeature::ALL.map(|feature| or_empty(track.audio.get(feature))));
    let sources = manifest.inputs.iter().enumerate().filter(|(bit, _)| row.sources >> bit & 1 == 1);
    cells.extend([
        or_empty(track.popularity),
        track.genres.join(";"),
        or_empty(track.key),
        or_empty(track.is_major.map(u8::from)),
        or_empty(track.time_signature),
        sources.map(|(_, input)| input.name.as_str()).collect::<Vec<_>>().join(";"),
    ]);
    cells
}

use std::{
    io::{self, Write},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};
use nearsong_types::{AudioFeature, Track};

use crate::{StandinError, World, draw::Draw, track_ids::TrackIds, whole_file};

/// Columns of the public 114k dataset; the first has no name and holds the row number.
pub const CATALOGUE_COLUMNS: [&str; 21] = [
    "",
    "track_id",
    "artists",
    "album_name",
    "track_name",
    "popularity",
    "duration_ms",
    "explicit",
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
    "track_genre",
];

const FAULTS: u64 = 3;

/// What a catalogue file holds, and which faults were put in for a cleaner to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CatalogueSummary {
    /// Rows without the header.
    pub rows: usize,
    /// Distinct track ids that have a name.
    pub tracks: usize,
    /// Rows with an id but without artist, album, name and length.
    pub nameless_rows: usize,
    /// Rows that repeat another row but for the row number.
    pub duplicate_rows: usize,
    /// Tracks whose danceability, speechiness, valence, tempo and time signature are all 0.
    pub not_analysed_tracks: usize,
    /// Tracks of several genres whose rows disagree about the popularity; the highest is the one in [`World::tracks`].
    pub popularity_conflicts: usize,
}

impl World {
    /// Writes the catalogue as gzip CSV in the columns of the public 114k dataset, genre after genre: a track of several genres
    /// has a row for each. Some rows are faulty, as in the real file; the summary counts them.
    ///
    /// The text is the same on every machine; how it is compressed may depend on the processor.
    ///
    /// # Errors
    /// [`StandinError::Io`]; then a file that was there before is still there.
    pub fn write_catalogue(&self, path: &Path) -> Result<CatalogueSummary, StandinError> {
        whole_file::write(path, |file| {
            let mut gzip = GzEncoder::new(file, Compression::new(3));
            let summary = write_rows(self, &mut gzip)?;
            gzip.finish()?;
            Ok(summary)
        })
    }
}

fn write_rows(world: &World, to: impl Write) -> io::Result<CatalogueSummary> {
    let mut draw = Draw::new(world.seed, FAULTS);
    let mut rows: Vec<(&str, &Track)> =
        world.tracks.iter().flat_map(|track| track.genres.iter().map(move |genre| (genre.as_str(), track))).collect();
    rows.sort_by_key(|&(genre, _)| genre);
    let mut summary = CatalogueSummary {
        tracks: world.tracks.len(),
        not_analysed_tracks: world.tracks.iter().filter(|track| track.audio.is_empty()).count(),
        ..CatalogueSummary::default()
    };
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(CATALOGUE_COLUMNS)?;
    let nameless_after = rows.len() / 2;
    for (at, &(genre, track)) in rows.iter().enumerate() {
        let is_later_row = track.genres.first().is_some_and(|first| first != genre);
        let conflicts = is_later_row && track.popularity > Some(1) && draw.permille(50);
        let popularity = track.popularity.unwrap_or(0) - u8::from(conflicts);
        summary.popularity_conflicts += usize::from(conflicts);
        let repeats = 1 + usize::from(!conflicts && draw.permille(4));
        for _ in 0..repeats {
            write_row(&mut csv, summary.rows, (genre, track), popularity)?;
            summary.rows += 1;
        }
        summary.duplicate_rows += repeats - 1;
        if at == nameless_after {
            let nameless = Track::new(TrackIds::default().next(&mut draw));
            write_row(&mut csv, summary.rows, (genre, &nameless), 0)?;
            summary.rows += 1;
            summary.nameless_rows += 1;
        }
    }
    csv.flush()?;
    Ok(summary)
}

fn write_row<W: Write>(
    csv: &mut csv::Writer<W>,
    number: usize,
    (genre, track): (&str, &Track),
    popularity: u8,
) -> io::Result<()> {
    csv.write_field(number.to_string())?;
    csv.write_field(track.id.as_str())?;
    csv.write_field(track.artists.join(";"))?;
    csv.write_field(track.album.as_deref().unwrap_or_default())?;
    csv.write_field(track.title.as_deref().unwrap_or_default())?;
    csv.write_field(popularity.to_string())?;
    csv.write_field(track.duration_ms.unwrap_or(0).to_string())?;
    csv.write_field(if track.explicit == Some(true) { "True" } else { "False" })?;
    csv.write_field(audio_field(track, AudioFeature::Danceability))?;
    csv.write_field(audio_field(track, AudioFeature::Energy))?;
    csv.write_field(track.key.unwrap_or(0).to_string())?;
    csv.write_field(audio_field(track, AudioFeature::Loudness))?;
    csv.write_field(if track.is_major == Some(true) { "1" } else { "0" })?;
    for feature in [
        AudioFeature::Speechiness,
        AudioFeature::Acousticness,
        AudioFeature::Instrumentalness,
        AudioFeature::Liveness,
        AudioFeature::Valence,
        AudioFeature::Tempo,
    ] {
        csv.write_field(audio_field(track, feature))?;
    }
    csv.write_field(track.time_signature.unwrap_or(0).to_string())?;
    csv.write_field(genre)?;
    csv.write_record(None::<&[u8]>)?;
    Ok(())
}

/// The shortest text that reads back as the same number. A track without features gets what the analyser leaves where it finds
/// no beat: 0, but for the five values that need none.
fn audio_field(track: &Track, feature: AudioFeature) -> String {
    let value = track.audio.get(feature).unwrap_or(match feature {
        AudioFeature::Energy => 0.0002,
        AudioFeature::Loudness => -32.5,
        AudioFeature::Acousticness => 0.91,
        AudioFeature::Instrumentalness => 0.94,
        AudioFeature::Liveness => 0.11,
        _ => 0.0,
    });
    if value.fract() == 0.0 { format!("{value:.1}") } else { value.to_string() }
}

#[cfg(test)]
mod tests;

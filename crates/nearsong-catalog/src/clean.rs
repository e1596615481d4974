use nearsong_types::{AudioFeature, Track, TrackId};
use twox_hash::XxHash3_128;

use crate::{
    ReadLimits,
    artists::parse_artists,
    cell::{Cell, Cells},
    fault::{Fault, Faults, Refusal},
    genre::parse_genres,
    release_date::parse_release_date,
    schema::{Field, Schema},
    text::clean_text,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SHORT_MS: u32 = 30_000;
const LONG_MS: u32 = 20 * 60_000;
const LONG_TEXT_CHARS: usize = 100;

/// A row that was accepted.
#[derive(Debug)]
pub(crate) struct CleanRow {
    pub(crate) track: Track,
    pub(crate) faults: Faults,
    /// The only artist is a line that may hold several.
    pub(crate) is_artist_line: bool,
    /// Loudness as it stands in the row.
    pub(crate) loudness_db: Option<f32>,
    /// Fingerprint of all that is read from the row: equal rows have equal ones.
    pub(crate) row_digest: u128,
    /// Fingerprint of the twelve features and the duration as they stand in the row, where all are there.
    pub(crate) sound_digest: Option<u128>,
}

/// Turns a row into a track, or says why it cannot be one.
pub(crate) fn clean_row(cells: &Cells<'_>, schema: Schema, limits: &ReadLimits) -> Result<CleanRow, Refusal> {
    let id = cells.get(Field::Id).text("track id", limits.max_text_bytes)?.unwrap_or_default().trim();
    let bytes = id.as_bytes().try_into().map_err(|_| Refusal::bad_id(id))?;
    let mut row = CleanRow {
        track: Track::new(TrackId::from_bytes(bytes).ok_or_else(|| Refusal::bad_id(id))?),
        faults: Faults::default(),
        is_artist_line: false,
        loudness_db: None,
        row_digest: row_digest(cells),
        sound_digest: None,
    };
    row.read_names(cells, schema, limits.max_text_bytes)?;
    row.read_numbers(cells)?;
    row.read_sound(cells)?;
    Ok(row)
}

impl CleanRow {
    fn read_names(&mut self, cells: &Cells<'_>, schema: Schema, max_bytes: usize) -> Result<(), Refusal> {
        let Self { track, faults, .. } = self;
        let text = |field, column| cells.get(field).text(column, max_bytes).map(Option::unwrap_or_default);
        let title = text(Field::Title, "title")?;
        track.title = clean_text(title, faults);
        let artists = text(Field::Artists, "artists")?;
        let credits = parse_artists(artists, schema.artist_form(), faults);
        track.artists = credits.names;
        self.is_artist_line = credits.is_line;
        let album = text(Field::Album, "album")?;
        track.album = clean_text(album, faults);
        track.genres = parse_genres(text(Field::Genres, "genre")?, faults);

        faults.add_if(track.title.is_none(), Fault::MissingTitle);
        faults.add_if(track.artists.is_empty(), Fault::MissingArtist);
        let knows_albums = !matches!(schema, Schema::Tomigelo);
        let has_name = track.title.is_some() || track.album.is_some() || !track.artists.is_empty();
        faults.add_if(!has_name && knows_albums, Fault::NoNames);
        faults.add_if(looks_like_number(title.trim()), Fault::NumberLikeTitle);
        for (text, non_ascii, long) in [
            (title, Fault::NonAsciiTitle, Fault::LongTitle),
            (artists, Fault::NonAsciiArtists, Fault::LongArtists),
            (album, Fault::NonAsciiAlbum, Fault::LongAlbum),
        ] {
            faults.add_if(!text.is_ascii(), non_ascii);
            faults.add_if(text.len() > LONG_TEXT_CHARS && text.chars().count() > LONG_TEXT_CHARS, long);
        }
        Ok(())
    }

    fn read_numbers(&mut self, cells: &Cells<'_>) -> Result<(), Refusal> {
        let Self { track, faults, .. } = self;
        let popularity = cells.get(Field::Popularity).whole("popularity", 0, 100)?;
        track.popularity = popularity.map(|value| value as u8);
        faults.add_if(popularity == Some(0), Fault::ZeroPopularity);

        let duration = cells.get(Field::Duration).whole("duration_ms", 0, DAY_MS)?.map(|value| value as u32);
        track.duration_ms = duration.filter(|&duration| duration > 0);
        faults.add_if(duration == Some(0), Fault::ZeroDuration);
        faults.add_if(duration.is_some_and(|duration| duration < SHORT_MS), Fault::ShortDuration);
        faults.add_if(duration.is_some_and(|duration| duration > LONG_MS), Fault::LongDuration);

        track.explicit = cells.get(Field::Explicit).truth("explicit")?;
        faults.add_if(cells.get(Field::Conflict).truth("conflict")? == Some(true), Fault::SourcesDisagree);
        let date = date_text(cells.get(Field::Release)).or_else(|| date_text(cells.get(Field::Year)));
        if let Some(date) = date {
            track.release_date = parse_release_date(&date);
            faults.add_if(track.release_date.is_none(), Fault::UnreadableDate);
        }
        Ok(())
    }

    fn read_sound(&mut self, cells: &Cells<'_>) -> Result<(), Refusal> {
        let mut raw = [None; AudioFeature::COUNT];
        for feature in AudioFeature::ALL {
            let Some(number) = cells.get(Field::Audio(feature)).number(feature.name())? else { continue };
            let value = number as f32;
            if !feature.accepts(value) {
                let (low, high) = feature.range();
                return Err(Refusal::out_of_range(feature.name(), number, &format!("{low} to {high}")));
            }
            raw[feature as usize] = Some(value);
        }
        // Spotify writes key -1 where it heard none.
        let key = cells.get(Field::Key).whole("key", -1, 11)?;
        let mode = cells.get(Field::Mode).whole("mode", 0, 1)?;
        let beats = cells.get(Field::TimeSignature).whole("time_signature", 0, 7)?;
        self.sound_digest = self.digest_sound(&raw, [key, mode, beats]);
        self.count_sound(&raw, beats);
        if self.faults.has(Fault::NotAnalysed) {
            return Ok(());
        }
        for feature in AudioFeature::ALL {
            let is_unknown = feature == AudioFeature::Tempo && raw[feature as usize] == Some(0.0);
            self.track.audio.set(feature, raw[feature as usize].filter(|_| !is_unknown));
        }
        self.track.key = key.and_then(|key| u8::try_from(key).ok());
        self.track.is_major = mode.map(|mode| mode == 1);
        self.track.time_signature = beats.filter(|&beats| beats > 0).map(|beats| beats as u8);
        Ok(())
    }

    fn count_sound(&mut self, raw: &[Option<f32>; AudioFeature::COUNT], beats: Option<i64>) {
        let is_zero = |feature: AudioFeature| raw[feature as usize] == Some(0.0);
        self.loudness_db = raw[AudioFeature::Loudness as usize];
        let faults = &mut self.faults;
        let is_silent = is_zero(AudioFeature::Tempo) && is_zero(AudioFeature::Danceability);
        faults.add_if(is_silent && beats.is_none_or(|beats| beats == 0), Fault::NotAnalysed);
        faults.add_if(is_zero(AudioFeature::Tempo), Fault::ZeroTempo);
        faults.add_if(is_zero(AudioFeature::Valence), Fault::ZeroValence);
        faults.add_if(is_zero(AudioFeature::Energy), Fault::ZeroEnergy);
        faults.add_if(is_zero(AudioFeature::Instrumentalness), Fault::ZeroInstrumentalness);
        faults.add_if(beats == Some(0), Fault::ZeroTimeSignature);
        faults.add_if(beats == Some(1), Fault::OneTimeSignature);
        faults.add_if(self.loudness_db.is_some_and(|loudness| loudness > 0.0), Fault::LoudnessAboveZero);
        faults.add_if(raw.contains(&None), Fault::MissingAudio);
    }

    fn digest_sound(&self, raw: &[Option<f32>; AudioFeature::COUNT], rest: [Option<i64>; 3]) -> Option<u128> {
        let mut bytes = [0u8; 4 * (AudioFeature::COUNT + 4)];
        let rest = rest.into_iter().map(|value| value.map(|value| value as u32));
        let duration = if self.faults.has(Fault::ZeroDuration) { Some(0) } else { self.track.duration_ms };
        let values = raw.iter().map(|value| value.map(f32::to_bits)).chain(rest).chain([duration]);
        for (value, slot) in values.zip(bytes.chunks_exact_mut(4)) {
            slot.copy_from_slice(&value?.to_le_bytes());
        }
        Some(XxHash3_128::oneshot(&bytes))
    }
}

fn row_digest(cells: &Cells<'_>) -> u128 {
    let mut bytes = Vec::with_capacity(400);
    for cell in cells.0 {
        match cell {
            Cell::Missing => bytes.push(0),
            Cell::Text(text) => {
                bytes.push(1);
                bytes.extend((text.len() as u64).to_le_bytes());
                bytes.extend(text);
            }
            Cell::Int(value) => bytes.extend([2].into_iter().chain(value.to_le_bytes())),
            Cell::Float(value) => bytes.extend([3].into_iter().chain(value.to_le_bytes())),
            Cell::Bool(value) => bytes.extend([4, u8::from(value)]),
        }
    }
    XxHash3_128::oneshot(&bytes)
}

/// A date cell as text; a year may be a number. Bytes that are no text are no date either.
fn date_text(cell: Cell<'_>) -> Option<String> {
    let text = match cell {
        Cell::Text(text) => String::from_utf8_lossy(text).trim().to_owned(),
        Cell::Int(year) => year.to_string(),
        Cell::Float(year) if year.fract() == 0.0 => year.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// A digit first, then nothing but digits and what stands between them: a spreadsheet would take it for a number or a date.
fn looks_like_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b".,-/ ".contains(&byte))
}

#[cfg(test)]
mod tests;

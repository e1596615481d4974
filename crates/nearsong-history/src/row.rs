use nearsong_types::{Listen, Moment};
use serde::de::IgnoredAny;

use crate::{
    FileKind, JsonFault, LeftOut, Limits, account::AccountRow, extended::ExtendedRow, json_rows::parse_one,
    scalar::Scalar, utc::parse_utc,
};

/// A day: no single play lasts longer.
const MAX_PLAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What a row gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    Listen(Listen),
    LeftOut(LeftOut),
}

/// Reads one row of a file of this kind, and its length in bytes.
pub(crate) fn parse_row(
    kind: FileKind,
    limits: &Limits,
    bytes: &[u8],
) -> serde_json::Result<(Result<Reading, JsonFault>, usize)> {
    match kind {
        FileKind::ExtendedHistory => {
            parse_one::<ExtendedRow>(bytes).map(|(row, length)| (row.read(limits.max_text_chars), length))
        }
        FileKind::AccountData => {
            parse_one::<AccountRow>(bytes).map(|(row, length)| (row.read(limits.max_text_chars), length))
        }
        FileKind::Video => pass_over(bytes, LeftOut::Video),
        FileKind::Podcast => pass_over(bytes, LeftOut::Podcast),
        FileKind::Audiobook => pass_over(bytes, LeftOut::Audiobook),
    }
}

fn pass_over(bytes: &[u8], reason: LeftOut) -> serde_json::Result<(Result<Reading, JsonFault>, usize)> {
    parse_one::<IgnoredAny>(bytes).map(|(_, length)| (Ok(Reading::LeftOut(reason)), length))
}

/// The time in a field; `None` where it is null, absent or blank.
pub(crate) fn time(value: &Scalar, field: &'static str, expected: &str) -> Result<Option<Moment>, JsonFault> {
    let Some(text) = value.text(field, usize::MAX)? else { return Ok(None) };
    let bad = || JsonFault::BadField { field, expected: expected.to_owned(), found: value.to_string() };
    parse_utc(text).ok_or_else(bad).map(Some)
}

/// The milliseconds of a play, or why there can be none.
pub(crate) fn play_length(ms_played: Option<i64>) -> Result<u32, LeftOut> {
    let ms_played = ms_played.ok_or(LeftOut::NoTime)?;
    if !(0..=MAX_PLAY_MS).contains(&ms_played) {
        return Err(LeftOut::ImpossibleLength);
    }
    u32::try_from(ms_played).map_err(|_| LeftOut::ImpossibleLength)
}

/// Title and artist, unless one is missing or both are Spotify's words for a song that it no longer knows.
pub(crate) fn names<'a>(title: Option<&'a str>, artist: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    title.zip(artist).filter(|&names| names != ("Unknown Track", "Unknown Artist"))
}

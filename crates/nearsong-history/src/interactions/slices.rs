use nearsong_types::Silent;
use serde::Deserialize;

use super::{
    InteractionsError,
    gauge::Gauge,
    playlists::{Entry, Playlists},
    read::{Tally, check_size},
    unpacking::Unpacked,
};
use crate::{
    json_rows::{Frame, JsonRows, parse_one},
    meter::{Halt, Meter},
    scalar::Scalar,
};

/// A playlist of a slice, as far as it is used.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Slot<'a> {
    #[serde(borrow)]
    pid: Scalar<'a>,
    #[serde(borrow)]
    tracks: Vec<Track<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Track<'a> {
    #[serde(borrow)]
    track_uri: Scalar<'a>,
    track_name: Scalar<'a>,
    artist_name: Scalar<'a>,
}

/// Reads a slice of the Million Playlist Dataset, or its challenge set, playlist by playlist.
pub(crate) fn read(
    file: Unpacked<'_>,
    playlists: &mut Playlists,
    gauge: &Gauge<'_>,
    tally: &mut Tally,
) -> Result<(), InteractionsError> {
    json_rows(file, Frame::Member("playlists"), gauge, |bytes, name| {
        let (slot, length) = parse_one::<Slot>(bytes)?;
        let number = match slot.pid {
            Scalar::Whole(number) => u64::try_from(number).ok(),
            _ => None,
        };
        let entries = slot.tracks.iter().map(|track| Entry {
            uri: track.track_uri.plain_text(),
            title: track.track_name.plain_text(),
            artist: track.artist_name.plain_text(),
        });
        playlists.push(number, entries, gauge.limits, tally);
        Ok((check_size(playlists.size(), name, gauge.limits), length))
    })
}

/// Hands the bytes of one JSON row after another to `row`, which takes what is in them once they are whole.
pub(crate) fn json_rows(
    file: Unpacked<'_>,
    frame: Frame,
    gauge: &Gauge<'_>,
    mut row: impl FnMut(&[u8], &str) -> serde_json::Result<(Result<(), InteractionsError>, usize)>,
) -> Result<(), InteractionsError> {
    let limits = gauge.limits.of_files();
    let mut meter = Meter::new(&limits, &Silent);
    let mut rows = JsonRows::new(file.input, &mut meter, &limits).within(frame);
    let name = file.name;
    loop {
        let read = rows.next_row(|bytes| {
            let (read, length) = row(bytes, name)?;
            gauge.begin_row();
            Ok((Ok(read), length))
        });
        match read {
            Ok(Some(read)) => read?,
            Ok(None) => return Ok(()),
            Err(Halt::Io(source)) => return Err(gauge.error(name, source)),
            Err(Halt::Fault { place, fault }) => {
                return Err(InteractionsError::Json { file: name.to_owned(), place, fault });
            }
            Err(Halt::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(Halt::TooMuch { limit }) => {
                return Err(InteractionsError::TooMuch { file: name.to_owned(), what: "bytes in all", limit });
            }
        }
    }
}

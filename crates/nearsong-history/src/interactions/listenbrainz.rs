use nearsong_types::{Moment, TrackId};
use serde::Deserialize;

use super::{
    InteractionFault, InteractionLimits, InteractionsError,
    gauge::Gauge,
    plays::Plays,
    read::{Tally, check_size},
    slices::json_rows,
    table::{moment_of_number, moment_of_text},
    unpacking::Unpacked,
};
use crate::{
    json_rows::{Frame, parse_one},
    scalar::Scalar,
};

/// A listen of a dump, as far as it is used. Dumps of different years name the user and the moment differently.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line<'a> {
    #[serde(borrow)]
    user_id: Scalar<'a>,
    user_name: Scalar<'a>,
    listened_at: Scalar<'a>,
    timestamp: Scalar<'a>,
    #[serde(borrow)]
    track_metadata: Option<Metadata<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow)]
    artist_name: Scalar<'a>,
    track_name: Scalar<'a>,
    #[serde(borrow)]
    additional_info: Option<Info<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Info<'a> {
    #[serde(borrow)]
    spotify_id: Scalar<'a>,
    origin_url: Scalar<'a>,
}

/// Reads listens, one JSON object a line, and adds them up by user and song.
pub(crate) fn read(
    file: Unpacked<'_>,
    plays: &mut Plays,
    gauge: &Gauge<'_>,
    tally: &mut Tally,
) -> Result<(), InteractionsError> {
    json_rows(file, Frame::Lines, gauge, |bytes, name| {
        let (line, length) = parse_one::<Line>(bytes)?;
        tally.n_rows += 1;
        if let Err(fault) = line.add_to(plays, gauge.limits, tally) {
            tally.count(fault);
        }
        Ok((check_size(plays.size(), name, gauge.limits), length))
    })
}

impl Line<'_> {
    fn add_to(&self, plays: &mut Plays, limits: &InteractionLimits, tally: &mut Tally) -> Result<(), InteractionFault> {
        let user = match (&self.user_id, &self.user_name) {
            (Scalar::Whole(number), _) => number.to_string(),
            (Scalar::Text(text), _) | (_, Scalar::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        };
        if user.is_empty() {
            return Err(InteractionFault::NoUser);
        }
        let song = self.track_metadata.as_ref().ok_or(InteractionFault::NoItem)?;
        let (title, artist) = (song.track_name.plain_text(), song.artist_name.plain_text());
        if [&user, title, artist].iter().any(|text| text.chars().count() > limits.max_text_chars) {
            return Err(InteractionFault::LongText);
        }
        if title.is_empty() || artist.is_empty() {
            return Err(InteractionFault::NoItem);
        }
        let at = self.moment();
        if at.is_none() {
            tally.count(InteractionFault::BadTime);
        }
        let item = plays.items.of_names(title, artist, song.track_id());
        plays.push(&user, item, 1.0, at);
        Ok(())
    }

    fn moment(&self) -> Option<Moment> {
        [&self.listened_at, &self.timestamp].into_iter().find_map(|moment| match moment {
            Scalar::Whole(number) => moment_of_number(*number as f64),
            Scalar::Fraction(number) => moment_of_number(*number),
            Scalar::Text(text) => moment_of_text(text.trim()),
            _ => None,
        })
    }
}

impl Metadata<'_> {
    fn track_id(&self) -> Option<TrackId> {
        let info = self.additional_info.as_ref()?;
        [&info.spotify_id, &info.origin_url].into_iter().find_map(|address| address.plain_text().parse().ok())
    }
}

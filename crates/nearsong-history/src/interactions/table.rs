use std::borrow::Cow;

use jiff::{civil::Date, tz::TimeZone};
use nearsong_types::{InteractionSet, ItemKind, Moment, TrackId};

use super::{
    InteractionFault, InteractionLimits, InteractionsError,
    columns::{Columns, ItemColumns},
    gauge::Gauge,
    plays::Plays,
    read::{Tally, check_size},
    text_rows::{TextRows, decoded, header_of},
    unpacking::Unpacked,
};
use crate::utc::parse_utc;

/// A value of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Missing,
    Text(Cow<'a, str>),
    Number(f64),
    Moment(Moment),
}

/// Rows of users and items, from texts and Parquet files.
#[derive(Default)]
pub(crate) struct Table {
    plays: Plays,
    is_of_artists: bool,
    n_by_id: u64,
    n_by_key: u64,
}

impl Table {
    /// Reads a CSV or TSV whose header has been recognised.
    pub(crate) fn read_text(
        &mut self,
        file: Unpacked<'_>,
        gauge: &Gauge<'_>,
        tally: &mut Tally,
    ) -> Result<(), InteractionsError> {
        let name = file.name;
        let header = header_of(file.head).and_then(|header| Some((header.delimiter, Columns::of(&header.names)?)));
        let (delimiter, columns) = header.expect("the header has been recognised");
        TextRows::quoted(file, delimiter, gauge).each(|row| {
            let mut cell = |at: usize, tally: &mut Tally| match row.field(at) {
                [] => Cell::Missing,
                bytes => Cell::Text(decoded(bytes, tally)),
            };
            self.push(&columns, &mut cell, gauge.limits, tally);
            check_size(self.size(), name, gauge.limits)
        })
    }

    /// Adds a row; `cell` gives the value of a column.
    pub(crate) fn push<'r>(
        &mut self,
        columns: &Columns,
        cell: &mut impl FnMut(usize, &mut Tally) -> Cell<'r>,
        limits: &InteractionLimits,
        tally: &mut Tally,
    ) {
        tally.n_rows += 1;
        if let Err(fault) = self.try_push(columns, cell, limits, tally) {
            tally.count(fault);
        }
    }

    fn try_push<'r>(
        &mut self,
        columns: &Columns,
        cell: &mut impl FnMut(usize, &mut Tally) -> Cell<'r>,
        limits: &InteractionLimits,
        tally: &mut Tally,
    ) -> Result<(), InteractionFault> {
        let user = cell(columns.user, tally).into_text(limits)?;
        if user.is_empty() {
            return Err(InteractionFault::NoUser);
        }
        let weight = match columns.weight {
            Some(weight) => cell(weight, tally).number().filter(|weight| weight.is_finite() && *weight > 0.0),
            None => Some(1.0),
        };
        let weight = weight.ok_or(InteractionFault::BadWeight)?;
        let item = self.item(columns.item, cell, limits, tally)?;
        let at = match columns.time.map(|time| cell(time, tally)) {
            None | Some(Cell::Missing) => None,
            Some(time) => {
                let at = time.moment();
                tally.count_many(InteractionFault::BadTime, u64::from(at.is_none()));
                at
            }
        };
        self.plays.push(&user, item, weight, at);
        Ok(())
    }

    fn item<'r>(
        &mut self,
        columns: ItemColumns,
        cell: &mut impl FnMut(usize, &mut Tally) -> Cell<'r>,
        limits: &InteractionLimits,
        tally: &mut Tally,
    ) -> Result<u32, InteractionFault> {
        let mut text = |at: usize| cell(at, tally).into_text(limits);
        let items = &mut self.plays.items;
        match columns {
            ItemColumns::Key { key, names } => {
                let key = text(key)?;
                let names = names.map(|(title, artist)| Ok((text(title)?, text(artist)?))).transpose()?;
                let (title, artist) = names.unwrap_or_default();
                match key.parse::<TrackId>() {
                    _ if key.is_empty() => Err(InteractionFault::NoItem),
                    Ok(id) => {
                        self.n_by_id += 1;
                        Ok(items.of_id(id, &title, &artist))
                    }
                    Err(_) => {
                        self.n_by_key += 1;
                        Ok(items.of_key(&key))
                    }
                }
            }
            ItemColumns::Names { title, artist } => match (text(title)?, text(artist)?) {
                (title, artist) if title.is_empty() || artist.is_empty() => Err(InteractionFault::NoItem),
                (title, artist) => {
                    self.n_by_id += 1;
                    Ok(items.of_names(&title, &artist, None))
                }
            },
            ItemColumns::Artist(artist) => match text(artist)? {
                artist if artist.is_empty() => Err(InteractionFault::NoItem),
                artist => {
                    self.is_of_artists = true;
                    Ok(items.of_key(&artist))
                }
            },
        }
    }

    pub(crate) fn size(&self) -> [usize; 3] {
        self.plays.size()
    }

    /// Songs where most rows say which, artists where only those are named, else things that only the table knows.
    pub(crate) fn finish(mut self, tally: &mut Tally) -> InteractionSet {
        if self.n_by_id >= self.n_by_key && self.n_by_id > 0 {
            tally.count_many(InteractionFault::NotATrack, self.n_by_key);
            let is_song = self.plays.items.songs();
            return self.plays.finish(ItemKind::Song, |item| is_song[item as usize], tally);
        }
        if self.is_of_artists && self.n_by_key == 0 {
            self.plays.items.rename(|name| Some(name.to_owned()));
            return self.plays.finish(ItemKind::Artist, |_| true, tally);
        }
        self.plays.finish(ItemKind::Other, |_| true, tally)
    }
}

impl<'a> Cell<'a> {
    /// A trimmed text, empty where there is no value.
    fn into_text(self, limits: &InteractionLimits) -> Result<Cow<'a, str>, InteractionFault> {
        let text = match self {
            Self::Missing => return Ok(Cow::Borrowed("")),
            Self::Text(text) => text,
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Moment(moment) => Cow::Owned(moment.micros().to_string()),
        };
        if text.len() > limits.max_text_chars && text.chars().count() > limits.max_text_chars {
            return Err(InteractionFault::LongText);
        }
        Ok(text)
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Missing | Self::Moment(_) => None,
        }
    }

    fn moment(&self) -> Option<Moment> {
        match self {
            Self::Moment(moment) => Some(*moment),
            Self::Number(number) => moment_of_number(*number),
            Self::Text(text) => moment_of_text(text.trim()),
            Self::Missing => None,
        }
    }
}

/// A moment as a number: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
pub(crate) fn moment_of_number(number: f64) -> Option<Moment> {
    let micros = match number {
        _ if !number.is_finite() || number < 0.0 => return None,
        _ if number < 1e11 => number * 1e6,
        _ if number < 1e14 => number * 1e3,
        _ if number < 1e17 => number,
        _ if number < 1e19 => number / 1e3,
        _ => return None,
    };
    Some(Moment::from_micros(micros as i64))
}

/// A moment as a number or as a time in UTC, with or without an hour.
pub(crate) fn moment_of_text(text: &str) -> Option<Moment> {
    let number = || text.parse().ok().and_then(moment_of_number);
    let day = || {
        let midnight = TimeZone::UTC.to_timestamp(text.parse::<Date>().ok()?.into()).ok()?;
        Some(Moment::from_micros(midnight.as_microsecond()))
    };
    number().or_else(|| parse_utc(text)).or_else(day)
}

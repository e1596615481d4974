use jiff::{Timestamp, civil, tz::TimeZone};
use nearsong_types::Moment;

use crate::AppError;

/// The moment that a jiff timestamp stands for.
pub fn moment(timestamp: Timestamp) -> Moment {
    Moment::from_micros(timestamp.as_microsecond())
}

/// Reads `2026-11-01` (the end of that day in the zone), `2026-11-01T12:00` (in the zone) or `2026-11-01T12:00:00Z`.
///
/// # Errors
/// [`AppError::Unusable`].
pub fn parse_when(text: &str, zone: &TimeZone) -> Result<Moment, AppError> {
    let unusable = || {
        AppError::Unusable(format!(
            "“{text}” is no date; expected one such as 2026-11-01, 2026-11-01T12:00 or 2026-11-01T12:00:00Z"
        ))
    };
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(moment(timestamp));
    }
    let is_date_alone = !text.contains(['T', ' ', ':']);
    let at = if is_date_alone {
        let date: civil::Date = text.parse().map_err(|_| unusable())?;
        date.tomorrow().map_err(|_| unusable())?.to_datetime(civil::Time::midnight())
    } else {
        text.parse::<civil::DateTime>().map_err(|_| unusable())?
    };
    Ok(moment(at.to_zoned_datetime(zone.clone()).map_err(|_| unusable())?.timestamp()))
}

/// A moment as a date in a zone: `2026-11-23`.
pub fn date_in(at: Moment, zone: &TimeZone) -> String {
    in_zone(at, zone, "%Y-%m-%d")
}

/// A moment as date and time in a zone: `2026-11-23 14:05`.
pub fn date_time_in(at: Moment, zone: &TimeZone) -> String {
    in_zone(at, zone, "%Y-%m-%d %H:%M")
}

/// The zone of that name, or UTC where this machine does not know it.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn in_zone(at: Moment, zone: &TimeZone, format: &str) -> String {
    match Timestamp::from_microsecond(at.micros()) {
        Ok(timestamp) => timestamp.to_zoned_datetime(zone.clone()).strftime(format).to_string(),
        Err(_) => "outside the calendar".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_the_end_of_that_day_where_the_listener_lives() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let end = parse_when("2026-11-01", &berlin).unwrap();
        assert_eq!(end, moment("2026-11-01T23:00:00Z".parse().unwrap()));
        assert_eq!(parse_when("2026-11-01T12:00", &berlin).unwrap(), moment("2026-11-01T11:00:00Z".parse().unwrap()));
        assert_eq!(
            parse_when("2026-11-01T12:00:00Z", &berlin).unwrap(),
            moment("2026-11-01T12:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn other_texts_are_refused_by_name() {
        for text in ["yesterday", "2026-13-01", "", "12:00"] {
            let error = parse_when(text, &TimeZone::UTC).unwrap_err().to_string();
            assert!(error.contains(&format!("“{text}”")), "{error}");
        }
    }

    #[test]
    fn moments_are_shown_in_the_zone() {
        let at = moment("2026-03-29T23:30:00Z".parse().unwrap());
        assert_eq!(date_in(at, &zone("Europe/Berlin")), "2026-03-30");
        assert_eq!(date_time_in(at, &zone("UTC")), "2026-03-29 23:30");
    }
}

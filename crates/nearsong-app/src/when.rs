use jiff::{Span, Timestamp, civil, tz::TimeZone};
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
    parse(text, zone, civil::Date::tomorrow)
}

/// As [`parse_when`], but a date alone means the beginning of that day: for the first day of a time.
///
/// # Errors
/// [`AppError::Unusable`].
pub fn parse_since(text: &str, zone: &TimeZone) -> Result<Moment, AppError> {
    parse(text, zone, Ok)
}

/// `midnight_of` says at the beginning of which day the day named is meant.
fn parse(
    text: &str,
    zone: &TimeZone,
    midnight_of: impl Fn(civil::Date) -> Result<civil::Date, jiff::Error>,
) -> Result<Moment, AppError> {
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
        midnight_of(date).map_err(|_| unusable())?.to_datetime(civil::Time::midnight())
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

/// A moment as a short day in a zone: `23 Nov`.
pub fn day_in(at: Moment, zone: &TimeZone) -> String {
    in_zone(at, zone, "%-d %b")
}

/// The first and the last day of a time that ends before `until`: `23 August to 23 November 2026`.
pub fn period_in(from: Moment, until: Moment, zone: &TimeZone) -> String {
    let last = Moment::from_micros(until.micros() - 1);
    let is_one_year = in_zone(from, zone, "%Y") == in_zone(last, zone, "%Y");
    let first = in_zone(from, zone, if is_one_year { "%-d %B" } else { "%-d %B %Y" });
    format!("{first} to {}", in_zone(last, zone, "%-d %B %Y"))
}

/// The beginning of the day so many months earlier in a zone; `None` where the calendar does not reach so far.
pub(crate) fn months_before(at: Moment, months: u32, zone: &TimeZone) -> Option<Moment> {
    let at = Timestamp::from_microsecond(at.micros()).ok()?;
    let earlier = at.to_zoned_datetime(zone.clone()).checked_sub(Span::new().try_months(months).ok()?).ok()?;
    Some(moment(earlier.start_of_day().ok()?.timestamp()))
}

/// The same time of day so many months later, in UTC.
pub(crate) fn months_after(at: Moment, months: u32) -> Moment {
    let later = || {
        let at = Timestamp::from_microsecond(at.micros()).ok()?.to_zoned_datetime(TimeZone::UTC);
        Some(moment(at.checked_add(Span::new().try_months(months).ok()?).ok()?.timestamp()))
    };
    later().unwrap_or(at)
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
    fn the_first_day_of_a_time_begins_and_the_last_one_ends_with_it() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let from = parse_since("2026-08-23", &berlin).unwrap();
        assert_eq!(from, moment("2026-08-22T22:00:00Z".parse().unwrap()));
        let until = parse_when("2026-11-23", &berlin).unwrap();
        assert_eq!(period_in(from, until, &berlin), "23 August to 23 November 2026");
        assert_eq!(months_before(Moment::from_micros(until.micros() - 1), 3, &berlin), Some(from));
        let next_year = parse_when("2027-01-03", &berlin).unwrap();
        assert_eq!(period_in(from, next_year, &berlin), "23 August 2026 to 3 January 2027");
        assert_eq!(months_before(from, u32::MAX, &berlin), None);
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

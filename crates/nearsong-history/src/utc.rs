use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use nearsong_types::Moment;

/// Length of `YYYY-MM-DD HH:MM:SS`: anything longer says more than a plain time.
const PLAIN_TIME_LEN: usize = 19;

/// Reads a UTC time in the forms that exports have used: `2023-03-19T18:31:37Z`, `2023-03-19 18:31:37 UTC`,
/// `2023-03-19 18:31:37` and `2023-03-19 18:31`. A time with another zone's offset is converted.
pub(crate) fn parse_utc(text: &str) -> Option<Moment> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(Moment::from_micros(instant.as_microsecond()));
    }
    let plain = text.strip_suffix(" UTC").unwrap_or(text);
    if plain.len() > PLAIN_TIME_LEN || !plain.contains(':') {
        return None;
    }
    let instant = TimeZone::UTC.to_timestamp(plain.parse::<DateTime>().ok()?).ok()?;
    Some(Moment::from_micros(instant.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_gives_the_same_moment() {
        for text in [
            "2023-03-19T18:31:37Z",
            "2023-03-19 18:31:37 UTC",
            "2023-03-19 18:31:37",
            "2023-03-19T18:31:37",
            "2023-03-19T20:31:37+02:00",
        ] {
            assert_eq!(parse_utc(text), Some(Moment::from_seconds(1_679_250_697)), "{text}");
        }
        assert_eq!(parse_utc("2023-03-19 18:31"), Some(Moment::from_seconds(1_679_250_660)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["", "2023-03-19", "18:31", "yesterday", "2023-02-30T00:00:00Z", "1679250697", "2023-03-19T25:00:00Z"]
        {
            assert_eq!(parse_utc(text), None, "{text}");
        }
    }
}

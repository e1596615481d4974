use jiff::{Timestamp, ToSpan, tz::TimeZone};
use nearsong_types::Moment;

fn timestamp(moment: Moment) -> Timestamp {
    Timestamp::from_microsecond(moment.micros()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `2026-11-22T20:14:05.123Z`.
pub(crate) fn with_millis(moment: Moment) -> String {
    timestamp(moment).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `2026-11-22T20:14:05Z`.
pub(crate) fn with_seconds(moment: Moment) -> String {
    timestamp(moment).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Milliseconds since the epoch, rounded down.
pub(crate) fn millis(moment: Moment) -> i64 {
    moment.micros().div_euclid(1000)
}

pub(crate) fn plus_seconds(moment: Moment, seconds: i64) -> Moment {
    Moment::from_micros(moment.micros().saturating_add(seconds.saturating_mul(1_000_000)))
}

/// The same day and time six months later; the last day of that month where it is shorter.
pub(crate) fn plus_six_months(moment: Moment) -> Moment {
    let later = timestamp(moment).to_zoned_datetime(TimeZone::UTC).saturating_add(6.months());
    Moment::from_micros(later.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_spotify_writes_them() {
        let moment = Moment::from_micros(1_763_842_445_123_999);
        assert_eq!(with_millis(moment), "2025-11-22T20:14:05.123Z");
        assert_eq!(with_seconds(moment), "2025-11-22T20:14:05Z");
        assert_eq!(millis(moment), 1_763_842_445_123);
        assert_eq!(with_seconds(plus_six_months(moment)), "2026-05-22T20:14:05Z");
    }
}

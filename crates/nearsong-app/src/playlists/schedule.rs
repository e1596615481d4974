use std::{fmt, str::FromStr};

use croner::Cron;
use jiff::{Timestamp, civil, tz::TimeZone};
use nearsong_types::Moment;

use crate::{AppError, moment};

/// When a playlist is made anew, in the listener's time zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    rule: Rule,
}

#[derive(Debug, Clone)]
enum Rule {
    Never,
    /// On these days of the week, at a time of the clock.
    Days(Vec<civil::Weekday>, civil::Time),
    Cron(Box<Cron>),
}

const DAYS: [(&str, civil::Weekday); 7] = [
    ("monday", civil::Weekday::Monday),
    ("tuesday", civil::Weekday::Tuesday),
    ("wednesday", civil::Weekday::Wednesday),
    ("thursday", civil::Weekday::Thursday),
    ("friday", civil::Weekday::Friday),
    ("saturday", civil::Weekday::Saturday),
    ("sunday", civil::Weekday::Sunday),
];

/// Minutes of an hour that comes twice when clocks are put back, and one more.
const MINUTES_TWICE: u32 = 61;

impl Schedule {
    /// The first moment of the schedule after another one; none where it never comes.
    ///
    /// A time that the clocks pass over when they are put forward means the first one after the gap; one that comes twice when they are put back
    /// means the first. So each day has its moment exactly once.
    pub fn next_after(&self, after: Moment, zone: &TimeZone) -> Option<Moment> {
        let now = Timestamp::from_microsecond(after.micros()).ok()?.to_zoned_datetime(zone.clone());
        match &self.rule {
            Rule::Never => None,
            Rule::Days(days, time) => (0..=8).find_map(|n| {
                let date = now.date().checked_add(jiff::Span::new().days(n)).ok()?;
                let at = date.to_datetime(*time).to_zoned_datetime(zone.clone()).ok()?.timestamp();
                (days.contains(&date.weekday()) && at > now.timestamp()).then(|| moment(at))
            }),
            Rule::Cron(cron) => {
                let mut at = now.datetime();
                // Cron counts on the clock on the wall; in an hour that comes twice all of it may lie before `after`.
                (0..MINUTES_TWICE).find_map(|_| {
                    at = next_on_the_wall(cron, at)?;
                    let next = at.to_zoned_datetime(zone.clone()).ok()?.timestamp();
                    (next > now.timestamp()).then(|| moment(next))
                })
            }
        }
    }
}

impl FromStr for Schedule {
    type Err = AppError;

    /// Reads `every monday 06:00`, `every tuesday, friday 18:30`, `daily 07:00`, `never`, or five fields of cron.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        let rule = rule_of(&text).ok_or_else(|| {
            AppError::Unusable(format!(
                "“{text}” is no schedule; expected one such as “every monday 06:00”, “every tuesday, friday 18:30”, \
                 “daily 07:00”, “never”, or five fields of cron such as “0 6 * * 1”"
            ))
        })?;
        Ok(Self { text, rule })
    }
}

/// The next time of a cron expression after another one, in a day without changes of the clock.
fn next_on_the_wall(cron: &Cron, after: civil::DateTime) -> Option<civil::DateTime> {
    let seconds = after.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_second();
    let next = cron.find_next_occurrence(&chrono::DateTime::from_timestamp(seconds, 0)?, false).ok()?;
    Some(Timestamp::from_second(next.timestamp()).ok()?.to_zoned_datetime(TimeZone::UTC).datetime())
}

fn rule_of(text: &str) -> Option<Rule> {
    if text == "never" {
        return Some(Rule::Never);
    }
    let daily = text.strip_prefix("daily ").or_else(|| text.strip_prefix("every day "));
    if let Some(time) = daily {
        return Some(Rule::Days(DAYS.iter().map(|(_, day)| *day).collect(), time_of(time)?));
    }
    if let Some(rest) = text.strip_prefix("every ") {
        let (days, time) = rest.rsplit_once(' ')?;
        let day = |name: &str| DAYS.iter().find(|(known, _)| *known == name.trim()).map(|(_, day)| *day);
        let days: Option<Vec<_>> = days.replace(" and ", ",").split(',').map(day).collect();
        return Some(Rule::Days(days?, time_of(time)?));
    }
    let is_five_fields = text.split_whitespace().count() == 5;
    let cron = is_five_fields.then(|| Cron::from_str(text).ok()).flatten()?;
    Some(Rule::Cron(Box::new(cron)))
}

fn time_of(text: &str) -> Option<civil::Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        moment(text.parse().unwrap())
    }

    /// The next moments of a schedule, in its zone.
    fn next(schedule: &str, zone: &str, from: &str, n: usize) -> Vec<String> {
        let (schedule, zone): (Schedule, _) = (schedule.parse().unwrap(), TimeZone::get(zone).unwrap());
        let mut after = at(from);
        let mut found = Vec::new();
        for _ in 0..n {
            after = schedule.next_after(after, &zone).unwrap();
            let zoned = Timestamp::from_microsecond(after.micros()).unwrap().to_zoned_datetime(zone.clone());
            found.push(zoned.strftime("%a %Y-%m-%d %H:%M %Z").to_string());
        }
        found
    }

    #[test]
    fn schedules_are_read_as_people_write_them() {
        assert_eq!(
            next("every monday 06:00", "Europe/Berlin", "2026-11-24T08:00:00Z", 2),
            ["Mon 2026-11-30 06:00 CET", "Mon 2026-12-07 06:00 CET"]
        );
        assert_eq!(
            next("Every Tuesday and Friday 18:30", "America/New_York", "2026-11-24T23:29:00Z", 2),
            ["Tue 2026-11-24 18:30 EST", "Fri 2026-11-27 18:30 EST"]
        );
        assert_eq!(next("0 6 * * 1", "UTC", "2026-11-24T08:00:00Z", 1), ["Mon 2026-11-30 06:00 UTC"]);
        let never: Schedule = "never".parse().unwrap();
        assert_eq!(never.next_after(at("2026-11-24T08:00:00Z"), &TimeZone::UTC), None);
    }

    #[test]
    fn each_day_has_its_moment_once_where_clocks_are_changed() {
        // 02:30 does not exist on 2026-03-29 in Berlin, and is there twice on 2026-10-25.
        assert_eq!(
            next("daily 02:30", "Europe/Berlin", "2026-03-28T00:00:00Z", 3),
            ["Sat 2026-03-28 02:30 CET", "Sun 2026-03-29 03:30 CEST", "Mon 2026-03-30 02:30 CEST"]
        );
        assert_eq!(
            next("daily 02:30", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["Sun 2026-10-25 02:30 CEST", "Mon 2026-10-26 02:30 CET"]
        );
        assert_eq!(
            next("every sunday 02:30", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["Sun 2026-10-25 02:30 CEST", "Sun 2026-11-01 02:30 CET"]
        );
    }

    #[test]
    fn an_hour_that_comes_twice_does_not_end_a_schedule() {
        // 02:05 in Berlin for the second time.
        let quarters = next("*/15 * * * *", "Europe/Berlin", "2026-10-25T01:05:00Z", 1);
        assert_eq!(quarters, ["Sun 2026-10-25 03:00 CET"]);
    }

    #[test]
    fn other_texts_are_refused_with_examples() {
        for text in [
            "",
            "monday",
            "every monday",
            "every moonday 06:00",
            "every monday 25:00",
            "daily 6",
            "* * *",
            "61 6 * * 1",
        ] {
            let error = text.parse::<Schedule>().unwrap_err().to_string();
            assert!(error.contains("every monday 06:00"), "{text}: {error}");
        }
    }
}

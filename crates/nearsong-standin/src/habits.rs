use crate::{draw::Draw, plan::ExportPlan};

pub(crate) const DAY_SECONDS: i64 = 86_400;
/// The made-up listener's clock is an hour ahead of UTC, all year round.
pub(crate) const UTC_OFFSET_SECONDS: i64 = 3_600;

/// One stretch of listening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    /// Seconds since the epoch.
    pub(crate) starts_at: i64,
    pub(crate) n_plays: usize,
    pub(crate) device: Device,
    pub(crate) is_abroad: bool,
    pub(crate) is_first_of_workday: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    Phone,
    Desktop,
    Speaker,
}

/// Usual starts in minutes of the day, with their share of the day's plays.
const WORKDAY: [(i64, u64, Device); 5] = [
    (7 * 60 + 35, 22, Device::Phone),
    (12 * 60 + 20, 10, Device::Phone),
    (14 * 60 + 10, 28, Device::Desktop),
    (19 * 60 + 30, 26, Device::Speaker),
    (22 * 60 + 30, 14, Device::Phone),
];
const WEEKEND: [(i64, u64, Device); 3] =
    [(10 * 60 + 15, 30, Device::Speaker), (15 * 60, 28, Device::Phone), (20 * 60 + 45, 42, Device::Speaker)];
/// From Monday to Sunday, in per cent of a usual day.
const WEEKDAYS: [u64; 7] = [85, 90, 95, 100, 128, 125, 97];

/// The days of a history, each with its number of plays.
pub(crate) struct Calendar {
    first_day: i64,
    /// Sums of plays up to the end of each day.
    plays_until: Vec<usize>,
}

impl Calendar {
    pub(crate) fn new(plan: &ExportPlan, draw: &mut Draw) -> Self {
        let end = plan.ends_at.seconds() + UTC_OFFSET_SECONDS - DAY_SECONDS / 2;
        let first_day = end.div_euclid(DAY_SECONDS) - i64::from(plan.days);
        let mut weights: Vec<u64> = (0..i64::from(plan.days)).map(|day| day_weight(first_day + day, draw)).collect();
        // The last days are quiet, so that what runs past midnight still ends before the history does.
        weights.iter_mut().rev().take(2).for_each(|weight| *weight = (*weight / 8).max(1));
        let total: u64 = weights.iter().sum::<u64>().max(1);
        let plays_until = weights.iter().scan(0, |sum, weight| {
            *sum += weight;
            Some((plan.n_plays as u128 * u128::from(*sum) / u128::from(total)) as usize)
        });
        Self { first_day, plays_until: plays_until.collect() }
    }

    pub(crate) fn n_days(&self) -> usize {
        self.plays_until.len()
    }

    /// The sessions of the `at`-th day, in order.
    pub(crate) fn sessions(&self, at: usize, draw: &mut Draw) -> Vec<Session> {
        let before = if at == 0 { 0 } else { self.plays_until[at - 1] };
        let n_plays = self.plays_until[at] - before;
        let day = self.first_day + at as i64;
        let slots: &[_] = if weekday(day) < 5 { &WORKDAY } else { &WEEKEND };
        let shares: Vec<u64> = slots.iter().map(|slot| slot.1 * draw.below(160)).collect();
        let total: u64 = shares.iter().sum::<u64>().max(1);
        let (mut sum, mut given) = (0, 0);
        let mut sessions = Vec::new();
        for (&(minute, _, device), share) in slots.iter().zip(shares) {
            sum += share;
            let n = n_plays * sum as usize / total as usize - given;
            given += n;
            let starts_at = day * DAY_SECONDS + (minute + draw.between(-25, 40)) * 60 - UTC_OFFSET_SECONDS;
            sessions.push(Session {
                starts_at: starts_at + draw.between(0, 59),
                n_plays: n,
                device,
                is_abroad: is_holiday(day),
                is_first_of_workday: minute == WORKDAY[0].0,
            });
        }
        if let Some(last) = sessions.last_mut() {
            last.n_plays += n_plays - given;
        }
        sessions.retain(|session| session.n_plays > 0);
        sessions
    }
}

fn day_weight(day: i64, draw: &mut Draw) -> u64 {
    let mood = draw.between(50, 150) as u64;
    if draw.percent(6) {
        return 1;
    }
    let holiday = if is_holiday(day) { 130 } else { 100 };
    WEEKDAYS[weekday(day)] * mood * holiday / 100
}

/// 0 = Monday. Day 0 of the epoch was a Thursday.
fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

/// Two weeks a year.
fn is_holiday(day: i64) -> bool {
    (200..214).contains(&day.rem_euclid(365))
}

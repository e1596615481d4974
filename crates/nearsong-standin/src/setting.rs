use jiff::Timestamp;

use crate::{
    draw::Draw,
    habits::{DAY_SECONDS, Device, Session, UTC_OFFSET_SECONDS},
    row::Row,
    taste::Occasion,
};

/// Days that the newest favourite has been one.
const NEWEST_DAYS: u64 = 100;

/// What stays the same during one session: where, on what and how the listener listens.
pub(crate) struct Setting {
    pub(crate) occasion: Occasion,
    /// In the first third of a history, whose rows are of an older kind.
    pub(crate) is_old: bool,
    platform: &'static str,
    country: &'static str,
    ip_address: String,
    is_offline: bool,
    is_incognito: bool,
    is_shuffled: bool,
}

impl Setting {
    /// A session on the `day`-th of `n_days` days.
    pub(crate) fn new(session: Session, day: u64, n_days: u64, draw: &mut Draw) -> Self {
        let progress = 1000 * day / n_days;
        let newest_since = 1000 - 1000 * NEWEST_DAYS.min(n_days / 3) / n_days;
        let hour = (session.starts_at + UTC_OFFSET_SECONDS).rem_euclid(DAY_SECONDS) as u64 / 3600;
        let is_old = progress < 333;
        let host = match (session.is_abroad, session.device) {
            (true, _) => 230 + draw.below(20),
            (false, Device::Phone) => 100 + draw.below(100),
            (false, _) => 17,
        };
        Self {
            occasion: Occasion { progress, newest_since, hour },
            is_old,
            platform: match session.device {
                Device::Phone if is_old => "Android OS 12 API 31 (made-up, Phone 3)",
                Device::Phone => "android",
                Device::Desktop => "linux",
                Device::Speaker => "cast",
            },
            country: if session.is_abroad { "PT" } else { "DE" },
            ip_address: format!("192.0.2.{host}"),
            is_offline: session.device == Device::Phone && draw.percent(14),
            is_incognito: draw.permille(12),
            is_shuffled: draw.percent(55),
        }
    }

    /// What every row has, for something that went on between two moments, in seconds since the epoch.
    pub(crate) fn row(&self, starts_at: i64, ends_at: i64) -> Row<'_> {
        let ends_at = Timestamp::from_second(ends_at).expect("the plan was checked to stay within the calendar");
        Row {
            ts: ends_at.to_string(),
            platform: self.platform,
            conn_country: self.country,
            ip_addr: &self.ip_address,
            reason_start: "clickrow",
            reason_end: "endplay",
            shuffle: self.is_shuffled,
            skipped: (!self.is_old).then_some(false),
            offline: self.is_offline,
            offline_timestamp: match (self.is_old, self.is_offline) {
                (true, true) => Some(starts_at * 1000),
                (true, false) => None,
                (false, _) => Some(starts_at),
            },
            incognito_mode: self.is_incognito,
            ..Row::default()
        }
    }
}

use std::time::Duration;

use crate::Publisher;

pub(super) fn login_advice(publisher: Publisher, login_sent: bool, page: &str) -> String {
    let by_hand = format!("or download the file by hand from {page} and add it with `nearsong catalog add`");
    match (publisher, login_sent) {
        (Publisher::Kaggle, false) => format!(
            "it wants to know who asks; sign in at Kaggle, open {page} once and accept its terms if it asks, make a token at \
             https://www.kaggle.com/settings/api and give it to Nearsong as the Kaggle login, {by_hand}"
        ),
        (Publisher::Kaggle, true) => format!(
            "the Kaggle login was not accepted; make a new token at https://www.kaggle.com/settings/api, open {page} once \
             while signed in and accept its terms if it asks, {by_hand}"
        ),
        (Publisher::HuggingFace, _) => {
            format!("it may have been made private or want consent to its terms; open {page}, {by_hand}")
        }
    }
}

pub(super) fn tries(attempts: u32) -> String {
    if attempts > 1 { format!(" ({attempts} tries)") } else { String::new() }
}

pub(super) fn later(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(|| "later".to_owned(), |wait| format!("in {}", span(wait)))
}

pub(super) fn of_total(received: u64, total: Option<u64>) -> String {
    total.map_or_else(|| size(received), |total| format!("{} of {}", size(received), size(total)))
}

pub(super) fn announcement(announced: Option<u64>) -> String {
    announced.map_or_else(|| "found out on the way".to_owned(), size)
}

/// A number of bytes for people, in decimal units.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// A duration for people, rounded up to whole units.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_spans_read_well() {
        for (bytes, expected) in
            [(999, "999 bytes"), (20_118_244, "20.1 MB"), (1 << 30, "1.1 GB"), (1_500, "1.5 kB"), (0, "0 bytes")]
        {
            assert_eq!(size(bytes), expected);
        }
        for (seconds, expected) in [(30, "30 s"), (119, "119 s"), (121, "3 min"), (7_201, "3 h")] {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
        assert_eq!(span(Duration::from_millis(200)), "200 ms");
    }
}

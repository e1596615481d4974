use nearsong_types::Outcome;

/// Below this nothing was heard.
const NOTHING_HEARD_MS: u32 = 1_000;
/// Below this a play ended soon.
const SOON_MS: u32 = 30_000;
/// From here on a play counts as heard, whatever ended it.
const LONG_ENOUGH_MS: u32 = 120_000;

/// What is known of why a play ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Finished,
    LeftForAnother,
    Stopped,
    Unknown,
}

/// How a play went, from the fields of Spotify's export; absent fields are `None`.
///
/// `skipped` has changed its meaning over the years and `reason_end` is missing for whole years, so the length decides
/// most. Half of a usual song, two minutes, counts as heard; 30 seconds is where Spotify itself begins to count.
///
/// | why it ended | under 1 s | under 30 s | under 120 s | from 120 s |
/// |---|---|---|---|---|
/// | finished: `trackdone` | Partial | Completed | Completed | Completed |
/// | left for another song: `fwdbtn`, `backbtn`, `clickrow`, `clickside`, `playbtn`; or `skipped` is true | Skipped | Skipped | Partial | Completed |
/// | stopped: `endplay`, `logout`, `remote`, `unexpected-exit`, `trackerror` and every other reason; or no reason and `skipped` is false | Partial | Partial | Partial | Completed |
/// | not known: no reason or `unknown`, and no `skipped` | Partial | Skipped | Partial | Completed |
///
/// `trackdone` wins over `skipped`. A play under a second with no sign of a skip is Partial: nothing was heard, so
/// nothing was disliked. Account data has neither field: its rows follow the last line.
///
/// # Range
/// `ms_played`: milliseconds heard, 0 occurs.
pub fn infer_outcome(ms_played: u32, reason_end: Option<&str>, skipped: Option<bool>) -> Outcome {
    let is_long = ms_played >= LONG_ENOUGH_MS;
    let is_soon = ms_played < SOON_MS;
    let is_nothing = ms_played < NOTHING_HEARD_MS;
    match ending(reason_end, skipped) {
        _ if is_long => Outcome::Completed,
        Ending::Finished if !is_nothing => Outcome::Completed,
        Ending::LeftForAnother if is_soon => Outcome::Skipped,
        Ending::Unknown if is_soon && !is_nothing => Outcome::Skipped,
        _ => Outcome::Partial,
    }
}

fn ending(reason_end: Option<&str>, skipped: Option<bool>) -> Ending {
    match (reason_end, skipped) {
        (Some("trackdone"), _) => Ending::Finished,
        (Some("fwdbtn" | "backbtn" | "clickrow" | "clickside" | "playbtn"), _) | (_, Some(true)) => {
            Ending::LeftForAnother
        }
        (None | Some("unknown"), None) => Ending::Unknown,
        _ => Ending::Stopped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Completed as C, Partial as P, Skipped as S};

    /// Outcomes at 0 ms, 999 ms, 1 s, 29.999 s, 30 s, 119.999 s and 120 s.
    fn row(reason_end: Option<&str>, skipped: Option<bool>) -> [Outcome; 7] {
        [0, 999, 1_000, 29_999, 30_000, 119_999, 120_000].map(|ms| infer_outcome(ms, reason_end, skipped))
    }

    #[test]
    fn every_line_of_the_table_holds() {
        for skipped in [None, Some(false), Some(true)] {
            assert_eq!(row(Some("trackdone"), skipped), [P, P, C, C, C, C, C], "{skipped:?}");
            for reason in ["fwdbtn", "backbtn", "clickrow", "clickside", "playbtn"] {
                assert_eq!(row(Some(reason), skipped), [S, S, S, S, P, P, C], "{reason} {skipped:?}");
            }
        }
        for reason in ["endplay", "logout", "remote", "unexpected-exit-while-paused", "trackerror", "next-year's word"]
        {
            for skipped in [None, Some(false)] {
                assert_eq!(row(Some(reason), skipped), [P, P, P, P, P, P, C], "{reason} {skipped:?}");
            }
            assert_eq!(row(Some(reason), Some(true)), [S, S, S, S, P, P, C], "{reason}");
        }
        for reason in [None, Some("unknown")] {
            assert_eq!(row(reason, None), [P, P, S, S, P, P, C]);
            assert_eq!(row(reason, Some(false)), [P, P, P, P, P, P, C]);
            assert_eq!(row(reason, Some(true)), [S, S, S, S, P, P, C]);
        }
    }
}

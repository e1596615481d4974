use std::time::Duration;

use nearsong_spotify::SpotifyError;
use nearsong_store::Listener;
use nearsong_types::Moment;
use sha2::{Digest, Sha256};

use crate::{AppError, ErrorKind, Recipe, playlists::subject, when::zone};

/// Jobs that call Spotify run up to so much later than their time, each installation at a moment of its own.
const SPREAD: Duration = Duration::from_secs(600);
const FIRST_BACKOFF: Duration = Duration::from_secs(10 * 60);
const LONGEST_BACKOFF: Duration = Duration::from_secs(12 * 3_600);

/// When a playlist is made for the first time: at once.
pub(crate) fn first_run(now: Moment) -> Moment {
    now
}

/// When a playlist is made anew after a moment; none where its schedule says never.
pub(crate) fn next_run(
    listener: &Listener,
    name: &str,
    recipe: &Recipe,
    after: Moment,
) -> Result<Option<Moment>, AppError> {
    let next = recipe.schedule()?.next_after(after, &zone(&listener.time_zone));
    let late = if recipe.spotify { spread(&subject(listener, name), listener.added_at) } else { Duration::ZERO };
    Ok(next.map(|next| next.plus(late)))
}

/// How much later than its time a job runs: the same each time, and hardly the same in two installations, so that they do not all knock at six.
pub(super) fn spread(subject: &str, salt: Moment) -> Duration {
    let digest = Sha256::digest(format!("{subject} {}", salt.micros()));
    let part = f64::from(u16::from_be_bytes([digest[0], digest[1]])) / f64::from(u16::MAX);
    SPREAD.mul_f64(part)
}

/// When a job that failed is tried again, by what the failure was; none where it waits for a sign-in, or for a person.
pub(super) fn retry_at(error: &AppError, attempts: u32, now: Moment, late: Duration) -> Option<Moment> {
    match error {
        AppError::DeletedThere { .. } => None,
        AppError::Spotify { source: SpotifyError::Wait { until, .. }, .. } => Some((*until).max(now).plus(late / 10)),
        error if error.kind() == ErrorKind::NeedsSignIn => None,
        _ => {
            let doubled = FIRST_BACKOFF.saturating_mul(1 << attempts.saturating_sub(1).min(10));
            Some(now.plus(doubled.min(LONGEST_BACKOFF)).plus(late / 10))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_seconds(1_795_500_000);

    #[test]
    fn a_failure_says_itself_when_to_try_again() {
        let late = Duration::ZERO;
        let until = NOW.plus(Duration::from_secs(50_000));
        let wait = SpotifyError::Wait {
            until,
            family: nearsong_spotify::Family::PlaylistWrite,
            reason: nearsong_spotify::WaitReason::Quota,
        };
        assert_eq!(retry_at(&AppError::from(wait), 1, NOW, late), Some(until));
        let signed_out = AppError::from(SpotifyError::SignInAgain(nearsong_spotify::SignInReason::Ended));
        assert_eq!(retry_at(&signed_out, 1, NOW, late), None);
        assert_eq!(retry_at(&AppError::DeletedThere { name: "x".to_owned() }, 1, NOW, late), None);
        let ours = || AppError::Unusable("no".to_owned());
        let minutes = |attempts| NOW.until(retry_at(&ours(), attempts, NOW, late).unwrap()).as_secs() / 60;
        assert_eq!([1, 2, 3, 7, 40].map(minutes), [10, 20, 40, 640, 720]);
    }

    #[test]
    fn installations_are_spread_over_ten_minutes() {
        let seconds = |n: i64| spread("me/weekly", Moment::from_seconds(n)).as_secs_f64();
        let all: Vec<f64> = (0..1_000).map(seconds).collect();
        assert!(all.iter().all(|late| (0.0..=600.0).contains(late)));
        let early = all.iter().filter(|late| **late < 300.0).count();
        assert!((400..600).contains(&early), "{early} of 1000 in the first half");
        assert_eq!(seconds(7), seconds(7));
    }
}

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

/// How long to wait before the next try: twice as long each time, spread over half to one and a half of it, so that many installations do not
/// knock together.
pub(crate) fn backoff(first: Duration, attempt: u32) -> Duration {
    let doubled = first.saturating_mul(1 << attempt.saturating_sub(1).min(6));
    doubled.mul_f64(0.5 + spread())
}

/// Evenly distributed in 0..1; a system without randomness waits the middle.
fn spread() -> f64 {
    let mut byte = [128];
    let _ = SystemRandom::new().fill(&mut byte);
    f64::from(byte[0]) / 256.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_within_bounds() {
        let first = Duration::from_millis(500);
        for attempt in 1..=3 {
            let whole = first * (1 << (attempt - 1));
            for _ in 0..50 {
                let wait = backoff(first, attempt);
                assert!(whole / 2 <= wait && wait < whole * 3 / 2, "{attempt}: {wait:?}");
            }
        }
    }
}

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long an answer takes, asked one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Half of the answers took at most so long.
    pub median_ms: f64,
    /// 99 of 100 answers took at most so long.
    pub p99_ms: f64,
    /// How many answers were timed.
    pub n_timed: usize,
}

impl Latency {
    /// From the time of each answer, in any order; `None` where nothing was timed.
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        // Nearest rank: the smallest time that so many answers did not exceed.
        let percentile = |percent: usize| {
            let rank = (percent * times.len()).div_ceil(100);
            times.get(rank.saturating_sub(1)).map(|time| time.as_secs_f64() * 1e3)
        };
        Some(Self { median_ms: percentile(50)?, p99_ms: percentile(99)?, n_timed: times.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let latency = |n: u64| Latency::of((1..=n).rev().map(Duration::from_millis).collect());
        assert_eq!(latency(200), Some(Latency { median_ms: 100.0, p99_ms: 198.0, n_timed: 200 }));
        assert_eq!(latency(3), Some(Latency { median_ms: 2.0, p99_ms: 3.0, n_timed: 3 }));
        assert_eq!(latency(0), None);
    }
}

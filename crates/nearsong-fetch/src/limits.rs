use std::time::Duration;

/// How long, how much and how often a download may try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadLimits {
    /// For resolving a host's name, and again for connecting to it.
    pub connect_timeout: Duration,
    /// Longest silence: no byte of headers or content for this long counts as a break.
    pub read_timeout: Duration,
    /// For the whole download, waits between tries included.
    pub total_timeout: Duration,
    /// Largest file taken, in bytes.
    pub max_bytes: u64,
    /// Tries in all, the first included; 0 counts as 1.
    pub max_attempts: u32,
    /// Longest wait between two tries; a server that asks for a longer one ends the download.
    pub max_wait: Duration,
    /// Redirects followed in one try.
    pub max_redirects: u32,
}

impl Default for DownloadLimits {
    /// Wide enough for every dataset of [`crate::public_datasets`] on a slow line.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(15),
            read_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(60 * 60),
            max_bytes: 1 << 30,
            max_attempts: 6,
            max_wait: Duration::from_secs(60),
            max_redirects: 8,
        }
    }
}

impl DownloadLimits {
    /// Wait before the try after the `attempt`th (1-based): 1 s, doubled each time, at most [`DownloadLimits::max_wait`].
    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(16);
        Duration::from_secs(1 << doublings).min(self.max_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let limits = DownloadLimits { max_wait: Duration::from_secs(5), ..DownloadLimits::default() };
        let waits: Vec<u64> = (1..=5).map(|attempt| limits.backoff(attempt).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 5, 5]);
        assert_eq!(limits.backoff(u32::MAX).as_secs(), 5);
    }
}

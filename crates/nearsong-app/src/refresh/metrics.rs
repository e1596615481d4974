use std::fmt::Write;

use nearsong_types::Moment;

use crate::{App, AppError};

impl App {
    /// How things stand, in the text format of Prometheus (version 0.0.4).
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn metrics(&self, now: Moment) -> Result<String, AppError> {
        let mut text = String::new();
        let jobs = self.jobs()?;
        let age = |at: Option<Moment>| at.map(|at| at.until(now).as_secs());
        family(
            &mut text,
            "nearsong_jobs",
            "gauge",
            "Jobs, by kind and state.",
            jobs.iter().map(|job| {
                (vec![("kind", job.kind.as_str()), ("subject", job.subject.as_str()), ("state", job.state)], 1)
            }),
        );
        let runs = jobs.iter().flat_map(|job| {
            [("ok", job.n_ok), ("failed", job.n_failed)].map(|(outcome, n)| {
                (vec![("kind", job.kind.as_str()), ("subject", job.subject.as_str()), ("outcome", outcome)], n)
            })
        });
        family(&mut text, "nearsong_job_runs_total", "counter", "Runs of jobs, by outcome.", runs);
        let ages = jobs.iter().filter_map(|job| {
            Some((vec![("kind", job.kind.as_str()), ("subject", job.subject.as_str())], age(job.last_ok_at)?))
        });
        family(&mut text, "nearsong_job_age_seconds", "gauge", "Time since a job last went well.", ages);
        let calls = self.store.call_outcomes_since(now.minus_days(1))?;
        let words: Vec<(String, String, u64)> =
            calls.into_iter().map(|(name, status, n)| (name, outcome(status), n)).collect();
        let calls =
            words.iter().map(|(name, outcome, n)| (vec![("family", name.as_str()), ("outcome", outcome.as_str())], *n));
        family(&mut text, "nearsong_spotify_calls_24h", "gauge", "Calls to Spotify in the last 24 hours.", calls);
        let spotify = self.spotify_status(now)?;
        let connections = spotify.iter().flat_map(|spotify| &spotify.connections);
        let days =
            connections.map(|it| (vec![("listener", it.listener.as_str())], it.days_left.max(0).cast_unsigned()));
        family(&mut text, "nearsong_spotify_sign_in_days_left", "gauge", "Days until a sign-in at Spotify ends.", days);
        Ok(text)
    }
}

fn outcome(status: Option<u16>) -> String {
    match status {
        None => "unknown".to_owned(),
        Some(0) => "no-answer".to_owned(),
        Some(status) => status.to_string(),
    }
}

fn family<'a>(
    text: &mut String,
    name: &str,
    kind: &str,
    help: &str,
    samples: impl Iterator<Item = (Vec<(&'static str, &'a str)>, u64)>,
) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in samples {
        let labels: Vec<_> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let _ = writeln!(text, "{name}{{{}}} {value}", labels.join(","));
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_as_the_format_wants() {
        let mut text = String::new();
        family(&mut text, "x", "gauge", "A test.", [(vec![("a", "b\"c\\d\ne")], 3)].into_iter());
        assert_eq!(text, "# HELP x A test.\n# TYPE x gauge\nx{a=\"b\\\"c\\\\d\\ne\"} 3\n");
    }
}

use std::{fmt::Write, time::Instant};

use nearsong_types::{Moment, Silent};

use crate::{App, AppError, WishText};

impl App {
    /// How things stand, in the text format of Prometheus (version 0.0.4). A list is made for each listener, to see how long that takes.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn metrics(&mut self, now: Moment) -> Result<String, AppError> {
        let mut text = String::new();
        let jobs = self.jobs()?;
        let age = |at: Option<Moment>| at.map(|at| at.until(now).as_secs() as f64);
        family(
            &mut text,
            "nearsong_jobs",
            "gauge",
            "Jobs, by kind and state.",
            jobs.iter().map(|job| {
                (vec![("kind", job.kind.as_str()), ("subject", job.subject.as_str()), ("state", job.state)], 1.0)
            }),
        );
        let runs = jobs.iter().flat_map(|job| {
            [("ok", job.n_ok as f64), ("failed", job.n_failed as f64)].map(|(outcome, n)| {
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
        let calls = words
            .iter()
            .map(|(name, outcome, n)| (vec![("family", name.as_str()), ("outcome", outcome.as_str())], *n as f64));
        family(&mut text, "nearsong_spotify_calls_24h", "gauge", "Calls to Spotify in the last 24 hours.", calls);
        let spotify = self.spotify_status(now)?;
        let connections = spotify.iter().flat_map(|spotify| &spotify.connections);
        let days = connections.map(|it| (vec![("listener", it.listener.as_str())], it.days_left as f64));
        family(&mut text, "nearsong_spotify_sign_in_days_left", "gauge", "Days until a sign-in at Spotify ends.", days);
        let latencies = self.latencies(now)?;
        let latencies = latencies.iter().map(|(listener, seconds)| (vec![("listener", listener.as_str())], *seconds));
        family(&mut text, "nearsong_recommend_seconds", "gauge", "Time that a list took just now.", latencies);
        Ok(text)
    }

    /// How long a list takes for each listener with a taste, in seconds, with the model open already; none before the first model.
    fn latencies(&mut self, now: Moment) -> Result<Vec<(String, f64)>, AppError> {
        if self.store.champion()?.is_none() {
            return Ok(Vec::new());
        }
        let recommender = self.recommender(None, now, &Silent)?;
        let mut latencies = Vec::new();
        for listener in self.store.listeners()? {
            let started = Instant::now();
            match self.recommend(&recommender, Some(&listener.name), &WishText::default(), now, &Silent) {
                Ok(_) => latencies.push((listener.name, started.elapsed().as_secs_f64())),
                Err(AppError::Missing(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(latencies)
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
    samples: impl Iterator<Item = (Vec<(&'static str, &'a str)>, f64)>,
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
        family(&mut text, "x", "gauge", "A test.", [(vec![("a", "b\"c\\d\ne")], 3.0)].into_iter());
        assert_eq!(text, "# HELP x A test.\n# TYPE x gauge\nx{a=\"b\\\"c\\\\d\\ne\"} 3\n");
    }
}

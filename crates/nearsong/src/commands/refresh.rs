use jiff::tz::TimeZone;
use nearsong_app::{AppError, JobDone, JobOutcome, RoundReport, date_time_in};

use super::{open, playlists, print, print_json};
use crate::{
    Context,
    args::{JobsCommand, JsonArgs},
    clock::MachineClock,
    render::{columns, count, plain},
};

/// `nearsong refresh`: one round.
pub fn run(context: &Context) -> anyhow::Result<()> {
    let report = round(context)?;
    if report.n_ok + report.n_failed == 0 && !context.is_quiet {
        print("Nothing is due.\n")?;
    }
    if report.n_failed > 0 {
        let words = format!(
            "{} of {} jobs did not go well; they are tried again: nearsong jobs list",
            report.n_failed,
            report.n_ok + report.n_failed
        );
        return Err(AppError::TryLater(words).into());
    }
    Ok(())
}

/// Does what is due once, and says so.
pub fn round(context: &Context) -> anyhow::Result<RoundReport> {
    let mut app = open(context)?;
    let zone = app.time_zone_of(context.listener.as_deref())?;
    let mut printed = Ok(());
    let report = app.round(&MachineClock, &context.bars, &mut |done| {
        context.bars.clear();
        if printed.is_ok() {
            printed = print(&line(&done, &zone));
        }
    })?;
    context.bars.clear();
    printed?;
    Ok(report)
}

fn line(done: &JobDone, zone: &TimeZone) -> String {
    let next = done.next_run.map(|next| format!(" Next: {}.", date_time_in(next, zone))).unwrap_or_default();
    let what = match &done.outcome {
        Ok(JobOutcome::Synced(report)) => format!("{} calls, listening brought in.", report.n_calls),
        Ok(JobOutcome::NothingToTrain) => "the data has not moved.".to_owned(),
        Ok(JobOutcome::Trained(true)) => "a new model is in use.".to_owned(),
        Ok(JobOutcome::Trained(false)) => "a new model was trained; the one in use is better.".to_owned(),
        Ok(JobOutcome::Refreshed(refreshed)) => playlists::describe(refreshed).trim_end().replace('\n', " "),
        Err(error) => format!("did not go well: {}", plain(&error.to_string().replace('\n', " "))),
    };
    format!("{} {}: {what}{next}\n", done.kind, done.subject)
}

/// `nearsong jobs …`
pub fn jobs(context: &Context, command: &JobsCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    match command {
        JobsCommand::List(JsonArgs { json }) => {
            let jobs = app.jobs()?;
            if *json {
                return print_json(&jobs);
            }
            let zone = app.time_zone_of(context.listener.as_deref())?;
            let at =
                |moment: Option<_>| moment.map(|moment| date_time_in(moment, &zone)).unwrap_or_else(|| "-".to_owned());
            let mut rows =
                vec![["job", "", "state", "next", "last went well", "ok", "failed", "why"].map(str::to_owned).to_vec()];
            rows.extend(jobs.iter().map(|job| {
                let why = job.last_error.as_deref().and_then(|error| error.lines().next()).unwrap_or_default();
                vec![
                    job.kind.clone(),
                    job.subject.clone(),
                    job.state.to_owned(),
                    at(job.next_run),
                    at(job.last_ok_at),
                    count(job.n_ok),
                    count(job.n_failed),
                    plain(why),
                ]
            }));
            print(&columns(&rows, &[5, 6]))
        }
        JobsCommand::Retry { kind, subject } => {
            app.retry_job(kind, subject, context.now)?;
            print(&format!("{kind} {subject} runs in the next round: nearsong refresh\n"))
        }
        JobsCommand::Cancel { kind, subject } => {
            app.cancel_job(kind, subject)?;
            print(&format!("{kind} {subject} does not run until: nearsong jobs retry {kind} {subject}\n"))
        }
    }
}

/// `nearsong metrics`
pub fn metrics(context: &Context) -> anyhow::Result<()> {
    print(&open(context)?.metrics(context.now)?)
}

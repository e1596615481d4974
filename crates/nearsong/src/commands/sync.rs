use nearsong_app::{SyncOutcome, SyncReport, date_time_in, zone};
use nearsong_types::Moment;

use super::{open, print, print_json, spotify::warning};
use crate::{
    Context,
    args::JsonArgs,
    clock::MachineClock,
    render::{columns, count, of_listener},
};

pub fn run(context: &Context, args: &JsonArgs) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let report = app.sync(context.listener.as_deref(), &MachineClock, &context.bars)?;
    context.bars.clear();
    if args.json {
        return print_json(&report);
    }
    let time_zone = app.listener(Some(&report.listener))?.time_zone;
    print(&describe(&report, &time_zone))
}

/// A sync's report in words.
pub fn describe(report: &SyncReport, time_zone: &str) -> String {
    let zone = zone(time_zone);
    let at = |moment: Moment| format!("{} ({time_zone})", date_time_in(moment, &zone));
    let rows: Vec<_> = report.lists.iter().map(|list| vec![list.list.clone(), outcome(&list.outcome, &at)]).collect();
    let mut text = format!(
        "Spotify{}, {} of at most {} calls:\n{}",
        of_listener(&report.listener),
        report.n_calls,
        report.max_calls,
        columns(&rows, &[])
    );
    if report.n_forgotten > 0 {
        text.push_str(&format!("Forgotten as too old (keep_plays_days): {} plays.\n", count(report.n_forgotten)));
    }
    text.push_str(&warning(&report.connection, &zone));
    text
}

fn outcome(outcome: &SyncOutcome, at: &dyn Fn(Moment) -> String) -> String {
    match outcome {
        SyncOutcome::Read { n_read, n_new, n_left } => {
            let left = n_left
                .map(|n| format!("; about {} are left for the next sync", count(u64::from(n))))
                .unwrap_or_default();
            format!("{} read, {} new{left}", count(*n_read), count(*n_new))
        }
        SyncOutcome::NotDue { from } => format!("read lately; again from {}", at(*from)),
        SyncOutcome::Wait { until } => format!("Spotify asked to wait until {}", at(*until)),
        SyncOutcome::NoCallsLeft => "no calls left this time; the next sync goes on here".to_owned(),
        SyncOutcome::NotAllowed => "not allowed at the sign-in: nearsong connect spotify --read".to_owned(),
        SyncOutcome::Failed(reason) => reason.clone(),
    }
}

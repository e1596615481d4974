use nearsong_app::{App, ImportReport, date_in, zone};

use super::{open, print, print_json};
use crate::{
    Context,
    args::ImportArgs,
    render::{columns, count, files, of_listener, percent},
};

pub fn run(context: &Context, args: &ImportArgs) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let listener = context.listener.as_deref();
    if args.undo {
        return undo(&mut app, listener);
    }
    let report = app.import(&args.paths, listener, args.time_zone.as_deref(), context.now, &context.bars)?;
    context.bars.clear();
    if args.json {
        return print_json(&report);
    }
    let time_zone = app.listener(Some(&report.listener))?.time_zone;
    print(&describe(&report, &time_zone))?;
    if context.is_quiet || report.read.total.n_listens == 0 || report.matched.is_none() {
        return Ok(());
    }
    print("\nNext: nearsong recommend\n")
}

fn undo(app: &mut App, listener: Option<&str>) -> anyhow::Result<()> {
    let Some(undone) = app.undo_import(listener)? else {
        return print("There is no import to take back.\n");
    };
    let restored = match undone.n_restored {
        0 => String::new(),
        n => format!(" {} plays that it had replaced are back.", count(n)),
    };
    print(&format!("Took the last import back: {} plays are gone.{restored}\n", count(undone.n_removed)))
}

/// An import's report in words.
pub fn describe(report: &ImportReport, time_zone: &str) -> String {
    let total = &report.read.total;
    let zone = zone(time_zone);
    let mut text = format!(
        "{} rows in {} gave {} plays{}: {} new, {} known already.\n",
        count(total.n_rows),
        files(report.read.files.len()),
        count(total.n_listens),
        of_listener(&report.listener),
        count(report.n_new),
        count(report.n_duplicates)
    );
    if let (Some(first), Some(last)) = (total.first_ended_at, total.last_ended_at) {
        text.push_str(&format!("From {} to {} ({time_zone}).\n", date_in(first, &zone), date_in(last, &zone)));
    }
    if report.n_superseded > 0 {
        text.push_str(&format!(
            "{} plays are now known to the second instead of the minute.\n",
            count(report.n_superseded)
        ));
    }
    if total.n_left_out() > 0 {
        text.push_str(&format!("Left out: {}\n", count(total.n_left_out())));
        let rows: Vec<_> = total.left_out.iter().map(|(why, n)| vec![count(*n), why.words().to_owned()]).collect();
        text.push_str(&columns(&rows, &[0]));
    }
    if total.n_listens > 0 {
        text.push_str(&coverage(report));
    }
    text
}

fn coverage(report: &ImportReport) -> String {
    let Some(matched) = &report.matched else {
        return "The catalogue is empty, so nothing could be looked up yet: nearsong catalog add dataset.csv\n"
            .to_owned();
    };
    let all = matched.total();
    let line = |n: u64, words: &str| vec![percent(n, all), count(n), words.to_owned()];
    let rows = [
        line(matched.by_id, "by Spotify's id"),
        line(matched.by_name, "by title and artist"),
        line(matched.by_artist, "only the artist: they still tell about the artist"),
        line(matched.not_at_all, "not at all"),
    ];
    format!(
        "{} of the plays are songs in your catalogue. Found:\n{}",
        percent(matched.covered(), all),
        columns(&rows, &[0, 1])
    )
}

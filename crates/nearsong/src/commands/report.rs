use nearsong_app::{AppError, ListKind, Report, ReportRequest, ReportedList, SignTest, parse_since, parse_when};
use nearsong_types::ItemIdx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{open, print, print_json};
use crate::{
    Context,
    args::ReportArgs,
    render::{columns, count, fitted, of_listener, percent, plain, wrapped},
};

const MAX_TITLES: usize = 10;
const TITLE_WIDTH: usize = 44;
const ARTIST_WIDTH: usize = 34;
const LINE_WIDTH: usize = 100;

pub fn run(context: &Context, args: &ReportArgs) -> anyhow::Result<()> {
    let app = open(context)?;
    let zone = app.time_zone_of(context.listener.as_deref())?;
    let request = ReportRequest {
        since: args.since.as_deref().map(|text| parse_since(text, &zone)).transpose()?,
        months: args.months,
        until: args.until.as_deref().map(|text| parse_when(text, &zone)).transpose()?,
        length: args.length.map(|length| length as usize),
        models: args.models.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(AppError::Model)?,
        seed: args.seed,
    };
    let report = app.report(context.listener.as_deref(), &request, context.now, &context.bars)?;
    context.bars.clear();
    if args.json {
        return print_json(&ReportJson::of(&report));
    }
    print(&wrapped(&sentence(&report), 0, LINE_WIDTH))?;
    print(&format!("\n{}", table(&report)))?;
    print(&titles(&report))?;
    print(&wrapped(&sureness(&report), 0, LINE_WIDTH))?;
    if context.is_quiet { Ok(()) } else { print(&foot(&report)) }
}

/// “Of the 120 songs that became yours …, `blend` would have offered 19, `popular` 6, …”
fn sentence(report: &Report) -> String {
    let mut parts: Vec<String> = Vec::new();
    let of_kind = |kind| report.lists.iter().filter(move |list| list.kind == kind);
    let best = report.best().filter(|best| best.kind == ListKind::Model);
    for list in best.into_iter().chain(of_kind(ListKind::Baseline)) {
        let verb = if parts.is_empty() { "would have offered " } else { "" };
        parts.push(format!("`{}` {verb}{}", list.name, list.found.len()));
    }
    parts.extend(of_kind(ListKind::Favourites).map(|list| format!("playing {} {}", list.name, list.found.len())));
    let n = report.yours.in_catalogue.len();
    let songs = if n == 1 { "the 1 song".to_owned() } else { format!("the {} songs", count(n as u64)) };
    let yours = whose(report);
    format!("Of {songs} that became {yours} from {}, {}.", report.hidden.in_words(), parts.join(", "))
}

/// `yours`, or `ana's`.
fn whose(report: &Report) -> String {
    if of_listener(&report.listener).is_empty() { "yours".to_owned() } else { format!("{}'s", report.listener) }
}

fn table(report: &Report) -> String {
    let mut rows = vec![["list", "", "songs offered", "found", "of all"].map(str::to_owned).to_vec()];
    let n_yours = report.yours.in_catalogue.len() as u64;
    rows.extend(report.lists.iter().map(|list| {
        let n_found = list.found.len() as u64;
        vec![
            list.name.clone(),
            remark(list).to_owned(),
            count(list.offered.len() as u64),
            count(n_found),
            percent(n_found, n_yours),
        ]
    }));
    columns(&rows, &[2, 3, 4])
}

fn remark(list: &ReportedList) -> &'static str {
    match (list.kind, list.is_in_use) {
        (ListKind::Model, true) => "in use",
        (ListKind::Baseline, true) => "baseline, in use",
        (ListKind::Baseline, false) => "baseline",
        (ListKind::Model | ListKind::Favourites, _) => "",
    }
}

/// Some of what the best model found.
fn titles(report: &Report) -> String {
    let Some(best) = report.best().filter(|best| !best.found.is_empty()) else { return "\n".to_owned() };
    let table = &report.table;
    let mut text = format!("\nFound by `{}`:\n", best.name);
    for &item in best.found.iter().take(MAX_TITLES) {
        let title = fitted(&plain(table.title(item)), TITLE_WIDTH);
        let line = format!("  {title}  {}", fitted(&plain(&table.artist_line(item)), ARTIST_WIDTH));
        text.push_str(&format!("{}\n", line.trim_end()));
    }
    let n_more = best.found.len().saturating_sub(MAX_TITLES);
    if n_more > 0 {
        text.push_str(&format!("  … and {} more\n", count(n_more as u64)));
    }
    text + "\n"
}

fn sureness(report: &Report) -> String {
    let (Some(best), Some(rival), Some(test)) = (report.best(), report.rival(), report.certainty()) else {
        return "How sure that is cannot be said without a baseline beside a model.".to_owned();
    };
    let (best, rival) = (&best.name, &rival.name);
    let SignTest { n_only_first, n_only_second, p } = test;
    if !test.can_tell() {
        return format!(
            "How sure is that? Not at all: `{best}` and `{rival}` differ in {} of the songs they found, too few to tell them apart. \
             A longer time may help: --months 12.",
            n_only_first + n_only_second
        );
    }
    let p = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
    let verdict = if test.tells() { "more than chance" } else { "which may well be chance" };
    let who = if n_only_second > n_only_first { "did better" } else { "is the best baseline" };
    format!(
        "How sure is that? `{rival}` {who}: `{best}` found {n_only_first} that it missed, and missed {n_only_second} that it found, \
         {verdict} (sign test, {p})."
    )
}

/// What the figures rest on.
fn foot(report: &Report) -> String {
    let Report { hidden, yours, .. } = report;
    let mut notes = vec![format!(
        "A song became {} if it was first heard in that time and completed at least {} times.",
        whose(report),
        yours.rule.min_completed
    )];
    if yours.n_outside > 0 {
        let n = count(yours.n_outside as u64);
        notes.push(format!("{n} more did that the catalogue lacks, so that nothing could have offered them."));
    }
    let weeks = (hidden.until.days_since(hidden.from) / 7.0).ceil();
    notes.push(format!(
        "Each list has up to {} songs for {weeks:.0} weeks, made as `recommend` makes them from the {} plays before; but for the \
         favourites, only songs never heard before.",
        count(report.length as u64),
        count(report.n_plays_before)
    ));
    notes.push("The catalogue is today's, so its popularity may be younger.".to_owned());
    if let Some(then) = report.interactions {
        let undated = if then.n_undated == 0 {
            "all dated before".to_owned()
        } else {
            format!("{} of them undated and perhaps younger", count(then.n_undated as u64))
        };
        notes.push(format!(
            "Learned from: {} entries of {} playlists or listeners, {undated}.",
            count(then.n_entries as u64),
            count(then.n_owners as u64)
        ));
    }
    notes.extend(report.left_out.iter().map(|left_out| format!("Left out as of then: {}.", left_out.reason)));
    if report.is_made_up {
        notes.push("Every song, artist and play here is made up.".to_owned());
    }
    format!("\n{}", notes.iter().map(|note| wrapped(note, 0, LINE_WIDTH)).collect::<String>())
}

/// A report for programs.
#[derive(Serialize)]
struct ReportJson {
    listener: String,
    from_micros: i64,
    until_micros: i64,
    made_up: bool,
    plays_before: u64,
    length: usize,
    min_completed: u32,
    became_yours: Vec<String>,
    n_outside_catalogue: usize,
    interactions: Value,
    lists: Vec<ListJson>,
    left_out: Vec<Value>,
    best: Option<String>,
    best_beside_best_baseline: Option<SignTest>,
}

#[derive(Serialize)]
struct ListJson {
    name: String,
    kind: ListKind,
    in_use: bool,
    n_found: usize,
    found: Vec<String>,
    offered: Vec<String>,
}

impl ReportJson {
    fn of(report: &Report) -> Self {
        let ids = |items: &[ItemIdx]| items.iter().map(|item| report.table.track_ids[item.at()].to_string()).collect();
        let list = |list: &ReportedList| ListJson {
            name: list.name.clone(),
            kind: list.kind,
            in_use: list.is_in_use,
            n_found: list.found.len(),
            found: ids(&list.found),
            offered: ids(&list.offered),
        };
        let left_out =
            report.left_out.iter().map(|left_out| json!({ "model": left_out.algorithm, "reason": left_out.reason }));
        Self {
            listener: report.listener.clone(),
            from_micros: report.hidden.from.micros(),
            until_micros: report.hidden.until.micros(),
            made_up: report.is_made_up,
            plays_before: report.n_plays_before,
            length: report.length,
            min_completed: report.yours.rule.min_completed,
            became_yours: ids(&report.yours.in_catalogue),
            n_outside_catalogue: report.yours.n_outside,
            interactions: json!(report.interactions),
            lists: report.lists.iter().map(list).collect(),
            left_out: left_out.collect(),
            best: report.best().map(|best| best.name.clone()),
            best_beside_best_baseline: report.certainty(),
        }
    }
}

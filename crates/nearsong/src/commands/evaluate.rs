mod figures;
mod json;

use std::time::Instant;

use nearsong_app::{
    Algorithm, App, AppError, Choice, EvaluateRequest, EvaluationTable, Gain, Protocol, ProtocolPoint, TrainConfig,
    WhichInteractions, date_time_in, parse_when, zone,
};

use super::{open, print, print_json};
use crate::{
    Context,
    args::{ChoiceName, EvaluateArgs, ProtocolName},
    render::{count, plain, wrapped},
};

/// Width of a terminal that texts below the tables keep to.
const WIDTH: usize = 110;

pub fn run(context: &Context, args: &EvaluateArgs) -> anyhow::Result<()> {
    let app = open(context)?;
    let request = request(&app, context.listener.as_deref(), args)?;
    let began = Instant::now();
    let table = app.evaluate(&request, &context.bars, &|| began.elapsed())?;
    context.bars.clear();
    if args.json { print_json(&json::table(&table)) } else { print(&in_words(&table)) }
}

fn request(app: &App, listener: Option<&str>, args: &EvaluateArgs) -> Result<EvaluateRequest, AppError> {
    let protocols = match args.protocol {
        ProtocolName::PerOwner => vec![Protocol::per_owner()],
        ProtocolName::Time => {
            let at = args.at.as_deref().unwrap_or_default();
            vec![Protocol::Time { at: parse_when(at, &app.time_zone_of(listener)?)? }]
        }
        ProtocolName::Playlist => {
            let choice = match args.choice {
                ChoiceName::First => Choice::First,
                ChoiceName::Random => Choice::Random,
            };
            args.shown.iter().map(|&n_shown| Protocol::continuation(n_shown, choice)).collect()
        }
    };
    let interactions = match args.files.as_slice() {
        [] => WhichInteractions::DataDirectory,
        files => WhichInteractions::Files(files.to_vec()),
    };
    let usual_n = if args.protocol == ProtocolName::Playlist { 500 } else { 100 };
    Ok(EvaluateRequest {
        interactions,
        protocols,
        algorithms: algorithms(&args.models, &args.set)?,
        seed: args.seed,
        n: args.n.unwrap_or(usual_n),
        max_questions: args.max_questions,
    })
}

/// The algorithms named, or all, with the parameters that were changed.
fn algorithms(names: &[String], settings: &[String]) -> Result<Vec<TrainConfig>, AppError> {
    let mut configs: Vec<TrainConfig> = Vec::new();
    for name in names {
        let config = TrainConfig::of(name.trim().parse::<Algorithm>()?);
        if !configs.contains(&config) {
            configs.push(config);
        }
    }
    if configs.is_empty() {
        configs = EvaluateRequest::all_algorithms();
    }
    for setting in settings {
        let unusable = || {
            AppError::Unusable(format!("--set takes ALGORITHM.NAME=VALUE such as als.factors=64, found “{setting}”"))
        };
        let (path, value) = setting.split_once('=').ok_or_else(unusable)?;
        let (algorithm, name) = path.trim().split_once('.').ok_or_else(unusable)?;
        let algorithm: Algorithm = algorithm.parse()?;
        let changed = configs.iter_mut().find(|config| config.algorithm() == algorithm);
        let not_asked = || AppError::Unusable(format!("--set {setting}: {algorithm} is not among --models"));
        let changed = changed.ok_or_else(not_asked)?;
        *changed = changed.with(name, value.trim())?;
    }
    Ok(configs)
}

/// One table per protocol point, and what they were measured on.
fn in_words(table: &EvaluationTable) -> String {
    let mut text = String::new();
    for point in &table.points {
        text.push_str(&wrapped(&heading(point), 0, WIDTH));
        for columns in [figures::accuracy(table), figures::lists(table)] {
            text.push('\n');
            text.push_str(&figures::block(point, columns));
        }
        text.push('\n');
        gains(table, point).iter().for_each(|line| text.push_str(&wrapped(line, 0, WIDTH)));
        text.push('\n');
    }
    footer(table).iter().for_each(|line| text.push_str(&wrapped(line, 0, WIDTH)));
    text
}

fn heading(point: &ProtocolPoint) -> String {
    let (asked, learned) = (count(point.n_owners as u64), count(point.n_train_owners as u64));
    let learned =
        format!("learned from {learned} playlists or listeners ({} entries)", count(point.n_train_entries as u64));
    match point.protocol {
        Protocol::Continuation { n_shown, choice, .. } => {
            let which = if choice == Choice::First { "first" } else { "random" };
            let songs = if n_shown == 1 { "song" } else { "songs" };
            format!("{asked} playlists, {n_shown} {which} {songs} of each shown; {learned}.")
        }
        Protocol::PerOwner { hidden_share } => {
            format!("{asked} playlists or listeners, a random {:.0} % of each hidden; {learned}.", 100.0 * hidden_share)
        }
        Protocol::Time { at } => {
            let at = date_time_in(at, &zone("UTC"));
            format!("{asked} playlists or listeners, everything from {at} UTC on hidden; {learned}.")
        }
    }
}

/// Who is better than whom, as surely as can be said.
fn gains(table: &EvaluationTable, point: &ProtocolPoint) -> Vec<String> {
    let mut lines = Vec::new();
    let best = point.best(table.main, |model| !model.is_baseline());
    if let (Some(best), Some(baseline)) = (best, point.best_baseline)
        && let Some(comparison) = &best.over_baseline
    {
        lines.push(gain_words(best.algorithm(), &Gain { over: baseline, comparison: comparison.clone() }));
    }
    if let Some(gain) = &point.blend_over_part {
        lines.push(gain_words(Algorithm::Blend, gain));
    }
    lines.dedup();
    lines
}

fn gain_words(algorithm: Algorithm, Gain { over, comparison }: &Gain) -> String {
    let is_sure = comparison.low > 0.0 || comparison.high < 0.0;
    let verdict = match comparison.difference {
        _ if !is_sure => "this may be chance",
        difference if difference > 0.0 => "better",
        _ => "worse",
    };
    format!(
        "{algorithm} less {over}: {} {:+.4} (95 %: {:+.4} to {:+.4}): {verdict}.",
        figures::title(comparison.metric),
        comparison.difference,
        comparison.low,
        comparison.high
    )
}

fn footer(table: &EvaluationTable) -> Vec<String> {
    let on = &table.measured_on;
    let catalogue = match on.features_version {
        Some(version) => format!("features version {version}"),
        None => "the set as its own catalogue".to_owned(),
    };
    let mut lines = vec![format!(
        "Lists of {} out of all {} recordings ({catalogue}); {} owners with {} entries in it. * best of its column, = baseline.",
        count(table.n as u64),
        count(on.n_items as u64),
        count(on.n_owners as u64),
        count(on.n_entries as u64)
    )];
    lines.push(format!(
        "Seed {}, data {}, nearsong {}. {}",
        table.seed,
        &on.fingerprint[..16],
        env!("CARGO_PKG_VERSION"),
        table.points.iter().map(questions).collect::<Vec<_>>().join("; ")
    ));
    lines.extend(on.sets.iter().map(|set| {
        let licence = set.licence.as_deref().unwrap_or("not stated");
        format!("Interactions {}: licence {}", plain(&set.name), plain(licence))
    }));
    lines.extend(table.left_out.chunk_by(|a, b| a.reason == b.reason).map(|same| {
        let names: Vec<&str> = same.iter().map(|left| left.algorithm.name()).collect();
        format!("Left out: {}: {}", names.join(", "), same[0].reason)
    }));
    lines
}

fn questions(point: &ProtocolPoint) -> String {
    format!("{}: {} questions to {} owners", point.protocol.name(), point.n_questions, point.n_owners)
}

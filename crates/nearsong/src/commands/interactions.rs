use nearsong_app::{
    AboutInteractions, AddedInteractions, App, InteractionMatches, InteractionSetRecord, MatchTally, Promote,
    TrainRequest, Trained, date_in, zone,
};
use serde_json::{Value, json};

use super::{open, print, print_json};
use crate::{
    Context,
    args::{AddInteractionsArgs, InteractionsCommand},
    render::{bytes, columns, count, files, percent, plain},
};

pub fn run(context: &Context, command: InteractionsCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    match command {
        InteractionsCommand::Add(args) => add(context, &mut app, args),
        InteractionsCommand::List(args) => list(&app, args.json),
        InteractionsCommand::Show { name, json } => show(context, &app, &name, json),
        InteractionsCommand::Remove { name } => {
            let removed = app.remove_interactions(&name)?;
            print(&format!("Took {} out: {} entries are gone.\n", plain(&name), count(removed.n_entries)))
        }
    }
}

fn add(context: &Context, app: &mut App, args: AddInteractionsArgs) -> anyhow::Result<()> {
    let AddInteractionsArgs { paths, name, licence, origin, no_train, json } = args;
    let about = AboutInteractions { name, licence, origin, is_made_up: false };
    let added = app.add_interactions(&paths, &about, context.now, &context.bars)?;
    context.bars.clear();
    if json {
        print_json(&added_json(&added))?;
    } else {
        print(&describe(&added))?;
    }
    if added.matches.is_none() {
        return Ok(());
    }
    if no_train || !added.is_new {
        return if json { Ok(()) } else { print(TO_LEARN_LATER) };
    }
    let trained = learn(context, app);
    context.bars.clear();
    match trained {
        Ok(_) if json => Ok(()),
        Ok(trained) => print(&super::models::trained_lines(&trained)),
        Err(error) if json => Err(error),
        Err(error) => print(TO_LEARN_LATER).and(Err(error)),
    }
}

/// What to type where interactions are kept and no model has learned from them.
const TO_LEARN_LATER: &str = "To learn from them: nearsong train --promote\n";

/// Trains the usual model on what is there now, and uses it where it is better.
fn learn(context: &Context, app: &mut App) -> anyhow::Result<Trained> {
    let request = TrainRequest { promote: Promote::IfBetter, ..TrainRequest::of(app.default_config()?) };
    Ok(app.train(&request, context.now, &context.bars)?)
}

/// What adding did, in words.
fn describe(added: &AddedInteractions) -> String {
    let record = &added.record;
    let name = plain(&record.set.name);
    let mut text = if added.is_new {
        let others = match added.n_ignored_files {
            0 => String::new(),
            n => format!("; {} hold something else", files(n as usize)),
        };
        format!("{name}: {}, {}{others}.\n", added.format, files(added.n_files as usize))
    } else {
        format!("The same interactions are there already, as {name}. Nothing was added.\n")
    };
    text.push_str(&size_line(record));
    let faults =
        added.faults.iter().map(|(fault, n)| vec![count(*n), fault.words().to_owned(), format!("→ {}", fault.done())]);
    text.push_str(&columns(&faults.collect::<Vec<_>>(), &[0]));
    text.push_str(&coverage(added.matches.as_ref()));
    text.push_str(&terms(record));
    text
}

fn size_line(record: &InteractionSetRecord) -> String {
    let (owners, items, entries) = (count(record.n_owners), count(record.n_items), count(record.n_entries));
    let things = match record.kind.as_str() {
        "song" => "songs",
        "artist" => "artists",
        _ => "items that only this set knows",
    };
    let people = match record.set.format.as_str() {
        "million-playlists" | "playlist-slices" => "playlists",
        "hetrec" | "listenbrainz" => "listeners",
        _ => "playlists or listeners",
    };
    format!("{owners} {people}, {items} {things}, {entries} entries.\n")
}

fn coverage(matches: Option<&InteractionMatches>) -> String {
    let Some(matches) = matches else {
        return "The catalogue is empty, so nothing could be looked up yet: nearsong catalog add dataset.csv\n"
            .to_owned();
    };
    let (entries, items) = (&matches.entries, &matches.items);
    let line = |words: &str, of: fn(&MatchTally) -> u64| {
        let (n, items) = (of(entries), count(of(items)));
        vec![percent(n, entries.total()), count(n), format!("of {items} items"), words.to_owned()]
    };
    let rows = [
        line("by Spotify's id", |tally| tally.by_id),
        line("by title and artist", |tally| tally.by_name),
        line("only the artist", |tally| tally.by_artist),
        line("not at all", |tally| tally.not_at_all),
    ];
    format!("Entries found in your catalogue:\n{}", columns(&rows, &[0, 1]))
}

fn terms(record: &InteractionSetRecord) -> String {
    let licence = record.set.licence.as_deref().map(plain);
    let origin = record.set.origin.as_deref().map(plain);
    format!(
        "licence: {}\norigin: {}\n",
        licence.unwrap_or_else(|| "not stated; say --licence".to_owned()),
        origin.unwrap_or_else(|| "not stated; say --origin".to_owned())
    )
}

fn list(app: &App, json: bool) -> anyhow::Result<()> {
    let sets = app.interaction_sets()?;
    if json {
        return print_json(&sets.iter().map(record_json).collect::<Vec<_>>());
    }
    if sets.is_empty() {
        return print("There are no interactions yet. Add some: nearsong interactions add PATH\n");
    }
    let header = ["name", "format", "owners", "items", "entries", "size", "added", "licence"];
    let row = |record: &InteractionSetRecord| {
        vec![
            plain(&record.set.name),
            record.set.format.clone(),
            count(record.n_owners),
            count(record.n_items),
            count(record.n_entries),
            bytes(record.size_bytes),
            date_in(record.set.added_at, &zone("UTC")),
            record.set.licence.as_deref().map_or_else(|| "not stated".to_owned(), plain),
        ]
    };
    let rows: Vec<_> = std::iter::once(header.map(str::to_owned).to_vec()).chain(sets.iter().map(row)).collect();
    print(&columns(&rows, &[2, 3, 4, 5]))
}

fn show(context: &Context, app: &App, name: &str, json: bool) -> anyhow::Result<()> {
    let record = app.interaction_set(name)?;
    let matches = app.interaction_matches(&record, &context.bars)?;
    context.bars.clear();
    if json {
        let mut value = record_json(&record);
        value["matches"] = matches.as_ref().map_or(Value::Null, matches_json);
        return print_json(&value);
    }
    let made_up = if record.set.is_made_up { ", made up" } else { "" };
    print(&format!(
        "{} ({}{made_up}), added {}\n{}{}{}size: {}, SHA-256 {}\n",
        plain(&record.set.name),
        record.set.format,
        date_in(record.set.added_at, &zone("UTC")),
        size_line(&record),
        coverage(matches.as_ref()),
        terms(&record),
        bytes(record.size_bytes),
        record.sha256
    ))
}

fn added_json(added: &AddedInteractions) -> Value {
    let mut value = record_json(&added.record);
    value["is_new"] = added.is_new.into();
    value["n_files"] = added.n_files.into();
    value["n_ignored_files"] = added.n_ignored_files.into();
    value["n_rows"] = added.n_rows.into();
    value["faults"] = json!(added.faults);
    value["matches"] = added.matches.as_ref().map_or(Value::Null, matches_json);
    value
}

fn record_json(record: &InteractionSetRecord) -> Value {
    json!({
        "name": record.set.name,
        "format": record.set.format,
        "kind": record.kind,
        "licence": record.set.licence,
        "origin": record.set.origin,
        "is_made_up": record.set.is_made_up,
        "added_at": record.set.added_at,
        "n_owners": record.n_owners,
        "n_items": record.n_items,
        "n_entries": record.n_entries,
        "size_bytes": record.size_bytes,
        "sha256": record.sha256,
    })
}

fn matches_json(matches: &InteractionMatches) -> Value {
    let tally = |tally: &MatchTally| json!({ "by_id": tally.by_id, "by_name": tally.by_name, "by_artist": tally.by_artist, "not_at_all": tally.not_at_all });
    json!({
        "items": tally(&matches.items),
        "entries": tally(&matches.entries),
        "n_owners_left_out": matches.n_owners_left_out,
    })
}

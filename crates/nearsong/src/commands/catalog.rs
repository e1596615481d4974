use nearsong_app::{AddedDatasets, App, AppError, KaggleLogin, Origin, Promote, TrainRequest, date_in, zone};
use nearsong_types::{FaultCount, Manifest};
use serde::Serialize;

use super::{open, print, print_json};
use crate::{
    Context,
    args::{CatalogCommand, JsonArgs},
    render::{bytes, columns, count, percent},
};

pub fn run(context: &Context, command: CatalogCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    match command {
        CatalogCommand::Add { paths, no_train } => {
            let added = app.add_datasets(&paths, &Origin::default(), context.now, &context.bars)?;
            context.bars.clear();
            print(&if context.is_quiet { brief(&added) } else { describe(&added) })?;
            if no_train { Ok(()) } else { keep_model_current(context, &mut app, &added) }
        }
        CatalogCommand::Fetch { names, all, max_mb, kaggle_username, kaggle_key } => {
            let names = if all { app.public_datasets().iter().map(|d| d.name.to_owned()).collect() } else { names };
            if names.is_empty() {
                return offer(&app);
            }
            let login = kaggle_login(kaggle_username.as_deref(), kaggle_key.as_deref())?;
            fetch(context, &mut app, &names, login.as_ref(), max_mb.saturating_mul(1_000_000))
        }
        CatalogCommand::Status(args) => status(&app, &args),
        CatalogCommand::Remove { name } => {
            let left = app.remove_dataset(&name, context.now, &context.bars)?;
            context.bars.clear();
            print(&match left {
                Some(update) => format!(
                    "Took {name} out. {} tracks are left (features version {}).\n",
                    count(update.manifest.n_tracks),
                    update.version
                ),
                None => format!("Took {name} out; it was the last dataset. The versions made so far stay readable.\n"),
            })
        }
    }
}

/// An older login is a name and a key; a token stands alone.
fn kaggle_login(name: Option<&str>, key: Option<&str>) -> Result<Option<KaggleLogin>, AppError> {
    let login = match (name, key) {
        (_, None) => return Ok(None),
        (Some(name), Some(key)) => KaggleLogin::new(name, key),
        (None, Some(key)) => KaggleLogin::parse(key),
    };
    login.map(Some).map_err(|error| AppError::Unusable(error.to_string()))
}

/// What adding did, in one line.
fn brief(added: &AddedDatasets) -> String {
    catalogue_line(added.features.version, &added.features.manifest)
}

/// What adding did, in words.
pub fn describe(added: &AddedDatasets) -> String {
    let mut text = String::new();
    for name in &added.known {
        text.push_str(&format!("{name} was in the catalogue already.\n"));
    }
    let update = &added.features;
    for input in update.manifest.inputs.iter().filter(|input| added.added.contains(&input.name)) {
        text.push_str(&format!(
            "{} ({}): {} rows, {} tracks.\n",
            input.name,
            input.schema,
            count(input.n_rows),
            count(input.n_tracks)
        ));
        text.push_str(&faults(&input.faults));
    }
    text.push_str(&catalogue_line(update.version, &update.manifest));
    text
}

fn catalogue_line(version: u64, manifest: &Manifest) -> String {
    let made_up = if manifest.inputs.iter().any(|input| input.is_made_up) { " All of it is made up." } else { "" };
    format!(
        "Catalogue: {} tracks are {} recordings; {} of the tracks have audio features. Features version {version}.{made_up}\n",
        count(manifest.n_tracks),
        count(manifest.n_recordings),
        percent(manifest.n_with_audio, manifest.n_tracks)
    )
}

fn faults(faults: &[FaultCount]) -> String {
    let rows: Vec<Vec<String>> =
        faults.iter().map(|fault| vec![count(fault.count), fault.fault.clone(), format!("→ {}", fault.done)]).collect();
    columns(&rows, &[0])
}

/// The first dataset brings the first model with it; later ones bring the model in use up to date.
fn keep_model_current(context: &Context, app: &mut App, added: &AddedDatasets) -> anyhow::Result<()> {
    let champion = app.champion()?;
    if champion.as_ref().is_some_and(|model| model.model.snapshot_version == added.features.version) {
        return Ok(());
    }
    let config = match &champion {
        Some(model) => app.config_of(model)?,
        None => app.default_config()?,
    };
    let promote = Promote::Because("the catalogue has changed".to_owned());
    let request = TrainRequest { promote, ..TrainRequest::of(config) };
    let trained = app.train(&request, context.now, &context.bars)?;
    context.bars.clear();
    print(&super::models::trained_lines(&trained))
}

fn offer(app: &App) -> anyhow::Result<()> {
    print("These public datasets can be downloaded. Nothing is downloaded until you name one, or say --all.\n\n")?;
    for dataset in app.public_datasets() {
        print(&format!(
            "{}\n  {}\n  from     {} ({})\n  licence  {}\n  page     {}\n\n",
            dataset.name,
            dataset.title,
            dataset.publisher.name(),
            dataset.url,
            dataset.licence,
            dataset.page
        ))?;
    }
    print("  nearsong catalog fetch maharshipandya\n")
}

fn fetch(
    context: &Context,
    app: &mut App,
    names: &[String],
    login: Option<&KaggleLogin>,
    max_bytes: u64,
) -> anyhow::Result<()> {
    let (fetched, added) = app.fetch(names, login, max_bytes, context.now, &context.bars)?;
    context.bars.clear();
    for file in &fetched {
        let checked = if file.downloaded.is_confirmed { ", as its publisher states" } else { "" };
        let resumed = file.downloaded.resumed_at.map(|at| format!(", {} of it from an earlier run", bytes(at)));
        print(&format!(
            "Downloaded {}: {}{}, SHA-256 {}{checked}.\n",
            file.dataset.name,
            bytes(file.downloaded.bytes),
            resumed.unwrap_or_default(),
            file.downloaded.sha256
        ))?;
    }
    print(&describe(&added))?;
    keep_model_current(context, app, &added)
}

#[derive(Serialize)]
struct CatalogJson {
    version: u64,
    manifest: Manifest,
}

fn status(app: &App, args: &JsonArgs) -> anyhow::Result<()> {
    let latest = match app.catalogue() {
        Err(AppError::Missing(_)) if args.json => return print_json(&None::<CatalogJson>),
        Err(AppError::Missing(words)) => return print(&format!("{words}\n")),
        latest => latest?,
    };
    if args.json {
        return print_json(&CatalogJson { version: latest.version, manifest: latest.manifest });
    }
    print(&catalogue_line(latest.version, &latest.manifest))?;
    for (input, record) in latest.manifest.inputs.iter().zip(app.datasets()?) {
        let origin = match (&record.source_url, record.is_made_up) {
            (_, true) => "made up".to_owned(),
            (Some(url), _) => format!("from {url}"),
            (None, _) => "brought by you".to_owned(),
        };
        print(&format!(
            "\n{} ({}), {origin}, added {}\n  {} rows, {} tracks, {}, SHA-256 {}\n",
            input.name,
            input.schema,
            date_in(record.added_at, &zone("UTC")),
            count(input.n_rows),
            count(input.n_tracks),
            bytes(record.size_bytes),
            input.sha256
        ))?;
        print(&faults(&input.faults))?;
    }
    if latest.manifest.faults.is_empty() {
        return Ok(());
    }
    print(&format!("\nWhere the datasets meet\n{}", faults(&latest.manifest.faults)))
}

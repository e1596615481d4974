use nearsong_app::{Algorithm, App, AppError, ModelRecord, TrainConfig, TrainRequest, Trained, date_time_in, zone};
use serde::Serialize;
use serde_json::Value;

use super::{open, print, print_json};
use crate::{
    Context,
    args::{ModelsCommand, TrainArgs},
    render::{bytes, columns},
};

pub fn train(context: &Context, args: &TrainArgs) -> anyhow::Result<()> {
    let algorithm: Algorithm = args.algorithm.parse().map_err(AppError::from)?;
    let mut config = TrainConfig::of(algorithm);
    for setting in &args.set {
        let unusable = || AppError::Unusable(format!("--set takes NAME=VALUE, found “{setting}”"));
        let (name, value) = setting.split_once('=').ok_or_else(unusable)?;
        config = config.with(name.trim(), value.trim()).map_err(AppError::from)?;
    }
    let promote_because = args.promote.then(|| "asked for with --promote".to_owned());
    let request = TrainRequest { config, seed: args.seed, promote_because };
    let trained = open(context)?.train(&request, context.now, &context.bars)?;
    context.bars.clear();
    print(&trained_line(&trained))
}

/// What training made, in one line.
pub fn trained_line(trained: &Trained) -> String {
    let model = &trained.model;
    let in_use = if trained.is_promoted {
        " It is in use now.".to_owned()
    } else {
        format!(" Use it with: nearsong models promote {}", model.id.number())
    };
    format!(
        "Model {}: {} on features version {}, {}.{in_use}\n",
        model.id.number(),
        model.model.algorithm,
        model.model.snapshot_version,
        bytes(model.size_bytes)
    )
}

pub fn run(context: &Context, command: ModelsCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    match command {
        ModelsCommand::List(args) => list(&app, args.json),
        ModelsCommand::Show { id, json } => show(&app, id, json),
        ModelsCommand::Diff { from, to, json } => diff(&app, from, to, json),
        ModelsCommand::Promote { id, reason } => {
            let model = app.promote(id, &reason, context.now)?;
            print(&format!("Model {id} ({}) is in use now.\n", model.model.algorithm))
        }
        ModelsCommand::Rollback => {
            let model = app.rollback(context.now)?;
            print(&format!("Back to model {} ({}).\n", model.id.number(), model.model.algorithm))
        }
    }
}

#[derive(Serialize)]
struct ModelJson {
    id: i64,
    in_use: bool,
    algorithm: String,
    parameters: Value,
    metrics: Value,
    seed: u64,
    features_version: u64,
    data_fingerprint: String,
    trained_at_micros: i64,
    sha256: String,
    size_bytes: u64,
}

fn json(record: &ModelRecord, champion: Option<i64>) -> ModelJson {
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    ModelJson {
        id: record.id.number(),
        in_use: champion == Some(record.id.number()),
        algorithm: record.model.algorithm.clone(),
        parameters: parsed(&record.model.params_json),
        metrics: parsed(&record.model.metrics_json),
        seed: record.model.seed,
        features_version: record.model.snapshot_version,
        data_fingerprint: record.model.data_fingerprint.clone(),
        trained_at_micros: record.model.created_at.micros(),
        sha256: record.sha256.clone(),
        size_bytes: record.size_bytes,
    }
}

fn list(app: &App, as_json: bool) -> anyhow::Result<()> {
    let champion = app.champion()?.map(|model| model.id.number());
    let mut models = app.models()?;
    models.reverse();
    if as_json {
        return print_json(&models.iter().map(|model| json(model, champion)).collect::<Vec<_>>());
    }
    if models.is_empty() {
        return print("There is no model yet. Train one: nearsong train\n");
    }
    let mut rows = vec![["model", "algorithm", "features", "trained (UTC)", "size", ""].map(str::to_owned).to_vec()];
    rows.extend(models.iter().map(|record| {
        let in_use = if champion == Some(record.id.number()) { "in use" } else { "" };
        vec![
            record.id.number().to_string(),
            record.model.algorithm.clone(),
            format!("version {}", record.model.snapshot_version),
            date_time_in(record.model.created_at, &zone("UTC")),
            bytes(record.size_bytes),
            in_use.to_owned(),
        ]
    }));
    print(&columns(&rows, &[0, 4]))
}

fn show(app: &App, id: Option<u32>, as_json: bool) -> anyhow::Result<()> {
    let champion = app.champion()?.map(|model| model.id.number());
    let model = json(&app.model(id)?, champion);
    if as_json {
        return print_json(&model);
    }
    print(&format!(
        "Model {}{}\n  algorithm    {}\n  features     version {} ({})\n  trained      {} UTC, seed {}\n  file         {}, SHA-256 {}\n",
        model.id,
        if model.in_use { ", in use" } else { "" },
        model.algorithm,
        model.features_version,
        model.data_fingerprint,
        date_time_in(nearsong_types::Moment::from_micros(model.trained_at_micros), &zone("UTC")),
        model.seed,
        bytes(model.size_bytes),
        model.sha256
    ))?;
    let rows: Vec<Vec<String>> = model
        .parameters
        .as_object()
        .map(|parameters| parameters.iter().map(|(name, value)| vec![name.clone(), value.to_string()]).collect())
        .unwrap_or_default();
    print(&format!("Parameters\n{}", columns(&rows, &[])))?;
    let history: Vec<Vec<String>> = app
        .promotions()?
        .into_iter()
        .filter(|promotion| promotion.model.number() == model.id)
        .map(|promotion| {
            let back = promotion.rolled_back_at.map(|at| format!("taken back {}", date_time_in(at, &zone("UTC"))));
            vec![date_time_in(promotion.promoted_at, &zone("UTC")), promotion.reason, back.unwrap_or_default()]
        })
        .collect();
    if history.is_empty() { Ok(()) } else { print(&format!("Put into use\n{}", columns(&history, &[]))) }
}

fn diff(app: &App, from: u32, to: u32, as_json: bool) -> anyhow::Result<()> {
    let differences = app.diff_models(from, to)?;
    if as_json {
        return print_json(&differences);
    }
    if differences.is_empty() {
        return print(&format!("Models {from} and {to} differ in nothing but the time they were trained.\n"));
    }
    let mut rows = vec![vec![String::new(), format!("model {from}"), format!("model {to}")]];
    let none = || "–".to_owned();
    rows.extend(differences.into_iter().map(|difference| {
        vec![difference.name, difference.from.unwrap_or_else(none), difference.to.unwrap_or_else(none)]
    }));
    print(&columns(&rows, &[]))
}

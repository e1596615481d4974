use nearsong_app::{
    Algorithm, App, AppError, ModelRecord, Promote, TrainConfig, TrainRequest, Trained, date_time_in, model_figures,
    zone,
};
use serde::Serialize;
use serde_json::Value;

use super::{open, print, print_json};
use crate::{
    Context,
    args::{ModelsCommand, TrainArgs},
    render::{bytes, columns},
};

pub fn train(context: &Context, args: &TrainArgs) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let mut config = match &args.algorithm {
        Some(name) => TrainConfig::of(name.parse::<Algorithm>().map_err(AppError::from)?),
        None => app.default_config()?,
    };
    for setting in &args.set {
        let unusable = || AppError::Unusable(format!("--set takes NAME=VALUE, found “{setting}”"));
        let (name, value) = setting.split_once('=').ok_or_else(unusable)?;
        config = config.with(name.trim(), value.trim()).map_err(AppError::from)?;
    }
    let promote = match &args.reason {
        Some(reason) => Promote::Because(reason.clone()),
        None if args.promote => Promote::IfBetter,
        None => Promote::No,
    };
    let trained = app.train(&TrainRequest { config, seed: args.seed, promote }, context.now, &context.bars)?;
    context.bars.clear();
    print(&trained_lines(&trained))
}

/// What training made.
pub fn trained_lines(trained: &Trained) -> String {
    let (model, id) = (&trained.model, trained.model.id.number());
    let in_use = match &trained.verdict {
        Some(verdict) if trained.is_promoted => format!(" It is in use now: {verdict}."),
        Some(verdict) => format!(
            " Not put into use: {verdict}.\nTo use it even so, say why: nearsong models promote {id} --reason \"WHY\""
        ),
        None if trained.is_promoted => " It is in use now.".to_owned(),
        None => format!(" Use it with: nearsong models promote {id}"),
    };
    let figures = figures_words(model).map(|words| format!(" {words}.")).unwrap_or_default();
    format!(
        "Model {id}: {} on features version {}, {}.{figures}{in_use}\n",
        model.model.algorithm,
        model.model.snapshot_version,
        bytes(model.size_bytes)
    )
}

/// How good a model was found to be, in a few words; `None` where there was nothing to measure on.
fn figures_words(model: &ModelRecord) -> Option<String> {
    let figures = model_figures(model);
    let value = |name: &str| figures.get(name).and_then(Value::as_f64);
    let questions = figures.get("questions").and_then(Value::as_u64)?;
    let (precision, ndcg) = (value("r_precision")?, value("ndcg_at_500")?);
    Some(format!("Held-out songs found: R-precision {precision:.3}, NDCG@500 {ndcg:.3} ({questions} questions)"))
}

pub fn run(context: &Context, command: ModelsCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    match command {
        ModelsCommand::List(args) => list(&app, args.json),
        ModelsCommand::Show { id, json } => show(&app, id, json),
        ModelsCommand::Diff { from, to, json } => diff(&app, from, to, json),
        ModelsCommand::Promote { id, reason } => {
            let model = app.promote(id, reason.as_deref(), context.now, &context.bars)?;
            context.bars.clear();
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
        metrics: Value::Object(model_figures(record)),
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
    let mut rows =
        vec![["model", "algorithm", "features", "trained (UTC)", "size", "NDCG@500", ""].map(str::to_owned).to_vec()];
    rows.extend(models.iter().map(|record| {
        let in_use = if champion == Some(record.id.number()) { "in use" } else { "" };
        vec![
            record.id.number().to_string(),
            record.model.algorithm.clone(),
            format!("version {}", record.model.snapshot_version),
            date_time_in(record.model.created_at, &zone("UTC")),
            bytes(record.size_bytes),
            model_figures(record)
                .get("ndcg_at_500")
                .and_then(Value::as_f64)
                .map(|v| format!("{v:.4}"))
                .unwrap_or_default(),
            in_use.to_owned(),
        ]
    }));
    print(&columns(&rows, &[0, 4, 5]))
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
    let metrics = model.metrics.as_object().into_iter().flatten();
    let rows: Vec<Vec<String>> = metrics.map(|(name, value)| vec![name.clone(), value.to_string()]).collect();
    if !rows.is_empty() {
        print(&format!("Metrics, on what was held out\n{}", columns(&rows, &[])))?;
    }
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

//! The columns of the table, in two blocks: how much is found, and what the lists are made of.

use nearsong_app::{EvaluationTable, MeasuredModel, Metric, ProtocolPoint};

use crate::render::{columns, duration};

type ValueOf = dyn Fn(&MeasuredModel) -> Option<f64>;

/// One column: its heading, the value of a model, and how that looks.
pub struct Column {
    heading: String,
    value: Box<ValueOf>,
    words: fn(f64) -> String,
    is_best_where_smaller: bool,
    /// Whether the interval is told beside the value.
    interval: Option<Metric>,
}

/// How much of what is hidden is found.
pub fn accuracy(table: &EvaluationTable) -> Vec<Column> {
    let (n, first) = (table.n, first_look(table));
    let metrics = [
        Metric::RPrecision,
        table.main,
        Metric::Clicks,
        Metric::Recall(n),
        Metric::HitRate(first),
        Metric::AveragePrecision(n),
    ];
    metrics.into_iter().map(|metric| of_metric(metric, (metric == table.main).then_some(metric))).collect()
}

/// What lists are made of, and how long they take.
pub fn lists(table: &EvaluationTable) -> Vec<Column> {
    let first = first_look(table);
    let metrics = [Metric::ArtistDiversity(first), Metric::PopularityPercentile(first), Metric::NewArtists(first)];
    let coverage = format!("catalogue_coverage_at_{first}");
    let mut columns = vec![Column {
        heading: format!("coverage@{first}"),
        value: Box::new(move |model| model.evaluation.figure(&coverage).map(|figure| figure.value)),
        words: |value| format!("{:.1} %", 100.0 * value),
        is_best_where_smaller: false,
        interval: None,
    }];
    columns.extend(metrics.into_iter().map(|metric| of_metric(metric, None)));
    columns.push(Column {
        heading: "ms a list".to_owned(),
        value: Box::new(|model| model.evaluation.latency.map(|latency| latency.median_ms)),
        words: |ms| format!("{ms:.1}"),
        is_best_where_smaller: true,
        interval: None,
    });
    columns.push(Column {
        heading: "training".to_owned(),
        value: Box::new(|model| Some(model.training.as_secs_f64())),
        words: |seconds| duration(std::time::Duration::from_secs_f64(seconds)),
        is_best_where_smaller: true,
        interval: None,
    });
    columns
}

/// What a metric is called above its column.
pub fn title(metric: Metric) -> String {
    match metric {
        Metric::RPrecision => "R-precision".to_owned(),
        Metric::RPrecisionWithArtists => "R-precision with artists".to_owned(),
        Metric::Clicks => "clicks".to_owned(),
        Metric::Ndcg(n) => format!("NDCG@{n}"),
        Metric::Recall(n) => format!("recall@{n}"),
        Metric::Precision(n) => format!("precision@{n}"),
        Metric::AveragePrecision(n) => format!("MAP@{n}"),
        Metric::HitRate(n) => format!("hit@{n}"),
        Metric::DistinctArtists(n) => format!("artists@{n}"),
        Metric::ArtistDiversity(n) => format!("diversity@{n}"),
        Metric::PopularityPercentile(n) => format!("popularity@{n}"),
        Metric::NewArtists(n) => format!("new artists@{n}"),
    }
}

/// Models as rows, baselines first; columns that nobody has a value in are left away.
pub fn block(point: &ProtocolPoint, columns_of: Vec<Column>) -> String {
    let is_known = |column: &Column| point.models.iter().any(|model| (column.value)(model).is_some());
    let shown: Vec<Column> = columns_of.into_iter().filter(is_known).collect();
    let headings = std::iter::once(String::new()).chain(shown.iter().map(|column| format!("{} ", column.heading)));
    let mut rows: Vec<Vec<String>> = vec![headings.collect()];
    let (baselines, others): (Vec<_>, Vec<_>) = point.models.iter().partition(|model| model.is_baseline());
    for model in baselines.into_iter().chain(others) {
        let mark = if model.is_baseline() { "=" } else { " " };
        let cells = shown.iter().map(|column| column.cell(model, &point.models));
        rows.push(std::iter::once(format!("{mark} {}", model.algorithm())).chain(cells).collect());
    }
    columns(&rows, &(1..=shown.len()).collect::<Vec<_>>())
}

/// So many songs a person looks at first.
fn first_look(table: &EvaluationTable) -> usize {
    table.n.min(10)
}

fn of_metric(metric: Metric, interval: Option<Metric>) -> Column {
    let words: fn(f64) -> String = match metric {
        Metric::Clicks => |value| format!("{value:.1}"),
        Metric::HitRate(_) | Metric::ArtistDiversity(_) | Metric::PopularityPercentile(_) | Metric::NewArtists(_) => {
            |value| format!("{:.0} %", 100.0 * value)
        }
        _ => |value| format!("{value:.4}"),
    };
    Column {
        heading: title(metric),
        value: Box::new(move |model| model.evaluation.value(metric)),
        words,
        is_best_where_smaller: metric.is_better_where_smaller(),
        interval,
    }
}

impl Column {
    fn cell(&self, model: &MeasuredModel, all: &[MeasuredModel]) -> String {
        let Some(value) = (self.value)(model) else { return "– ".to_owned() };
        let others: Vec<f64> = all.iter().filter_map(|other| (self.value)(other)).collect();
        let is_better = |a: f64, b: f64| if self.is_best_where_smaller { a < b } else { a > b };
        let is_beaten = others.iter().any(|&other| is_better(other, value));
        let beats_any = others.iter().any(|&other| is_better(value, other));
        let mark = if beats_any && !is_beaten { "*" } else { " " };
        format!("{}{}{mark}", (self.words)(value), self.interval_of(model))
    }

    fn interval_of(&self, model: &MeasuredModel) -> String {
        let figure = self.interval.and_then(|metric| model.evaluation.figure(&metric.to_string()));
        match figure.and_then(|figure| figure.low.zip(figure.high)) {
            Some((low, high)) => format!(" ({low:.4} to {high:.4})"),
            None => String::new(),
        }
    }
}

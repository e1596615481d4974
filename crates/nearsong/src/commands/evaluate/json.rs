use nearsong_app::{Comparison, EvaluationTable, Gain, LeftOut, MeasuredModel, ProtocolPoint, SetMeasured};
use serde_json::{Value, json};

/// Everything that was measured, without the values of single questions.
pub fn table(table: &EvaluationTable) -> Value {
    let on = &table.measured_on;
    let left_out = |left: &LeftOut| json!({ "algorithm": left.algorithm, "reason": left.reason });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "seed": table.seed,
        "n": table.n,
        "main": table.main,
        "data": {
            "fingerprint": on.fingerprint,
            "features_version": on.features_version,
            "n_items": on.n_items,
            "n_owners": on.n_owners,
            "n_entries": on.n_entries,
            "sets": on.sets.iter().map(set).collect::<Vec<_>>(),
        },
        "points": table.points.iter().map(point).collect::<Vec<_>>(),
        "left_out": table.left_out.iter().map(left_out).collect::<Vec<_>>(),
    })
}

fn set(set: &SetMeasured) -> Value {
    json!({ "name": set.name, "licence": set.licence, "origin": set.origin })
}

fn point(point: &ProtocolPoint) -> Value {
    let gain = |gain: &Gain| {
        let mut value = comparison(&gain.comparison);
        value["over"] = json!(gain.over);
        value
    };
    json!({
        "protocol": point.protocol,
        "n_questions": point.n_questions,
        "n_owners": point.n_owners,
        "n_train_owners": point.n_train_owners,
        "n_train_entries": point.n_train_entries,
        "best_baseline": point.best_baseline,
        "blend_over_best_part": point.blend_over_part.as_ref().map(gain),
        "models": point.models.iter().map(model).collect::<Vec<_>>(),
    })
}

fn model(model: &MeasuredModel) -> Value {
    json!({
        "algorithm": model.algorithm(),
        "is_baseline": model.is_baseline(),
        "parameters": model.config.to_json(),
        "training_seconds": model.training.as_secs_f64(),
        "figures": model.evaluation.figures,
        "latency": model.evaluation.latency,
        "over_best_baseline": model.over_baseline.as_ref().map(comparison),
    })
}

fn comparison(comparison: &Comparison) -> Value {
    json!(comparison)
}

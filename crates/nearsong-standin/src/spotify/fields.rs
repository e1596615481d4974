use serde_json::{Map, Value};

/// Keeps of an answer what `fields` names: `id,name,items(total,items(item(uri)))` or `items.total`. All of it where `fields` is
/// absent or empty. A name that is not there is passed over; leaving things out with `!` is not understood and passed over too.
pub(crate) fn select(value: Value, fields: Option<&str>) -> Value {
    match fields.filter(|fields| !fields.is_empty()) {
        Some(fields) => keep(value, fields),
        None => value,
    }
}

fn keep(value: Value, fields: &str) -> Value {
    match value {
        Value::Array(entries) => entries.into_iter().map(|entry| keep(entry, fields)).collect(),
        Value::Object(mut from) => {
            let mut kept = Map::new();
            for part in parts(fields) {
                let (name, inner) = name_and_rest(part);
                let Some(field) = from.remove(name) else { continue };
                kept.insert(name.to_owned(), if inner.is_empty() { field } else { keep(field, inner) });
            }
            Value::Object(kept)
        }
        other => other,
    }
}

/// What stands between the commas that are not in brackets.
fn parts(fields: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let is_boundary = move |character: char| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    };
    fields.split(is_boundary).map(str::trim)
}

/// `items(total)` and `items.total` as `items` and `total`.
fn name_and_rest(part: &str) -> (&str, &str) {
    let at = part.find(['(', '.']).unwrap_or(part.len());
    let (name, rest) = part.split_at(at);
    let rest = match rest.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')').unwrap_or(inner),
        None => rest.strip_prefix('.').unwrap_or(rest),
    };
    (name, rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_named_is_kept_at_any_depth() {
        let check = |fields, expected: Value| {
            let value =
                json!({ "id": 1, "name": 2, "items": { "total": 3, "items": [{ "item": { "uri": 4, "id": 5 } }] } });
            assert_eq!(select(value, Some(fields)), expected, "{fields}");
        };
        check("id, name", json!({ "id": 1, "name": 2 }));
        check("items.total,unknown", json!({ "items": { "total": 3 } }));
        check(
            "items(total,items(item(uri))),id",
            json!({ "id": 1, "items": { "total": 3, "items": [{ "item": { "uri": 4 } }] } }),
        );
        check("items.items.item.id", json!({ "items": { "items": [{ "item": { "id": 5 } }] } }));
        assert_eq!(select(json!({ "id": 1 }), None), json!({ "id": 1 }));
    }
}

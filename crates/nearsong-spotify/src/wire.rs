use nearsong_types::Moment;
use serde_json::Value;

/// Every field of an answer may be missing, null or of another kind; then there is none.
pub(crate) fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

pub(crate) fn number(value: &Value, field: &str) -> Option<i64> {
    value.get(field)?.as_i64()
}

pub(crate) fn count(value: &Value, field: &str) -> Option<u32> {
    number(value, field).and_then(|number| u32::try_from(number).ok())
}

/// The entries of a list; none where it is missing.
pub(crate) fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A moment as Spotify writes it, such as `2026-11-22T20:14:05.123Z`.
pub(crate) fn moment(value: &Value, field: &str) -> Option<Moment> {
    let timestamp: jiff::Timestamp = value.get(field)?.as_str()?.parse().ok()?;
    Some(Moment::from_micros(timestamp.as_microsecond()))
}

/// The first of several names that a field goes by: Spotify renamed some in February 2026, and old apps may see the old ones.
pub(crate) fn either<'v>(value: &'v Value, names: [&str; 2]) -> &'v Value {
    names.into_iter().filter_map(|name| value.get(name)).find(|found| !found.is_null()).unwrap_or(&Value::Null)
}

/// An id that can stand in a path: letters and digits, at most 64.
pub(crate) fn plain_id(value: &Value, field: &str) -> Option<String> {
    text(value, field).filter(|id| id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_of_another_kind_are_none() {
        let value = json!({"a": null, "b": 3, "c": "x", "d": "", "e": [1], "f": -1, "g": "2026-11-22T20:14:05.123Z"});
        assert_eq!(
            (text(&value, "a"), text(&value, "b"), text(&value, "c"), text(&value, "d")),
            (None, None, Some("x".into()), None)
        );
        assert_eq!((count(&value, "b"), count(&value, "f"), count(&value, "c")), (Some(3), None, None));
        assert_eq!((list(&value, "e").len(), list(&value, "c").len(), list(&value, "z").len()), (1, 0, 0));
        assert_eq!(moment(&value, "g"), Some(Moment::from_micros(1_795_378_445_123_000)));
        assert_eq!((moment(&value, "c"), moment(&value, "b")), (None, None));
        assert_eq!(either(&value, ["a", "b"]), &json!(3));
        assert_eq!(plain_id(&json!({"id": "../me"}), "id"), None);
    }
}

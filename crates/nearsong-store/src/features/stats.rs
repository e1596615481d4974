use serde_json::{Map, Value, json};

/// What Delta's log says of a file, so that engines can pass over files that cannot hold what they look for.
pub(super) struct Stats {
    n_rows: usize,
    least: Map<String, Value>,
    greatest: Map<String, Value>,
    n_absent: Map<String, Value>,
}

impl Stats {
    pub(super) fn new(n_rows: usize) -> Self {
        Self { n_rows, least: Map::new(), greatest: Map::new(), n_absent: Map::new() }
    }

    /// Takes a column of numbers into account and gives it back as a list.
    pub(super) fn count<T>(&mut self, column: &str, values: impl Iterator<Item = Option<T>>) -> Vec<Option<T>>
    where
        T: PartialOrd + Copy + Into<Value>,
    {
        let values: Vec<_> = values.collect();
        let known = || values.iter().flatten().copied();
        self.absent(column, values.len() - known().count());
        let least = known().reduce(|least, value| if value < least { value } else { least });
        let greatest = known().reduce(|greatest, value| if value > greatest { value } else { greatest });
        if let (Some(least), Some(greatest)) = (least, greatest) {
            self.bounds(column, least.into(), greatest.into(), |one, other| one.as_f64() < other.as_f64());
        }
        values
    }

    /// Takes a column of texts into account that are never absent.
    pub(super) fn texts<'a>(&mut self, column: &str, texts: impl Iterator<Item = &'a str> + Clone) {
        self.absent(column, 0);
        if let (Some(least), Some(greatest)) = (texts.clone().min(), texts.max()) {
            self.bounds(column, least.into(), greatest.into(), |one, other| one.as_str() < other.as_str());
        }
    }

    /// Counts cells without a value.
    pub(super) fn absent(&mut self, column: &str, n_more: usize) {
        let before = self.n_absent.get(column).and_then(Value::as_u64).unwrap_or(0);
        self.n_absent.insert(column.to_owned(), json!(before + n_more as u64));
    }

    fn bounds(&mut self, column: &str, least: Value, greatest: Value, is_less: fn(&Value, &Value) -> bool) {
        if self.least.get(column).is_none_or(|before| is_less(&least, before)) {
            self.least.insert(column.to_owned(), least);
        }
        if self.greatest.get(column).is_none_or(|before| is_less(before, &greatest)) {
            self.greatest.insert(column.to_owned(), greatest);
        }
    }

    pub(super) fn to_json(&self) -> String {
        let (least, greatest) = (&self.least, &self.greatest);
        json!({"numRecords": self.n_rows, "minValues": least, "maxValues": greatest, "nullCount": self.n_absent})
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_absent_cells_are_of_all_groups() {
        let mut stats = Stats::new(4);
        stats.count("tempo", [Some(90.5), None].into_iter());
        stats.count("tempo", [Some(120.0), Some(60.0)].into_iter());
        stats.texts("track_id", ["b", "c"].into_iter());
        stats.texts("track_id", ["a"].into_iter());
        let json: Value = serde_json::from_str(&stats.to_json()).unwrap();
        assert_eq!(json["numRecords"], 4);
        assert_eq!(json["minValues"], json!({"tempo": 60.0, "track_id": "a"}));
        assert_eq!(json["maxValues"], json!({"tempo": 120.0, "track_id": "c"}));
        assert_eq!(json["nullCount"], json!({"tempo": 1, "track_id": 0}));
    }
}

use serde_json::Value;

use crate::{
    SpotifyError,
    wire::{count, text},
};

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its entries that could be read.
    pub items: Vec<T>,
    /// Entries that were null or nothing that was looked for.
    pub n_passed_over: u32,
    /// How long the whole list is, where Spotify says.
    pub total: Option<u32>,
    /// Whether more follows.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// An answer that has no list is no empty list: whoever compares would take everything for gone.
    pub(crate) fn read(
        what: &'static str,
        value: &Value,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Self, SpotifyError> {
        let Some(entries) = value.get("items").and_then(Value::as_array) else {
            return Err(SpotifyError::Unreadable { what, problem: "it has no list of items".to_owned() });
        };
        let items: Vec<T> = entries.iter().filter_map(read).collect();
        Ok(Self {
            n_passed_over: (entries.len() - items.len()) as u32,
            items,
            total: count(value, "total"),
            has_next: text(value, "next").is_some(),
        })
    }

    /// Entries on the page, those passed over among them: where the next page begins after this one.
    pub fn n_entries(&self) -> u32 {
        self.items.len() as u32 + self.n_passed_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn null_entries_are_passed_over_and_counted() {
        let read = |value: Value| Page::read("a list", &value, |item| count(item, "n"));
        let page = read(json!({"items": [{"n": 1}, null, {"n": "x"}], "total": 9, "next": "http://…"})).unwrap();
        assert_eq!(page, Page { items: vec![1], n_passed_over: 2, total: Some(9), has_next: true });
        assert_eq!(page.n_entries(), 3);
        let page = read(json!({"items": [], "next": null})).unwrap();
        assert_eq!((page.n_entries(), page.total, page.has_next), (0, None, false));
    }

    #[test]
    fn no_list_is_not_an_empty_one() {
        for value in [json!({"items": null}), json!({}), json!(null), json!({"items": 3})] {
            let read = Page::read("a list", &value, |item| count(item, "n"));
            assert!(matches!(read, Err(SpotifyError::Unreadable { .. })), "{value}");
        }
    }
}

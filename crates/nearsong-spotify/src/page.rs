use serde_json::Value;

use crate::wire::{count, list, text};

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
    pub(crate) fn read(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Self {
        let entries = list(value, "items");
        let items: Vec<T> = entries.iter().filter_map(read).collect();
        Self {
            n_passed_over: (entries.len() - items.len()) as u32,
            items,
            total: count(value, "total"),
            has_next: text(value, "next").is_some(),
        }
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
        let page =
            Page::read(&json!({"items": [{"n": 1}, null, {"n": "x"}], "total": 9, "next": "http://…"}), |item| {
                count(item, "n")
            });
        assert_eq!(page, Page { items: vec![1], n_passed_over: 2, total: Some(9), has_next: true });
        assert_eq!(page.n_entries(), 3);
        let page = Page::read(&json!({"items": null, "next": null}), |item| count(item, "n"));
        assert_eq!((page.n_entries(), page.total, page.has_next), (0, None, false));
    }
}

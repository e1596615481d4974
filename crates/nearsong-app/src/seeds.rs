use nearsong_catalog::{Found, find};
use nearsong_types::{ItemIdx, RecordingTable};

use crate::AppError;

/// Finds the one recording that a person means.
///
/// # Errors
/// [`AppError::Unusable`] that asks back: which of these, or did you mean one of those.
pub fn find_song(table: &RecordingTable, text: &str) -> Result<ItemIdx, AppError> {
    match find(table, text) {
        Found::One(item) => Ok(item),
        Found::Ambiguous(items) => Err(AppError::Unusable(format!(
            "“{text}” can be more than one song. Say which, by its id:\n{}",
            lines(table, &items)
        ))),
        Found::Nothing { nearest } if nearest.is_empty() => Err(AppError::Unusable(format!(
            "the catalogue has no song like “{text}”; expected \"artist - title\", a track id or a link"
        ))),
        Found::Nothing { nearest } => Err(AppError::Unusable(format!(
            "the catalogue has no “{text}”. Nearest by name:\n{}",
            lines(table, &nearest)
        ))),
    }
}

fn lines(table: &RecordingTable, items: &[ItemIdx]) -> String {
    let line = |&item: &ItemIdx| {
        let year = table.year(item).map(|year| format!(" ({year})")).unwrap_or_default();
        format!("  {}  {} - {}{year}", table.track_ids[item.at()], table.artist_line(item), table.title(item))
    };
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}

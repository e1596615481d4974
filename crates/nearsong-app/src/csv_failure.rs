use std::io;

/// What kept CSV from being written, with its kind: a reader that went away and a full disk stay what they are.
///
/// The CSV library's own conversion hides the kind.
pub(crate) fn csv_failure(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    }
}

use std::{borrow::Cow, collections::BTreeMap, fs::File, path::Path};

use nearsong_types::Silent;
use serde::de::IgnoredAny;

use crate::{
    FileKind, Limits, ReadError,
    error::excerpt,
    json_rows::{JsonRows, parse_one},
    meter::Meter,
};

/// Fields that tell a schema, both of them together.
const SIGNATURES: [([&str; 2], FileKind); 2] =
    [(["ts", "ms_played"], FileKind::ExtendedHistory), (["endTime", "msPlayed"], FileKind::AccountData)];
const MAX_FIELDS_TOLD: usize = 12;

/// What a JSON file of any name holds, by the fields of its first row.
pub(crate) fn recognise(path: &Path, limits: &Limits) -> Result<FileKind, ReadError> {
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(|source| ReadError::Io { file: name.clone(), source })?;
    let mut meter = Meter::new(limits, &Silent);
    let fields = JsonRows::new(&mut file, &mut meter, limits)
        .next_row(|bytes| {
            let (row, length) = parse_one::<BTreeMap<Cow<str>, IgnoredAny>>(bytes)?;
            Ok((Ok(row.into_keys().map(Cow::into_owned).collect::<Vec<String>>()), length))
        })
        .map_err(|halt| halt.in_file(&name))?
        .unwrap_or_default();
    let has = |field: &&str| fields.iter().any(|found| found == field);
    match SIGNATURES.iter().find(|(signature, _)| signature.iter().all(has)) {
        Some(&(_, kind)) => Ok(kind),
        None => {
            let found = fields.iter().take(MAX_FIELDS_TOLD).map(|field| excerpt(field)).collect();
            Err(ReadError::UnknownRows { file: name, found })
        }
    }
}

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    DataDir, DatasetRecord, FeatureStore, InteractionSetRecord, ModelRecord, Store, StoreError,
    data_dir::names_in,
    database::{newer, newest_schema, schema_version},
    features::check_file,
    fingerprint::fingerprint_of,
    leftovers::half_written,
};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at, in words.
    pub what: String,
    /// Whether it is well.
    pub ok: bool,
    /// What was found and what to do, where it is not.
    pub advice: Option<String>,
}

impl Check {
    fn ok(what: impl Into<String>) -> Self {
        Self { what: what.into(), ok: true, advice: None }
    }

    fn bad(what: impl Into<String>, advice: impl ToString) -> Self {
        Self { what: what.into(), ok: false, advice: Some(advice.to_string()) }
    }

    fn of<T>(what: impl Into<String>, result: Result<T, StoreError>) -> Self {
        match result {
            Ok(_) => Self::ok(what),
            Err(error) => Self::bad(what, error),
        }
    }
}

/// Looks at everything in a data directory and reads every file that is kept; changes nothing.
///
/// Failures to look are findings too.
pub fn doctor(data: &DataDir) -> Vec<Check> {
    let mut checks = vec![permissions(data)];
    checks.extend(database(data));
    checks.extend(features(data));
    checks.extend(leftovers(data));
    checks
}

#[cfg(unix)]
fn permissions(data: &DataDir) -> Check {
    use std::os::unix::fs::PermissionsExt;
    let what = "the data directory is closed to other users";
    match data.root().metadata() {
        Ok(metadata) if metadata.permissions().mode() & 0o077 == 0 => Check::ok(what),
        Ok(_) => Check::bad(what, format!("others can read it: chmod 700 {}", data.root().display())),
        Err(source) => Check::bad(what, StoreError::io(data.root(), source)),
    }
}

#[cfg(not(unix))]
fn permissions(data: &DataDir) -> Check {
    Check::of("the data directory can be read", names_in(data.root()))
}

fn database(data: &DataDir) -> Vec<Check> {
    let path = data.database();
    if !path.exists() {
        return vec![Check::ok("no database yet")];
    }
    let what = "the database is whole";
    let connection = match open_read_only(&path) {
        Ok(connection) => connection,
        Err(error) => return vec![Check::bad(what, error)],
    };
    let mut checks = vec![Check::of(what, integrity(&connection, &path))];
    let store = Store { data: data.clone(), path, connection };
    checks.push(Check::of("every row of the database refers to rows that are there", references(&store)));
    checks.extend(datasets(&store));
    checks.extend(interactions(&store));
    checks.extend(models(&store));
    checks
}

fn open_read_only(path: &Path) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::database(path, source);
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let found = schema_version(&connection).map_err(failed)?;
    if found > newest_schema() { Err(newer(path, found)) } else { Ok(connection) }
}

fn integrity(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let asked = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match asked.map_err(|source| StoreError::database(path, source))?.as_str() {
        "ok" => Ok(()),
        problem => Err(StoreError::corrupt(path, problem, "restore a backup into a new directory")),
    }
}

fn references(store: &Store) -> Result<(), StoreError> {
    let failed = store.failed();
    let mut statement = store.connection.prepare("PRAGMA foreign_key_check").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(()) };
    let (table, parent): (String, String) = (row.get(0).map_err(failed)?, row.get(2).map_err(failed)?);
    let problem = format!("a row of {table} refers to a row of {parent} that is not there");
    Err(StoreError::corrupt(&store.path, problem, "restore a backup into a new directory"))
}

fn datasets(store: &Store) -> Vec<Check> {
    let datasets = match store.datasets() {
        Ok(datasets) => datasets,
        Err(error) => return vec![Check::bad("the datasets are listed", error)],
    };
    let check = |dataset: DatasetRecord| {
        let path = store.dataset_path(&dataset);
        let whole = fingerprint_of(&path).and_then(|(sha256, _)| {
            let damaged = || StoreError::corrupt(&path, "its SHA-256 is not the one it was added with", "add it again");
            if sha256 == dataset.sha256 { Ok(()) } else { Err(damaged()) }
        });
        Check::of(format!("dataset {} is whole", dataset.name), whole)
    };
    datasets.into_iter().map(check).collect()
}

fn interactions(store: &Store) -> Vec<Check> {
    // Before the next opening of the database there may be no such table yet.
    if schema_version(&store.connection).is_ok_and(|found| found < newest_schema()) {
        return Vec::new();
    }
    let sets = match store.interaction_sets() {
        Ok(sets) => sets,
        Err(error) => return vec![Check::bad("the sets of interactions are listed", error)],
    };
    let check = |set: InteractionSetRecord| {
        Check::of(format!("interactions {} are whole", set.set.name), store.load_interactions(&set))
    };
    sets.into_iter().map(check).collect()
}

fn models(store: &Store) -> Vec<Check> {
    let models = match store.models() {
        Ok(models) => models,
        Err(error) => return vec![Check::bad("the models are listed", error)],
    };
    let check =
        |model: ModelRecord| Check::of(format!("model {} is whole", model.id.number()), store.load_model(&model));
    models.into_iter().map(check).collect()
}

fn features(data: &DataDir) -> Vec<Check> {
    let versions = match FeatureStore::open(data).versions() {
        Ok(versions) => versions,
        Err(error) => return vec![Check::bad("the log of the features can be read", error)],
    };
    let mut checks = vec![Check::ok("the log of the features can be read")];
    for version in versions {
        checks.push(Check::of(format!("version {} of the features is whole", version.version), check_file(&version)));
    }
    checks
}

/// Files that were being written when a process was killed, and files that nothing refers to.
fn leftovers(data: &DataDir) -> Vec<Check> {
    let what = "nothing half-written is left";
    let mut left = match half_written(data) {
        Ok(left) => left,
        Err(error) => return vec![Check::bad(what, error)],
    };
    left.extend(unreferenced(data));
    left.extend(unlisted(data));
    if left.is_empty() {
        return vec![Check::ok(what)];
    }
    left.iter().map(|path| Check::bad(what, format!("delete {}", path.display()))).collect()
}

/// Files of features that no version names; where the log cannot be read nothing is said of them.
fn unreferenced(data: &DataDir) -> Vec<PathBuf> {
    let (Ok(versions), Ok(names)) = (FeatureStore::open(data).versions(), names_in(&data.features())) else {
        return Vec::new();
    };
    let named: BTreeSet<_> = versions.into_iter().map(|version| version.file).collect();
    let parts = names.into_iter().filter(|name| name.ends_with(".parquet")).map(|name| data.features().join(name));
    parts.filter(|path| !named.contains(path)).collect()
}

/// Files of interactions and models that the database does not know; where it cannot be read nothing is said of them.
fn unlisted(data: &DataDir) -> Vec<PathBuf> {
    let path = data.database();
    let Ok(connection) = open_read_only(&path) else { return Vec::new() };
    let store = Store { data: data.clone(), path, connection };
    let (Ok(sets), Ok(models)) = (store.interaction_sets(), store.models()) else { return Vec::new() };
    let mut known: BTreeSet<PathBuf> = sets.iter().map(|set| store.interactions_path(set)).collect();
    known.extend(models.iter().map(|model| store.model_path(model.id)));
    let of_kind = |directory: PathBuf, ending: &'static str| {
        let names = names_in(&directory).unwrap_or_default().into_iter();
        names.filter(move |name| name.ends_with(ending)).map(move |name| directory.join(name))
    };
    let files = of_kind(data.interactions(), ".interactions").chain(of_kind(data.models(), ".model"));
    files.filter(|path| !known.contains(path)).collect()
}

#[cfg(test)]
mod tests;

use std::io::Write as _;

use std::{fs, process::Command};

use nearsong_types::Outcome;

use super::*;
use crate::child_process;

fn data() -> (tempfile::TempDir, DataDir) {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
    (directory, data)
}

#[test]
fn opening_again_keeps_what_is_there() {
    let (_directory, data) = data();
    Store::open(&data).unwrap().add_listener("anna", "UTC", nearsong_types::Moment::from_seconds(1)).unwrap();
    let store = Store::open(&data).unwrap();
    assert_eq!(store.listeners().unwrap().len(), 1);
    assert_eq!(schema_version(&store.connection).unwrap(), newest_schema());
    let asked = |pragma| store.connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(asked("foreign_keys"), 1);
    assert_eq!(asked("synchronous"), 2, "full: what has been returned from survives a power cut");
}

#[test]
fn many_may_make_a_database_at_once() {
    for _ in 0..20 {
        let (_directory, data) = data();
        let opened = std::thread::scope(|scope| {
            let openings: Vec<_> = (0..8).map(|_| scope.spawn(|| Store::open(&data).map(|_| ()))).collect();
            openings.into_iter().map(|opening| opening.join().unwrap()).collect::<Result<Vec<()>, _>>()
        });
        opened.unwrap();
    }
}

#[test]
fn a_database_of_the_version_before_is_brought_up_to_date_and_keeps_everything() {
    for n_done in 1..MIGRATIONS.len() {
        let (_directory, data) = data();
        let connection = Connection::open(data.database()).unwrap();
        MIGRATIONS[..n_done].iter().for_each(|migration| connection.execute_batch(migration).unwrap());
        connection.pragma_update(None, "user_version", n_done as u32).unwrap();
        let listener = "INSERT INTO listener (name, time_zone, added_at) VALUES ('anna', 'UTC', 1)";
        connection.execute_batch(listener).unwrap();
        let listen = "INSERT INTO import VALUES (1, 1, 7, 1, 0, 0, '{}');
                      INSERT INTO song VALUES (1, 'x', NULL, 'Song', 'Ada', NULL);
                      INSERT INTO listen (listener_id, ended_at, song_id, ms_played, source, outcome, import_id)
                      VALUES (1, 8, 1, 9000, 0, 1, 1)";
        connection.execute_batch(listen).unwrap();
        drop(connection);
        assert!(crate::doctor(&data).iter().all(|check| check.ok), "it is sound before it is brought up to date, too");
        let store = Store::open(&data).unwrap();
        assert_eq!(schema_version(&store.connection).unwrap(), newest_schema());
        assert_eq!(store.listeners().unwrap()[0].name, "anna");
        let play = store.listening(store.listeners().unwrap()[0].id, None).unwrap().plays[0];
        assert_eq!((play.ended_at.micros(), play.ms_played, play.outcome), (8, 9_000, Outcome::Partial));
        assert_eq!(store.interaction_sets().unwrap(), []);
    }
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_as_it_was() {
    let (_directory, data) = data();
    let connection = Connection::open(data.database()).unwrap();
    connection.pragma_update(None, "user_version", newest_schema() + 1).unwrap();
    drop(connection);
    let before = fs::read(data.database()).unwrap();
    let error = Store::open(&data).unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found, .. } if found == newest_schema() + 1), "{error}");
    assert!(error.to_string().ends_with("update Nearsong"));
    assert_eq!(fs::read(data.database()).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let (_directory, data) = data();
    fs::write(data.database(), "not a database at all, but long enough to be read as one".repeat(100)).unwrap();
    let error = Store::open(&data).unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt { path, .. } if *path == data.database()), "{error}");
}

#[test]
fn a_second_writer_is_told_so() {
    let (_directory, data) = data();
    let (mut first, mut second) = (Store::open(&data).unwrap(), Store::open(&data).unwrap());
    second.connection.busy_timeout(Duration::ZERO).unwrap();
    let transaction = first.begin().unwrap();
    assert!(matches!(second.begin(), Err(StoreError::Locked { .. })));
    drop(transaction);
    second.begin().unwrap();
}

/// The other half of the next test: somebody who may read but not write.
#[test]
fn reader_process() {
    let Some(directory) = child_process::directory() else { return };
    let opened = DataDir::open_or_create(&directory).and_then(|data| Store::open(&data));
    let mut verdict = vec![opened.is_err_and(|error| matches!(error, StoreError::ReadOnly { .. }))];
    let data = DataDir::at(&directory);
    verdict.push(matches!(data.lock("import"), Err(StoreError::ReadOnly { .. })));
    verdict.push(matches!(DataDir::open_or_create(&directory.join("new")), Err(StoreError::ReadOnly { .. })));
    verdict.push(matches!(crate::FeatureStore::open(&data).save_table(0, b"x"), Err(StoreError::ReadOnly { .. })));
    child_process::ready(&format!("{verdict:?}"));
}

#[cfg(unix)]
#[test]
fn a_directory_that_may_not_be_written_is_named() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let (directory, data) = data();
    drop(Store::open(&data).unwrap());
    for path in [directory.path(), data.root(), &data.features(), &data.models(), &data.tables(), &data.datasets()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o555)).unwrap();
    }
    fs::set_permissions(data.database(), fs::Permissions::from_mode(0o444)).unwrap();
    let mut command: Command = child_process::command("database::tests::reader_process", data.root());
    // Root may write everywhere, so the reader is nobody then.
    if fs::write(data.root().join("probe"), "").is_ok() {
        fs::remove_file(data.root().join("probe")).unwrap();
        command.uid(65534).gid(65534);
    }
    let Ok(mut reader) = command.spawn() else {
        std::io::stderr()
            .write_all(b"SKIPPED: a_directory_that_may_not_be_written_is_named: cannot run this test as another user\n")
            .unwrap();
        return;
    };
    let verdict = child_process::wait_until_ready(&mut reader);
    reader.kill().unwrap();
    reader.wait().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(data.root(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(verdict, "[true, true, true, true]");
}

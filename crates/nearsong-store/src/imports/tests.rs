use nearsong_types::{Song, TrackId};
use proptest::prelude::*;

use super::*;
use crate::{DataDir, Listening, child_process};

const T0: Moment = Moment::from_seconds(1_700_000_000);

fn store() -> (tempfile::TempDir, Store, ListenerId) {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
    let mut store = Store::open(&data).unwrap();
    let listener = store.add_listener("anna", "UTC", T0).unwrap().id;
    (directory, store, listener)
}

fn track(number: u32) -> TrackId {
    format!("{number:022}").parse().unwrap()
}

fn exact(number: u32, second: i64, ms_played: u32) -> Listen {
    Listen {
        ended_at: Moment::from_seconds(1_600_000_020 + second),
        ms_played,
        song: Song {
            track_id: Some(track(number)),
            title: format!("Song {number}"),
            artist: "Various Artists".to_owned(),
            album: Some("Album".to_owned()),
        },
        outcome: Outcome::Completed,
        source: ListenSource::ExtendedHistory,
    }
}

/// The row of account data that tells of the same play.
fn account(listen: &Listen) -> Listen {
    let song = &listen.song;
    let artist = "The artist of the track".to_owned();
    Listen {
        ended_at: Moment::from_seconds(listen.ended_at.seconds().div_euclid(60) * 60),
        song: Song { track_id: None, title: song.title.to_uppercase(), artist, album: None },
        source: ListenSource::AccountData,
        ..listen.clone()
    }
}

fn import(store: &mut Store, listener: ListenerId, listens: &[Listen]) -> ImportRecord {
    let mut import = store.begin_import(listener, T0).unwrap();
    for listen in listens {
        import.add(listen).unwrap();
    }
    let id = import.commit("{\"rows\":1}").unwrap();
    store.imports(listener).unwrap().into_iter().find(|import| import.id == id).unwrap()
}

fn all(store: &Store, listener: ListenerId) -> Listening {
    store.listening(listener, None).unwrap()
}

#[test]
fn the_same_again_adds_nothing() {
    let (_directory, mut store, listener) = store();
    let listens = [exact(1, 0, 200_000), exact(2, 300, 1_000), exact(1, 0, 200_000)];
    let first = import(&mut store, listener, &listens);
    assert_eq!((first.n_new, first.n_duplicates), (2, 1));
    assert_eq!(first.report_json, "{\"rows\":1}");
    let before = all(&store, listener);
    let second = import(&mut store, listener, &listens);
    assert_eq!((second.n_new, second.n_duplicates), (0, 3));
    assert_eq!(all(&store, listener), before);
    assert_eq!(store.imports(listener).unwrap(), [first, second]);
}

#[test]
fn listening_is_what_came_in_in_the_order_of_time_up_to_the_moment() {
    let (_directory, mut store, listener) = store();
    let mut unnamed = exact(9, 100, 5);
    unnamed.song =
        Song { track_id: None, title: "ひこうき雲".to_owned(), artist: "荒井由実".to_owned(), album: None };
    unnamed.outcome = Outcome::Skipped;
    let listens = [exact(2, 300, 1_000), exact(1, 0, u32::MAX), unnamed];
    import(&mut store, listener, &listens);
    let listening = all(&store, listener);
    let plays: Vec<Listen> = listening.plays.iter().map(|play| as_listen(&listening, play)).collect();
    assert_eq!(plays, [listens[1].clone(), listens[2].clone(), listens[0].clone()]);

    let until = store.listening(listener, Some(listens[2].ended_at)).unwrap();
    assert_eq!(until.plays.len(), 2);
    assert_eq!(until.songs.len(), 2);
    let counts = store.listen_counts(listener).unwrap();
    assert_eq!((counts.n_plays, counts.n_songs, counts.n_skipped, counts.n_superseded), (3, 3, 1, 0));
    assert_eq!((counts.first, counts.last), (Some(listens[1].ended_at), Some(listens[0].ended_at)));
}

fn as_listen(listening: &Listening, play: &crate::Play) -> Listen {
    let crate::Play { ended_at, song, ms_played, outcome, source } = *play;
    Listen { ended_at, ms_played, song: listening.songs[song as usize].clone(), outcome, source }
}

#[test]
fn a_track_spelt_otherwise_is_the_same_song() {
    let (_directory, mut store, listener) = store();
    let mut respelt = exact(1, 0, 200_000);
    respelt.song.title = "Song 1 - 2011 Remaster".to_owned();
    respelt.song.album = None;
    let record = import(&mut store, listener, &[exact(1, 0, 200_000), respelt]);
    assert_eq!((record.n_new, record.n_duplicates), (1, 1));
}

#[test]
fn account_data_after_the_extended_history_adds_only_what_is_missing_there() {
    let (_directory, mut store, listener) = store();
    let known = exact(1, 75, 200_000);
    let later = exact(2, 9_000, 200_000);
    import(&mut store, listener, std::slice::from_ref(&known));
    let record = import(&mut store, listener, &[account(&known), account(&later)]);
    assert_eq!((record.n_new, record.n_duplicates, record.n_superseded), (1, 1, 0));
    assert_eq!(all(&store, listener).plays.len(), 2);
}

#[test]
fn the_extended_history_replaces_account_data_and_undo_brings_it_back() {
    let (_directory, mut store, listener) = store();
    let (one, other) = (exact(1, 75, 200_000), exact(2, 9_000, 100_000));
    import(&mut store, listener, &[account(&one), account(&other)]);
    let before = all(&store, listener);

    let mut import = store.begin_import(listener, T0).unwrap();
    assert_eq!(import.add(&one).unwrap(), Added::Replacing);
    assert_eq!(import.add(&exact(3, 20, 5)).unwrap(), Added::New);
    // Another length or another minute is another play.
    assert_eq!(import.add(&exact(2, 9_000, 100_001)).unwrap(), Added::New);
    assert_eq!(import.add(&exact(2, 9_100, 100_000)).unwrap(), Added::New);
    import.commit("{}").unwrap();

    let sources: Vec<_> = all(&store, listener).plays.iter().map(|play| play.source).collect();
    assert_eq!(sources.iter().filter(|&&source| source == ListenSource::AccountData).count(), 1);
    assert_eq!(sources.len(), 5);
    assert_eq!(store.listen_counts(listener).unwrap().n_superseded, 1);

    let undone = store.undo_last_import(listener).unwrap().unwrap();
    assert_eq!((undone.n_removed, undone.n_restored, undone.import.n_superseded), (4, 1, 1));
    assert_eq!(all(&store, listener), before);
}

#[test]
fn undo_takes_back_one_import_after_the_other_and_only_of_that_listener() {
    let (_directory, mut store, anna) = store();
    let ben = store.add_listener("ben", "UTC", T0).unwrap().id;
    let (first, shared) = (exact(1, 0, 1), exact(2, 60, 2));
    import(&mut store, anna, std::slice::from_ref(&first));
    let after_first = all(&store, anna);
    import(&mut store, anna, &[first, shared.clone()]);
    import(&mut store, ben, std::slice::from_ref(&shared));

    assert_eq!(store.undo_last_import(anna).unwrap().unwrap().n_removed, 1);
    assert_eq!(all(&store, anna), after_first);
    assert_eq!(all(&store, ben).songs, [shared.song], "a song that another listener heard stays");
    assert_eq!(store.undo_last_import(anna).unwrap().unwrap().n_removed, 1);
    assert_eq!(store.undo_last_import(anna).unwrap(), None);
    assert_eq!(all(&store, anna), Listening::default());
    let n_songs: i64 = store.connection.query_row("SELECT count(*) FROM song", [], |row| row.get(0)).unwrap();
    assert_eq!(n_songs, 1, "a song that nobody heard is forgotten");
}

#[test]
fn an_import_that_is_dropped_never_was() {
    let (_directory, mut store, listener) = store();
    let mut import = store.begin_import(listener, T0).unwrap();
    import.add(&exact(1, 0, 1)).unwrap();
    drop(import);
    assert_eq!(all(&store, listener), Listening::default());
    assert_eq!(store.imports(listener).unwrap(), []);
    assert!(matches!(store.begin_import(ListenerId(99), T0), Err(StoreError::NotFound { .. })));
}

#[test]
fn a_full_disk_is_named_and_leaves_all_as_it_was() {
    let (_directory, mut store, listener) = store();
    import(&mut store, listener, &[exact(1, 0, 1)]);
    let before = all(&store, listener);
    let n_pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", n_pages + 10).unwrap();
    let mut import = store.begin_import(listener, T0).unwrap();
    let error = (0..100_000).find_map(|number| import.add(&exact(number, number.into(), 1)).err()).unwrap();
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    drop(import);
    assert_eq!(all(&store, listener), before);
}

/// The other half of the next test: imports until it is killed.
#[test]
fn importing_process() {
    let Some(directory) = child_process::directory() else { return };
    let mut store = Store::open(&DataDir::open_or_create(&directory).unwrap()).unwrap();
    // A small cache, so that what is not committed yet has reached the disk.
    store.connection.pragma_update(None, "cache_size", 10).unwrap();
    let listener = store.listener("anna").unwrap().id;
    let mut import = store.begin_import(listener, T0).unwrap();
    for number in 0..20_000 {
        import.add(&exact(number, i64::from(number) * 60, 7)).unwrap();
    }
    child_process::ready("");
}

#[test]
fn a_process_killed_in_the_middle_of_an_import_leaves_nothing_of_it() {
    let (_directory, mut store, listener) = store();
    import(&mut store, listener, &[exact(1, 0, 1)]);
    let before = all(&store, listener);
    let data = store.data_dir().clone();
    drop(store);

    let mut child = child_process::command("imports::tests::importing_process", data.root()).spawn().unwrap();
    child_process::wait_until_ready(&mut child);
    let log = data.root().join("nearsong.db-wal");
    assert!(log.metadata().unwrap().len() > 100_000, "rows have reached the disk");
    child.kill().unwrap();
    child.wait().unwrap();

    let mut store = Store::open(&data).unwrap();
    assert_eq!(all(&store, listener), before);
    assert_eq!(store.imports(listener).unwrap().len(), 1);
    let again = import(&mut store, listener, &[exact(5, 300, 7)]);
    assert_eq!(again.n_new, 1);
}

fn any_listen() -> impl Strategy<Value = Listen> {
    let made = (0..4u32, 0..180i64, 0..3u32, 0..4u8);
    made.prop_map(|(number, second, ms_played, kind)| match (exact(number, second, ms_played), kind) {
        (listen, 0) => account(&listen),
        (mut listen, 1) => {
            listen.song.track_id = None;
            listen
        }
        (listen, _) => listen,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn halves_that_overlap_and_repeats_add_up_to_one_import(
        listens in prop::collection::vec(any_listen(), 0..40),
        cuts in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let cut = |index: prop::sample::Index| index.index(listens.len() + 1);
        let (from, to) = (cut(cuts.0).min(cut(cuts.1)), cut(cuts.0).max(cut(cuts.1)));
        let (_once, mut once, anna) = store();
        import(&mut once, anna, &listens);
        let (_parts, mut parts, ben) = store();
        import(&mut parts, ben, &listens[..to]);
        import(&mut parts, ben, &listens[from..]);
        import(&mut parts, ben, &listens);
        prop_assert_eq!(all(&parts, ben), all(&once, anna));
        for _ in 0..3 {
            parts.undo_last_import(ben).unwrap();
        }
        prop_assert_eq!(all(&parts, ben), Listening::default());
        let n_songs: i64 = parts.connection.query_row("SELECT count(*) FROM song", [], |row| row.get(0)).unwrap();
        prop_assert_eq!(n_songs, 0);
    }

    #[test]
    fn the_order_in_which_files_come_does_not_matter(listens in prop::collection::vec(any_listen(), 0..30)) {
        let (_forth, mut forth, anna) = store();
        import(&mut forth, anna, &listens);
        let (_back, mut back, ben) = store();
        let reversed: Vec<_> = listens.iter().rev().cloned().collect();
        import(&mut back, ben, &reversed);
        prop_assert_eq!(all(&back, ben), all(&forth, anna));
    }
}

use nearsong_types::{FavouriteKind, ListenSource, Outcome, Secret, Song};

use super::*;
use crate::{DataDir, DecidedSong, SealingKey, SpotifyPlaylist, StoredTokens};

const NOW: Moment = Moment::from_seconds(1_800_000_000);
const MINUTE: i64 = 60;
const LENGTH_MS: u32 = 240_000;

fn store() -> (tempfile::TempDir, Store, ListenerId) {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(&DataDir::open_or_create(directory.path()).unwrap()).unwrap();
    let listener = store.add_listener("anna", "UTC", NOW).unwrap().id;
    (directory, store, listener)
}

fn song(title: &str, id: Option<&str>) -> Song {
    let track_id = id.map(|id| id.parse().unwrap());
    Song { track_id, title: title.to_owned(), artist: "Ada".to_owned(), album: None }
}

fn listen(at: i64, title: &str, id: Option<&str>, ms_played: u32, source: ListenSource) -> Listen {
    let ended_at = Moment::from_seconds(NOW.seconds() + at);
    Listen { ended_at, ms_played, song: song(title, id), outcome: Outcome::Completed, source }
}

fn recent(at: i64, title: &str) -> Listen {
    listen(at, title, Some("000000000000000000000a"), LENGTH_MS, ListenSource::SpotifyRecent)
}

fn exported(at: i64, title: &str) -> Listen {
    listen(at, title, Some("000000000000000000000b"), 238_000, ListenSource::ExtendedHistory)
}

fn import(store: &mut Store, listener: ListenerId, listens: &[Listen]) -> u64 {
    let mut import = store.begin_import(listener, NOW).unwrap();
    listens.iter().for_each(|listen| {
        import.add(listen).unwrap();
    });
    import.commit("{}").unwrap();
    store.imports(listener).unwrap().last().unwrap().n_superseded
}

fn sources(store: &Store, listener: ListenerId) -> Vec<ListenSource> {
    store.listening(listener, None).unwrap().plays.iter().map(|play| play.source).collect()
}

#[test]
fn the_same_plays_again_add_nothing() {
    let (_directory, mut store, listener) = store();
    let plays = [recent(0, "One"), recent(5 * MINUTE, "Two")];
    let kept = store.keep_recent_plays(listener, "recent", &plays, NOW).unwrap();
    assert_eq!(kept, KeptPlays { n_new: 2, n_known: 0 });
    let kept =
        store.keep_recent_plays(listener, "recent", &[plays[1].clone(), recent(9 * MINUTE, "One")], NOW).unwrap();
    assert_eq!(kept, KeptPlays { n_new: 1, n_known: 1 });
    assert_eq!(store.reading(listener, "recent").unwrap().unwrap().read_at, NOW);
}

#[test]
fn what_an_export_tells_of_is_not_kept_twice_whichever_came_first() {
    // Spotify's moment may be the end of a play or its beginning, and the id another one of the same song.
    for spotify_at in [0, 3, -240, -235] {
        let (_directory, mut store, listener) = store();
        import(&mut store, listener, &[exported(0, "One")]);
        let kept = store.keep_recent_plays(listener, "recent", &[recent(spotify_at, "ONE")], NOW).unwrap();
        assert_eq!(kept, KeptPlays { n_new: 0, n_known: 1 }, "{spotify_at}");
        assert_eq!(sources(&store, listener), [ListenSource::ExtendedHistory]);

        let (_directory, mut store, listener) = self::store();
        store.keep_recent_plays(listener, "recent", &[recent(spotify_at, "ONE")], NOW).unwrap();
        assert_eq!(import(&mut store, listener, &[exported(0, "One")]), 1, "{spotify_at}");
        assert_eq!(sources(&store, listener), [ListenSource::ExtendedHistory]);
        store.undo_last_import(listener).unwrap();
        assert_eq!(sources(&store, listener), [ListenSource::SpotifyRecent], "taking the import back brings it back");
    }
}

#[test]
fn other_songs_and_other_times_are_plays_of_their_own() {
    let (_directory, mut store, listener) = store();
    import(&mut store, listener, &[exported(0, "One")]);
    let plays = [recent(0, "Two"), recent(10 * MINUTE, "One"), recent(-2 * MINUTE, "One")];
    let kept = store.keep_recent_plays(listener, "recent", &plays, NOW).unwrap();
    assert_eq!(kept.n_new, 3);
}

#[test]
fn account_data_hides_what_spotify_told_and_the_extended_history_hides_both() {
    let (_directory, mut store, listener) = store();
    store.keep_recent_plays(listener, "recent", &[recent(20, "One")], NOW).unwrap();
    let account = listen(0, "One", None, 238_000, ListenSource::AccountData);
    assert_eq!(import(&mut store, listener, &[account]), 1);
    assert_eq!(sources(&store, listener), [ListenSource::AccountData]);
    import(&mut store, listener, &[exported(15, "One")]);
    assert_eq!(sources(&store, listener), [ListenSource::ExtendedHistory]);
}

#[test]
fn most_played_songs_replace_those_before_and_saved_ones_gather() {
    let (_directory, mut store, listener) = store();
    let (one, two) = (song("One", None), song("Two", None));
    let kind = FavouriteKind::TopOfMonth;
    store.keep_top(listener, kind, "top-month", &[one.clone(), two.clone()], NOW).unwrap();
    store.keep_top(listener, kind, "top-month", std::slice::from_ref(&two), NOW).unwrap();
    let reading = Reading { read_at: NOW, next_offset: Some(50) };
    let saved = [(one.clone(), NOW.minus_days(9)), (two.clone(), NOW.minus_days(3))];
    assert_eq!(store.keep_saved(listener, "saved", &saved, &reading).unwrap(), 2);
    assert_eq!(store.keep_saved(listener, "saved", &saved, &reading).unwrap(), 0);
    assert_eq!(store.newest_saved(listener).unwrap(), Some(NOW.minus_days(3)));
    assert_eq!(store.reading(listener, "saved").unwrap(), Some(reading));
    assert_eq!(store.favourite_counts(listener).unwrap(), [(FavouriteKind::Saved, 2), (kind, 1)]);

    let now = store.listening(listener, None).unwrap();
    let told: Vec<_> =
        now.favourites.iter().map(|it| (it.kind, now.songs[it.song as usize].clone(), it.rank)).collect();
    let saved = FavouriteKind::Saved;
    assert_eq!(told, [(saved, one.clone(), None), (saved, two.clone(), None), (kind, two, Some(1))]);
    let then = store.listening(listener, Some(NOW.minus_days(5))).unwrap();
    assert_eq!((then.songs, then.favourites.len()), (vec![one], 1), "what was saved later was not known then");
}

#[test]
fn disconnecting_deletes_all_that_came_through_it_and_nothing_else() {
    let (directory, mut store, listener) = store();
    let other = store.add_listener("ben", "UTC", NOW).unwrap().id;
    let key = SealingKey::of(store.data_dir()).unwrap();
    import(&mut store, listener, &[exported(0, "Imported")]);
    let tokens = StoredTokens {
        access: Secret::new("BQ"),
        access_expires_at: NOW,
        refresh: Secret::new("AQ"),
        scopes: String::new(),
    };
    for listener in [listener, other] {
        store.connect(listener, "account", &tokens, &key, NOW).unwrap();
        store.keep_recent_plays(listener, "recent", &[recent(60 * MINUTE, "Played in secret")], NOW).unwrap();
        store.keep_top(listener, FavouriteKind::TopOfYear, "top-year", &[song("Liked in secret", None)], NOW).unwrap();
    }
    store.keep_spotify_playlist(listener, &SpotifyPlaylist::new("weekly")).unwrap();
    let ban = |id: &str, why: &str| DecidedSong {
        track_id: id.parse().unwrap(),
        title: String::new(),
        artists: String::new(),
        at: NOW,
        why: why.to_owned(),
    };
    store.ban(listener, &ban("000000000000000000000c", "taken out at Spotify")).unwrap();
    store.ban(listener, &ban("000000000000000000000d", "said so")).unwrap();
    let done = store.disconnect(listener).unwrap().unwrap();
    assert_eq!(done, Disconnected { had_tokens: true, n_plays: 1, n_favourites: 1, n_playlists: 1, n_heeded: 1 });
    assert_eq!(sources(&store, listener), [ListenSource::ExtendedHistory]);
    assert_eq!(store.connection(listener).unwrap(), None);
    assert_eq!(store.bans(listener).unwrap().len(), 1, "what was said here stays");
    assert_eq!(store.reading(listener, "recent").unwrap(), None);
    assert_eq!(store.disconnect(listener).unwrap(), None, "there is nothing any more");
    assert_eq!(sources(&store, other), [ListenSource::SpotifyRecent]);

    store.disconnect(other).unwrap();
    drop(store);
    for name in ["nearsong.db", "nearsong.db-wal"] {
        let bytes = std::fs::read(directory.path().join(name)).unwrap_or_default();
        assert!(!bytes.windows(9).any(|window| window == b"in secret"), "{name} still holds what was deleted");
    }
}

#[test]
fn old_plays_are_forgotten_only_where_spotify_told_of_them() {
    let (_directory, mut store, listener) = store();
    import(&mut store, listener, &[exported(-900 * MINUTE, "Imported")]);
    store.keep_recent_plays(listener, "recent", &[recent(-600 * MINUTE, "One"), recent(0, "Two")], NOW).unwrap();
    assert_eq!(store.forget_recent_plays_before(listener, NOW).unwrap(), 1);
    assert_eq!(sources(&store, listener), [ListenSource::ExtendedHistory, ListenSource::SpotifyRecent]);
}

use nearsong_catalog::compile;
use nearsong_types::{CatalogTrack, Interaction, ItemIdx, Silent, Track, TrackId};

use super::*;

const NOW: Moment = Moment::from_seconds(1_800_000_000);
const IDS: [&str; 3] = ["000000000000000000000a", "000000000000000000000b", "000000000000000000000c"];

fn app(config: &str) -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), config).unwrap();
    let app = App::open(folder.path()).unwrap();
    (folder, app)
}

/// Three recordings, the last two by one artist.
fn table() -> RecordingTable {
    let track = |(id, artist): (&str, &str)| {
        let id: TrackId = id.parse().unwrap();
        let track = Track { title: Some(format!("Song of {id}")), artists: vec![artist.to_owned()], ..Track::new(id) };
        CatalogTrack { track, recording_id: id, sources: 1 }
    };
    compile(&IDS.into_iter().zip(["Ada", "Ben", "Ben"]).map(track).collect::<Vec<_>>())
}

fn add(app: &mut App, folder: &tempfile::TempDir, name: &str, text: &str) -> Result<AddedInteractions, AppError> {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    app.add_interactions(&[path], &AboutInteractions::default(), NOW, &Silent)
}

fn plays(folder: &tempfile::TempDir, rows: &[(&str, u32, &str)]) -> PathBuf {
    let row = |&(id, ms_played, ts): &(&str, u32, &str)| {
        format!(
            r#"{{"ts":"{ts}","ms_played":{ms_played},"master_metadata_track_name":"T {id}","spotify_track_uri":"spotify:track:{id}",
                "master_metadata_album_artist_name":"Ada","reason_end":"{}"}}"#,
            if ms_played < 30_000 { "fwdbtn" } else { "trackdone" }
        )
    };
    let path = folder.path().join("endsong_0.json");
    std::fs::write(&path, format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(","))).unwrap();
    path
}

#[test]
fn sets_are_matched_and_appended_in_the_order_of_adding() {
    let (folder, mut app) = app("");
    assert_eq!(app.matched_interactions(&table(), None, &Silent).unwrap(), None);
    assert_eq!(app.interactions_fingerprint().unwrap(), None);
    let [a, b, c] = IDS;
    let first = add(&mut app, &folder, "one.csv", &format!("user,item\n1,{c}\n1,{a}\n2,unknown0\n2,{b}\n")).unwrap();
    assert!(first.is_new && first.matches.is_none(), "there is no catalogue yet");
    assert_eq!((first.record.set.name.as_str(), first.record.set.licence.as_deref()), ("one.csv", None));
    let before = app.interactions_fingerprint().unwrap();
    add(&mut app, &folder, "two.csv", &format!("user,item\n9,{b}\n")).unwrap();
    assert_ne!(app.interactions_fingerprint().unwrap(), before);

    let matched = app.matched_interactions(&table(), None, &Silent).unwrap().unwrap();
    assert_eq!((matched.n_owners(), matched.by_artist.n_owners()), (3, 3));
    assert_eq!([0, 1, 2].map(|owner| matched.by_item.items_of(owner).to_vec()), [vec![2, 0], vec![1], vec![1]]);
    app.remove_interactions("two.csv").unwrap();
    assert_eq!(app.interactions_fingerprint().unwrap(), before);
    let error = app.remove_interactions("two.csv").unwrap_err().to_string();
    assert!(error.contains("one.csv"), "{error}");
}

#[test]
fn the_same_content_is_kept_once() {
    let (folder, mut app) = app("");
    let text = format!("user,item\n1,{}\n", IDS[0]);
    add(&mut app, &folder, "one.csv", &text).unwrap();
    let again = add(&mut app, &folder, "copy.csv", &text.replace(",", "\t")).unwrap();
    assert!(!again.is_new);
    assert_eq!(again.record.set.name, "one.csv");
    assert_eq!(app.interaction_sets().unwrap().len(), 1);
}

#[test]
fn what_is_later_than_the_moment_asked_for_is_left_out() {
    let (folder, mut app) = app("");
    let [a, b, c] = IDS;
    let text = format!("user,item,ts\n1,{a},100\n1,{b},300\n1,{c},\n2,{a},300\n2,{a},100\n");
    add(&mut app, &folder, "one.csv", &text).unwrap();
    let as_of = |seconds| app.matched_interactions(&table(), Some(Moment::from_seconds(seconds)), &Silent).unwrap();
    let then = as_of(200).unwrap();
    assert_eq!(then.n_owners(), 1, "the song of the second was heard again later");
    assert_eq!(then.by_item.items_of(0), [0, 2], "what has no moment stays");
    assert_eq!(as_of(300).unwrap().n_owners(), 2);
}

#[test]
fn own_listeners_are_learned_from_only_when_that_is_switched_on() {
    for is_on in [false, true] {
        let (folder, mut app) = app(&format!("[interactions]\nown_listeners = {is_on}\n"));
        let [a, b, _] = IDS;
        let heard = [
            (b, 200_000, "2024-01-01T00:00:00Z"),
            (a, 1_500, "2024-01-02T00:00:00Z"),
            (b, 200_000, "2024-01-03T00:00:00Z"),
            (a, 200_000, "2024-01-04T00:00:00Z"),
        ];
        app.import(&[plays(&folder, &heard)], None, Some("UTC"), NOW, &Silent).unwrap();
        let matched = app.matched_interactions(&table(), None, &Silent).unwrap();
        assert_eq!(matched.is_some(), is_on);
        assert_eq!(app.interactions_fingerprint().unwrap().is_some(), is_on);
        let Some(matched) = matched else { continue };
        let at = |day: i64| Some(Moment::from_seconds(1_704_067_200 + day * 86_400));
        let entry = |item, weight, day| Interaction { item, weight, at: at(day) };
        let found: Vec<_> = matched.by_item.entries_of(0).collect();
        assert_eq!(found, [entry(1, 2.0, 2), entry(0, 1.0, 3)], "skips do not count");
        let then = app.matched_interactions(&table(), at(1), &Silent).unwrap().unwrap();
        assert_eq!(then.by_item.entries_of(0).collect::<Vec<_>>(), [entry(1, 1.0, 0)]);
        assert_eq!(table().main_artist(ItemIdx(1)).map(|artist| artist.0), Some(then.by_artist.items_of(0)[0]));
    }
}

#[test]
fn a_file_that_cannot_be_read_adds_nothing() {
    let (folder, mut app) = app("");
    let error = add(&mut app, &folder, "one.csv", "user,item,weight\n1,a,1\n1,b\n").unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::BadInput);
    assert!(error.to_string().contains("one.csv, line 3"), "{error}");
    assert_eq!(app.interaction_sets().unwrap(), []);
}

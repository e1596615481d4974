use std::{fs::File, sync::Arc};

use nearsong_history::{InteractionFault, InteractionFormat};
use nearsong_types::{ItemKind, Moment};
use parquet::{
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::json;

use crate::support::{read as read_all, *};

#[test]
fn playlists_of_a_slice_come_in_the_order_of_their_numbers() {
    let [a, b, c, d] = IDS;
    let read = read_file("any name", slice(&[(7, &[c, a, c]), (2, &[b]), (3, &[])]).to_string()).unwrap();
    assert_eq!((read.format, read.set.kind), (InteractionFormat::PlaylistSlices, ItemKind::Song));
    assert_eq!((read.n_files, read.n_rows), (1, 4));
    assert_eq!(read.faults.get(&InteractionFault::EmptyOwner), Some(&1));
    let ids: Vec<_> = read.set.track_ids.iter().map(|id| id.unwrap().to_string()).collect();
    assert_eq!(ids, [b, c, a], "ascending");
    assert!(!ids.contains(&d.to_owned()));
    assert_eq!(entries(&read, 0), [(format!("Song {b}"), 1.0)]);
    assert_eq!(entries(&read, 1), [(format!("Song {c}"), 2.0), (format!("Song {a}"), 1.0)]);
    assert_eq!(read.set.artists.get(2), format!("Artist of {a}"));
    assert!(read.set.interactions.entries_of(0).all(|entry| entry.at.is_none()));
}

#[test]
fn the_challenge_set_is_read_and_known_for_what_it_is() {
    let mut playlists = slice(&[(1_000_000, &[IDS[0]]), (1_000_002, &[])])["playlists"].clone();
    playlists[0].as_object_mut().unwrap().remove("name");
    // Its members in the order of the file, which serde_json would sort.
    let text = format!(
        "{{\"date\": \"2018-01-16 08:47:28.198015\", \"version\": \"v1\", \"playlists\": {playlists}, \"name\": [\"x\", {{}}]}}"
    );
    let read = read_file("challenge_set.json", text).unwrap();
    assert_eq!(read.format, InteractionFormat::MillionPlaylists);
    assert!(read.format.licence().unwrap().contains("non-commercial"));
    assert_eq!((read.set.interactions.n_owners(), read.set.interactions.n_entries()), (1, 1));
}

#[test]
fn a_slice_is_the_original_only_where_all_of_it_is() {
    let text = slice(&[(1, &[IDS[0]])]).to_string();
    let original = text.replace(r#""generated_on":"2020-01-01""#, r#""generated_on": "2017-12-03 08:41:42.057563""#);
    assert_ne!(original, text);
    let folder = Folder::new();
    let (one, other) = (folder.put("0.json", &original), folder.put("1.json", &text));
    assert_eq!(read(&[&one]).unwrap().format, InteractionFormat::MillionPlaylists);
    assert_eq!(read(&[&other, &one]).unwrap().format, InteractionFormat::PlaylistSlices);
    assert_eq!(read(&[&one, &other]).unwrap().format, InteractionFormat::PlaylistSlices);
    assert_eq!(InteractionFormat::PlaylistSlices.licence(), None, "of whose terms nothing is known");
}

#[test]
fn entries_without_a_track_id_are_kept_by_name_or_counted() {
    let mut slice = slice(&[(1, &IDS)]);
    let tracks = &mut slice["playlists"][0]["tracks"];
    tracks[0]["track_uri"] = json!("spotify:local:a:b:c:180");
    tracks[1] = json!({ "track_uri": "spotify:local:::Untitled:60", "track_name": " ", "artist_name": null });
    tracks[2]["track_name"] = json!("x".repeat(1_001));
    let read = read_file("0.json", slice.to_string()).unwrap();
    assert_eq!(read.faults.get(&InteractionFault::NoItem), Some(&1));
    assert_eq!(read.faults.get(&InteractionFault::LongText), Some(&1));
    let names: Vec<_> = entries(&read, 0).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [format!("Song {}", IDS[0]), format!("Song {}", IDS[3])]);
    assert_eq!(read.set.track_ids.iter().filter(|id| id.is_none()).count(), 1);
}

const PLAYS: &str = "userID\tartistID\tweight\r\n10\t9\t5\r\n2\t51\t13883\r\n2\t9\t0\r\n2\t8\t7\r\n";

#[test]
fn hetrec_without_names_is_known_by_its_keys() {
    let read = read_file("user_artists.dat", PLAYS).unwrap();
    assert_eq!((read.format, read.set.kind), (InteractionFormat::HetRec, ItemKind::Other));
    assert_eq!(read.faults.get(&InteractionFault::BadWeight), Some(&1));
    assert_eq!(read.set.titles.iter().collect::<Vec<_>>(), ["8", "9", "51"], "in the order of numbers");
    assert_eq!(entries(&read, 0), [("51".to_owned(), 13_883.0), ("8".to_owned(), 7.0)], "user 2 before user 10");
    assert_eq!(entries(&read, 1), [("9".to_owned(), 5.0)]);
}

#[test]
fn hetrec_has_its_names_from_the_file_beside_it() {
    let names = b"id\tname\turl\tpictureURL\n9\tBj\xf6rk\thttp://x\t\n51\t\"Quoted\"\thttp://y\thttp://z\n".to_vec();
    for (packed, name) in [(names.clone(), "artists.dat"), (gzip(&names), "artists.dat.gz")] {
        let folder = Folder::new();
        folder.put(name, packed);
        let path = folder.put("user_artists.dat.gz", gzip(PLAYS));
        let read = read_all(&[&path]).unwrap();
        assert_eq!((read.set.kind, read.n_files), (ItemKind::Artist, 2));
        assert_eq!(read.set.artists.iter().collect::<Vec<_>>(), ["", "Björk", "\"Quoted\""]);
        assert!(read.set.titles.iter().all(str::is_empty));
        assert_eq!(read.faults.get(&InteractionFault::NotUtf8), Some(&1));
        assert_eq!(read.faults.get(&InteractionFault::Unnamed), Some(&1));
        assert_eq!(entries(&read, 1), [("Björk".to_owned(), 5.0)]);
        let both = read_all(&[&path, &folder.path().join(name), &path]).unwrap();
        assert_eq!((both.set, both.n_files), (read.set, 2), "named on their own, and twice");
    }
}

#[test]
fn listens_are_added_up_by_user_and_song() {
    let mut other = listen("b", "One", 50);
    other["user_id"] = json!(3);
    other["track_metadata"]["additional_info"]["spotify_id"] =
        json!(format!("https://open.spotify.com/track/{}", IDS[1]));
    let mut old = listen("old-name", "Three", 0);
    old.as_object_mut().unwrap().remove("user_id");
    old.as_object_mut().unwrap().remove("listened_at");
    old["timestamp"] = json!("2019-01-01 00:00:00");
    let rows = [
        listen("a", "Two", 300),
        listen("a", "One", 200),
        listen("a", "Two", 100),
        other,
        old,
        json!({ "user_id": null, "track_metadata": null }),
        json!({ "user_id": 1, "listened_at": 1, "track_metadata": { "artist_name": "x", "track_name": null, "additional_info": null } }),
    ];
    let read = read_file("1.listens", lines(&rows)).unwrap();
    assert_eq!((read.format, read.set.kind), (InteractionFormat::ListenBrainz, ItemKind::Song));
    assert_eq!(read.format.licence(), Some("CC0"));
    assert_eq!(read.faults.get(&InteractionFault::NoUser), Some(&1));
    assert_eq!(read.faults.get(&InteractionFault::NoItem), Some(&1));
    assert_eq!(entries(&read, 0), [("One".to_owned(), 1.0)]);
    assert_eq!(entries(&read, 1), [("Two".to_owned(), 2.0), ("One".to_owned(), 1.0)], "in the order of first hearing");
    let moments: Vec<_> = read.set.interactions.entries_of(1).map(|entry| entry.at).collect();
    assert_eq!(moments, [300, 200].map(|at| Some(Moment::from_seconds(at))), "of the last play");
    let old = read.set.interactions.entries_of(2).next().unwrap();
    assert_eq!(old.at, Some(Moment::from_seconds(1_546_300_800)));
    let one = read.set.titles.iter().position(|title| title == "One").unwrap();
    assert_eq!(read.set.track_ids[one].unwrap().as_str(), IDS[1], "an id that any listen has for the song");
}

#[test]
fn no_name_of_a_user_is_kept() {
    let text = lines(&[listen("very-secret-name", "One", 1)]).replace("\"user_id\":7,", "");
    let table = "user,item\nvery-secret-name,a\n".to_owned();
    for text in [text, table] {
        let bytes = read_file("a", text).unwrap().set.to_bytes();
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
    }
}

#[test]
fn tables_are_told_by_their_columns() {
    let [a, b, ..] = IDS;
    let text = format!(
        "\u{feff}ts;User ID;plays;track_uri\n100;x;2;spotify:track:{a}\n50;y;1,5;{b}\n90;x;1;{a}\nlater;x;1;{b}\n"
    );
    let read = read_file("a.csv", text).unwrap();
    assert_eq!((read.format, read.set.kind), (InteractionFormat::Table, ItemKind::Song));
    assert_eq!(read.faults.get(&InteractionFault::BadWeight), Some(&1), "a comma is no decimal point");
    assert_eq!(read.faults.get(&InteractionFault::BadTime), Some(&1));
    let weights: Vec<_> = read.set.interactions.entries_of(0).map(|entry| (entry.weight, entry.at)).collect();
    assert_eq!(weights, [(3.0, Some(Moment::from_seconds(100))), (1.0, None)]);

    let names = read_file("a.tsv", "playlist\tartist\ttitle\n1\tAda\t\"Two\"\n1\tAda\tOne\n").unwrap();
    assert_eq!(names.set.kind, ItemKind::Song);
    assert_eq!(entries(&names, 0), [("Two".to_owned(), 1.0), ("One".to_owned(), 1.0)], "in the order of the file");
    let artists = read_file("a.csv", "user,artist\n1,Ada\n1,Ada\n").unwrap();
    assert_eq!((artists.set.kind, entries(&artists, 0)), (ItemKind::Artist, vec![("Ada".to_owned(), 2.0)]));
    let other = read_file("a.csv", "user,item,rating\n1,film 7,5\n1,film 7,0\n").unwrap();
    assert_eq!((other.set.kind, entries(&other, 0)), (ItemKind::Other, vec![("film 7".to_owned(), 5.0)]));
}

#[test]
fn among_track_ids_other_things_are_left_out_and_counted() {
    let [a, b, ..] = IDS;
    let text = format!("user,track_uri\n1,{a}\n1,{b}\n2,spotify:episode:{a}\n1,spotify:local:x\n");
    let read = read_file("a.csv", text).unwrap();
    assert_eq!(read.faults.get(&InteractionFault::NotATrack), Some(&2));
    assert_eq!(read.faults.get(&InteractionFault::EmptyOwner), Some(&1));
    assert_eq!((read.set.interactions.n_owners(), read.set.interactions.n_items()), (1, 2));
}

#[test]
fn moments_are_told_by_their_size_and_form() {
    let moments =
        ["1700000000", "1700000000000", "1700000000000000", "1.7e18", "2023-11-14T22:13:20Z", "2023-11-14 22:13:20"];
    let rows: String = moments.iter().enumerate().map(|(row, at)| format!("{row},a,{at}\n")).collect();
    let read = read_file("a.csv", format!("user,item,timestamp\n{rows}6,a,2023-11-14\n7,a,-5\n")).unwrap();
    let at = |owner| read.set.interactions.entries_of(owner).next().unwrap().at.map(Moment::seconds);
    assert_eq!([0, 1, 2, 3, 4, 5].map(at), [Some(1_700_000_000); 6]);
    assert_eq!((at(6), at(7)), (Some(1_699_920_000), None));
}

/// `user` as whole numbers, `item` as texts, a list in between, plays as fractions, moments in milliseconds.
pub fn parquet_table() -> Vec<u8> {
    let schema = "message rows { required int64 user_id; optional group tags (LIST) { repeated group list { optional int32 element; } }
        required binary track_id (STRING); required double plays; required int64 ts (TIMESTAMP(MILLIS,true)); }";
    let folder = Folder::new();
    let path = folder.path().join("a.parquet");
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut whole = [[5i64, 4, 5], [3_000, 2_000, 1_000]].into_iter();
    while let Some(mut column) = group.next_column().unwrap() {
        match column.untyped() {
            ColumnWriter::Int64ColumnWriter(writer) => writer.write_batch(&whole.next().unwrap(), None, None).unwrap(),
            ColumnWriter::Int32ColumnWriter(writer) => writer.write_batch(&[], Some(&[0; 3]), Some(&[0; 3])).unwrap(),
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                let items = [IDS[0], IDS[1], IDS[2]].map(ByteArray::from);
                writer.write_batch(&items, None, None).unwrap()
            }
            ColumnWriter::DoubleColumnWriter(writer) => writer.write_batch(&[1.5, 2.0, 3.0], None, None).unwrap(),
            _ => unreachable!("no other types in this schema"),
        };
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn a_parquet_gives_what_the_same_csv_gives() {
    let [a, b, c, _] = IDS;
    let parquet = read_file("a", parquet_table()).unwrap();
    let csv = read_file("b", format!("user_id,track_id,plays,ts\n5,{a},1.5,3000000000000\n4,{b},2,2\n5,{c},3,1\n"));
    assert_eq!(parquet.set.interactions.rows(), csv.unwrap().set.interactions.rows());
    let first = parquet.set.interactions.entries_of(1).next().unwrap();
    assert_eq!((first.weight, first.at), (3.0, Some(Moment::from_seconds(1))));
}

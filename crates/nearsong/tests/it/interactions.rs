use std::io::Write as _;

use serde_json::{Value, json};

use crate::{
    made_up::{made_up, zip_of},
    nearsong::Nearsong,
};

/// A slice of playlists in the form of the Million Playlist Dataset: each a list of (id, title, artist).
fn slice(playlists: &[Vec<[&str; 3]>]) -> String {
    let entry = |[id, title, artist]: &[&str; 3]| json!({ "track_uri": format!("spotify:track:{id}"), "track_name": title, "artist_name": artist });
    let playlist = |(pid, entries): (usize, &Vec<[&str; 3]>)| json!({ "pid": pid, "tracks": entries.iter().map(entry).collect::<Vec<_>>() });
    let playlists: Vec<Value> = playlists.iter().enumerate().map(playlist).collect();
    json!({ "info": { "version": "v1" }, "playlists": playlists }).to_string()
}

/// Two playlists: tracks of the made-up catalogue, one under another id, one of which only the artist is known, one unknown.
fn made_up_slice() -> String {
    let name = |at: usize| {
        let track = &made_up().world.tracks[at];
        [track.id.as_str(), track.title.as_deref().unwrap(), track.artists[0].as_str()]
    };
    let [a, b, c, d] = [0, 1, 2, 3].map(name);
    let renamed = ["zzzzzzzzzzzzzzzzzzzzz1", c[1], c[2]];
    let by_artist = ["zzzzzzzzzzzzzzzzzzzzz2", "No Song That Was Made Up", d[2]];
    let unknown = ["zzzzzzzzzzzzzzzzzzzzz3", "No Song", "Nobody That Was Made Up"];
    slice(&[vec![a, b, renamed], vec![by_artist, unknown, a]])
}

const HETREC: &str = "userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n7\t51\t3\n";
const NAMES: &str = "id\tname\turl\tpictureURL\n51\tDuran Duran\thttp://x\t\n52\tMorcheeba\thttp://y\t\n";

#[test]
fn playlists_are_added_looked_up_listed_shown_and_removed() {
    let nearsong = Nearsong::prepared();
    assert!(nearsong.ok(&["interactions", "list"]).contains("no interactions yet"));
    let file = nearsong.put("playlists.json", made_up_slice());
    let said = nearsong.ok(&["interactions", "add", &file]);
    for words in [
        "playlists.json: playlists in the form of the Million Playlist Dataset, 1 file.",
        "2 playlists, 5 songs, 6 entries.",
        "50 %  3  of 2 items  by Spotify's id",
        "17 %  1  of 1 items  by title and artist",
        "17 %  1  of 1 items  only the artist",
        "17 %  1  of 1 items  not at all",
        "licence: not stated; say --licence",
        "origin: not stated; say --origin",
    ] {
        assert!(said.contains(words), "“{words}” is missing in: {said}");
    }
    assert!(nearsong.ok(&["interactions", "list"]).contains("playlists.json  playlist-slices"));
    let shown = nearsong.ok(&["interactions", "show", "playlists.json"]);
    assert!(shown.contains("2 playlists, 5 songs") && shown.contains("SHA-256"), "{shown}");
    let shown = nearsong.json(&["interactions", "show", "playlists.json", "--json"]);
    assert_eq!(shown["matches"]["entries"], json!({ "by_id": 3, "by_name": 1, "by_artist": 1, "not_at_all": 1 }));
    assert!(nearsong.ok(&["doctor"]).contains("interactions playlists.json are whole"));
    assert_eq!(
        nearsong.ok(&["interactions", "remove", "playlists.json"]),
        "Took playlists.json out: 6 entries are gone.\n"
    );
    assert_eq!(nearsong.json(&["interactions", "list", "--json"]), json!([]));
    assert_eq!(nearsong.files().iter().filter(|(name, _)| name.starts_with("interactions/")).count(), 0);
    nearsong.refuses(2, &["interactions", "remove", "playlists.json"], &["there are no interactions “playlists.json”"]);
    nearsong.refuses(2, &["interactions", "show", "x"], &["there are none yet"]);
}

/// Sixty playlists of thirty tracks, of three kinds that have nothing to do with what the tracks are like.
fn three_kinds() -> String {
    let ids: Vec<&str> = made_up().world.tracks.iter().map(|track| track.id.as_str()).collect();
    let rows = (0..60).flat_map(|user| (0..30).map(move |at| (user, (user * 7 + at * 5) % 45 * 3 + user % 3)));
    let rows: String = rows.map(|(user, track)| format!("{user},{}\n", ids[track])).collect();
    format!("user,item\n{rows}")
}

#[test]
fn adding_playlists_trains_a_blend_that_answers_from_then_on_or_says_what_to_type() {
    let nearsong = Nearsong::prepared();
    let algorithm = || nearsong.json(&["status", "--json"])["model"]["algorithm"].clone();
    let file = nearsong.put("playlists.csv", three_kinds());
    let said = nearsong.ok(&["interactions", "add", "--no-train", &file]);
    assert!(said.ends_with("To learn from them: nearsong train --promote\n"), "{said}");
    assert_eq!(algorithm(), "content-knn");
    let said = nearsong.ok(&["interactions", "add", &file]);
    assert!(said.contains("there already") && said.ends_with("nearsong train --promote\n"), "{said}");
    let said = nearsong.ok(&["train", "--promote"]);
    assert!(said.contains("Model 2: blend") && said.contains("It is in use now: ndcg_at_500"), "{said}");

    let nearsong = Nearsong::prepared();
    let said = nearsong.ok(&["interactions", "add", &file]);
    assert!(said.contains("Model 2: blend") && said.contains("It is in use now: ndcg_at_500"), "{said}");
    let tracks = |kind: usize| (0..45).map(move |at| made_up().world.tracks[at * 3 + kind].id.to_string());
    let request = json!({ "seeds": tracks(1).take(10).collect::<Vec<_>>(), "n": 10 }).to_string();
    let answer = nearsong.run_with_input(&["--quiet", "recommend", "--batch", "-"], request.as_bytes()).ok();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let listed = answer["tracks"].as_array().unwrap();
    let of_kind: Vec<String> = tracks(1).collect();
    let n_right = listed.iter().filter(|track| of_kind.iter().any(|id| *track == id.as_str())).count();
    assert!(n_right >= 8, "{n_right} of {}", listed.len());
}

#[test]
fn a_known_public_set_brings_its_terms_unless_others_are_said() {
    let nearsong = Nearsong::new();
    let folder = nearsong.home().join("hetrec");
    nearsong.put("hetrec/user_artists.dat", HETREC);
    nearsong.put("hetrec/artists.dat", NAMES);
    let folder = folder.to_str().unwrap();
    let added = nearsong.json(&["interactions", "add", folder, "--name", "artists", "--json"]);
    assert_eq!((&added["format"], &added["kind"], &added["n_files"]), (&json!("hetrec"), &json!("artist"), &json!(2)));
    assert_eq!((&added["n_owners"], &added["n_items"], &added["n_entries"]), (&json!(2), &json!(2), &json!(3)));
    assert!(added["licence"].as_str().unwrap().contains("non-commercial"));
    assert!(added["origin"].as_str().unwrap().contains("grouplens"));
    assert_eq!((&added["is_new"], &added["matches"]), (&json!(true), &Value::Null), "the catalogue is empty");

    let table = nearsong.put("mine.csv", "user,item\n1,a\n1,b\n2,\n");
    let said = nearsong.ok(&["interactions", "add", &table, "--licence", "CC BY 4.0", "--origin", "my \u{1b}[1mself"]);
    for words in
        ["licence: CC BY 4.0", "origin: my  [1mself", "1  entries without an id or a name", "The catalogue is empty"]
    {
        assert!(said.contains(words), "“{words}” is missing in: {said}");
    }
    assert_eq!(nearsong.json(&["interactions", "list", "--json"]).as_array().unwrap().len(), 2);
}

#[test]
fn the_same_set_in_another_container_is_known_and_a_name_is_given_once() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("playlists.json", made_up_slice());
    nearsong.ok(&["interactions", "add", &file]);
    let zip = nearsong.put("again.zip", zip_of(&[("deep/inside.json", made_up_slice())]));
    let said = nearsong.ok(&["interactions", "add", &zip]);
    assert!(said.starts_with("The same interactions are there already, as playlists.json."), "{said}");
    let other = nearsong.put("other.csv", "user,item\n1,a\n");
    let args = ["interactions", "add", &other, "--name", "playlists.json"];
    nearsong.refuses(2, &args, &["there is a set of interactions “playlists.json” already", "another name"]);
}

#[test]
fn sets_come_back_from_a_backup_and_damage_is_found() {
    let nearsong = Nearsong::new();
    let file = nearsong.put("playlists.json", made_up_slice());
    nearsong.ok(&["interactions", "add", &file]);
    let (backup, restored) = (nearsong.path("backup.zip"), nearsong.path("restored"));
    nearsong.ok(&["backup", &backup]);
    nearsong.ok(&["--data-dir", &restored, "restore", &backup]);
    let list = ["interactions", "list", "--json"];
    let of_restored: Vec<&str> = ["--data-dir", &restored].into_iter().chain(list).collect();
    assert_eq!(nearsong.json(&of_restored), nearsong.json(&list));

    let (name, mut bytes) = nearsong.files().into_iter().find(|(name, _)| name.ends_with(".interactions")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    nearsong.put(&format!("data/{name}"), bytes);
    let said = nearsong.run(&["doctor"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("add it again"), "{}", said.out);
}

#[test]
fn what_cannot_be_read_is_refused_by_file_and_place_and_adds_nothing() {
    let nearsong = Nearsong::new();
    let slice = made_up_slice();
    let put = |name: &str, content: &[u8]| nearsong.put(name, content);
    let cases: [(String, &[&str]); 8] = [
        (put("cut.json", &slice.as_bytes()[..slice.len() / 2]), &["cut.json, row 1", "ends in the middle"]),
        (put("broken.json", slice.replacen("\"pid\"", "pid", 1).as_bytes()), &["broken.json, row 1, line 1", "JSON"]),
        (put("empty.json", b""), &["empty.json", "an empty file"]),
        (put("tracks.csv", b"track_id,artists\na,b\n"), &["tracks.csv", "not recognised", "columns for user and item"]),
        (put("short.csv", b"user,item\n1\n"), &["short.csv, line 2: expected 2 fields"]),
        (put("latin.dat", b"userID\tartistID\tweight\nJos\xe9\t1\t1\n"), &["latin.dat, line 2", "userID"]),
        (put("a.zip", &zip_of(&[("0.json", &slice)])[..80]), &["a.zip", "damaged or not complete"]),
        (nearsong.path("nowhere"), &["nowhere", "no such file"]),
    ];
    for (file, words) in cases {
        nearsong.refuses(2, &["interactions", "add", &file], words);
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"user,item\n1,\"").unwrap();
    (0..32).for_each(|_| gzip.write_all(&[b'x'; 1 << 20]).unwrap());
    let bomb = nearsong.put("bomb.csv.gz", gzip.finish().unwrap());
    nearsong.refuses(2, &["interactions", "add", &bomb], &["bomb.csv.gz", "bytes in one row"]);
    assert_eq!(nearsong.json(&["interactions", "list", "--json"]), json!([]));
}

#[test]
fn names_of_users_are_nowhere_in_the_data_directory() {
    let nearsong = Nearsong::new();
    let listens = r#"{"user_name":"very-secret-name","listened_at":1600000000,"track_metadata":{"artist_name":"A","track_name":"B","additional_info":{}}}"#;
    let file = nearsong.put("1.listens", listens);
    let said = nearsong.ok(&["interactions", "add", &file]);
    assert!(said.contains("licence: CC0"), "{said}");
    for (name, bytes) in crate::nearsong::files_in(&nearsong.data()) {
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{name}");
    }
}

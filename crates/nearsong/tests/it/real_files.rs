use std::io::Write as _;

use std::path::PathBuf;

use crate::nearsong::Nearsong;

/// A real file, or a loud word that it is not there.
fn real(name: &str) -> Option<String> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path.to_str().unwrap().to_owned());
    }
    std::io::stderr()
        .write_all(format!("SKIPPED: {name} is not there, so nothing is proven of it\n").as_bytes())
        .unwrap();
    None
}

#[test]
fn the_real_datasets_become_one_catalogue_that_recommends() {
    let (Some(large), Some(small)) = (real("spotify_tracks_114k.csv.gz"), real("tomigelo_april2019_partial10k.csv.gz"))
    else {
        return;
    };
    let nearsong = Nearsong::new();
    nearsong.ok(&["catalog", "add", &large, &small]);
    let manifest = nearsong.json(&["catalog", "status", "--json"])["manifest"].clone();
    assert_eq!(manifest["n_tracks"], 99_680, "as the files' README counts");
    let faults = manifest["inputs"][0]["faults"].as_array().unwrap().clone();
    let count = |words: &str| {
        let found = faults.iter().find(|fault| fault["fault"].as_str().unwrap().starts_with(words));
        found.unwrap_or_else(|| panic!("no fault “{words}”"))["count"].as_u64().unwrap()
    };
    assert_eq!(count("ids on more than one row"), 16_641);
    assert_eq!(count("rows not analysed"), 157);
    assert_eq!(count("ids whose popularity differs"), 720);
    let songs = nearsong.json(&["recommend", "--json", "--like", "Radiohead - Creep", "--genre", "alternative"]);
    assert_eq!(songs["songs"].as_array().unwrap().len(), 30);
    assert_eq!(songs["made_up"], false);
    assert!(nearsong.ok(&["doctor"]).contains("Everything is sound"));
}

#[test]
fn the_real_wide_parquet_is_read_whole() {
    let Some(wide) = real("tracks_wide_491k.parquet") else { return };
    let nearsong = Nearsong::new();
    let said = nearsong.ok(&["catalog", "add", "--no-train", &wide]);
    assert!(said.contains("tracks_wide_491k.parquet (wide)"), "{said}");
    assert!(nearsong.json(&["status", "--json"])["catalog"]["n_tracks"].as_u64().unwrap() > 480_000);
}

#[test]
fn real_playlists_and_listeners_are_added_as_their_readme_counts() {
    let (Some(tracks), Some(playlists), Some(listeners)) = (
        real("spotify_tracks_114k.csv.gz"),
        real("playlists_dev.mpd.json.gz"),
        real("hetrec2011-lastfm/user_artists.dat.gz"),
    ) else {
        return;
    };
    let nearsong = Nearsong::new();
    nearsong.ok(&["catalog", "add", "--no-train", &tracks]);
    let added = nearsong.json(&["interactions", "add", &playlists, "--json"]);
    assert_eq!([&added["n_owners"], &added["n_items"], &added["n_rows"]], [250, 19_235, 24_489]);
    let entries = &added["matches"]["entries"];
    assert!(entries["by_id"].as_u64().unwrap() > 3_000 && entries["by_name"].as_u64().unwrap() > 1_500, "{entries}");
    let added = nearsong.json(&["interactions", "add", &listeners, "--json"]);
    assert_eq!([&added["n_owners"], &added["n_items"], &added["n_entries"]], [1_892, 17_632, 92_834]);
    assert!(added["matches"]["entries"]["by_artist"].as_u64().unwrap() > 50_000, "{added}");
}

use std::{io::Write, path::PathBuf};

use nearsong_history::InteractionFormat;
use nearsong_types::ItemKind;

use crate::support::read;

/// A real file, or a loud word that it is not there.
fn real(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    let words = format!("SKIPPED: {name} is not there, so nothing is proven of it\n");
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    None
}

#[test]
fn hetrec_is_read_as_its_readme_counts() {
    let Some(path) = real("hetrec2011-lastfm/user_artists.dat.gz") else { return };
    let read = read(&[&path]).unwrap();
    assert_eq!((read.format, read.set.kind, read.n_rows), (InteractionFormat::HetRec, ItemKind::Artist, 92_834));
    let interactions = &read.set.interactions;
    assert_eq!((interactions.n_owners(), interactions.n_items(), interactions.n_entries()), (1_892, 17_632, 92_834));
    assert!(read.faults.is_empty(), "{:?}", read.faults);
    assert!(read.set.artists.iter().all(|name| !name.is_empty()));
}

#[test]
fn playlists_are_read_as_their_readme_counts() {
    let Some(path) = real("playlists_dev.mpd.json.gz") else { return };
    let read = read(&[&path]).unwrap();
    assert_eq!((read.format, read.n_rows), (InteractionFormat::PlaylistSlices, 24_489));
    let interactions = &read.set.interactions;
    assert_eq!((interactions.n_owners(), interactions.n_items()), (250, 19_235));
    let entries: f32 = (0..250).flat_map(|owner| interactions.weights_of(owner)).sum();
    assert_eq!(entries, 24_489.0);
}

use nearsong_history::InteractionLimits;

use crate::support::*;

fn slices() -> Vec<(&'static str, Vec<u8>)> {
    let [a, b, c, d] = IDS;
    let mut renamed = slice(&[(1_000, &[b, d])]);
    renamed["playlists"][0]["tracks"][0]["track_name"] = "Another spelling".into();
    vec![
        ("data/mpd.slice.1000-1999.json", renamed.to_string().into_bytes()),
        ("data/mpd.slice.0-999.json", slice(&[(0, &[a, b]), (2, &[c, b, a])]).to_string().into_bytes()),
        ("README.md", b"# A readme".to_vec()),
        ("data/._mpd.slice.0-999.json", vec![0, 5, 22, 7]),
    ]
}

#[test]
fn the_same_files_in_any_container_give_the_same_set() {
    let folder = Folder::new();
    let files = slices();
    for (name, content) in &files {
        folder.put(&format!("plain/{name}"), content);
        folder.put(&format!("packed/{name}.gz"), gzip(content));
    }
    let mut turned = files.clone();
    turned.reverse();
    let long = format!("{}/x.json", "folder/".repeat(20));
    let long_names = [(long.as_str(), files[0].1.clone()), files[1].clone(), files[2].clone(), files[3].clone()];
    let plain = read(&[&folder.path().join("plain")]).unwrap();
    assert_eq!((plain.n_files, plain.n_ignored_files), (2, 2));
    let containers = [
        folder.path().join("packed"),
        folder.put("a.zip", zip_of(&files)),
        folder.put("turned.zip", zip_of(&turned)),
        folder.put("a.tar", tar_of(&files)),
        folder.put("turned.tar", tar_of(&turned)),
        folder.put("long.tar", tar_of(&long_names)),
        folder.put("a.tar.gz", gzip(tar_of(&turned))),
        folder.put("a.tar.zst", zstd(tar_of(&turned))),
        folder.put("any name", zstd(tar_of(&[("inner.gz", gzip(tar_of(&files)))]))),
        folder.put("tar in.zip", zip_of(&[("inner.tar", tar_of(&files))])),
    ];
    for path in containers {
        let read = read(&[&path]).unwrap();
        assert_eq!(read.set, plain.set, "{}", path.display());
        assert_eq!(read.n_ignored_files, 2, "{}", path.display());
    }
    let one = folder.put("one.json.zst", zstd(&files[0].1));
    let other = folder.put("other.json", &files[1].1);
    assert_eq!(read(&[&one, &other]).unwrap().set, plain.set);
    assert_eq!(read(&[&other, &one]).unwrap().set, plain.set);
}

#[test]
fn listens_may_come_in_any_order() {
    let listens: Vec<_> =
        (0..200).map(|n| listen("a", &format!("Song {}", n * 7 % 23), 1_000 + n * 37 % 101)).collect();
    let months = [lines(&listens[..80]).into_bytes(), lines(&listens[80..]).into_bytes()];
    let names = ["dump/listens/2005/1.listens", "dump/listens/2005/10.listens"];
    let files = [(names[0], months[0].clone()), (names[1], months[1].clone())];
    let turned = [files[1].clone(), files[0].clone()];
    let expected = read_file("a.tar", tar_of(&files)).unwrap().set;
    assert_eq!(expected.interactions.n_entries(), 23);
    assert_eq!(read_file("a.tar.zst", zstd(tar_of(&turned))).unwrap().set, expected);
    assert_eq!(read_file("a.zip", zip_of(&turned)).unwrap().set, expected);
    let mut rows = listens.clone();
    rows.reverse();
    assert_eq!(read_file("a", lines(&rows)).unwrap().set, expected);
}

#[test]
fn posix_attributes_name_and_measure_a_file() {
    let content = slice(&[(0, &IDS)]).to_string().into_bytes();
    let mut entry = tar_entry("x", b'0', &content);
    entry[124..135].copy_from_slice(b"00000000000");
    entry[148..156].copy_from_slice(b"        ");
    let sum: u32 = entry[..512].iter().map(|&byte| u32::from(byte)).sum();
    entry[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let size = format!("size={}\n", content.len());
    let attributes = format!("{} {size}", size.len() + 3);
    let mut tar = tar_entry("PaxHeader/x", b'x', attributes.as_bytes());
    tar.extend(entry);
    tar.resize(tar.len() + 1024, 0);
    assert_eq!(read_file("a.tar", tar).unwrap().set.interactions.n_entries(), 4);
}

#[test]
fn limits_are_kept() {
    let folder = Folder::new();
    let path = folder.put("a.json", slice(&[(0, &IDS), (1, &IDS)]).to_string());
    let limits = InteractionLimits::default();
    let too_small = [
        (InteractionLimits { max_bytes: 500, ..limits }, "bytes in all"),
        (InteractionLimits { max_row_bytes: 300, ..limits }, "more than 300 bytes"),
        (InteractionLimits { max_owners: 1, ..limits }, "playlists or listeners"),
        (InteractionLimits { max_entries: 7, ..limits }, "entries"),
        (InteractionLimits { max_name_bytes: 10, ..limits }, "bytes of names"),
    ];
    for (limits, words) in too_small {
        let error = read_with(&[&path], &limits).unwrap_err().to_string();
        assert!(error.contains("a.json") && error.contains(words), "{error}");
    }
    let limits = InteractionLimits { max_files: 1, ..limits };
    assert!(read_with(&[&path], &limits).is_ok());
    folder.put("b.json", "");
    let error = read_with(&[folder.path()], &limits).unwrap_err().to_string();
    assert!(error.contains("more than 1 files"), "{error}");
    let zip = folder.put("c.zip", zip_of(&slices()));
    let error = read_with(&[&zip], &limits).unwrap_err().to_string();
    assert!(error.contains("more than 1 entries"), "{error}");
    let tar = folder.put("c.tar", tar_of(&slices()));
    let error = read_with(&[&tar], &limits).unwrap_err().to_string();
    assert!(error.contains("more than 1 files in an archive"), "{error}");
}

use proptest::prelude::*;

use crate::{formats::parquet_table, support::*};

/// Playlists with their numbers: entries are rows of `IDS`.
fn playlists() -> impl Strategy<Value = Vec<(u64, Vec<usize>)>> {
    let playlist = prop::collection::vec(0..IDS.len(), 1..6);
    prop::collection::vec(playlist, 1..8).prop_map(|playlists| (0..).zip(playlists).collect()).prop_shuffle()
}

fn text_of(playlists: &[(u64, Vec<usize>)]) -> Vec<u8> {
    let rows: Vec<(u64, Vec<&str>)> =
        playlists.iter().map(|(pid, items)| (*pid, items.iter().map(|&item| IDS[item]).collect())).collect();
    let rows: Vec<(u64, &[&str])> = rows.iter().map(|(pid, ids)| (*pid, ids.as_slice())).collect();
    slice(&rows).to_string().into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_playlist_comes_back_whatever_it_is_packed_in(playlists in playlists(), cut in any::<prop::sample::Index>()) {
        let expected = read_file("all.json", text_of(&playlists)).unwrap().set;
        prop_assert_eq!(expected.interactions.n_owners(), playlists.len());
        let mut sorted = playlists.clone();
        sorted.sort();
        for (owner, (_, items)) in sorted.iter().enumerate() {
            let mut first: Vec<&str> = Vec::new();
            items.iter().map(|&item| IDS[item]).for_each(|id| if !first.contains(&id) { first.push(id) });
            let found = expected.interactions.items_of(owner);
            let found: Vec<String> = found.iter().map(|&item| expected.track_ids[item as usize].unwrap().to_string()).collect();
            prop_assert_eq!(found, first);
        }
        let (one, other) = playlists.split_at(cut.index(playlists.len()));
        let parts = [("b/0.json", text_of(one)), ("a/1.json", text_of(other))];
        for (name, packed) in [
            ("a.zip", zip_of(&parts)),
            ("a.tar", tar_of(&parts)),
            ("a.tar.gz", gzip(tar_of(&parts))),
            ("a.tar.zst", zstd(tar_of(&parts))),
            ("all.gz", gzip(text_of(&playlists))),
        ] {
            prop_assert_eq!(&read_file(name, packed).unwrap().set, &expected, "{}", name);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_file("any", &bytes);
        let _ = read_file("any", gzip(&bytes));
        let _ = read_file("any", [b"PK\x03\x04", bytes.as_slice()].concat());
        let _ = read_file("any", [b"PAR1", bytes.as_slice(), b"PAR1"].concat());
        let _ = read_file("any", [b"userID\tartistID\tweight\n", bytes.as_slice()].concat());
        let _ = read_file("any", [b"user,item,weight,ts\n", bytes.as_slice()].concat());
        let _ = read_file("any", [b"{\"playlists\":[", bytes.as_slice()].concat());
        let _ = read_file("any", [b"{\"track_metadata\":", bytes.as_slice()].concat());
    }

    #[test]
    fn a_changed_byte_is_read_or_refused(
        playlists in playlists(), position in any::<prop::sample::Index>(), value: u8, kind in 0..5,
    ) {
        let parts = [("0.json", text_of(&playlists))];
        let mut bytes = match kind {
            0 => text_of(&playlists),
            1 => tar_of(&parts),
            2 => gzip(tar_of(&parts)),
            3 => zip_of(&parts),
            _ => parquet_table(),
        };
        let position = position.index(bytes.len());
        bytes[position] = value;
        let _ = read_file("any", bytes);
    }

    #[test]
    fn any_table_is_added_up_by_user_and_item(rows in prop::collection::vec((0..5u8, 0..4usize, 1..9u8), 1..40)) {
        let text: String = rows.iter().map(|(user, item, weight)| format!("{user},{},{weight}\n", IDS[*item])).collect();
        let read = read_file("a.csv", format!("user,track_id,plays\n{text}")).unwrap();
        let total: u32 = rows.iter().map(|row| u32::from(row.2)).sum();
        let interactions = &read.set.interactions;
        let found: f32 = (0..interactions.n_owners()).flat_map(|owner| interactions.weights_of(owner)).sum();
        prop_assert_eq!(found, total as f32);
        let mut users: Vec<u8> = rows.iter().map(|row| row.0).collect();
        users.sort();
        users.dedup();
        prop_assert_eq!(interactions.n_owners(), users.len());
        let of_first: Vec<_> = rows.iter().filter(|row| row.0 == users[0]).map(|row| IDS[row.1]).collect();
        let first = interactions.items_of(0)[0];
        prop_assert_eq!(read.set.track_ids[first as usize].unwrap().to_string(), of_first[0]);
    }
}

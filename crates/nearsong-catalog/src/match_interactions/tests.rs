use nearsong_types::{CatalogTrack, Names, Track, TrackId};

use nearsong_types::ItemIdx;

use super::*;
use crate::compile;

fn id(last: char) -> TrackId {
    format!("000000000000000000000{last}").parse().unwrap()
}

fn table() -> RecordingTable {
    let track = |last: char, title: &str, artist: &str| {
        let track = Track { title: Some(title.to_owned()), artists: vec![artist.to_owned()], ..Track::new(id(last)) };
        CatalogTrack { track, recording_id: id(last), sources: 1 }
    };
    compile(&[track('a', "New Grass", "Talk Talk"), track('b', "Pendulum Man", "Bark Psychosis")])
}

fn set(kind: ItemKind, items: &[(Option<TrackId>, &str, &str)], owners: &[&[u32]]) -> InteractionSet {
    let mut interactions = Interactions::new(items.len());
    for &owner in owners {
        interactions.push_owner(owner.iter().map(|&item| Interaction { item, weight: 1.0, at: None }));
    }
    InteractionSet {
        kind,
        track_ids: items.iter().map(|item| item.0).collect(),
        titles: items.iter().map(|item| item.1).collect::<Names>(),
        artists: items.iter().map(|item| item.2).collect::<Names>(),
        interactions,
    }
}

#[test]
fn items_are_found_by_id_by_name_and_by_artist() {
    let items = [
        (Some(id('b')), "", ""),
        (Some(id('z')), "NEW GRASS - Remaster", "talk talk"),
        (None, "Myrrhman", "Talk Talk"),
        (None, "Myrrhman", "Nobody"),
        (None, "New Grass", "Talk Talk"),
        (None, "", "Bark Psychosis"),
        (None, "", ""),
    ];
    let table = table();
    let set = set(ItemKind::Song, &items, &[&[2, 0, 1, 4], &[3, 6], &[5]]);
    let (matched, matches) = match_interactions(&set, &table);
    assert_eq!(matches.items, MatchTally { by_id: 1, by_name: 2, by_artist: 2, not_at_all: 2 });
    assert_eq!(matches.entries, MatchTally { by_id: 1, by_name: 2, by_artist: 2, not_at_all: 2 });
    assert_eq!((matches.items.total(), matches.n_owners_left_out), (7, 1));
    assert_eq!(matched.n_owners(), 2, "who is known by nothing is left out of both");
    assert_eq!(matched.by_item.items_of(0), [1, 0], "in the owner's order, two ids of one recording once");
    assert_eq!(matched.by_item.weights_of(0), [1.0, 2.0]);
    let artist = |item| table.main_artist(ItemIdx(item)).unwrap().0;
    assert_eq!(matched.by_artist.items_of(0), [artist(0), artist(1)]);
    assert_eq!(matched.by_artist.weights_of(0), [3.0, 1.0], "added up over an artist's songs");
    assert_eq!(matched.by_item.items_of(1), [0u32; 0]);
    assert_eq!(matched.by_artist.items_of(1), [artist(1)]);
}

#[test]
fn artists_are_found_by_name_and_other_things_not_at_all() {
    let items = [(None, "", "TALK TALK"), (None, "", "Nobody"), (None, "", "")];
    let (matched, matches) = match_interactions(&set(ItemKind::Artist, &items, &[&[0, 1, 2]]), &table());
    assert_eq!(matches.items, MatchTally { by_artist: 1, not_at_all: 2, ..MatchTally::default() });
    assert_eq!((matched.by_item.n_entries(), matched.by_artist.n_entries()), (0, 1));

    let (matched, matches) = match_interactions(&set(ItemKind::Other, &[(None, "Talk Talk", "")], &[&[0]]), &table());
    assert_eq!((matched.n_owners(), matches.items.not_at_all), (0, 1));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let names: Vec<String> = (0..500).map(|n| format!("Song {n}")).collect();
    let mut items: Vec<_> = names.iter().map(|name| (None, name.as_str(), "Talk Talk")).collect();
    items[7].1 = "New Grass";
    let set = set(ItemKind::Song, &items, &[&(0..500).collect::<Vec<u32>>()]);
    let on = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| match_interactions(&set, &table()))
    };
    assert_eq!(on(1), on(8));
}

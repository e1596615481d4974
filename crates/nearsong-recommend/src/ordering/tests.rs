use std::collections::BTreeMap;

use nearsong_types::{ArtistIdx, AudioFeature, AudioFeatures};
use proptest::prelude::*;

use super::*;

/// Energy and tempo, where known, and artists of a song.
type Song = (Option<f32>, Option<f32>, Vec<u32>);

fn table_of(songs: &[Song]) -> (RecordingTable, Vec<ItemIdx>) {
    let mut table = RecordingTable::default();
    for (row, (energy, tempo, artists)) in songs.iter().enumerate() {
        table.track_ids.push(format!("{row:022}").parse().unwrap());
        table.artists.push_row(artists.iter().copied());
        let mut audio = AudioFeatures::NONE;
        audio.set(AudioFeature::Energy, *energy);
        audio.set(AudioFeature::Tempo, *tempo);
        table.audio.push(audio);
    }
    let items = table.items().collect();
    (table, items)
}

fn ordered(order: ListOrder, songs: &[Song]) -> Vec<usize> {
    let (table, items) = table_of(songs);
    order.order(&table, &items)
}

/// A song by an artist of its own.
fn by_nobody_else(row: u32, energy: Option<f32>, tempo: Option<f32>) -> Song {
    (energy, tempo, vec![1000 + row])
}

fn with_energies(energies: &[f32]) -> Vec<Song> {
    (0..).zip(energies).map(|(row, &energy)| by_nobody_else(row, Some(energy), Some(120.0))).collect()
}

fn n_same_main(songs: &[Song], order: &[usize]) -> usize {
    order.windows(2).filter(|pair| songs[pair[0]].2[0] == songs[pair[1]].2[0]).count()
}

/// The fewest neighbours with the same main artist that any order has.
fn least_same_main(songs: &[Song]) -> usize {
    let mut n_of: BTreeMap<u32, usize> = BTreeMap::new();
    for (_, _, artists) in songs {
        *n_of.entry(artists[0]).or_default() += 1;
    }
    let most = n_of.values().copied().max().unwrap_or(0);
    (2 * most).saturating_sub(songs.len() + 1)
}

fn path_length(songs: &[Song], order: &[usize]) -> f64 {
    let known: Vec<f64> = order.iter().filter_map(|&song| songs[song].0).map(f64::from).collect();
    known.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum()
}

fn folded(tempo: f32) -> f64 {
    (f64::from(tempo) / 80.0).log2().rem_euclid(1.0)
}

fn some_songs(n_artists: u32) -> impl Strategy<Value = Vec<Song>> {
    let energy = proptest::option::weighted(0.85, 0.0_f32..=1.0);
    let tempo = proptest::option::weighted(0.85, 0.0_f32..=220.0);
    let artists = (0..n_artists, proptest::option::weighted(0.2, 0..n_artists));
    let song = (energy, tempo, artists).prop_map(|(energy, tempo, (main, guest))| {
        (energy, tempo, [main].into_iter().chain(guest.filter(|&guest| guest != main)).collect())
    });
    proptest::collection::vec(song, 0..36)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_order_is_a_permutation_and_the_same_each_time(songs in some_songs(6)) {
        for order in ListOrder::ALL {
            let places = ordered(order, &songs);
            prop_assert_eq!(&places, &ordered(order, &songs));
            let mut sorted = places.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..songs.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn neighbours_share_a_main_artist_only_where_it_cannot_be_helped(n_artists in 1_u32..8, songs in some_songs(8)) {
        let mut songs = songs;
        songs.iter_mut().for_each(|(_, _, artists)| artists[0] %= n_artists);
        for order in [ListOrder::SmoothEnergy, ListOrder::RiseAndFall, ListOrder::TempoSteps] {
            prop_assert_eq!(n_same_main(&songs, &ordered(order, &songs)), least_same_main(&songs), "{}", order);
        }
    }

    #[test]
    fn the_path_is_no_longer_than_as_ranked(energies in proptest::collection::vec(0.0_f32..=1.0, 1..40)) {
        let songs = with_energies(&energies);
        let as_ranked: Vec<usize> = (0..songs.len()).collect();
        let length = path_length(&songs, &ordered(ListOrder::SmoothEnergy, &songs));
        prop_assert!(length <= path_length(&songs, &as_ranked) + 1e-6);
    }

    #[test]
    fn energy_rises_to_two_thirds_and_falls(energies in proptest::collection::vec(0.0_f32..=1.0, 1..40)) {
        let songs = with_energies(&energies);
        let listed: Vec<f32> = ordered(ListOrder::RiseAndFall, &songs).into_iter().map(|song| energies[song]).collect();
        let peak = ((listed.len() - 1) as f64 * 2.0 / 3.0).round() as usize;
        prop_assert!(listed[..=peak].is_sorted(), "{listed:?}");
        prop_assert!(listed[peak..].iter().rev().is_sorted(), "{listed:?}");
    }

    #[test]
    fn tempo_rises_within_its_octave(tempos in proptest::collection::vec(40.0_f32..=220.0, 1..40)) {
        let songs: Vec<Song> = (0..).zip(&tempos).map(|(row, &t)| by_nobody_else(row, None, Some(t))).collect();
        let listed = ordered(ListOrder::TempoSteps, &songs).into_iter().map(|song| folded(tempos[song]));
        prop_assert!(listed.collect::<Vec<_>>().is_sorted_by(|a, b| *a <= b + 1e-9));
    }

    #[test]
    fn unknown_songs_keep_their_ranks(energies in proptest::collection::vec(proptest::option::of(0.0_f32..=1.0), 1..30)) {
        let songs: Vec<Song> = (0..).zip(&energies).map(|(row, &e)| by_nobody_else(row, e, None)).collect();
        for order in [ListOrder::SmoothEnergy, ListOrder::RiseAndFall] {
            let places = ordered(order, &songs);
            prop_assert!((0..songs.len()).all(|rank| energies[rank].is_some() || places[rank] == rank));
        }
    }
}

#[test]
fn ties_go_by_row() {
    let songs = with_energies(&[0.5; 6]);
    let (table, mut items) = table_of(&songs);
    items.reverse();
    assert_eq!(ListOrder::TempoSteps.order(&table, &items), [5, 4, 3, 2, 1, 0]);
    assert_eq!(ordered(ListOrder::RiseAndFall, &with_energies(&[0.5; 4])), [0, 1, 3, 2]);
}

#[test]
fn half_and_double_tempo_stand_together() {
    let tempos = [150.0, 90.0, 75.0, 120.0, 60.0, 180.0];
    let songs: Vec<Song> = (0..).zip(tempos).map(|(row, t)| by_nobody_else(row, Some(0.5), Some(t))).collect();
    let listed: Vec<f32> = ordered(ListOrder::TempoSteps, &songs).into_iter().map(|song| tempos[song]).collect();
    assert_eq!(listed, [90.0, 180.0, 120.0, 60.0, 150.0, 75.0]);
}

#[test]
fn a_list_of_songs_that_shared_no_artist_still_does_not() {
    // Energies lead the first artist's songs, and the songs with their guest, together.
    let songs: Vec<Song> = (0..30)
        .map(|row: u32| {
            let (energy, tempo) = (Some((row % 10) as f32 / 10.0), Some(100.0 + row as f32));
            let artists = match row % 10 {
                0 => vec![1],
                5 => vec![row + 10, 1],
                _ => vec![row + 10],
            };
            (energy, tempo, artists)
        })
        .collect();
    for order in [ListOrder::SmoothEnergy, ListOrder::RiseAndFall, ListOrder::TempoSteps] {
        let places = ordered(order, &songs);
        let shares = |pair: &[usize]| songs[pair[0]].2.iter().any(|artist| songs[pair[1]].2.contains(artist));
        assert!(!places.windows(2).any(shares), "{order}: {places:?}");
    }
}

#[test]
fn a_long_list_is_ordered_too() {
    let songs: Vec<Song> =
        (0..1000).map(|row: u32| (Some((row * 37 % 100) as f32 / 100.0), Some(100.0), vec![row % 7])).collect();
    for order in ListOrder::ALL.into_iter().skip(1) {
        assert_eq!(n_same_main(&songs, &ordered(order, &songs)), 0, "{order}");
    }
}

#[test]
fn songs_without_an_artist_are_nobodys_neighbours() {
    let songs = vec![(Some(0.1), None, vec![]), (Some(0.9), None, vec![]), (Some(0.2), None, vec![3])];
    assert_eq!(ordered(ListOrder::SmoothEnergy, &songs), [0, 2, 1]);
    assert_eq!(table_of(&songs).0.main_artist(ItemIdx(2)), Some(ArtistIdx(3)));
}

#[test]
fn every_order_is_found_by_its_name_and_listed_in_the_error() {
    let error = "backwards".parse::<ListOrder>().unwrap_err().to_string();
    for order in ListOrder::ALL {
        assert_eq!(order.name().to_uppercase().parse(), Ok(order));
        assert_eq!(serde_json::to_string(&order).unwrap(), format!("\"{order}\""));
        assert!(error.contains(order.name()), "{order} is missing in: {error}");
    }
}

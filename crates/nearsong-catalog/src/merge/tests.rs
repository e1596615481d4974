use nearsong_types::{AudioFeature, TrackId};
use proptest::prelude::*;

use super::*;
use crate::{QualityReport, Schema};

fn track(number: u32, title: &str, popularity: Option<u8>) -> Track {
    let id: TrackId = format!("{number:022}").parse().unwrap();
    Track { title: Some(title.to_owned()), artists: vec!["A".to_owned()], popularity, ..Track::new(id) }
}

fn dataset(tracks: Vec<Track>) -> Dataset {
    Dataset {
        schema: Schema::Wide,
        name: "made-up.csv".to_owned(),
        sha256: String::new(),
        n_rows: tracks.len() as u64,
        tracks,
        quality: QualityReport::default(),
    }
}

#[test]
fn the_dataset_named_first_is_believed_and_the_others_fill_its_gaps() {
    let first = Track { genres: vec!["rock".into()], ..track(1, "Song", Some(10)) };
    let second = Track { album: Some("Album".into()), genres: vec!["pop".into()], ..track(1, "Song", Some(90)) };
    let merged = merge(vec![dataset(vec![first]), dataset(vec![second, track(2, "Other", None)])]).unwrap();
    assert_eq!(merged.tracks.len(), 2);
    let track = &merged.tracks[0];
    assert_eq!(track.track.popularity, Some(10));
    assert_eq!(track.track.album.as_deref(), Some("Album"));
    assert_eq!(track.track.genres, ["pop", "rock"]);
    assert_eq!((track.sources, merged.tracks[1].sources), (0b11, 0b10));
    let faults: Vec<_> = merged.faults.iter().map(|fault| (fault.count, fault.fault.as_str())).collect();
    assert_eq!(faults, [(1, "ids in several datasets"), (1, "ids with another popularity in another dataset")]);
}

#[test]
fn audio_that_differs_is_counted() {
    let with_energy = |energy| {
        let mut track = track(1, "Song", None);
        track.audio.set(AudioFeature::Energy, Some(energy));
        dataset(vec![track])
    };
    let merged = merge(vec![with_energy(0.5), with_energy(0.5005), with_energy(0.6)]).unwrap();
    assert_eq!(merged.faults[1].count, 1);
    assert_eq!(merged.tracks[0].track.audio.get(AudioFeature::Energy), Some(0.5));
}

#[test]
fn recordings_are_joined_across_datasets() {
    let merged = merge(vec![
        dataset(vec![track(1, "Song", Some(5))]),
        dataset(vec![track(2, "Song - 2011 Remaster", Some(50)), track(3, "Song - Live", Some(99))]),
    ])
    .unwrap();
    assert_eq!(merged.n_recordings, 2);
    assert_eq!(merged.tracks[0].recording_id, merged.tracks[1].track.id);
}

#[test]
fn more_datasets_than_source_bits_are_refused() {
    let many: Vec<_> = (0..65).map(|_| dataset(vec![])).collect();
    assert!(matches!(merge(many), Err(CatalogError::TooManyDatasets { found: 65 })));
    assert!(merge(vec![]).unwrap().tracks.is_empty());
}

proptest! {
    #[test]
    fn datasets_that_agree_merge_alike_in_any_order(split in prop::collection::vec(0..7u8, 1..40)) {
        // Every track goes to the datasets whose bit is set, the same in each.
        let of = |bit: u8| {
            let chosen = split.iter().zip(0..).filter(|&(sets, _)| (sets + 1) & bit != 0);
            dataset(chosen.map(|(sets, number)| track(number, ["X", "Y", "Z"][*sets as usize % 3], Some(*sets))).collect())
        };
        let forth = merge(vec![of(1), of(2), of(4)]).unwrap();
        let back = merge(vec![of(4), of(2), of(1)]).unwrap();
        let known = |merged: &Merged| merged.tracks.iter().map(|t| (t.track.clone(), t.recording_id)).collect::<Vec<_>>();
        prop_assert_eq!(known(&forth), known(&back));
        let mirrored = back.tracks.iter().map(|t| (t.sources & 1) << 2 | (t.sources & 2) | t.sources >> 2);
        prop_assert!(forth.tracks.iter().map(|t| t.sources).eq(mirrored));
    }
}

//! Whatever a file holds, it is read or refused.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{fs, io::Write};

use flate2::{Compression, write::GzEncoder};
use nearsong_catalog::{Dataset, Found, ReadLimits, compile, find, merge, read_dataset, song_key};
use nearsong_types::{AudioFeature, RecordingTable, Silent};
use proptest::prelude::*;

fn read(content: &[u8]) -> Option<Dataset> {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("songs");
    fs::write(&path, content).unwrap();
    read_dataset(&path, &ReadLimits::default(), &Silent).ok()
}

/// A CSV of the wide schema with cells that are sound, odd or hostile.
fn odd_csv() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        8 => Just("0.5".to_owned()),
        2 => prop::sample::select(vec![
            "", "0", "1", "-1", "4", "NaN", "inf", "1e400", "[]", "['a', \"b", "A;B", "A, B", "1/2/2020", "2020-99",
            "\u{1b}[2J", "  x ", "!!!", "(feat. x)", "é", "か", "\"a\"\"b\"", "True",
        ]).prop_map(str::to_owned),
        1 => "[^\"\u{0}]{0,12}".prop_map(|text| format!("\"{text}\"")),
    ];
    let row = (0..20u32, prop::collection::vec(cell, 19..21))
        .prop_map(|(id, cells)| format!("{id:022},{}\n", cells.join(",")));
    prop::collection::vec(row, 0..20).prop_map(|rows| {
        let header = "track_id,name,artist,album,release,genre,popularity,danceability,energy,key,loudness,mode,\
                      speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature\n";
        format!("{header}{}", rows.concat())
    })
}

fn check_sound(dataset: Dataset) {
    assert!(dataset.tracks.is_sorted_by(|a, b| a.id < b.id), "one track per id, ascending");
    for track in &dataset.tracks {
        let texts = track.title.iter().chain(&track.album).chain(&track.artists).chain(&track.genres);
        for text in texts {
            assert!(!text.is_empty() && text.trim() == text && !text.contains(char::is_control), "{text:?}");
        }
        for feature in AudioFeature::ALL {
            assert!(track.audio.get(feature).is_none_or(|value| feature.accepts(value)));
        }
    }
    let table = compile(&merge(vec![dataset]).unwrap().tracks);
    assert_eq!(RecordingTable::from_bytes(&table.to_bytes()).unwrap(), table);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), magic in 0..5usize) {
        let magics: [&[u8]; 5] = [b"", b"PAR1", b"\x1f\x8b\x08\0", b"PK\x03\x04", b"track_id,name\n"];
        read(&[magics[magic], &bytes].concat());
    }

    #[test]
    fn odd_rows_give_sound_tracks_or_none(csv in odd_csv()) {
        if let Some(dataset) = read(csv.as_bytes()) {
            check_sound(dataset);
        }
    }

    #[test]
    fn damaged_gzip_is_read_or_refused(csv in odd_csv(), flip in any::<prop::sample::Index>(), mask in 1..=255u8) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(csv.as_bytes()).unwrap();
        let mut bytes = encoder.finish().unwrap();
        let flip = flip.index(bytes.len());
        bytes[flip] ^= mask;
        if let Some(dataset) = read(&bytes) {
            check_sound(dataset);
        }
    }

    #[test]
    fn space_around_names_makes_no_difference(title in any::<String>(), artist in any::<String>()) {
        prop_assume!(!title.trim().is_empty() && !artist.trim().is_empty());
        let spaced = song_key(&format!(" {title}\t"), &format!("{artist} "));
        prop_assert_eq!(song_key(&title, &artist), spaced);
    }

    #[test]
    fn any_words_can_be_looked_for(words in any::<String>()) {
        prop_assert_eq!(find(&RecordingTable::default(), &words), Found::Nothing { nearest: vec![] });
    }
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let row = |n: u32| {
        format!(
            "{:022},Song {} - Live,\"A{}, B\",Al,2020,pop,{},0.5,0.5,1,-5,1,0.1,0.1,0,0.1,0.5,{},1000,4\n",
            n * 7919 % 9000,
            n % 50,
            n % 9,
            n % 101,
            60 + n % 400
        )
    };
    let header = "track_id,name,artist,album,release,genre,popularity,danceability,energy,key,loudness,mode,\
                  speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature\n";
    let csv = format!("{header}{}", (0..20_000).map(row).collect::<String>());
    let with = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let dataset = read(csv.as_bytes()).unwrap();
            let merged = merge(vec![dataset.clone()]).unwrap();
            (compile(&merged.tracks).to_bytes(), merged, dataset)
        })
    };
    assert_eq!(with(1), with(7));
}

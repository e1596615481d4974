use std::{collections::HashMap, fs};

use super::*;

fn rows(path: &Path) -> Vec<csv::StringRecord> {
    let file = flate2::read::GzDecoder::new(fs::File::open(path).unwrap());
    let mut csv = csv::ReaderBuilder::new().from_reader(file);
    assert_eq!(csv.headers().unwrap(), &csv::StringRecord::from(CATALOGUE_COLUMNS.to_vec()));
    csv.records().map(Result::unwrap).collect()
}

fn written(seed: u64, n_tracks: usize) -> (World, CatalogueSummary, Vec<csv::StringRecord>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("music.csv.gz");
    let world = World::new(seed, n_tracks);
    let summary = world.write_catalogue(&path).unwrap();
    let rows = rows(&path);
    (world, summary, rows)
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str, seed| {
        let path = folder.path().join(name);
        World::new(seed, 500).write_catalogue(&path).unwrap();
        fs::read(path).unwrap()
    };
    assert_eq!(bytes("a", 4), bytes("b", 4));
    assert_ne!(bytes("a", 4), bytes("c", 5));
}

#[test]
fn every_row_reads_back_as_the_track_it_came_from() {
    let (world, summary, rows) = written(1, 2_000);
    let tracks: HashMap<&str, &Track> = world.tracks.iter().map(|track| (track.id.as_str(), track)).collect();
    assert_eq!(rows.len(), summary.rows);
    let mut seen: HashMap<&str, Vec<String>> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row[0], number.to_string());
        let Some(track) = tracks.get(&row[1]) else { continue };
        assert_eq!(row[2].split(';').collect::<Vec<_>>(), track.artists);
        assert_eq!((&row[3], &row[4]), (track.album.as_deref().unwrap(), track.title.as_deref().unwrap()));
        assert_eq!(row[6].parse(), Ok(track.duration_ms.unwrap()));
        assert_eq!(&row[7], if track.explicit == Some(true) { "True" } else { "False" });
        for feature in AudioFeature::ALL {
            let column = CATALOGUE_COLUMNS.iter().position(|&column| column == feature.name()).unwrap();
            let value: f32 = row[column].parse().unwrap();
            assert!(feature.accepts(value) && track.audio.get(feature).is_none_or(|known| known == value));
        }
        seen.entry(&row[1]).or_default().push(row[20].to_owned());
    }
    for track in &world.tracks {
        let genres = seen.get_mut(track.id.as_str()).unwrap();
        genres.dedup();
        assert_eq!(*genres, track.genres);
    }
}

#[test]
fn the_planted_faults_are_as_many_as_the_summary_says() {
    let (world, summary, rows) = written(2, 6_000);
    let count = |is_faulty: &dyn Fn(&csv::StringRecord) -> bool| rows.iter().filter(|row| is_faulty(row)).count();
    let nameless = count(&|row| row[2].is_empty() && row[3].is_empty() && row[4].is_empty() && &row[6] == "0");
    assert_eq!((nameless, summary.nameless_rows), (1, 1));
    let repeats = rows.windows(2).filter(|pair| pair[0].iter().skip(1).eq(pair[1].iter().skip(1))).count();
    assert_eq!(repeats, summary.duplicate_rows);
    let mut silent: Vec<&str> = rows
        .iter()
        .filter(|row| !row[2].is_empty() && [8, 13, 17, 18, 19].iter().all(|&column| row[column].parse() == Ok(0.0)))
        .map(|row| &row[1])
        .collect();
    silent.sort_unstable();
    silent.dedup();
    assert_eq!(silent.len(), summary.not_analysed_tracks);
    let mut popularities: HashMap<&str, Vec<u8>> = HashMap::new();
    for row in &rows {
        popularities.entry(row.get(1).unwrap()).or_default().push(row[5].parse().unwrap());
    }
    let conflicts = popularities.values().filter(|values| values.iter().any(|value| value != &values[0])).count();
    assert_eq!(conflicts, summary.popularity_conflicts);
    for track in &world.tracks {
        assert_eq!(popularities[track.id.as_str()].iter().max().copied(), track.popularity);
    }
    assert!(
        summary.duplicate_rows > 0 && summary.not_analysed_tracks > 0 && summary.popularity_conflicts > 0,
        "{summary:?}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = World::new(1, 200).write_catalogue(Path::new("/nowhere/at/all.csv.gz")).unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all.csv.gz"), "{error}");
}

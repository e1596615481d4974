//! Small files of every schema, and the tracks that they stand for.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::fs;

use nearsong_catalog::{Dataset, Fault, ReadLimits, Schema, read_dataset};
use nearsong_types::{AudioFeature, Silent, Track};

fn read(content: &str) -> Dataset {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("songs.csv");
    fs::write(&path, content).unwrap();
    read_dataset(&path, &ReadLimits::default(), &Silent).unwrap()
}

fn track<'a>(dataset: &'a Dataset, id: &str) -> &'a Track {
    dataset.tracks.iter().find(|track| track.id.as_str() == id).unwrap()
}

#[test]
fn the_114k_schema() {
    let dataset = read(
        ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,loudness,mode,\
         speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre\n\
         0,5SuOikwiRyPMVoIQDJUgSV,Gen Hoshino,Comedy,Comedy,73,230666,False,0.676,0.461,1,-6.746,0,0.143,0.0322,1.01e-06,0.358,0.715,87.917,4,acoustic\n\
         1,1iJBSr7s7jYXzM8EGcbK5b,Ingrid Michaelson;ZAYN,To Begin Again,To Begin Again,57,210826,True,0.438,0.359,0,-9.734,1,0.0557,0.21,0.0,0.117,0.12,76.332,4,acoustic\n\
         9,5SuOikwiRyPMVoIQDJUgSV,Gen Hoshino,Comedy,Comedy,70,230666,False,0.676,0.461,1,-6.746,0,0.143,0.0322,1.01e-06,0.358,0.715,87.917,4,J Pop\n",
    );
    assert_eq!((dataset.schema, dataset.n_rows, dataset.tracks.len()), (Schema::Tracks114k, 3, 2));
    let comedy = track(&dataset, "5SuOikwiRyPMVoIQDJUgSV");
    assert_eq!(comedy.genres, ["acoustic", "j-pop"]);
    assert_eq!(comedy.popularity, Some(73), "the first row is believed");
    assert_eq!(comedy.audio.get(AudioFeature::Instrumentalness), Some(1.01e-6));
    assert_eq!((comedy.key, comedy.is_major, comedy.explicit), (Some(1), Some(false), Some(false)));
    assert_eq!(track(&dataset, "1iJBSr7s7jYXzM8EGcbK5b").artists, ["Ingrid Michaelson", "ZAYN"]);
    assert_eq!(dataset.quality.count(Fault::PopularityDiffers), 1);
    assert_eq!(dataset.quality.count(Fault::IdenticalRow), 0);
}

#[test]
fn the_schema_of_the_million_tracks() {
    let dataset = read(
        "id,name,album,album_id,artists,artist_ids,track_number,disc_number,explicit,danceability,energy,key,loudness,\
         mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature,year,release_date\n\
         7lmeHLHBe4nmXzuXc0HDjk,Testify,The Battle,2eia0myWFgoHuttJytCxgX,\"['Rage Against The Machine']\",\"['x']\",1,1,False,0.47,0.978,7,-5.399,1,0.0727,0.0261,1.09e-05,0.356,0.503,117.906,210133,4.0,1999,1999-11-02\n\
         1wsRitfRRtWyEapl0q22o8,Guerrilla Radio,The Battle,2eia0myWFgoHuttJytCxgX,\"[\"\"Guns N' Roses\"\", 'Earth, Wind & Fire']\",\"['x', 'y']\",2,1,True,0.599,0.957,11,-5.764,1,0.188,0.0129,7.06e-05,0.155,0.489,103.68,206200,4.0,1999,1999\n",
    );
    assert_eq!(dataset.schema, Schema::Tracks1M2);
    let testify = track(&dataset, "7lmeHLHBe4nmXzuXc0HDjk");
    assert_eq!((testify.artists.as_slice(), testify.popularity), (&["Rage Against The Machine".to_owned()][..], None));
    assert_eq!((testify.release_date.as_deref(), testify.time_signature), (Some("1999-11-02"), Some(4)));
    let radio = track(&dataset, "1wsRitfRRtWyEapl0q22o8");
    assert_eq!(radio.artists, ["Guns N' Roses", "Earth, Wind & Fire"]);
    assert_eq!((radio.release_date.as_deref(), radio.explicit), (Some("1999"), Some(true)));
}

#[test]
fn the_wide_schema() {
    let row = |id: u32, artist: &str, genre: &str, release: &str| {
        format!("{id:022},Song {id},\"{artist}\",,{release},\"{genre}\",,0.5,0.5,,-6,,0.1,0.1,0,,0.5,120,,,True\n")
    };
    let rows = [
        row(1, "['Tyler, The Creator', '42 Dugg']", "['indie_rock', 'Hip Hop']", "2010-05-11"),
        row(2, "Tyler, The Creator, 42 Dugg", "hip_hop", "8/31/2019"),
        row(3, "Earth, Wind & Fire", "soul; funk", "1975"),
        row(4, "Earth;Somebody", "", ""),
    ];
    let dataset = read(&format!(
        "track_id,name,artist,album,release,genre,popularity,danceability,energy,key,loudness,mode,speechiness,\
         acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature,conflict\n{}",
        rows.concat()
    ));
    assert_eq!(dataset.schema, Schema::Wide);
    let artists: Vec<_> = dataset.tracks.iter().map(|track| track.artists.join(" | ")).collect();
    let creator = "Tyler, The Creator | 42 Dugg";
    assert_eq!(artists, [creator, creator, "Earth, Wind & Fire", "Earth | Somebody"]);
    let genres: Vec<_> = dataset.tracks.iter().map(|track| track.genres.join(" | ")).collect();
    assert_eq!(genres, ["hip-hop | indie-rock", "hip-hop", "funk | soul", ""]);
    assert_eq!(dataset.tracks[1].release_date.as_deref(), Some("2019-08-31"));
    assert_eq!(dataset.tracks[0].audio.get(AudioFeature::Liveness), None);
    assert_eq!((dataset.tracks[0].key, dataset.tracks[0].duration_ms), (None, None));
    let counted = [Fault::CommaLineSplit, Fault::CommaLineKept, Fault::MissingAudio, Fault::SourcesDisagree];
    assert_eq!(counted.map(|fault| dataset.quality.count(fault)), [1, 1, 4, 4]);
}

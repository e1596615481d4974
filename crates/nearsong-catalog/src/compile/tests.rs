use nearsong_types::{AudioFeature, Song, Track};

use super::*;
use crate::{SongMatch, artist_key, match_song, recording::join_recordings, song_key};

fn track(number: u32, title: &str, artists: &[&str], popularity: Option<u8>) -> CatalogTrack {
    let id: TrackId = format!("{number:022}").parse().unwrap();
    let title = Some(title.to_owned()).filter(|title| !title.is_empty());
    let artists = artists.iter().map(|&name| name.to_owned()).collect();
    CatalogTrack { track: Track { title, artists, popularity, ..Track::new(id) }, recording_id: id, sources: 1 }
}

fn sample() -> Vec<CatalogTrack> {
    let mut tracks = vec![
        track(1, "Comedy", &["Gen Hoshino"], Some(20)),
        track(2, "Comedy - 2020 Remaster", &["GEN HOSHINO", "ZAYN"], Some(80)),
        track(3, "Comedy (Live)", &["Gen Hoshino"], None),
        track(4, "", &[], None),
        track(5, "Other", &["ZAYN", "Zayn"], Some(3)),
    ];
    tracks[0].track.album = Some("Comedy".into());
    tracks[0].track.genres = vec!["j-pop".into()];
    tracks[0].track.release_date = Some("2015-12-02".into());
    tracks[0].track.duration_ms = Some(230_000);
    for feature in AudioFeature::ALL {
        tracks[0].track.audio.set(feature, Some(0.5));
    }
    tracks[1].track.album = Some("YELLOW".into());
    tracks[1].track.genres = vec!["j-pop".into(), "pop".into()];
    tracks[1].track.release_date = Some("2020".into());
    tracks[1].track.explicit = Some(true);
    join_recordings(&mut tracks);
    tracks
}

#[test]
fn a_recording_gathers_what_its_tracks_know() {
    let table = compile(&sample());
    assert_eq!(table.n_items(), 4);
    let item = table.item_of_track("0000000000000000000001".parse().unwrap()).unwrap();
    assert_eq!(table.track_ids[item.at()].as_str(), "0000000000000000000002", "the most popular represents");
    assert_eq!(table.title(item), "Comedy - 2020 Remaster");
    assert_eq!(table.popularity(item), Some(80));
    assert_eq!(table.year(item), Some(2015));
    assert_eq!(table.duration_ms(item), Some(230_000));
    assert_eq!(table.is_explicit(item), Some(true));
    assert!(table.audio[item.at()].is_complete());
    assert_eq!(table.genres_of(item).map(|genre| table.genre_name(genre)).collect::<Vec<_>>(), ["j-pop", "pop"]);
    let albums: Vec<_> =
        table.albums.row(item.at()).iter().map(|&album| table.album_names.get(album as usize)).collect();
    assert_eq!(albums, ["Comedy", "YELLOW"]);
    assert_eq!(table.artist_line(item), "Gen Hoshino, ZAYN");
}

#[test]
fn spellings_of_an_artist_are_one_row_under_the_commonest() {
    let table = compile(&sample());
    assert_eq!(table.artist_names.iter().collect::<Vec<_>>(), ["Gen Hoshino", "ZAYN"]);
    let zayn = table.artist_named(artist_key("zayn")).unwrap();
    let item = table.item_of_track("0000000000000000000005".parse().unwrap()).unwrap();
    assert_eq!(table.artists_of(item).collect::<Vec<_>>(), [zayn]);
}

#[test]
fn every_title_with_every_credited_artist_finds_the_recording() {
    let table = compile(&sample());
    let find = |title, artist| table.items_named(song_key(title, artist)).collect::<Vec<_>>();
    let item = table.item_of_track("0000000000000000000002".parse().unwrap()).unwrap();
    assert_eq!(find("Comedy", "Gen Hoshino"), [item]);
    assert_eq!(find("COMEDY", "Zayn"), [item]);
    assert_eq!(find("Comedy - Live", "Gen Hoshino").len(), 1);
    assert!(find("Comedy - Live", "ZAYN").is_empty());
}

#[test]
fn the_table_is_sound_and_does_not_depend_on_the_order_of_tracks() {
    let table = compile(&sample());
    assert_eq!(RecordingTable::from_bytes(&table.to_bytes()).unwrap(), table);
    let mut reversed = sample();
    reversed.reverse();
    assert_eq!(compile(&reversed), table);
    assert_eq!(compile(&[]).n_items(), 0);
}

#[test]
fn a_heard_song_is_matched_by_id_then_name_then_artist() {
    let table = compile(&sample());
    let song = |id: Option<u32>, title: &str, artist: &str| Song {
        track_id: id.map(|number| format!("{number:022}").parse().unwrap()),
        title: title.to_owned(),
        artist: artist.to_owned(),
        album: None,
    };
    let matched = |id, title, artist| match_song(&table, &song(id, title, artist));
    let item = table.item_of_track("0000000000000000000001".parse().unwrap()).unwrap();
    assert_eq!(matched(Some(1), "anything", ""), SongMatch::ById(item));
    assert_eq!(matched(Some(99), "comedy (feat. X)", "gen hoshino"), SongMatch::ByName(item));
    let artist = table.artist_named(artist_key("Gen Hoshino")).unwrap();
    assert_eq!(matched(None, "Sun", "Gen Hoshino"), SongMatch::ByArtist(artist));
    assert_eq!(matched(None, "Sun", "Nobody"), SongMatch::None);
}

#[test]
fn of_several_recordings_of_one_name_the_most_popular_is_matched() {
    let mut tracks = vec![
        track(1, "Duet", &["A", "C"], Some(10)),
        track(2, "Duet", &["B", "C"], Some(60)),
        track(3, "Duet", &["D", "C"], None),
    ];
    join_recordings(&mut tracks);
    let table = compile(&tracks);
    let song = Song { track_id: None, title: "Duet".into(), artist: "C".into(), album: None };
    assert_eq!(match_song(&table, &song), SongMatch::ByName(ItemIdx(1)));
}

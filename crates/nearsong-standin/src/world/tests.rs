use nearsong_types::{AudioFeature, TrackId};

use super::*;
use crate::MADE_UP_ID_PREFIX;

fn mean(world: &World, genre: &str, feature: AudioFeature) -> f32 {
    let tracks = world.tracks.iter().filter(|track| track.genres == [genre]);
    let values: Vec<f32> = tracks.filter_map(|track| track.audio.get(feature)).collect();
    assert!(values.len() > 30, "{genre}: {}", values.len());
    values.iter().sum::<f32>() / values.len() as f32
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_seed_another_one() {
    let world = World::new(7, 600);
    assert_eq!(world.tracks, World::new(7, 600).tracks);
    assert_ne!(world.tracks, World::new(8, 600).tracks);
    assert_eq!(
        format!("{:?} {:?}", world.tracks[0].id, world.tracks[0].title),
        "0made0upIOQueyXIL00000 Some(\"Concerto for String Orchestra in C Major: V. Andante cantabile\")",
        "a change of this line changes every made-up world: say so in the changelog"
    );
}

#[test]
fn a_world_has_exactly_the_tracks_asked_for_each_complete() {
    for (asked, made) in [(0, World::MIN_TRACKS), (500, 500), (3_001, 3_001)] {
        let world = World::new(1, asked);
        assert_eq!(world.tracks.len(), made);
        let ids: HashSet<TrackId> = world.tracks.iter().chain(&world.unlisted).map(|track| track.id).collect();
        assert_eq!(ids.len(), made + world.unlisted.len());
        assert!(ids.iter().all(|id| id.as_str().starts_with(MADE_UP_ID_PREFIX)));
        for track in &world.tracks {
            let texts = track.artists.iter().chain(&track.title).chain(&track.album).chain(&track.genres);
            assert!(texts.clone().count() >= 4 && !track.artists.is_empty(), "{track:?}");
            assert!(
                texts.clone().all(|text| !text.is_empty() && text.trim() == text && !text.contains(';')),
                "{track:?}"
            );
            let mut credits = track.artists.clone();
            credits.sort();
            credits.dedup();
            assert_eq!(credits.len(), track.artists.len(), "{track:?}");
            assert!(track.genres.is_sorted() && track.popularity <= Some(100) && track.key < Some(12), "{track:?}");
            assert!(track.duration_ms > Some(60_000), "{track:?}");
            assert!(
                track.audio.is_complete() || (track.audio.is_empty() && track.time_signature.is_none()),
                "{track:?}"
            );
        }
    }
}

#[test]
fn artists_have_names_of_their_own() {
    let world = World::new(3, 20_000);
    let names: HashSet<&str> = world.artist_names().collect();
    assert_eq!(names.len(), world.artists.len());
    let not_latin = names.iter().filter(|name| name.chars().any(|c| c as u32 > 0x24F && c.is_alphabetic())).count();
    let share = not_latin as f64 / names.len() as f64;
    assert!((0.03..0.25).contains(&share), "{share}");
}

#[test]
fn titles_rarely_repeat_and_never_within_one_artists_recordings() {
    let world = World::new(3, 20_000);
    let titles: HashSet<_> = world.tracks.iter().map(|track| &track.title).collect();
    assert!(titles.len() > world.tracks.len() * 8 / 10, "{}", titles.len());
}

#[test]
fn genres_differ_by_sound() {
    let world = World::new(1, 20_000);
    for (feature, higher, lower, gap) in [
        (AudioFeature::Energy, "punk", "ambient", 0.5),
        (AudioFeature::Acousticness, "piano", "techno", 0.6),
        (AudioFeature::Speechiness, "boom-bap", "country", 0.15),
        (AudioFeature::Tempo, "drum-and-bass", "reggae", 60.0),
        (AudioFeature::Valence, "cumbia", "shoegaze", 0.3),
    ] {
        let (high, low) = (mean(&world, higher, feature), mean(&world, lower, feature));
        assert!(high > low + gap, "{}: {higher} {high}, {lower} {low}", feature.name());
    }
}

#[test]
fn guests_come_mostly_from_the_same_scene() {
    let world = World::new(1, 20_000);
    let (mut at_home, mut guests) = (0, 0);
    for scene in &world.scenes {
        let members: HashSet<&str> =
            world.artists[scene.artists.clone()].iter().map(|artist| artist.name.as_str()).collect();
        for track in &world.tracks[scene.tracks.clone()] {
            assert!(members.contains(track.artists[0].as_str()));
            guests += track.artists.len() - 1;
            at_home += track.artists[1..].iter().filter(|guest| members.contains(guest.as_str())).count();
        }
    }
    assert!(guests > world.tracks.len() / 20, "{guests}");
    assert!(at_home * 10 > guests * 8, "{at_home} of {guests}");
}

#[test]
fn one_recording_has_several_ids_now_and_then() {
    let world = World::new(1, 20_000);
    let mut songs: Vec<_> = world.tracks.iter().map(|track| (&track.title, &track.artists[0])).collect();
    songs.sort();
    let again = songs.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!((200..2_000).contains(&again), "{again}");
    let versions =
        |note: &str| world.tracks.iter().filter(|track| track.title.as_ref().unwrap().contains(note)).count();
    assert!(versions(" - Live") > 50 && versions("Remaster") > 50 && versions("(feat. ") > 300);
}

use std::collections::BTreeMap;

use nearsong_app::{Edition, ListOrder, Recipe, RecipeKind};
use nearsong_store::{DataDir, Store};
use nearsong_types::{Clock, Outcome, Silent, Song, TrackId};

use crate::fixture::Fixture;

fn recipe(kind: RecipeKind) -> Recipe {
    Recipe { title: "Test".to_owned(), kind, length: 15, file: Some("test.m3u8".into()), ..Recipe::default() }
}

fn preview(fixture: &mut Fixture, recipe: Recipe) -> Edition {
    let now = fixture.clock.now();
    if fixture.app.playlist(None, "test").is_ok() {
        fixture.app.remove_playlist(None, "test").unwrap();
    }
    fixture.app.add_playlist(None, "test", recipe, now).unwrap();
    fixture.app.preview_playlist(None, "test", now, &Silent).unwrap().0
}

/// Plays that were not skipped, and days since the last play, of each song by its title.
fn heard(fixture: &Fixture) -> BTreeMap<String, (u32, f64)> {
    let store = Store::open(&DataDir::open_or_create(fixture.folder.path()).unwrap()).unwrap();
    let listening = store.listening(store.listener("me").unwrap().id, None).unwrap();
    let mut heard: BTreeMap<String, (u32, f64)> = BTreeMap::new();
    for play in &listening.plays {
        let title = listening.songs[play.song as usize].title.to_lowercase();
        let entry = heard.entry(title).or_insert((0, f64::MAX));
        entry.0 += u32::from(play.outcome != Outcome::Skipped);
        entry.1 = entry.1.min(fixture.clock.now().days_since(play.ended_at));
    }
    heard
}

#[test]
fn forgotten_favourites_were_heard_much_and_not_lately() {
    let mut fixture = Fixture::with_music();
    let heard = heard(&fixture);
    let edition = preview(&mut fixture, Recipe { length: 8, ..recipe(RecipeKind::Forgotten) });
    assert!(!edition.songs.is_empty());
    for song in &edition.songs {
        let (n_plays, days) = heard[&song.title.to_lowercase()];
        assert!(n_plays >= 4 && days > 100.0, "{}: {n_plays} plays, {days} days ago", song.title);
        assert!(song.reason.starts_with("You heard it "), "{}", song.reason);
    }
}

#[test]
fn songs_by_loved_artists_are_new_and_by_artists_who_were_heard() {
    let mut fixture = Fixture::with_music();
    let store = Store::open(&DataDir::open_or_create(fixture.folder.path()).unwrap()).unwrap();
    let listening = store.listening(store.listener("me").unwrap().id, None).unwrap();
    let artists: Vec<_> = listening.songs.iter().map(|song| song.artist.to_lowercase()).collect();
    let edition = preview(&mut fixture, recipe(RecipeKind::LovedArtists));
    assert_eq!(edition.songs.len(), 15);
    for song in &edition.songs {
        let main = song.artists.split(", ").next().unwrap().to_lowercase();
        assert!(artists.iter().any(|artist| artist.contains(&main) || main.contains(artist.as_str())), "{main}");
        let is_heard = |heard: &Song| heard.title == song.title && heard.artist.to_lowercase() == main;
        assert!(!listening.songs.iter().any(is_heard), "{} was heard", song.title);
    }
}

#[test]
fn moods_and_genres_are_kept_to_and_songs_are_put_in_order() {
    let mut fixture = Fixture::with_music();
    let calm = Recipe { mood: Some("calm".to_owned()), order: ListOrder::SmoothEnergy, ..recipe(RecipeKind::Mood) };
    let edition = preview(&mut fixture, calm);
    let energies: Vec<f32> = edition.songs.iter().map(|song| song.mood.unwrap().1).collect();
    assert!(edition.songs.len() == 15 && energies.iter().all(|energy| *energy <= 0.45), "{energies:?}");
    let steps = |energies: &[f32]| energies.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum::<f32>();
    let ranked = preview(&mut fixture, Recipe { mood: Some("calm".to_owned()), ..recipe(RecipeKind::Mood) });
    let as_ranked: Vec<f32> = ranked.songs.iter().map(|song| song.mood.unwrap().1).collect();
    assert!(steps(&energies) < steps(&as_ranked), "{energies:?} after {as_ranked:?}");
}

#[test]
fn more_like_these_starts_from_the_songs_named() {
    let mut fixture = Fixture::with_music();
    let seed: TrackId = preview(&mut fixture, recipe(RecipeKind::Discovery)).songs[0].track_id;
    let edition = preview(&mut fixture, Recipe { like: vec![seed.to_string()], ..recipe(RecipeKind::MoreLike) });
    assert_eq!(edition.songs.len(), 15);
    assert!(edition.songs.iter().all(|song| song.track_id != seed));
}

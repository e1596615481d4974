use nearsong_types::Silent;

use super::*;
use crate::{
    Algorithm, Heard, Model, TrainConfig, TrainingData,
    fixture::{N_GROUPS, group, item, table},
};

const NOW: Moment = Moment::from_seconds(1_700_000_000);

fn scorer() -> Box<dyn Scorer> {
    let model =
        Model::train(&TrainConfig::of(Algorithm::ContentKnn), &TrainingData::catalogue(&table()), 42, &Silent).unwrap();
    model.bind(table().into()).unwrap()
}

fn wish() -> Wish {
    let rules = ListRules { n: 12, max_per_artist: Some(2), allows_artist_runs: false };
    Wish { filters: Filters::default(), adventure: Adventure::NEUTRAL, rules, allows_heard: true }
}

fn list(taste: &Taste, wish: &Wish, known: &Known) -> RankedList {
    recommend(&*scorer(), taste, wish, known, &|item| u128::from(item.0), &Silent).unwrap()
}

/// Likes all songs of the first artist of a group.
fn likes(groups: impl IntoIterator<Item = usize>) -> Taste {
    Taste::new(groups.into_iter().flat_map(|group| (0..6).map(move |song| (item(group, 0, song), 1.0))), [])
}

fn heard(taste: &Taste, days_ago: i64) -> Known {
    let last_heard = taste.items().iter().map(|&(item, _)| (item, NOW.minus_days(days_ago))).collect();
    Known { last_heard, not_heard_since: Some(NOW.minus_days(60)), never: HashSet::new() }
}

#[test]
fn what_was_heard_lately_never_comes() {
    let taste = likes([2]);
    let known = heard(&taste, 59);
    let list = list(&taste, &wish(), &known);
    assert!(!list.songs.is_empty());
    assert!(list.songs.iter().all(|song| !known.last_heard.contains_key(&song.item)));
}

#[test]
fn what_was_heard_long_ago_comes_at_the_familiar_end_only() {
    let taste = likes([2]);
    let known = heard(&taste, 61);
    let at = |position| {
        let adventure = Adventure::new(position).unwrap();
        let wish = Wish { adventure, ..wish() };
        list(&taste, &wish, &known).songs.iter().filter(|song| song.last_heard.is_some()).count()
    };
    assert!(at(0.0) > 0);
    assert_eq!(at(1.0), 0);
    let new_only = Wish { allows_heard: false, adventure: Adventure::new(0.0).unwrap(), ..wish() };
    assert!(list(&taste, &new_only, &known).songs.iter().all(|song| song.last_heard.is_none()));
}

#[test]
fn every_score_is_the_sum_of_the_parts_it_is_told_by() {
    let taste = likes([1, 3]);
    let known = heard(&taste, 90);
    let familiar = Wish { adventure: Adventure::new(0.2).unwrap(), ..wish() };
    let list = list(&taste, &familiar, &known);
    assert!(list.songs.iter().any(|song| song.reason.parts.get(Part::Known) < 0.0), "no known song to look at");
    for song in &list.songs {
        let sum = song.reason.parts.sum();
        assert!((sum - song.score).abs() < 1e-4, "{sum} is not {}", song.score);
    }
}

#[test]
fn each_facet_gets_its_share_and_its_own_reasons() {
    let taste = likes([0, 2, 4]);
    let rules = ListRules { n: 9, max_per_artist: None, allows_artist_runs: true };
    let list = list(&taste, &Wish { rules, ..wish() }, &heard(&taste, 1));
    for facet in [0, 2, 4] {
        let of_facet: Vec<_> = list.songs.iter().filter(|song| group(song.item) == facet).collect();
        assert_eq!(of_facet.len(), 3, "group {facet}: {:?}", list.songs.iter().map(|s| s.item).collect::<Vec<_>>());
        for because in of_facet.iter().flat_map(|song| &song.reason.because) {
            assert!(matches!(because.heard, Heard::Item(heard) if group(heard) == facet));
        }
    }
}

#[test]
fn a_taste_that_is_all_of_a_piece_is_one_facet() {
    for group in 0..N_GROUPS {
        assert_eq!(
            scorer()
                .facets(&Taste::new(
                    (0..7).flat_map(|song| (0..4).map(move |artist| (item(group, artist, song), 1.0))),
                    []
                ))
                .len(),
            1
        );
    }
}

#[test]
fn the_adventurous_end_leaves_known_artists_behind() {
    let taste = likes([2]);
    let known = heard(&taste, 1);
    let by_known_artist = |position| {
        let rules = ListRules { n: 5, max_per_artist: None, allows_artist_runs: true };
        let wish = Wish { adventure: Adventure::new(position).unwrap(), rules, ..wish() };
        let songs = list(&taste, &wish, &known).songs;
        songs.iter().filter(|song| table().main_artist(song.item) == table().main_artist(item(2, 0, 0))).count()
    };
    assert!(by_known_artist(0.0) >= 1);
    assert_eq!(by_known_artist(1.0), 0);
}

#[test]
fn songs_asked_about_never_come_nor_versions_of_them() {
    let taste = likes([2]);
    let never: HashSet<ItemIdx> = [item(2, 1, 1)].into();
    let known = Known { never, ..Known::default() };
    let work_of = |item: ItemIdx| u128::from(item.0 / 2);
    let list = recommend(&*scorer(), &taste, &wish(), &known, &work_of, &Silent).unwrap();
    assert!(list.songs.iter().all(|song| song.item.0 / 2 != item(2, 1, 1).0 / 2));
    let works: HashSet<u128> = list.songs.iter().map(|song| work_of(song.item)).collect();
    assert_eq!(works.len(), list.songs.len());
}

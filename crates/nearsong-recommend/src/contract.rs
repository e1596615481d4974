//! The contract that every scorer keeps, whatever its algorithm.

use nearsong_types::{ItemIdx, Silent};

use crate::{
    Adventure, Algorithm, Contributions, Model, ScoreRequest, Scored, Scorer, Taste, TrainConfig, TrainingData,
    fixture::{N_GROUPS, group, interactions, item, table},
};

/// A model trained on the planted catalogue and interactions.
fn train(algorithm: Algorithm) -> Model {
    let (table, interactions) = (table(), interactions());
    let data = TrainingData { table: &table, interactions: Some(&interactions) };
    Model::train(&TrainConfig::of(algorithm), &data, 42, &Silent).unwrap()
}

fn scorer(algorithm: Algorithm) -> Box<dyn Scorer> {
    train(algorithm).bind(table().into()).unwrap()
}

/// Likes three songs of one group, by two artists, and dislikes one of another group.
fn taste_of(liked: usize) -> Taste {
    let other = (liked + 1) % N_GROUPS;
    Taste::new(
        [(item(liked, 0, 1), 2.0), (item(liked, 0, 2), 1.0), (item(liked, 1, 3), 1.5), (item(other, 2, 4), -1.0)],
        [],
    )
}

fn best(scorer: &dyn Scorer, taste: &Taste, allowed: &[bool], n: usize) -> Vec<Scored> {
    scorer.best(&request(taste, allowed), n).unwrap()
}

fn request<'a>(taste: &'a Taste, allowed: &'a [bool]) -> ScoreRequest<'a> {
    ScoreRequest { taste, allowed, adventure: Adventure::NEUTRAL, progress: &Silent }
}

fn all_allowed() -> Vec<bool> {
    vec![true; table().n_items()]
}

#[test]
fn lists_are_best_first_without_repeats_and_within_what_is_allowed() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let scorer = scorer(algorithm);
        let allowed: Vec<bool> = (0..table().n_items()).map(|row| row % 3 != 0).collect();
        let list = best(&*scorer, &taste_of(2), &allowed, 40);
        assert!(!list.is_empty(), "{algorithm}");
        assert!(list.is_sorted_by(|a, b| Scored::best_first(a, b).is_lt()), "{algorithm}: {list:?}");
        for scored in &list {
            assert!(allowed[scored.item.at()] && scored.score.is_finite(), "{algorithm}: {scored:?}");
        }
    }
}

#[test]
fn more_than_there_is_gives_what_there_is() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let list = best(&*scorer(algorithm), &taste_of(0), &all_allowed(), 1_000_000);
        assert!(list.len() <= table().n_items(), "{algorithm}");
        let none = vec![false; table().n_items()];
        assert!(best(&*scorer(algorithm), &taste_of(0), &none, 10).is_empty(), "{algorithm}");
        assert!(best(&*scorer(algorithm), &taste_of(0), &all_allowed(), 0).is_empty(), "{algorithm}");
    }
}

#[test]
fn a_shorter_list_is_the_head_of_a_longer_one() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let scorer = scorer(algorithm);
        let long = best(&*scorer, &taste_of(1), &all_allowed(), 30);
        assert_eq!(best(&*scorer, &taste_of(1), &all_allowed(), 7), long[..7], "{algorithm}");
    }
}

#[test]
fn no_recording_is_passed_over_that_belongs_in_the_list() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let scorer = scorer(algorithm);
        for liked in 0..N_GROUPS {
            let everything = best(&*scorer, &taste_of(liked), &all_allowed(), 1_000_000);
            for n in [1, 2, 5, 13, 60, 110] {
                let list = best(&*scorer, &taste_of(liked), &all_allowed(), n);
                assert_eq!(list, everything[..n.min(everything.len())], "{algorithm}, {n}");
            }
        }
    }
}

#[test]
fn an_empty_taste_gives_an_empty_list() {
    for algorithm in Algorithm::ALL.iter().copied() {
        assert!(best(&*scorer(algorithm), &Taste::default(), &all_allowed(), 10).is_empty(), "{algorithm}");
    }
}

#[test]
fn the_liked_group_comes_first() {
    let is_personal = |algorithm: &Algorithm| !matches!(algorithm, Algorithm::Popular | Algorithm::Random);
    for algorithm in Algorithm::ALL.iter().copied().filter(is_personal) {
        let scorer = scorer(algorithm);
        for liked in 0..N_GROUPS {
            let mut allowed = all_allowed();
            for &(heard, _) in taste_of(liked).items() {
                allowed[heard.at()] = false;
            }
            let list = best(&*scorer, &taste_of(liked), &allowed, 10);
            let hits = list.iter().filter(|scored| group(scored.item) == liked).count();
            assert!(hits >= 9, "{algorithm}: {hits} of 10 from group {liked}: {list:?}");
        }
    }
}

#[test]
fn a_score_is_the_sum_of_its_contributions() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let scorer = scorer(algorithm);
        for position in [0.0, 0.5, 0.8] {
            let (taste, allowed) = (taste_of(3), all_allowed());
            let adventure = Adventure::new(position).unwrap();
            let request = ScoreRequest { adventure, ..request(&taste, &allowed) };
            let list = scorer.best(&request, 25).unwrap();
            let items: Vec<ItemIdx> = list.iter().map(|scored| scored.item).collect();
            for (scored, Contributions { by_heard, own }) in list.iter().zip(scorer.contributions(&request, &items)) {
                let sum: f32 = own.sum() + by_heard.iter().map(|(_, parts)| parts.sum()).sum::<f32>();
                let error = (sum - scored.score).abs();
                assert!(error <= 1e-4 * scored.score.abs().max(1.0), "{algorithm}: {sum} is not {}", scored.score);
            }
        }
    }
}

#[test]
fn a_song_that_was_heard_never_speaks_for_itself() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let scorer = scorer(algorithm);
        let (taste, allowed) = (taste_of(2), all_allowed());
        let contributions = scorer.contributions(&request(&taste, &allowed), &[item(2, 0, 1)]).remove(0);
        assert!(
            contributions.by_heard.iter().all(|(heard, _)| *heard != crate::Heard::Item(item(2, 0, 1))),
            "{algorithm}"
        );
    }
}

#[test]
fn threads_do_not_change_the_answer() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let answer = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let scorer = scorer(algorithm);
                best(&*scorer, &taste_of(4), &all_allowed(), 50)
            })
        };
        assert_eq!(answer(1), answer(8), "{algorithm}");
    }
}

#[test]
fn bytes_give_the_same_model_and_training_again_the_same_bytes() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let bytes = train(algorithm).to_bytes();
        assert_eq!(train(algorithm).to_bytes(), bytes, "{algorithm}");
        let again = Model::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes, "{algorithm}");
        let list = best(&*again.bind(table().into()).unwrap(), &taste_of(1), &all_allowed(), 20);
        assert_eq!(list, best(&*scorer(algorithm), &taste_of(1), &all_allowed(), 20), "{algorithm}");
    }
}

#[test]
fn unknown_rows_in_a_taste_are_passed_over() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let taste =
            Taste::new([(item(0, 0, 1), 1.0), (ItemIdx(u32::MAX), 1.0)], [(nearsong_types::ArtistIdx(u32::MAX), 1.0)]);
        let known = Taste::new([(item(0, 0, 1), 1.0)], []);
        let scorer = scorer(algorithm);
        let items = |taste: &Taste| -> Vec<ItemIdx> {
            best(&*scorer, taste, &all_allowed(), 5).into_iter().map(|scored| scored.item).collect()
        };
        assert_eq!(items(&taste), items(&known), "{algorithm}");
    }
}

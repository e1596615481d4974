use std::cell::Cell;

use nearsong_types::Silent;

use super::*;
use crate::{
    Choice, Protocol,
    fixture::{SameArtist, interactions, table},
};

const N_ITEMS: u32 = 300;

/// Owners who like two artists each: the scorer's belief is right, but it cannot tell which songs.
fn questions(seed: u64) -> Split {
    let of_owner = |owner: u32| -> Vec<u32> {
        let (one, other) = (owner % 30, (owner * 7 + 3) % 30);
        (0..9).flat_map(|song| [one * 10 + song, other * 10 + (song + owner) % 10]).collect()
    };
    let rows: Vec<Vec<u32>> = (0..60).map(of_owner).collect();
    let data = interactions(&table(N_ITEMS), &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let protocol = Protocol::Continuation {
        n_shown: 4,
        choice: Choice::Random,
        held_out_share: 0.5,
        max_held_out: 100,
        min_hidden: 5,
    };
    Split::new(&data, &table(N_ITEMS), protocol, seed).unwrap()
}

fn settings() -> Settings {
    Settings { n: 50, n_resamples: 200, fingerprint: "made up".to_owned(), ..Settings::default() }
}

/// A clock on which every look takes five milliseconds.
fn evaluated(split: &Split, settings: &Settings) -> Evaluation {
    let looks = Cell::new(0);
    let clock = || {
        looks.set(looks.get() + 1);
        Duration::from_millis(5) * looks.get()
    };
    evaluate(&SameArtist(table(N_ITEMS)), split, settings, &Silent, &clock).unwrap()
}

#[test]
fn figures_are_means_of_what_was_measured_within_their_intervals() {
    let (split, evaluation) = (questions(1), evaluated(&questions(1), &settings()));
    assert_eq!((evaluation.n_questions, evaluation.owners.len()), (30, 30));
    for (metric, values) in &evaluation.values {
        let figure = evaluation.figure(&metric.to_string()).unwrap();
        assert!((figure.value - values.iter().sum::<f64>() / 30.0).abs() < 1e-12, "{metric}");
        assert!(figure.low.unwrap() <= figure.value && figure.value <= figure.high.unwrap(), "{figure:?}");
    }
    // The songs of the right artists come first, 16 of 300; now and then all four shown are by one of the two.
    assert!(evaluation.value(Metric::Recall(20)) > Some(0.9));
    assert!(evaluation.value(Metric::RPrecision) > Some(0.8));
    assert!(evaluation.value(Metric::NewArtists(10)) < Some(0.1));
    assert!(evaluation.value(Metric::ArtistDiversity(10)) > Some(0.4));
    let first = Relevance::of(
        &ask_all(&SameArtist(table(N_ITEMS)), &split, 50, &Silent).unwrap()[0],
        &split.questions[0].hidden,
    );
    assert_eq!(evaluation.values[&Metric::Ndcg(10)][0], first.ndcg(10));
}

#[test]
fn nothing_shown_is_listed_and_everything_else_can_be() {
    let split = questions(2);
    let lists = ask_all(&SameArtist(table(N_ITEMS)), &split, 1000, &Silent).unwrap();
    for (list, question) in lists.iter().zip(&split.questions) {
        assert_eq!(list.len(), N_ITEMS as usize - question.shown.len());
        assert!(question.shown.iter().all(|(item, _)| !list.contains(item)));
    }
}

#[test]
fn threads_do_not_change_an_evaluation() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| evaluated(&questions(1), &settings()))
    };
    assert_eq!(on(1), on(8));
}

#[test]
fn what_does_not_fit_the_length_is_left_out() {
    let evaluation = evaluated(&questions(1), &Settings { n_timed: 0, n_resamples: 0, ..settings() });
    assert!(evaluation.figure("ndcg_at_20").is_some() && evaluation.figure("ndcg_at_100").is_none());
    assert!(evaluation.figure("clicks").is_none(), "clicks are counted to 500");
    assert!(evaluation.figure("gini_at_10").is_some() && evaluation.figure("gini_at_100").is_none());
    assert_eq!((evaluation.latency, evaluation.figures[0].low), (None, None));
}

#[test]
fn latency_is_what_the_clock_says_of_one_question_at_a_time() {
    let latency = evaluated(&questions(1), &Settings { n_timed: 12, ..settings() }).latency.unwrap();
    assert_eq!(latency, Latency { median_ms: 5.0, p99_ms: 5.0, n_timed: 12 });
}

#[test]
fn json_and_back() {
    let evaluation = evaluated(&questions(1), &settings());
    let json = serde_json::to_string(&evaluation).unwrap();
    assert!(json.contains(r#""protocol":{"continuation":{"n_shown":4,"choice":"random""#), "{json}");
    assert!(json.contains(r#"{"name":"r_precision","value":"#), "{json}");
    let again: Evaluation = serde_json::from_str(&json).unwrap();
    assert_eq!((&again.owners, again.figures.len()), (&evaluation.owners, evaluation.figures.len()));
    assert_eq!(again.values.keys().collect::<Vec<_>>(), evaluation.values.keys().collect::<Vec<_>>());
    let kept = evaluation.clone().with_values_of(&[Metric::Ndcg(20)]);
    assert_eq!(kept.values.keys().collect::<Vec<_>>(), [&Metric::Ndcg(20)]);
    assert_eq!(kept.figures, evaluation.figures);
}

#[test]
fn questions_of_one_owner_count_as_one() {
    let mut split = questions(1);
    let once = evaluated(&split, &settings());
    split.questions.extend(split.questions.clone());
    let twice = evaluated(&split, &settings());
    assert_eq!(twice.n_questions, 2 * once.n_questions);
    assert_eq!(twice.figure("ndcg_at_20"), once.figure("ndcg_at_20"), "the same is not surer for being asked twice");
}

/// Asks to stop at the first opportunity.
struct Stop;

impl Progress for Stop {
    fn begin(&self, _step: &str, _total: Option<u64>, _unit: &'static str) {}
    fn advance(&self, _done: u64) {}
    fn check(&self) -> Result<(), Cancelled> {
        Err(Cancelled)
    }
}

#[test]
fn an_evaluation_can_be_cancelled() {
    let scorer = SameArtist(table(N_ITEMS));
    assert_eq!(evaluate(&scorer, &questions(1), &settings(), &Stop, &|| Duration::ZERO), Err(Cancelled));
}

//! A future is planted, and nothing that was made from the past may change by it.

use std::time::Duration;

use nearsong_recommend::{Adventure, Heard, Play, ScoreRequest, Scorer, Taste, TasteConfig};
use nearsong_types::{ItemIdx, Moment, Outcome, Silent};

use crate::{
    BecameYours, Metric, OfferedList, Protocol, Settings, Split, became_yours, evaluate,
    fixture::{SameArtist, of_entries, table},
    report_card,
};

const N_ITEMS: u32 = 300;
/// Autumn begins.
const FROM: Moment = Moment::from_seconds(1_700_000_000);
const UNTIL: Moment = FROM.minus_days(-90);
/// The artist heard before.
const OLD: u32 = 3;
/// Comes in autumn.
const NEW: u32 = 17;

/// Plays of the first songs of an artist, some days after autumn began.
fn plays(artist: u32, n_songs: u32, n_times: i64, after_days: i64) -> Vec<Play> {
    let play = |song: u32, time: i64| Play {
        heard: Heard::Item(ItemIdx(artist * 10 + song)),
        ended_at: FROM.minus_days(-after_days - time),
        outcome: Outcome::Completed,
    };
    (0..n_songs).flat_map(|song| (0..n_times).map(move |time| play(song, time))).collect()
}

/// What a model would offer who reads plays up to a moment.
fn offered(name: &str, plays: &[Play], as_of: Moment, known: &[Play]) -> OfferedList {
    let scorer = SameArtist(table(N_ITEMS));
    let taste = Taste::from_plays(plays.iter().copied(), as_of, &TasteConfig::default());
    let mut allowed = vec![true; N_ITEMS as usize];
    for play in known {
        if let Heard::Item(item) = play.heard {
            allowed[item.at()] = false;
        }
    }
    let request = ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
    let best = scorer.best(&request, 10).unwrap();
    OfferedList { name: name.to_owned(), items: best.into_iter().map(|scored| scored.item).collect() }
}

#[test]
fn a_report_card_made_with_the_future_present_is_the_one_made_without_it() {
    let past = plays(OLD, 4, 2, -30);
    let with_future = [past.clone(), plays(NEW, 6, 3, 10)].concat();
    let yours = became_yours(with_future.iter().copied(), FROM, UNTIL, BecameYours::default());
    assert_eq!(yours.len(), 6);
    let card = report_card(
        &[
            offered("honest", &past, FROM, &past),
            offered("honest, the future at hand", &with_future, FROM, &past),
            offered("reads the future", &with_future, UNTIL, &past),
        ],
        &yours,
    );
    let found: Vec<usize> = card.lines.iter().map(|line| line.found.len()).collect();
    assert_eq!(found[..2], [0, 0], "the past knows nothing of the new artist");
    assert_eq!(found[2], 6, "were the future read, this test would see it");
    assert_eq!(offered("", &with_future, FROM, &past), offered("", &past, FROM, &past));
}

#[test]
fn an_evaluation_by_time_sees_a_model_that_reads_the_future() {
    let seconds = |days: i64| Some(FROM.minus_days(-days).seconds());
    let owner = |owner: u32| {
        let (old, new) = (owner % 15, 15 + owner % 15);
        let before = (0..5).map(|song| (old * 10 + song, 1.0, seconds(-20)));
        let after = (0..5).map(|song| (new * 10 + song, 1.0, seconds(20)));
        (before.chain(after).collect(), vec![])
    };
    let data = of_entries(&table(N_ITEMS), &(0..40).map(owner).collect::<Vec<_>>());
    let split = Split::new(&data, &table(N_ITEMS), Protocol::Time { at: FROM }, 1).unwrap();
    let settings = Settings { n: 20, n_timed: 0, ..Settings::default() };
    let recall = |split: &Split| {
        let scorer = SameArtist(table(N_ITEMS));
        let evaluation = evaluate(&scorer, split, &settings, &Silent, &|| Duration::ZERO).unwrap();
        evaluation.value(Metric::Recall(10)).unwrap()
    };
    let honest = recall(&split);
    assert!(honest < 0.1, "nothing before tells of the new artists: {honest}");
    // One hidden song of each owner is shown as if it were older.
    let mut leaking = split.clone();
    for question in &mut leaking.questions {
        question.shown.push((question.hidden.remove(0), 2.0));
    }
    assert_eq!(recall(&leaking), 1.0, "one song of the future is enough to be seen");
}

use nearsong_types::Moment;
use proptest::prelude::*;

use super::*;
use crate::{
    Choice,
    fixture::{Entry, interactions, of_entries, set, table},
};

const N_ITEMS: u32 = 200;
const N_ARTISTS: u32 = N_ITEMS / 10;
const AT: Moment = Moment::from_seconds(500);

fn split(data: &MatchedInteractions, protocol: Protocol, seed: u64) -> Split {
    Split::new(data, &table(N_ITEMS), protocol, seed).unwrap()
}

/// Owners with 0 to 39 recordings, and up to two artists whom only songs beyond the catalogue explain.
fn owners() -> impl Strategy<Value = Vec<(Vec<Entry>, Vec<Entry>)>> {
    let moment = || proptest::option::weighted(0.9, 0i64..1000);
    let entry = move |row: u32| (Just(row), 1u8..20, moment()).prop_map(|(row, plays, at)| (row, f32::from(plays), at));
    let items = proptest::collection::hash_set(0..N_ITEMS, 0..40);
    let items = items.prop_flat_map(move |rows| rows.into_iter().map(entry).collect::<Vec<_>>());
    let beyond = proptest::collection::hash_set(0..N_ARTISTS, 0..3);
    let beyond = beyond.prop_flat_map(move |rows| rows.into_iter().map(entry).collect::<Vec<_>>());
    proptest::collection::vec((items, beyond), 1..25)
}

fn protocols() -> impl Strategy<Value = Protocol> {
    let choice = prop_oneof![Just(Choice::First), Just(Choice::Random)];
    let continuation =
        (1usize..12, choice, 0.05f64..1.0, 1usize..8).prop_map(|(n_shown, choice, share, min_hidden)| {
            Protocol::Continuation { n_shown, choice, held_out_share: share, max_held_out: 10, min_hidden }
        });
    prop_oneof![
        continuation,
        (0.05f64..0.95).prop_map(|hidden_share| Protocol::PerOwner { hidden_share }),
        Just(Protocol::Time { at: AT }),
    ]
}

proptest! {
    #[test]
    fn nothing_hidden_is_shown_or_learned_from(owners in owners(), protocol in protocols(), seed: u64) {
        let (data, table) = (of_entries(&table(N_ITEMS), &owners), table(N_ITEMS));
        let Ok(split) = Split::new(&data, &table, protocol, seed) else { return Ok(()) };
        prop_assert!(split.questions.is_sorted_by(|a, b| a.owner < b.owner));
        for question in &split.questions {
            let (shown, hidden) = (set(question.shown.iter().map(|shown| shown.0)), set(question.hidden.iter().copied()));
            prop_assert!(shown.is_disjoint(&hidden) && !shown.is_empty() && !hidden.is_empty());
            prop_assert_eq!(hidden.len(), question.hidden.len(), "nothing is hidden twice");
            let had = set(data.by_item.items_of(question.owner as usize).iter().copied());
            prop_assert!(shown.union(&hidden).all(|item| had.contains(item)));
            if let Protocol::Continuation { n_shown, .. } = protocol {
                prop_assert_eq!(shown.len(), n_shown);
                prop_assert_eq!(shown.len() + hidden.len(), had.len());
                prop_assert!(split.train.n_owners() < data.n_owners());
            } else {
                prop_assert_eq!(split.train.by_item.items_of(question.owner as usize), shown_in_order(question));
            }
        }
    }

    #[test]
    fn artists_in_train_are_explained_by_what_is_shown_and_what_lies_beyond(
        owners in owners(), hidden_share in 0.05f64..0.95, by_time: bool, seed: u64,
    ) {
        let (data, table) = (of_entries(&table(N_ITEMS), &owners), table(N_ITEMS));
        let protocol = if by_time { Protocol::Time { at: AT } } else { Protocol::PerOwner { hidden_share } };
        let Ok(split) = Split::new(&data, &table, protocol, seed) else { return Ok(()) };
        for (owner, (_, beyond)) in owners.iter().enumerate() {
            let mut expected = vec![0.0f64; table.n_artists()];
            let shown = split.train.by_item.entries_of(owner);
            shown.for_each(|entry| expected[entry.item as usize / 10] += f64::from(entry.weight));
            // By time an artist counts beyond the catalogue where nothing of his is later, or of unknown time.
            let last = |artist: u32| data.by_artist.entries_of(owner).find(|entry| entry.item == artist).unwrap().at;
            let is_kept = |entry: &&Entry| !by_time || last(entry.0).is_some_and(|at| at < AT);
            beyond.iter().filter(is_kept).for_each(|entry| expected[entry.0 as usize] += f64::from(entry.1));
            let mut found = vec![0.0f64; table.n_artists()];
            split.train.by_artist.entries_of(owner).for_each(|entry| found[entry.item as usize] += f64::from(entry.weight));
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!((found - expected).abs() < 1e-3, "owner {owner}: {found} is not {expected}");
            }
        }
    }

    #[test]
    fn who_is_asked_to_continue_is_not_learned_from(owners in owners(), n_shown in 1usize..12, seed: u64) {
        let data = of_entries(&table(N_ITEMS), &owners);
        let protocol = Protocol::Continuation {
            n_shown, choice: Choice::Random, held_out_share: 0.4, max_held_out: 10, min_hidden: 2,
        };
        let Ok(split) = Split::new(&data, &table(N_ITEMS), protocol, seed) else { return Ok(()) };
        let asked = set(split.questions.iter().map(|question| question.owner));
        let others: Vec<u32> = (0..data.n_owners() as u32).filter(|owner| !asked.contains(owner)).collect();
        let n_entries = |part: &MatchedInteractions| (part.by_item.n_entries(), part.by_artist.n_entries());
        let (train, at_most) = (n_entries(&split.train), n_entries(&data.of_owners(&others)));
        prop_assert!(train.0 <= at_most.0 && train.1 <= at_most.1);
        let mut next = others.into_iter();
        for owner in 0..split.train.n_owners() {
            let learned = split.train.by_item.items_of(owner);
            prop_assert!(next.any(|other| data.by_item.items_of(other as usize) == learned), "in order, and only others");
        }
    }

    #[test]
    fn what_is_hidden_by_time_cannot_be_told_from_train_or_questions(owners in owners(), others in owners()) {
        // The same past with another future.
        let with_future_of = |futures: &[(Vec<Entry>, Vec<Entry>)]| {
            let is_past = |entry: &&Entry| entry.2.is_some_and(|at| Moment::from_seconds(at) < AT);
            let owner = |(number, (items, _)): (usize, &(Vec<Entry>, Vec<Entry>))| {
                let past: Vec<Entry> = items.iter().filter(is_past).copied().collect();
                let had = set(past.iter().map(|entry| entry.0));
                let future = futures.get(number).into_iter().flat_map(|(items, _)| items);
                let new = future.filter(|entry| !is_past(entry) && !had.contains(&entry.0)).copied();
                (past.iter().copied().chain(new).collect(), vec![])
            };
            of_entries(&table(N_ITEMS), &owners.iter().enumerate().map(owner).collect::<Vec<_>>())
        };
        let protocol = Protocol::Time { at: AT };
        let (one, other) = (with_future_of(&owners), with_future_of(&others));
        let (Ok(one), Ok(other)) = (
            Split::new(&one, &table(N_ITEMS), protocol, 1),
            Split::new(&other, &table(N_ITEMS), protocol, 1),
        ) else { return Ok(()) };
        prop_assert_eq!(&one.train, &other.train);
        for question in &one.questions {
            if let Some(same) = other.questions.iter().find(|other| other.owner == question.owner) {
                prop_assert_eq!((&question.shown, &question.shown_artists), (&same.shown, &same.shown_artists));
            }
        }
    }

    #[test]
    fn a_seed_fixes_the_split_on_any_number_of_threads(owners in owners(), protocol in protocols(), seed: u64) {
        let data = of_entries(&table(N_ITEMS), &owners);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Split::new(&data, &table(N_ITEMS), protocol, seed))
        };
        prop_assert_eq!(on(1), on(8));
    }
}

fn shown_in_order(question: &Question) -> Vec<u32> {
    question.shown.iter().map(|shown| shown.0).collect()
}

/// Fifty owners with 30 recordings each.
fn many() -> MatchedInteractions {
    let rows: Vec<Vec<u32>> =
        (0..50).map(|owner| (0..30).map(|place| (owner * 7 + place * 11) % N_ITEMS).collect()).collect();
    interactions(&table(N_ITEMS), &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn another_seed_is_another_split() {
    for protocol in [Protocol::continuation(10, Choice::Random), Protocol::per_owner()] {
        let hidden = |seed| split(&many(), protocol, seed).questions;
        assert_ne!(hidden(1), hidden(2), "{}", protocol.name());
    }
}

#[test]
fn the_same_owners_are_held_out_whatever_is_shown_of_them() {
    let one = split(&many(), Protocol::continuation(1, Choice::First), 3);
    for (n_shown, choice) in [(5, Choice::First), (10, Choice::Random), (20, Choice::Random)] {
        let other = split(&many(), Protocol::continuation(n_shown, choice), 3);
        assert_eq!(other.train, one.train, "a model can be trained once");
        assert_eq!(other.questions.len(), one.questions.len());
    }
    assert_eq!((one.train.n_owners(), one.questions.len()), (40, 10));
}

#[test]
fn the_first_entries_are_shown_or_any_ones() {
    let first = split(&many(), Protocol::continuation(5, Choice::First), 1);
    for question in &first.questions {
        let owner = question.owner as usize;
        assert_eq!(shown_in_order(question), many().by_item.items_of(owner)[..5]);
        assert_eq!(question.hidden, many().by_item.items_of(owner)[5..]);
    }
    let random = split(&many(), Protocol::continuation(5, Choice::Random), 1);
    assert!(random.questions.iter().zip(&first.questions).all(|(random, first)| random.shown != first.shown));
}

#[test]
fn a_fifth_of_each_owner_is_hidden_and_short_ones_are_not_asked() {
    let rows: Vec<u32> = (0..40).collect();
    let data = interactions(&table(N_ITEMS), &[&rows[..4], &rows[..5], &rows[..7], &rows[..8], &rows]);
    let split = split(&data, Protocol::per_owner(), 1);
    let asked: Vec<(u32, usize)> =
        split.questions.iter().map(|question| (question.owner, question.hidden.len())).collect();
    assert_eq!(asked, [(1, 1), (2, 1), (3, 2), (4, 8)]);
    assert_eq!(split.train.by_item.items_of(0), &rows[..4]);
}

#[test]
fn fewer_questions_are_some_of_them_and_learned_from_is_the_same() {
    let all = split(&many(), Protocol::per_owner(), 1);
    let some = all.clone().asking_at_most(20);
    assert_eq!((some.questions.len(), &some.train), (20, &all.train));
    assert!(some.questions.is_sorted_by(|a, b| a.owner < b.owner));
    assert!(some.questions.iter().all(|question| all.questions.contains(question)));
    assert_eq!(all.clone().asking_at_most(1_000), all);
    assert_ne!(some.questions, split(&many(), Protocol::per_owner(), 2).asking_at_most(20).questions);
}

#[test]
fn time_divides_entries_and_leaves_out_those_of_unknown_time() {
    let data = of_entries(
        &table(N_ITEMS),
        &[
            // Shown, hidden (at the moment itself), unknown; an artist beyond the catalogue before, after, and both ways.
            (
                vec![(0, 4.0, Some(499)), (1, 1.0, Some(500)), (2, 1.0, None)],
                vec![(9, 2.0, Some(100)), (8, 2.0, Some(900)), (0, 3.0, Some(1))],
            ),
            (vec![(5, 1.0, Some(100))], vec![]),
            (vec![(5, 1.0, Some(600))], vec![]),
        ],
    );
    let split = split(&data, Protocol::Time { at: AT }, 1);
    let question = Question { owner: 0, shown: vec![(0, 4.0)], shown_artists: vec![(9, 2.0)], hidden: vec![1] };
    assert_eq!(split.questions, [question]);
    assert_eq!(split.train.by_item.rows().values(), [0, 5]);
    assert_eq!(split.train.by_artist.items_of(0), [0, 9]);
    assert_eq!(split.train.by_artist.weights_of(0), [4.0, 2.0]);
    assert_eq!(split.questions[0].taste().items(), [(ItemIdx(0), 2.0)], "plays are damped by the square root");
}

#[test]
fn nobody_to_ask_and_figures_out_of_range_are_errors_that_say_so() {
    let data = interactions(&table(N_ITEMS), &[&[1, 2, 3], &[4]]);
    let error = |protocol| Split::new(&data, &table(N_ITEMS), protocol, 1).unwrap_err().to_string();
    let nobody = [Protocol::continuation(10, Choice::First), Protocol::per_owner(), Protocol::Time { at: AT }];
    for protocol in nobody {
        assert!(error(protocol).starts_with("there is nobody to ask among 2 owners"), "{}", error(protocol));
    }
    assert!(error(nobody[0]).contains("at least 20 recordings"), "{}", error(nobody[0]));
    let wrong = Protocol::PerOwner { hidden_share: f64::NAN };
    assert_eq!(error(wrong), "hidden_share: expected above 0 and below 1, found NaN");
    assert_eq!(error(Protocol::continuation(0, Choice::First)), "n_shown: expected at least 1, found 0");
    let nobody = interactions(&table(N_ITEMS), &[]);
    assert!(Split::new(&nobody, &table(N_ITEMS), Protocol::continuation(1, Choice::First), 1).is_err());
}

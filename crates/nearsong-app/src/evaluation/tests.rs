use std::cell::Cell;

use nearsong_evaluate::Choice;
use nearsong_types::Silent;

use super::*;

/// Sixteen owners of each of two scenes; dated where asked for.
fn rows(is_dated: bool) -> String {
    let mut rows = if is_dated { "user,item,timestamp\n".to_owned() } else { "user,item\n".to_owned() };
    for user in 0..32 {
        for step in 0..14 {
            let item = (user / 2 * 3 + step) % 20;
            let row = if is_dated { format!(",{}", 1_600_000_000 + step * 86_400) } else { String::new() };
            rows.push_str(&format!("{user},{}-{item}{row}\n", user % 2));
        }
    }
    rows
}

fn evaluate_rows(protocols: Vec<Protocol>, algorithms: &[Algorithm], text: &str) -> Result<EvaluationTable, AppError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.csv");
    std::fs::write(&file, text).unwrap();
    let app = App::open(&folder.path().join("data")).unwrap();
    let request = EvaluateRequest {
        interactions: WhichInteractions::Files(vec![file]),
        protocols,
        algorithms: algorithms.iter().copied().map(TrainConfig::of).collect(),
        seed: 1,
        n: 10,
        max_questions: None,
    };
    // Every look at the clock is a second.
    let seconds = Cell::new(0);
    let clock = || Duration::from_secs(seconds.replace(seconds.get() + 1));
    app.evaluate(&request, &Silent, &clock)
}

#[test]
fn the_baselines_come_first_and_the_blend_last() {
    let all: Vec<Algorithm> = EvaluateRequest::all_algorithms().iter().map(TrainConfig::algorithm).collect();
    assert_eq!(all[..3], EvaluateRequest::BASELINES);
    assert_eq!(all.last(), Some(&Algorithm::Blend));
    assert_eq!(all.len(), Algorithm::ALL.len());
}

#[test]
fn playlists_asked_with_more_and_fewer_songs_share_their_models() {
    let protocol = |n_shown| match Protocol::continuation(n_shown, Choice::First) {
        Protocol::Continuation { n_shown, choice, held_out_share, max_held_out, .. } => {
            Protocol::Continuation { n_shown, choice, held_out_share, max_held_out, min_hidden: 2 }
        }
        other => other,
    };
    let algorithms = [Algorithm::Popular, Algorithm::ItemKnn];
    let table = evaluate_rows([1, 4].map(protocol).to_vec(), &algorithms, &rows(false)).unwrap();
    assert_eq!(table.points.len(), 2);
    for point in &table.points {
        assert_eq!(point.best_baseline, Some(Algorithm::Popular));
        let [popular, knn] = &point.models[..] else { panic!("two models") };
        assert!(popular.over_baseline.is_none());
        assert!(knn.over_baseline.as_ref().unwrap().low > 0.0, "scenes are found");
        assert_eq!(knn.training, Duration::from_secs(1), "trained once");
    }
    assert_eq!(table.points[0].n_train_owners, table.points[1].n_train_owners);
    assert!(table.points[0].n_questions > 0 && table.points[0].n_owners == table.points[0].n_questions);
}

#[test]
fn what_learns_from_songs_is_left_out_where_items_are_none() {
    let algorithms = [Algorithm::ContentKnn, Algorithm::Popular];
    let table = evaluate_rows(vec![Protocol::per_owner()], &algorithms, &rows(false)).unwrap();
    let left: Vec<Algorithm> = table.left_out.iter().map(|left| left.algorithm).collect();
    assert_eq!(left, [Algorithm::ContentKnn]);
    assert_eq!(table.points[0].models.len(), 1);
    assert_eq!((table.measured_on.n_items, table.measured_on.features_version), (40, None));
}

#[test]
fn a_time_split_asks_for_what_came_later() {
    let at = nearsong_types::Moment::from_seconds(1_600_000_000 + 10 * 86_400);
    let protocol = vec![Protocol::Time { at }];
    let table = evaluate_rows(protocol.clone(), &[Algorithm::ItemKnn], &rows(true)).unwrap();
    assert_eq!(table.points[0].n_owners, 32);
    assert_eq!(table.points[0].n_train_entries, 320);
    let error = evaluate_rows(protocol, &[Algorithm::ItemKnn], &rows(false)).unwrap_err();
    assert!(matches!(error, AppError::Split(_)), "{error}");
    assert_eq!(error.kind(), crate::ErrorKind::BadInput);
}

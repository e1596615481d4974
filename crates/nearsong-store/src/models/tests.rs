use super::*;
use crate::Promotion;

fn model(seed: u64) -> NewModel {
    NewModel {
        algorithm: "content-knn".to_owned(),
        params_json: "{\"max_neighbors\":50}".to_owned(),
        seed,
        snapshot_version: 3,
        data_fingerprint: "ab".repeat(32),
        metrics_json: "{}".to_owned(),
        created_at: Moment::from_seconds(8),
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDir::open_or_create(&directory.path().join("data")).unwrap();
    let store = Store::open(&data).unwrap();
    (directory, store)
}

#[test]
fn a_model_comes_back_as_it_was_registered() {
    let (_directory, mut store) = store();
    let id = store.add_model(&model(u64::MAX), b"weights").unwrap();
    let record = store.model(id).unwrap();
    assert_eq!(record.model, model(u64::MAX));
    assert_eq!((record.size_bytes, record.sha256.len()), (7, 64));
    assert_eq!(store.load_model(&record).unwrap(), b"weights");
    assert_eq!(store.models().unwrap(), [record]);
    assert!(matches!(store.model(ModelId::from_number(99)), Err(StoreError::NotFound { .. })));
}

#[test]
fn a_damaged_file_is_named_with_what_to_do() {
    let (_directory, mut store) = store();
    let id = store.add_model(&model(1), b"weights").unwrap();
    let record = store.model(id).unwrap();
    let path = store.model_path(id);
    for damaged in [b"weighty".as_slice(), b"weight", b"weights and more"] {
        fs::write(&path, damaged).unwrap();
        let error = store.load_model(&record).unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt { path: named, .. } if *named == path), "{error}");
        assert!(error.to_string().ends_with(DAMAGED), "{error}");
    }
    fs::remove_file(&path).unwrap();
    let error = store.load_model(&record).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[test]
fn every_flipped_bit_is_found() {
    let (_directory, mut store) = store();
    let id = store.add_model(&model(1), b"weights").unwrap();
    let record = store.model(id).unwrap();
    for bit in 0..7 * 8 {
        let mut bytes = b"weights".to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(store.model_path(id), bytes).unwrap();
        assert!(matches!(store.load_model(&record), Err(StoreError::Corrupt { .. })), "bit {bit}");
    }
}

#[test]
fn promotion_and_rollback_move_the_champion_and_are_remembered() {
    let (_directory, mut store) = store();
    let at = Moment::from_seconds;
    let [first, second] = [1, 2].map(|seed| store.add_model(&model(seed), &[seed as u8]).unwrap());
    assert_eq!(store.champion().unwrap(), None);
    assert!(matches!(store.rollback(at(1)), Err(StoreError::NotFound { .. })));
    store.promote(first, at(10), "the first").unwrap();
    assert!(matches!(store.rollback(at(11)), Err(StoreError::NotFound { .. })), "there is no earlier one");
    store.promote(second, at(20), "better by 0.02").unwrap();
    store.promote(second, at(21), "again").unwrap();
    assert_eq!(store.champion().unwrap().unwrap().id, second);
    assert_eq!(store.rollback(at(30)).unwrap(), first);
    assert_eq!(store.champion().unwrap().unwrap().id, first);
    store.promote(second, at(40), "after all").unwrap();
    assert_eq!(store.rollback(at(50)).unwrap(), first);
    assert!(matches!(store.promote(ModelId::from_number(9), at(60), ""), Err(StoreError::NotFound { .. })));

    let past = |model, promoted, reason: &str, rolled_back: Option<i64>| Promotion {
        model,
        promoted_at: at(promoted),
        reason: reason.to_owned(),
        rolled_back_at: rolled_back.map(at),
    };
    let expected = [
        past(first, 10, "the first", None),
        past(second, 20, "better by 0.02", Some(30)),
        past(second, 40, "after all", Some(50)),
    ];
    assert_eq!(store.promotions().unwrap(), expected);
}

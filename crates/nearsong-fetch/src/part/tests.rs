use nearsong_types::Silent;
use tempfile::TempDir;

use super::*;

const ADDRESS: &str = "https://host/file";

fn record() -> PartRecord {
    PartRecord {
        address: ADDRESS.to_owned(),
        etag: Some("\"one\"".to_owned()),
        last_modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        sha256: Some("ab".repeat(32)),
        total: Some(10),
    }
}

/// A part of `bytes`, closed and opened again.
fn reopened(directory: &TempDir, record: PartRecord, bytes: &[u8]) -> PartFile {
    let target = directory.path().join("file");
    let mut part = PartFile::open(&target, ADDRESS).unwrap();
    part.start_over(record).unwrap();
    part.append(bytes).unwrap();
    drop(part);
    PartFile::open(&target, ADDRESS).unwrap()
}

#[test]
fn any_known_difference_makes_another_file() {
    assert!(record().is_same_file(&record()));
    let others = [
        PartRecord { etag: Some("\"two\"".to_owned()), ..record() },
        PartRecord { last_modified: Some("Sun, 06 Nov 1994 08:49:38 GMT".to_owned()), ..record() },
        PartRecord { sha256: Some("cd".repeat(32)), ..record() },
        PartRecord { total: Some(11), ..record() },
    ];
    for other in others {
        assert!(!record().is_same_file(&other), "{other:?}");
    }
}

#[test]
fn one_thing_in_common_is_needed_and_a_weak_tag_is_none() {
    let bare = PartRecord { total: Some(10), ..PartRecord::default() };
    assert!(!bare.is_same_file(&bare));
    assert!(!record().is_same_file(&bare));
    let weak = PartRecord { etag: Some("W/\"one\"".to_owned()), ..bare.clone() };
    assert!(!weak.is_same_file(&weak));
    let sha256 = PartRecord { sha256: record().sha256, ..bare };
    assert!(record().is_same_file(&sha256));
}

#[test]
fn a_part_goes_on_where_it_stopped() {
    let directory = TempDir::new().unwrap();
    let part = reopened(&directory, record(), b"0123");
    assert_eq!(part.resume_point(), Some(ResumePoint { offset: 4, if_range: Some("\"one\"".to_owned()) }));
}

#[test]
fn the_date_stands_in_for_a_weak_tag() {
    let directory = TempDir::new().unwrap();
    let part = reopened(&directory, PartRecord { etag: Some("W/\"one\"".to_owned()), ..record() }, b"0123");
    assert_eq!(part.resume_point().unwrap().if_range, record().last_modified);
}

#[test]
fn a_whole_part_asks_for_its_last_byte_again() {
    let directory = TempDir::new().unwrap();
    let part = reopened(&directory, record(), b"0123456789");
    assert_eq!(part.resume_point().unwrap().offset, 9);
}

#[test]
fn a_part_that_cannot_be_trusted_is_not_gone_on_with() {
    let nothing_to_compare = PartRecord { address: ADDRESS.to_owned(), total: Some(10), ..PartRecord::default() };
    let other_address = PartRecord { address: "https://host/other".to_owned(), ..record() };
    for (record, bytes) in
        [(nothing_to_compare, &b"0123"[..]), (other_address, b"0123"), (record(), b"0123456789+"), (record(), b"")]
    {
        let directory = TempDir::new().unwrap();
        assert_eq!(reopened(&directory, record.clone(), bytes).resume_point(), None, "{record:?}");
    }
    let directory = TempDir::new().unwrap();
    drop(reopened(&directory, record(), b"0123"));
    fs::write(directory.path().join("file.part.json"), b"{\"address\":").unwrap();
    assert_eq!(PartFile::open(&directory.path().join("file"), ADDRESS).unwrap().resume_point(), None);
}

#[test]
fn starting_over_forgets_the_old_bytes() {
    let directory = TempDir::new().unwrap();
    let mut part = reopened(&directory, record(), b"0123456789");
    part.start_over(record()).unwrap();
    part.append(b"abc").unwrap();
    assert_eq!(fs::read(directory.path().join("file.part")).unwrap(), b"abc");
}

#[test]
fn the_checksum_is_that_of_the_known_vector() {
    let directory = TempDir::new().unwrap();
    let mut part = reopened(&directory, record(), b"");
    // FIPS 180-2, appendix B.1.
    part.append(b"abc").unwrap();
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(part.sha256(&Silent).unwrap(), expected);
}

#[test]
fn two_downloads_of_one_file_do_not_mix() {
    let directory = TempDir::new().unwrap();
    let part = reopened(&directory, record(), b"0123");
    let error = PartFile::open(&directory.path().join("file"), ADDRESS).unwrap_err();
    assert!(matches!(error, FetchError::Busy { .. }), "{error}");
    drop(part);
    assert!(PartFile::open(&directory.path().join("file"), ADDRESS).is_ok());
}

//! Parquet as different programs write it: types, holes, row groups, damage.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

use std::{fs, sync::Arc};

use nearsong_catalog::{CatalogError, Dataset, Fault, ReadLimits, Schema, read_dataset};
use nearsong_types::{AudioFeature, Silent};
use parquet::{
    basic::{Compression, ZstdLevel},
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use proptest::prelude::*;

const SCHEMA: &str = "message schema {
    required binary track_id (STRING); optional binary artist_name (STRING); optional binary track_name (STRING);
    optional double acousticness; optional float danceability; optional int64 duration_ms; optional float energy;
    optional float instrumentalness; optional int32 key; optional float liveness; optional float loudness;
    optional boolean mode; optional float speechiness; optional binary tempo (STRING); required double time_signature;
    optional float valence; optional int32 popularity; optional int96 added_at;
}";

/// A file of two row groups of `n_rows` each, in which every third title and every second popularity is missing.
fn file(schema: &str, n_rows: usize, compression: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::clone(&schema), properties).unwrap();
    for group in 0..2 {
        let mut columns = writer.next_row_group().unwrap();
        let mut position = 0;
        while let Some(mut column) = columns.next_column().unwrap() {
            let name = schema.get_fields()[position].name().to_owned();
            write_column(column.untyped(), &name, group * n_rows..(group + 1) * n_rows);
            column.close().unwrap();
            position += 1;
        }
        columns.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

fn write_column(column: &mut ColumnWriter<'_>, name: &str, rows: std::ops::Range<usize>) {
    let is_there = |row: usize| match name {
        "track_name" => !row.is_multiple_of(3),
        "popularity" => !row.is_multiple_of(2),
        "added_at" => false,
        _ => true,
    };
    let levels: Vec<i16> = rows.clone().map(|row| i16::from(is_there(row))).collect();
    let rows = rows.filter(|&row| is_there(row));
    let text = |row: usize| match name {
        "track_id" => format!("{row:022}"),
        "tempo" => "120.5".to_owned(),
        _ => format!("{name} {row}"),
    };
    let levels = Some(levels.as_slice());
    match column {
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let values: Vec<ByteArray> = rows.map(|row| text(row).into_bytes().into()).collect();
            writer.write_batch(&values, levels, None).unwrap()
        }
        ColumnWriter::FloatColumnWriter(writer) => {
            writer.write_batch(&rows.map(|_| 0.5).collect::<Vec<_>>(), levels, None).unwrap()
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let value = if name == "time_signature" { 4.0 } else { 0.25 };
            writer.write_batch(&rows.map(|_| value).collect::<Vec<_>>(), levels, None).unwrap()
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            writer.write_batch(&rows.map(|_| 7).collect::<Vec<_>>(), levels, None).unwrap()
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            writer.write_batch(&rows.map(|_| 200_000).collect::<Vec<_>>(), levels, None).unwrap()
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            writer.write_batch(&rows.map(|_| true).collect::<Vec<_>>(), levels, None).unwrap()
        }
        ColumnWriter::Int96ColumnWriter(writer) => writer.write_batch(&[], levels, None).unwrap(),
        _ => unreachable!("the schema has no other type"),
    };
}

fn read(content: &[u8]) -> Result<Dataset, CatalogError> {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("songs.parquet");
    fs::write(&path, content).unwrap();
    read_dataset(&path, &ReadLimits::default(), &Silent)
}

#[test]
fn every_physical_type_and_every_hole_is_read() {
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())] {
        let dataset = read(&file(SCHEMA, 10_000, compression)).unwrap();
        assert_eq!((dataset.schema, dataset.n_rows, dataset.tracks.len()), (Schema::Tomigelo, 20_000, 20_000));
        for (row, track) in dataset.tracks.iter().enumerate() {
            assert_eq!(track.id.as_str(), format!("{row:022}"));
            assert_eq!(track.title, (row % 3 != 0).then(|| format!("track_name {row}")));
            assert_eq!(track.popularity, (row % 2 != 0).then_some(7));
        }
        let track = &dataset.tracks[1];
        assert_eq!(track.artists, ["artist_name 1"]);
        assert_eq!(track.audio.get(AudioFeature::Tempo), Some(120.5));
        assert_eq!(track.audio.get(AudioFeature::Acousticness), Some(0.25));
        assert_eq!((track.duration_ms, track.is_major, track.time_signature), (Some(200_000), Some(true), Some(4)));
        assert_eq!(dataset.quality.count(Fault::MissingTitle), 6_667);
    }
}

#[test]
fn columns_that_cannot_hold_the_value_are_named() {
    let nested = SCHEMA.replace("optional double acousticness", "repeated double acousticness");
    let error = read(&file(&nested, 0, Compression::UNCOMPRESSED)).unwrap_err().to_string();
    assert!(error.contains("column “acousticness”: expected numbers or texts, found lists"), "{error}");
    let missing = SCHEMA.replace("track_name", "name_of_track");
    let error = read(&file(&missing, 5, Compression::UNCOMPRESSED)).unwrap_err().to_string();
    assert!(error.contains("it also needs: track_name"), "{error}");
}

#[test]
fn a_file_without_rows_is_refused() {
    let error = read(&file(SCHEMA, 0, Compression::UNCOMPRESSED)).unwrap_err();
    assert!(matches!(error, CatalogError::NoRows { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_files_are_read_or_refused(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..6),
        in_footer in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = file(SCHEMA, 20, Compression::SNAPPY);
        let start = if in_footer { bytes.len() * 2 / 3 } else { 0 };
        for (position, mask) in flips {
            let position = start + position.index(bytes.len() - start);
            bytes[position] ^= mask;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read(&bytes);
    }
}

use super::*;

const ID: &str = "5SuOikwiRyPMVoIQDJUgSV";

fn row<'a>(schema: Schema, changed: &[(Field, Cell<'a>)]) -> Result<CleanRow, Refusal> {
    let mut cells = Cells([Cell::Missing; Field::COUNT]);
    cells.0[Field::Id.at()] = Cell::Text(ID.as_bytes());
    for feature in AudioFeature::ALL {
        cells.0[Field::Audio(feature).at()] = Cell::Float(0.5);
    }
    cells.0[Field::Audio(AudioFeature::Loudness).at()] = Cell::Float(-7.5);
    cells.0[Field::Duration.at()] = Cell::Int(200_000);
    for &(field, cell) in changed {
        cells.0[field.at()] = cell;
    }
    clean_row(&cells, schema, &ReadLimits::default())
}

fn refusal(field: Field, cell: Cell<'_>) -> Fault {
    row(Schema::Wide, &[(field, cell)]).unwrap_err().fault
}

#[test]
fn a_sound_row_becomes_a_track() {
    let row = row(
        Schema::Tracks114k,
        &[
            (Field::Title, Cell::Text("Comedy".as_bytes())),
            (Field::Artists, Cell::Text("Gen Hoshino;ZAYN".as_bytes())),
            (Field::Genres, Cell::Text(b"j-pop")),
            (Field::Explicit, Cell::Text(b"False")),
            (Field::Key, Cell::Text(b"11")),
            (Field::Mode, Cell::Text(b"1.0")),
            (Field::TimeSignature, Cell::Int(4)),
            (Field::Popularity, Cell::Int(73)),
        ],
    )
    .unwrap();
    let track = row.track;
    assert_eq!(track.artists, ["Gen Hoshino", "ZAYN"]);
    assert_eq!((track.key, track.is_major, track.time_signature), (Some(11), Some(true), Some(4)));
    assert_eq!((track.popularity, track.explicit, track.duration_ms), (Some(73), Some(false), Some(200_000)));
    assert!(track.audio.is_complete());
    assert!(row.faults.iter().next().is_none());
}

#[test]
fn values_that_cannot_be_refuse_the_row() {
    use AudioFeature::{Energy, Loudness, Tempo};
    assert_eq!(refusal(Field::Id, Cell::Text(b"short")), Fault::BadId);
    assert_eq!(refusal(Field::Id, Cell::Missing), Fault::BadId);
    assert_eq!(refusal(Field::Audio(Energy), Cell::Float(1.5)), Fault::OutOfRange);
    assert_eq!(refusal(Field::Audio(Energy), Cell::Text(b"-0.1")), Fault::OutOfRange);
    assert_eq!(refusal(Field::Audio(Tempo), Cell::Text(b"NaN")), Fault::NotFinite);
    assert_eq!(refusal(Field::Audio(Loudness), Cell::Float(f64::NEG_INFINITY)), Fault::NotFinite);
    assert_eq!(refusal(Field::Audio(Loudness), Cell::Text(b"1e300")), Fault::OutOfRange);
    assert_eq!(refusal(Field::Audio(Energy), Cell::Text(b"loud")), Fault::NotANumber);
    assert_eq!(refusal(Field::Key, Cell::Int(12)), Fault::OutOfRange);
    assert_eq!(refusal(Field::Popularity, Cell::Int(101)), Fault::OutOfRange);
    assert_eq!(refusal(Field::Duration, Cell::Int(-1)), Fault::OutOfRange);
    assert_eq!(refusal(Field::Title, Cell::Text(b"\xff\xfe")), Fault::NotText);
    assert_eq!(refusal(Field::Title, Cell::Text(&[b'a'; 20_000])), Fault::LongText);
}

#[test]
fn rows_not_analysed_keep_their_names_and_lose_their_sound() {
    let silent = [
        (Field::Audio(AudioFeature::Tempo), Cell::Float(0.0)),
        (Field::Audio(AudioFeature::Danceability), Cell::Float(0.0)),
        (Field::Title, Cell::Text(b"White Noise")),
    ];
    for beats in [Cell::Int(0), Cell::Missing] {
        let cells: Vec<_> =
            silent.into_iter().chain([(Field::TimeSignature, beats), (Field::Key, Cell::Int(1))]).collect();
        let row = row(Schema::Wide, &cells).unwrap();
        assert!(row.faults.has(Fault::NotAnalysed) && row.track.audio.is_empty());
        assert_eq!((row.track.title.as_deref(), row.track.key), (Some("White Noise"), None));
    }
    let analysed: Vec<_> = silent.into_iter().chain([(Field::TimeSignature, Cell::Int(4))]).collect();
    let row = row(Schema::Wide, &analysed).unwrap();
    assert_eq!(row.track.audio.get(AudioFeature::Tempo), None, "tempo 0 is unknown");
    assert_eq!(row.track.audio.get(AudioFeature::Danceability), Some(0.0));
}

#[test]
fn loudness_above_0_is_kept_and_counted() {
    let row = row(Schema::Wide, &[(Field::Audio(AudioFeature::Loudness), Cell::Float(4.532))]).unwrap();
    assert!(row.faults.has(Fault::LoudnessAboveZero));
    assert_eq!(row.track.audio.get(AudioFeature::Loudness), Some(4.532));
}

#[test]
fn no_key_and_no_beats_are_unknown() {
    let row = row(Schema::Wide, &[(Field::Key, Cell::Int(-1)), (Field::TimeSignature, Cell::Int(0))]).unwrap();
    assert_eq!((row.track.key, row.track.time_signature), (None, None));
    assert!(row.faults.has(Fault::ZeroTimeSignature));
}

#[test]
fn the_release_date_falls_back_to_the_year() {
    let date = |cells: &[(Field, Cell<'_>)]| row(Schema::Tracks1M2, cells).unwrap().track.release_date;
    let year = (Field::Year, Cell::Int(1999));
    assert_eq!(date(&[(Field::Release, Cell::Text(b"1999-11-02")), year]).as_deref(), Some("1999-11-02"));
    assert_eq!(date(&[year]).as_deref(), Some("1999"));
    assert_eq!(date(&[(Field::Year, Cell::Float(1999.0))]).as_deref(), Some("1999"));
}

#[test]
fn titles_like_numbers_stay_texts() {
    for title in ["1999", "24/7", "1-800", "7, 8"] {
        assert!(looks_like_number(title), "{title}");
    }
    for title in ["", "+", "7 rings", "12:51", "-1"] {
        assert!(!looks_like_number(title), "{title}");
    }
}

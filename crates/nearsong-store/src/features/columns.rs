use std::sync::Arc;

use nearsong_types::{AudioFeature, Manifest, Track};
use parquet::{
    basic::{ConvertedType, LogicalType, Repetition, Type as PhysicalType},
    schema::types::{Type, TypePtr},
};
use serde_json::{Value, json};

/// One column of the feature table: its name, and where its cells come from and go to.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) cells: Cells,
}

/// The kinds of cells. A setter of numbers says whether the field can have the value.
pub(super) enum Cells {
    TrackId,
    RecordingId,
    Sources,
    Text { get: fn(&Track) -> Option<&str>, set: fn(&mut Track, String) },
    Texts { get: fn(&Track) -> &[String], set: fn(&mut Track, Vec<String>) },
    Long { get: fn(&Track) -> Option<i64>, set: fn(&mut Track, i64) -> bool },
    Int { get: fn(&Track) -> Option<i32>, set: fn(&mut Track, i32) -> bool },
    Flag { get: fn(&Track) -> Option<bool>, set: fn(&mut Track, bool) },
    Audio(AudioFeature),
}

const fn column(name: &'static str, cells: Cells) -> Column {
    Column { name, cells }
}

const fn audio(feature: AudioFeature) -> Column {
    column(feature.name(), Cells::Audio(feature))
}

/// A number that fits into a byte.
macro_rules! byte {
    ($field:ident) => {
        Cells::Int {
            get: |track| track.$field.map(i32::from),
            set: |track, value| {
                track.$field = u8::try_from(value).ok();
                track.$field.is_some()
            },
        }
    };
}

/// The feature table, column by column.
pub(super) const COLUMNS: [Column; 23] = [
    column("track_id", Cells::TrackId),
    column("title", Cells::Text { get: |track| track.title.as_deref(), set: |track, text| track.title = Some(text) }),
    column("artists", Cells::Texts { get: |track| &track.artists, set: |track, texts| track.artists = texts }),
    column("album", Cells::Text { get: |track| track.album.as_deref(), set: |track, text| track.album = Some(text) }),
    column(
        "release_date",
        Cells::Text { get: |track| track.release_date.as_deref(), set: |track, text| track.release_date = Some(text) },
    ),
    column(
        "duration_ms",
        Cells::Long {
            get: |track| track.duration_ms.map(i64::from),
            set: |track, value| {
                track.duration_ms = u32::try_from(value).ok();
                track.duration_ms.is_some()
            },
        },
    ),
    column("explicit", Cells::Flag { get: |track| track.explicit, set: |track, value| track.explicit = Some(value) }),
    column("popularity", byte!(popularity)),
    column("genres", Cells::Texts { get: |track| &track.genres, set: |track, texts| track.genres = texts }),
    audio(AudioFeature::Danceability),
    audio(AudioFeature::Energy),
    audio(AudioFeature::Loudness),
    audio(AudioFeature::Speechiness),
    audio(AudioFeature::Acousticness),
    audio(AudioFeature::Instrumentalness),
    audio(AudioFeature::Liveness),
    audio(AudioFeature::Valence),
    audio(AudioFeature::Tempo),
    column("key", byte!(key)),
    column(
        "mode",
        Cells::Int {
            get: |track| track.is_major.map(i32::from),
            set: |track, value| {
                track.is_major = [false, true].into_iter().find(|&is_major| i32::from(is_major) == value);
                track.is_major.is_some()
            },
        },
    ),
    column("time_signature", byte!(time_signature)),
    column("recording_id", Cells::RecordingId),
    column("sources", Cells::Sources),
];

impl Column {
    /// The column in Delta's schema.
    fn delta_field(&self) -> Value {
        let (kind, nullable) = match self.cells {
            Cells::TrackId | Cells::RecordingId => (json!("string"), false),
            Cells::Text { .. } => (json!("string"), true),
            Cells::Texts { .. } | Cells::Sources => {
                (json!({"type": "array", "elementType": "string", "containsNull": false}), false)
            }
            Cells::Long { .. } => (json!("long"), true),
            Cells::Int { .. } => (json!("integer"), true),
            Cells::Flag { .. } => (json!("boolean"), true),
            Cells::Audio(_) => (json!("float"), true),
        };
        json!({"name": self.name, "type": kind, "nullable": nullable, "metadata": {}})
    }

    /// The column in Parquet's schema.
    fn parquet_field(&self) -> parquet::errors::Result<Type> {
        let plain = |kind| Type::primitive_type_builder(self.name, kind).with_repetition(Repetition::OPTIONAL).build();
        match self.cells {
            Cells::TrackId | Cells::RecordingId => text(self.name, Repetition::REQUIRED),
            Cells::Text { .. } => text(self.name, Repetition::OPTIONAL),
            Cells::Texts { .. } | Cells::Sources => list_of_texts(self.name),
            Cells::Long { .. } => plain(PhysicalType::INT64),
            Cells::Int { .. } => plain(PhysicalType::INT32),
            Cells::Flag { .. } => plain(PhysicalType::BOOLEAN),
            Cells::Audio(_) => plain(PhysicalType::FLOAT),
        }
    }

    /// Whether a cell can be without a value.
    pub(super) fn is_optional(&self) -> bool {
        !matches!(self.cells, Cells::TrackId | Cells::RecordingId | Cells::Texts { .. } | Cells::Sources)
    }

    /// Whether values recur so often that a dictionary of them saves room.
    pub(super) fn has_dictionary(&self) -> bool {
        !matches!(self.cells, Cells::TrackId | Cells::RecordingId)
    }
}

/// The schema as Delta's log keeps it.
pub(super) fn delta_schema() -> String {
    let fields: Vec<_> = COLUMNS.iter().map(Column::delta_field).collect();
    json!({"type": "struct", "fields": fields}).to_string()
}

/// The schema of the Parquet files.
pub(super) fn parquet_schema() -> parquet::errors::Result<TypePtr> {
    let fields = COLUMNS.iter().map(|column| column.parquet_field().map(Arc::new)).collect::<Result<_, _>>()?;
    Ok(Arc::new(Type::group_type_builder("track").with_fields(fields).build()?))
}

/// The names by which tracks refer to the datasets they come from: the file name, numbered where several share it.
pub(super) fn source_names(manifest: &Manifest) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(manifest.inputs.len());
    for input in &manifest.inputs {
        let numbered = (2..).map(|number| format!("{} #{number}", input.name));
        let free = std::iter::once(input.name.clone()).chain(numbered).find(|name| !names.contains(name));
        names.push(free.expect("the numbers do not end"));
    }
    names
}

fn text(name: &str, repetition: Repetition) -> parquet::errors::Result<Type> {
    Type::primitive_type_builder(name, PhysicalType::BYTE_ARRAY)
        .with_repetition(repetition)
        .with_logical_type(Some(LogicalType::String))
        .build()
}

/// The three levels that the Parquet specification prescribes for a list.
fn list_of_texts(name: &str) -> parquet::errors::Result<Type> {
    let element = Arc::new(text("element", Repetition::REQUIRED)?);
    let list = Type::group_type_builder("list").with_repetition(Repetition::REPEATED).with_fields(vec![element]);
    Type::group_type_builder(name)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(list.build()?)])
        .build()
}

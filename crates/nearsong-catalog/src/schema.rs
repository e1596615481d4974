use std::fmt;

use nearsong_types::AudioFeature;

use crate::CatalogError;

use AudioFeature::{
    Acousticness, Danceability, Energy, Instrumentalness, Liveness, Loudness, Speechiness, Tempo, Valence,
};
use Field::{
    Album, Artists, Audio, Conflict, Duration, Explicit, Genres, Id, Key, Mode, Popularity, Release, TimeSignature,
    Title, Year,
};

/// The datasets that can be read, recognised by their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schema {
    /// `maharshipandya/spotify-tracks-dataset`, also published as `thedevastator/spotify-tracks-genre-dataset`.
    Tracks114k,
    /// `tomigelo/spotify-audio-features`, April 2019 and November 2018.
    Tomigelo,
    /// The 1.2-million-track dataset (`rodolfofigueroa/spotify-12m-songs`).
    Tracks1M2,
    /// Tracks merged from many repositories: texts in mixed forms, many holes.
    Wide,
}

/// What a column says about a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Id,
    Title,
    Artists,
    Album,
    Release,
    Year,
    Genres,
    Popularity,
    Duration,
    Explicit,
    Audio(AudioFeature),
    Key,
    Mode,
    TimeSignature,
    Conflict,
}

/// How a dataset writes several artists in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArtistForm {
    /// `A;B`
    Semicolons,
    /// One name, whatever it holds.
    Single,
    /// `['A', "B's"]`
    PythonList,
    /// Any of these, or `A, B`, row by row.
    Mixed,
}

impl Field {
    /// Number of fields.
    pub(crate) const COUNT: usize = 14 + AudioFeature::COUNT;

    /// Position in a row of cells.
    pub(crate) const fn at(self) -> usize {
        match self {
            Self::Id => 0,
            Self::Title => 1,
            Self::Artists => 2,
            Self::Album => 3,
            Self::Release => 4,
            Self::Year => 5,
            Self::Genres => 6,
            Self::Popularity => 7,
            Self::Duration => 8,
            Self::Explicit => 9,
            Self::Key => 10,
            Self::Mode => 11,
            Self::TimeSignature => 12,
            Self::Conflict => 13,
            Self::Audio(feature) => 14 + feature as usize,
        }
    }
}

/// The columns that every dataset names alike.
const COMMON: [(&str, Field); 13] = [
    ("danceability", Audio(Danceability)),
    ("energy", Audio(Energy)),
    ("loudness", Audio(Loudness)),
    ("speechiness", Audio(Speechiness)),
    ("acousticness", Audio(Acousticness)),
    ("instrumentalness", Audio(Instrumentalness)),
    ("liveness", Audio(Liveness)),
    ("valence", Audio(Valence)),
    ("tempo", Audio(Tempo)),
    ("key", Key),
    ("mode", Mode),
    ("time_signature", TimeSignature),
    ("duration_ms", Duration),
];

impl Schema {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::Tracks114k, Self::Tomigelo, Self::Tracks1M2, Self::Wide];

    /// Short name, as manifests keep it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tracks114k => "tracks-114k",
            Self::Tomigelo => "tomigelo",
            Self::Tracks1M2 => "tracks-1.2m",
            Self::Wide => "wide",
        }
    }

    /// The columns that only this schema needs.
    const fn own_columns(self) -> &'static [(&'static str, Field)] {
        match self {
            Self::Tracks114k => &[
                ("track_id", Id),
                ("artists", Artists),
                ("album_name", Album),
                ("track_name", Title),
                ("popularity", Popularity),
                ("explicit", Explicit),
                ("track_genre", Genres),
            ],
            Self::Tomigelo => {
                &[("track_id", Id), ("artist_name", Artists), ("track_name", Title), ("popularity", Popularity)]
            }
            Self::Tracks1M2 => &[
                ("id", Id),
                ("name", Title),
                ("album", Album),
                ("artists", Artists),
                ("explicit", Explicit),
                ("year", Year),
                ("release_date", Release),
            ],
            Self::Wide => &[
                ("track_id", Id),
                ("name", Title),
                ("artist", Artists),
                ("album", Album),
                ("release", Release),
                ("genre", Genres),
                ("popularity", Popularity),
            ],
        }
    }

    /// Columns that are read where they are there.
    const fn optional_columns(self) -> &'static [(&'static str, Field)] {
        match self {
            Self::Wide => &[("conflict", Conflict)],
            _ => &[],
        }
    }

    /// How this dataset writes artists.
    pub(crate) const fn artist_form(self) -> ArtistForm {
        match self {
            Self::Tracks114k => ArtistForm::Semicolons,
            Self::Tomigelo => ArtistForm::Single,
            Self::Tracks1M2 => ArtistForm::PythonList,
            Self::Wide => ArtistForm::Mixed,
        }
    }

    fn needed(self) -> impl Iterator<Item = (&'static str, Field)> {
        self.own_columns().iter().chain(&COMMON).copied()
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the fields of a schema stand in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) schema: Schema,
    /// Column of every field, by [`Field::at`].
    pub(crate) columns: [Option<usize>; Field::COUNT],
    pub(crate) n_columns: usize,
}

impl Layout {
    /// Recognises the schema from a header.
    pub(crate) fn recognise(file: &str, header: &[String]) -> Result<Self, CatalogError> {
        let position = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
        let missing = |schema: Schema| schema.needed().filter(|&(name, _)| position(name).is_none());
        let schema = Schema::ALL
            .into_iter()
            .min_by_key(|&schema| missing(schema).count())
            .expect("there is more than one schema");
        if missing(schema).next().is_some() {
            return Err(CatalogError::UnknownColumns {
                file: file.to_owned(),
                found: header.to_vec(),
                nearest: schema,
                missing: missing(schema).map(|(name, _)| name.to_owned()).collect(),
            });
        }
        let mut columns = [None; Field::COUNT];
        for (name, field) in schema.needed().chain(schema.optional_columns().iter().copied()) {
            if header.iter().filter(|column| column.eq_ignore_ascii_case(name)).count() > 1 {
                return Err(CatalogError::RepeatedColumn { file: file.to_owned(), column: name.to_owned() });
            }
            columns[field.at()] = position(name);
        }
        Ok(Self { schema, columns, n_columns: header.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(schema: Schema) -> Vec<String> {
        schema.needed().map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn every_schema_is_recognised_by_its_columns_in_any_order() {
        for schema in Schema::ALL {
            let mut columns = header(schema);
            columns.reverse();
            columns.push("something else".to_owned());
            let layout = Layout::recognise("a.csv", &columns).unwrap();
            assert_eq!(layout.schema, schema);
            assert_eq!(layout.n_columns, columns.len());
        }
    }

    #[test]
    fn a_missing_column_is_named_with_those_found() {
        let mut columns = header(Schema::Tomigelo);
        columns.retain(|column| column != "tempo");
        let message = Layout::recognise("a.csv", &columns).unwrap_err().to_string();
        assert!(message.contains("Nearest is tomigelo; it also needs: tempo."), "{message}");
        assert!(message.contains("Columns found: track_id, artist_name"), "{message}");
    }

    #[test]
    fn a_column_that_stands_there_twice_is_refused() {
        let mut columns = header(Schema::Wide);
        columns.push("Tempo".to_owned());
        let error = Layout::recognise("a.csv", &columns).unwrap_err();
        assert!(matches!(error, CatalogError::RepeatedColumn { column, .. } if column == "tempo"));
    }

    #[test]
    fn no_two_fields_share_a_position() {
        let mut taken = [false; Field::COUNT];
        for field in Schema::ALL.into_iter().flat_map(|s| s.needed().collect::<Vec<_>>()).map(|(_, field)| field) {
            taken[field.at()] = true;
        }
        taken[Conflict.at()] = true;
        assert_eq!(taken, [true; Field::COUNT]);
    }
}

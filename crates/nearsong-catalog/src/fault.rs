use crate::error::shortened;

/// What can be wrong with, or remarkable in, a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "each is described, for people, by `Fault::fault` and `Fault::done`")]
pub enum Fault {
    // A row with one of these is refused.
    WrongFieldCount,
    BadId,
    NotText,
    LongText,
    NotANumber,
    NotFinite,
    OutOfRange,
    // Counted by row.
    NotAnalysed,
    ZeroTempo,
    ZeroValence,
    ZeroEnergy,
    ZeroInstrumentalness,
    ZeroTimeSignature,
    OneTimeSignature,
    LoudnessAboveZero,
    MissingAudio,
    ZeroDuration,
    ShortDuration,
    LongDuration,
    NoNames,
    MissingTitle,
    MissingArtist,
    EdgeSpaces,
    ControlCharacters,
    NotNfc,
    CutOffList,
    UnreadableDate,
    CommaLineSplit,
    CommaLineKept,
    SourcesDisagree,
    // Counted over the rows of one id.
    RepeatedId,
    SurplusRow,
    IdenticalRow,
    PopularityDiffers,
    OtherwiseDiffers,
    SeveralGenres,
    // Counted by id.
    ZeroPopularity,
    NumberLikeTitle,
    NonAsciiArtists,
    NonAsciiAlbum,
    NonAsciiTitle,
    LongArtists,
    LongAlbum,
    LongTitle,
    SameNames,
    SameNamesGroup,
    SameSound,
}

use Fault::*;

impl Fault {
    /// All of them, in the order in which a report lists them.
    pub const ALL: [Self; 47] = [
        WrongFieldCount,
        BadId,
        NotText,
        LongText,
        NotANumber,
        NotFinite,
        OutOfRange,
        NotAnalysed,
        ZeroTempo,
        ZeroValence,
        ZeroEnergy,
        ZeroInstrumentalness,
        ZeroTimeSignature,
        OneTimeSignature,
        LoudnessAboveZero,
        MissingAudio,
        ZeroDuration,
        ShortDuration,
        LongDuration,
        NoNames,
        MissingTitle,
        MissingArtist,
        EdgeSpaces,
        ControlCharacters,
        NotNfc,
        CutOffList,
        UnreadableDate,
        CommaLineSplit,
        CommaLineKept,
        SourcesDisagree,
        RepeatedId,
        SurplusRow,
        IdenticalRow,
        PopularityDiffers,
        OtherwiseDiffers,
        SeveralGenres,
        ZeroPopularity,
        NumberLikeTitle,
        NonAsciiArtists,
        NonAsciiAlbum,
        NonAsciiTitle,
        LongArtists,
        LongAlbum,
        LongTitle,
        SameNames,
        SameNamesGroup,
        SameSound,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// What is wrong, and what is counted: rows, ids or groups.
    pub const fn fault(self) -> &'static str {
        match self {
            WrongFieldCount => "rows with another number of fields than the header",
            BadId => "rows whose track id is not 22 letters and digits",
            NotText => "rows with a text that is not UTF-8",
            LongText => "rows with a text longer than the limit",
            NotANumber => "rows with a number that cannot be read",
            NotFinite => "rows with NaN or an infinite number",
            OutOfRange => "rows with a value out of its range",
            NotAnalysed => "rows not analysed (tempo, danceability and time signature 0)",
            ZeroTempo => "rows with tempo 0",
            ZeroValence => "rows with valence 0",
            ZeroEnergy => "rows with energy 0",
            ZeroInstrumentalness => "rows with instrumentalness exactly 0",
            ZeroTimeSignature => "rows with time signature 0",
            OneTimeSignature => "rows with time signature 1",
            LoudnessAboveZero => "rows with loudness above 0 dB",
            MissingAudio => "rows in which an audio feature is missing",
            ZeroDuration => "rows with duration 0",
            ShortDuration => "rows under 30 seconds, duration 0 among them",
            LongDuration => "rows over 20 minutes",
            NoNames => "rows without title, artist and album",
            MissingTitle => "rows without a title",
            MissingArtist => "rows without an artist",
            EdgeSpaces => "rows with spaces at the edge of a text",
            ControlCharacters => "rows with control characters in a text",
            NotNfc => "rows with a text in another Unicode form than NFC",
            CutOffList => "rows with a list that is cut off",
            UnreadableDate => "rows with a release date that cannot be read",
            CommaLineSplit => "rows with artists joined by commas or “Featuring”, all of them known",
            CommaLineKept => "rows with an artist line with commas whose parts are not known",
            SourcesDisagree => "rows on whose values the dataset's own sources disagree",
            RepeatedId => "ids on more than one row",
            SurplusRow => "surplus rows of these ids",
            IdenticalRow => "surplus rows identical to an earlier row of the id",
            PopularityDiffers => "ids whose popularity differs between their rows",
            OtherwiseDiffers => "ids of which anything but genre and popularity differs between their rows",
            SeveralGenres => "ids with several genres",
            ZeroPopularity => "ids with popularity 0",
            NumberLikeTitle => "titles that look like a number or a date",
            NonAsciiArtists => "artist lines beyond ASCII, by id",
            NonAsciiAlbum => "album titles beyond ASCII, by id",
            NonAsciiTitle => "titles beyond ASCII, by id",
            LongArtists => "artist lines over 100 characters, by id",
            LongAlbum => "album titles over 100 characters, by id",
            LongTitle => "titles over 100 characters, by id",
            SameNames => "ids that share title and artists with another id",
            SameNamesGroup => "groups of such ids",
            SameSound => "ids whose audio features and duration all equal another id's",
        }
    }

    /// What was done about it.
    pub const fn done(self) -> &'static str {
        match self {
            WrongFieldCount | BadId | NotText | LongText | NotANumber | NotFinite | OutOfRange => "row refused",
            NotAnalysed => "audio features left out, the rest kept",
            ZeroTempo | ZeroTimeSignature | ZeroDuration => "taken as unknown",
            ZeroValence | ZeroEnergy | ZeroInstrumentalness => "kept, unless the row was not analysed",
            OneTimeSignature | ShortDuration | LongDuration | ZeroPopularity => "kept",
            LoudnessAboveZero => "kept: real masters reach a few dB",
            MissingAudio => "the other features kept",
            NoNames | MissingTitle | MissingArtist => "kept, found by id only",
            EdgeSpaces => "trimmed",
            ControlCharacters => "replaced by spaces",
            NotNfc => "brought to NFC",
            CutOffList => "whole entries kept",
            UnreadableDate => "date left out",
            CommaLineSplit => "split into artists",
            CommaLineKept => "kept as one artist",
            SourcesDisagree => "the dataset's value kept",
            RepeatedId | SurplusRow | IdenticalRow => "united into one track per id",
            PopularityDiffers | OtherwiseDiffers => "the first row believed: no row says when it was collected",
            SeveralGenres => "genres united",
            NumberLikeTitle => "kept as text",
            NonAsciiArtists | NonAsciiAlbum | NonAsciiTitle | LongArtists | LongAlbum | LongTitle => "kept",
            SameNames | SameNamesGroup | SameSound => "kept as tracks, joined into recordings by title and main artist",
        }
    }

    /// Whether it is counted once per id, on the row that is believed.
    pub(crate) const fn is_by_id(self) -> bool {
        self as u8 >= ZeroPopularity as u8
    }
}

/// The faults of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Faults(u64);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0 |= 1 << fault as u8;
    }

    pub(crate) fn add_if(&mut self, is_found: bool, fault: Fault) {
        if is_found {
            self.add(fault);
        }
    }

    pub(crate) fn has(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u8) != 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.into_iter().filter(move |&fault| self.has(fault))
    }
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    pub(crate) column: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Refusal {
    fn new(fault: Fault, column: &'static str, expected: &str, found: &str) -> Self {
        Self { fault, column, expected: expected.to_owned(), found: shortened(found) }
    }

    pub(crate) fn bad_id(found: &str) -> Self {
        Self::new(BadId, "track id", "22 letters and digits", found)
    }

    pub(crate) fn not_text(column: &'static str, found: &[u8]) -> Self {
        Self::new(NotText, column, "UTF-8", &String::from_utf8_lossy(&found[..found.len().min(240)]))
    }

    pub(crate) fn long_text(column: &'static str, found: usize, limit: usize) -> Self {
        Self::new(LongText, column, &format!("at most {limit} bytes"), &format!("{found} bytes"))
    }

    pub(crate) fn not_a_number(column: &'static str, found: &str) -> Self {
        Self::new(NotANumber, column, "a number", found)
    }

    pub(crate) fn not_finite(column: &'static str, found: f64) -> Self {
        Self::new(NotFinite, column, "a finite number", &found.to_string())
    }

    pub(crate) fn out_of_range(column: &'static str, found: f64, expected: &str) -> Self {
        Self::new(OutOfRange, column, expected, &found.to_string())
    }

    pub(crate) fn field_count(found: usize, expected: usize) -> Self {
        Self::new(WrongFieldCount, "row", &format!("{expected} fields"), &format!("{found} fields"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_own_bit_and_stands_once_in_the_list() {
        for (position, fault) in Fault::ALL.into_iter().enumerate() {
            assert_eq!(fault as usize, position, "{fault:?}");
        }
        let mut faults = Faults::default();
        faults.add(SameSound);
        faults.add(BadId);
        assert_eq!(faults.iter().collect::<Vec<_>>(), [BadId, SameSound]);
    }
}

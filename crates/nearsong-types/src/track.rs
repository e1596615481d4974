use crate::{AudioFeatures, TrackId};

/// One Spotify id with all that the datasets say about it, after cleaning.
///
/// Texts are trimmed, NFC-normalised and never empty: what is not known is `None` or an empty list.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Spotify's id.
    pub id: TrackId,
    /// Title as published.
    pub title: Option<String>,
    /// Credited artists, the main artist first, no duplicates.
    pub artists: Vec<String>,
    /// Album title.
    pub album: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub release_date: Option<String>,
    /// Length in milliseconds, above 0.
    pub duration_ms: Option<u32>,
    /// Whether the lyrics are marked explicit.
    pub explicit: Option<bool>,
    /// Spotify's popularity when the dataset was made, 0..=100.
    pub popularity: Option<u8>,
    /// Genres, lower case, sorted, no duplicates.
    pub genres: Vec<String>,
    /// Continuous audio features.
    pub audio: AudioFeatures,
    /// Pitch class, 0 = C … 11 = B.
    pub key: Option<u8>,
    /// Whether the mode is major.
    pub is_major: Option<bool>,
    /// Beats in a bar, 1..=7 as found in datasets.
    pub time_signature: Option<u8>,
}

impl Track {
    /// A track of which only the id is known.
    pub fn new(id: TrackId) -> Self {
        Self {
            id,
            title: None,
            artists: Vec::new(),
            album: None,
            release_date: None,
            duration_ms: None,
            explicit: None,
            popularity: None,
            genres: Vec::new(),
            audio: AudioFeatures::NONE,
            key: None,
            is_major: None,
            time_signature: None,
        }
    }

    /// Year of release, from the first four digits of the release date.
    pub fn release_year(&self) -> Option<u16> {
        self.release_date.as_deref()?.get(..4)?.parse().ok()
    }
}

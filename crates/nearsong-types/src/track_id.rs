use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id Spotify gives one track: 22 characters of `0-9A-Za-z`.
///
/// One song usually has several of them (re-releases, compilations, markets); see [`crate::RecordingTable`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrackId([u8; TrackId::LEN]);

/// A text that is no track id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a Spotify track id (22 letters and digits, alone, in spotify:track:… or in a link), found “{found}”")]
pub struct TrackIdError {
    /// What stood there, shortened to 60 characters.
    pub found: String,
}

impl TrackId {
    /// Length of an id in bytes.
    pub const LEN: usize = 22;

    /// Takes the 22 bytes of an id; `None` where one of them is not a letter or digit.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Option<Self> {
        bytes.iter().all(u8::is_ascii_alphanumeric).then_some(Self(bytes))
    }

    /// The 22 bytes of the id.
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a track id is ASCII by construction")
    }

    /// `spotify:track:…`, the form that playlists and exports use.
    pub fn uri(&self) -> String {
        format!("spotify:track:{self}")
    }

    /// The page of the track on open.spotify.com.
    pub fn url(&self) -> String {
        format!("https://open.spotify.com/track/{self}")
    }
}

impl FromStr for TrackId {
    type Err = TrackIdError;

    /// Reads a bare id, a `spotify:track:` URI or an `open.spotify.com/…/track/…` link (with or without `?si=`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let rest = match text.strip_prefix("spotify:track:") {
            Some(rest) => rest,
            None => after_track_in_link(text).unwrap_or(text),
        };
        <[u8; Self::LEN]>::try_from(rest.as_bytes())
            .ok()
            .and_then(Self::from_bytes)
            .ok_or_else(|| TrackIdError { found: text.chars().take(60).collect() })
    }
}

fn after_track_in_link(text: &str) -> Option<&str> {
    let path = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let path = path.strip_prefix("open.spotify.com/")?;
    let (_, rest) = path.split_once("track/")?;
    rest.split(['?', '#', '/']).next()
}

impl fmt::Display for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for TrackId {
    type Error = TrackIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TrackId> for String {
    fn from(id: TrackId) -> Self {
        id.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5SuOikwiRyPMVoIQDJUgSV";

    #[test]
    fn every_written_form_names_the_same_track() {
        for form in [
            ID.to_owned(),
            format!("  {ID}\n"),
            format!("spotify:track:{ID}"),
            format!("https://open.spotify.com/track/{ID}"),
            format!("https://open.spotify.com/intl-de/track/{ID}?si=0123456789abcdef"),
        ] {
            assert_eq!(form.parse::<TrackId>().unwrap().as_str(), ID, "{form}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_what_was_found() {
        for text in
            ["", "5SuOikwiRyPMVoIQDJUgS", "5SuOikwiRyPMVoIQDJUgS-", "spotify:album:5SuOikwiRyPMVoIQDJUgSV", "日本"]
        {
            let error = text.parse::<TrackId>().unwrap_err();
            assert_eq!(error.found, text);
        }
    }
}

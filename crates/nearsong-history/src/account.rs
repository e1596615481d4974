use nearsong_types::{Listen, ListenSource, Song};
use serde::Deserialize;

use crate::{
    JsonFault, LeftOut, infer_outcome,
    row::{Reading, names, play_length, time},
    scalar::Scalar,
};

/// A row of the account data; every field may be null or absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AccountRow<'a> {
    #[serde(borrow)]
    end_time: Scalar<'a>,
    artist_name: Scalar<'a>,
    track_name: Scalar<'a>,
    ms_played: Scalar<'a>,
}

impl AccountRow<'_> {
    /// The listen of this row, or why there is none.
    pub(crate) fn read(&self, max_chars: usize) -> Result<Reading, JsonFault> {
        let ended_at = time(&self.end_time, "endTime", "a UTC time such as 2025-11-02 21:07")?;
        let ms_played = self.ms_played.whole("msPlayed")?;
        let title = self.track_name.text("trackName", max_chars)?;
        let artist = self.artist_name.text("artistName", max_chars)?;
        let ms_played = match play_length(ms_played) {
            Ok(ms_played) => ms_played,
            Err(reason) => return Ok(Reading::LeftOut(reason)),
        };
        let Some(ended_at) = ended_at else { return Ok(Reading::LeftOut(LeftOut::NoTime)) };
        let Some((title, artist)) = names(title, artist) else { return Ok(Reading::LeftOut(LeftOut::NoName)) };
        let song = Song { track_id: None, title: title.to_owned(), artist: artist.to_owned(), album: None };
        let outcome = infer_outcome(ms_played, None, None);
        Ok(Reading::Listen(Listen { ended_at, ms_played, song, outcome, source: ListenSource::AccountData }))
    }
}

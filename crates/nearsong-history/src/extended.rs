use nearsong_types::{Listen, ListenSource, Song};
use serde::Deserialize;

use crate::{
    JsonFault, LeftOut, infer_outcome,
    row::{Reading, names, play_length, time},
    scalar::Scalar,
};

/// The fields of an extended-history row that are used; every one may be null or absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExtendedRow<'a> {
    #[serde(borrow)]
    ts: Scalar<'a>,
    ms_played: Scalar<'a>,
    master_metadata_track_name: Scalar<'a>,
    master_metadata_album_artist_name: Scalar<'a>,
    master_metadata_album_album_name: Scalar<'a>,
    spotify_track_uri: Scalar<'a>,
    episode_name: Scalar<'a>,
    spotify_episode_uri: Scalar<'a>,
    audiobook_title: Scalar<'a>,
    audiobook_uri: Scalar<'a>,
    audiobook_chapter_uri: Scalar<'a>,
    reason_end: Scalar<'a>,
    skipped: Scalar<'a>,
    incognito_mode: Scalar<'a>,
}

impl ExtendedRow<'_> {
    /// The listen of this row, or why there is none.
    ///
    /// Every field is checked before any is used: a file of the wrong shape is told whichever rows come first.
    pub(crate) fn read(&self, max_chars: usize) -> Result<Reading, JsonFault> {
        let ended_at = time(&self.ts, "ts", "a UTC time such as 2023-03-19T18:31:37Z")?;
        let ms_played = self.ms_played.whole("ms_played")?;
        let title = self.master_metadata_track_name.text("master_metadata_track_name", max_chars)?;
        let artist = self.master_metadata_album_artist_name.text("master_metadata_album_artist_name", max_chars)?;
        let album = self.master_metadata_album_album_name.text("master_metadata_album_album_name", max_chars)?;
        let uri = self.spotify_track_uri.text("spotify_track_uri", max_chars)?;
        let reason_end = self.reason_end.text("reason_end", max_chars)?;
        let skipped = self.skipped.bool("skipped")?;
        if let Some(reason) = self.other_than_music(max_chars)? {
            return Ok(Reading::LeftOut(reason));
        }
        let ms_played = match play_length(ms_played) {
            Ok(ms_played) => ms_played,
            Err(reason) => return Ok(Reading::LeftOut(reason)),
        };
        let Some(ended_at) = ended_at else { return Ok(Reading::LeftOut(LeftOut::NoTime)) };
        let Some((title, artist)) = names(title, artist) else { return Ok(Reading::LeftOut(LeftOut::NoName)) };
        let song = Song {
            // Local files and the like have other addresses; their names still tell what they are.
            track_id: uri.and_then(|uri| uri.parse().ok()),
            title: title.to_owned(),
            artist: artist.to_owned(),
            album: album.map(str::to_owned),
        };
        let outcome = infer_outcome(ms_played, reason_end, skipped);
        Ok(Reading::Listen(Listen { ended_at, ms_played, song, outcome, source: ListenSource::ExtendedHistory }))
    }

    fn other_than_music(&self, max_chars: usize) -> Result<Option<LeftOut>, JsonFault> {
        let episode = self.episode_name.text("episode_name", max_chars)?;
        let episode_uri = self.spotify_episode_uri.text("spotify_episode_uri", max_chars)?;
        let audiobook = self.audiobook_title.text("audiobook_title", max_chars)?;
        let audiobook_uri = self.audiobook_uri.text("audiobook_uri", max_chars)?;
        let chapter_uri = self.audiobook_chapter_uri.text("audiobook_chapter_uri", max_chars)?;
        let is_private = self.incognito_mode.bool("incognito_mode")?.unwrap_or(false);
        Ok(if audiobook.or(audiobook_uri).or(chapter_uri).is_some() {
            Some(LeftOut::Audiobook)
        } else if episode.or(episode_uri).is_some() {
            Some(LeftOut::Podcast)
        } else {
            is_private.then_some(LeftOut::PrivateSession)
        })
    }
}

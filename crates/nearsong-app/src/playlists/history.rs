use nearsong_types::{Clock, Progress};

use super::{Edition, EditionSong, Recipe, Refreshed, Turnover};
use crate::{App, AppError};

impl App {
    /// A playlist's editions, the newest first, at most `limit`.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist.
    pub fn editions(&self, listener: Option<&str>, name: &str, limit: u32) -> Result<Vec<Edition>, AppError> {
        let (_, playlist) = self.playlist_of(listener, name)?;
        self.store.editions(playlist.id, limit)?.iter().map(Edition::from_record).collect()
    }

    /// What changed from one edition to another.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist or edition.
    pub fn compare_editions(
        &self,
        listener: Option<&str>,
        name: &str,
        from: u32,
        to: u32,
    ) -> Result<Turnover, AppError> {
        let (from, to) = (self.edition(listener, name, from)?, self.edition(listener, name, to)?);
        Ok(Turnover::between(&from.songs, &to.songs))
    }

    /// One edition by number.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist or edition.
    pub fn edition(&self, listener: Option<&str>, name: &str, number: u32) -> Result<Edition, AppError> {
        let (_, playlist) = self.playlist_of(listener, name)?;
        match self.store.edition(playlist.id, number)? {
            Some(record) => Edition::from_record(&record),
            None => {
                Err(AppError::Unusable(format!("“{name}” has no edition {number}: nearsong playlists history {name}")))
            }
        }
    }

    /// Brings an earlier edition back, also at Spotify: the one named, or the one before the newest, without songs that were banned since. It comes
    /// as a new edition, so that it can be undone as well.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no earlier edition, [`AppError::Spotify`]; what could not be written is written by the next refresh.
    pub fn undo_edition(
        &mut self,
        listener: Option<&str>,
        name: &str,
        number: Option<u32>,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Refreshed, AppError> {
        let _lock = self.data.lock_rounds()?;
        let (owner, playlist) = self.playlist_of(listener, name)?;
        if Recipe::from_json(&playlist.recipe_json)?.spotify {
            self.heed_changes(&owner, &playlist, clock, progress)?;
        }
        let editions = self.editions(listener, name, 2)?;
        let earlier = match (number, editions.get(1)) {
            (Some(number), _) => self.edition(listener, name, number)?,
            (None, Some(earlier)) => earlier.clone(),
            (None, None) => return Err(AppError::Unusable(format!("“{name}” has no earlier edition to go back to"))),
        };
        let note = format!("brings edition {} back", earlier.number);
        let bans = self.store.bans(owner.id)?;
        let is_wanted = |song: &EditionSong| bans.iter().all(|ban| ban.track_id != song.track_id);
        let songs = earlier.songs.iter().filter(|song| is_wanted(song)).cloned().collect();
        let back = Edition { number: 0, made_at: clock.now(), published_at: None, note, songs, ..earlier };
        let record = self.store.add_edition(playlist.id, &back.to_new(None))?;
        self.publish_edition(&owner, &playlist, record, clock, progress)
    }
}

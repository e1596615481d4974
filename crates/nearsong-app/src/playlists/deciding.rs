use nearsong_store::DecidedSong;
use nearsong_types::{Moment, RecordingTable, Silent, TrackId};

use crate::{App, AppError, find_song};

impl App {
    /// Keeps a song in a playlist from its next edition on: one of its newest edition by place or title, or any of the catalogue.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist or song.
    pub fn pin(
        &mut self,
        listener: Option<&str>,
        name: &str,
        song: &str,
        now: Moment,
    ) -> Result<DecidedSong, AppError> {
        let (owner, playlist) = self.playlist_of(listener, name)?;
        let song = self.named_song(listener, name, song, now, "")?;
        let _lock = self.lock("pinning a song")?;
        self.store.pin(owner.id, playlist.id, &song)?;
        Ok(song)
    }

    /// Lets a pinned song go with the next edition.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist or the song was not pinned.
    pub fn unpin(
        &mut self,
        listener: Option<&str>,
        name: &str,
        song: &str,
        now: Moment,
    ) -> Result<DecidedSong, AppError> {
        let (_, playlist) = self.playlist_of(listener, name)?;
        let song = self.named_song(listener, name, song, now, "")?;
        let _lock = self.lock("letting a pinned song go")?;
        let was_pinned = self.store.unpin(playlist.id, song.track_id)?;
        if was_pinned { Ok(song) } else { Err(AppError::Unusable(format!("“{}” is not pinned", song.title))) }
    }

    /// Keeps a song out of all of the listener's playlists, and what is like it further away.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist or song.
    pub fn ban(
        &mut self,
        listener: Option<&str>,
        name: &str,
        song: &str,
        now: Moment,
    ) -> Result<DecidedSong, AppError> {
        let (owner, _) = self.playlist_of(listener, name)?;
        let song = self.named_song(listener, name, song, now, "said so")?;
        let _lock = self.lock("banning a song")?;
        self.store.ban(owner.id, &song)?;
        Ok(song)
    }

    /// Lets a banned song in again.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where it was not banned.
    pub fn unban(&mut self, listener: Option<&str>, song: &str) -> Result<DecidedSong, AppError> {
        let owner = self.listener(listener)?;
        let _lock = self.lock("letting a banned song in")?;
        let bans = self.store.bans(owner.id)?;
        let is_meant = |ban: &&DecidedSong| is_named(&ban.title, &ban.artists, ban.track_id, song);
        let found = bans.iter().find(is_meant).cloned();
        let found = found.ok_or_else(|| AppError::Unusable(format!("“{song}” is not banned")))?;
        self.store.unban(owner.id, found.track_id)?;
        Ok(found)
    }

    /// What a listener wants in no playlist.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is no listener.
    pub fn bans(&self, listener: Option<&str>) -> Result<Vec<DecidedSong>, AppError> {
        Ok(self.store.bans(self.listener(listener)?.id)?)
    }

    /// What stays in a playlist.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist.
    pub fn pins(&self, listener: Option<&str>, name: &str) -> Result<Vec<DecidedSong>, AppError> {
        Ok(self.store.pins(self.playlist_of(listener, name)?.1.id)?)
    }

    /// A song by its place in the newest edition, its title there, or as the catalogue finds it.
    fn named_song(
        &self,
        listener: Option<&str>,
        name: &str,
        text: &str,
        at: Moment,
        why: &str,
    ) -> Result<DecidedSong, AppError> {
        let newest = self.playlist(listener, name)?.newest;
        let songs = newest.as_ref().map_or(&[][..], |edition| &edition.songs);
        let by_place = text.trim().parse::<usize>().ok().and_then(|place| songs.get(place.checked_sub(1)?));
        let listed =
            by_place.or_else(|| songs.iter().find(|song| is_named(&song.title, &song.artists, song.track_id, text)));
        let why = why.to_owned();
        if let Some(song) = listed {
            let (title, artists) = (song.title.clone(), song.artists.clone());
            return Ok(DecidedSong { track_id: song.track_id, title, artists, at, why });
        }
        let table = self.table(self.catalogue()?.version, &Silent)?;
        let table: &RecordingTable = &table;
        let item = find_song(table, text)?;
        let (title, artists) = (table.title(item).to_owned(), table.artist_line(item));
        Ok(DecidedSong { track_id: table.track_ids[item.at()], title, artists, at, why })
    }
}

fn is_named(title: &str, artists: &str, id: TrackId, text: &str) -> bool {
    let same = |one: &str| one.eq_ignore_ascii_case(text.trim());
    same(title) || same(&format!("{artists} - {title}")) || text.parse::<TrackId>().is_ok_and(|named| named == id)
}

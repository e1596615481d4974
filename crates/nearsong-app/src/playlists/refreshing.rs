use std::path::{Path, PathBuf};

use nearsong_store::{DecidedSong, EditionRecord, Listener, PlaylistRecord};
use nearsong_types::{Clock, Moment, Progress, TrackId};
use serde::Serialize;

use super::{Edition, Recipe, Turnover, cover::cover_of, keeping::handle};
use crate::{
    App, AppError, PlaylistSong, Published, ReadBack, Recommender, WishedPlaylist, day_in, when::zone, write_playlist,
};

/// An edition that could not be brought to its targets for so many days is made anew rather than gone on with.
const STALE_DAYS: f64 = 2.0;

/// What a refresh did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refreshed {
    /// The playlist.
    pub name: String,
    /// The edition that it has now.
    pub edition: Edition,
    /// What changed since the edition before that was published.
    pub turnover: Turnover,
    /// What was written to Spotify.
    pub published: Option<Published>,
    /// Whether it was given a cover of its own there.
    pub has_cover: bool,
    /// The file that was written.
    pub file: Option<PathBuf>,
    /// Songs that the listener had taken out at Spotify, and will not see again.
    pub n_removed: usize,
    /// Songs that the listener had added there, and that stay.
    pub n_added: usize,
}

impl App {
    /// What a refresh would make now, and what would change. Nothing is kept, nothing is called.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist, or any error of making a list.
    pub fn preview_playlist(
        &mut self,
        listener: Option<&str>,
        name: &str,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<(Edition, Turnover), AppError> {
        let recommender = self.recommender(None, now, progress)?;
        let (owner, playlist) = self.playlist_of(listener, name)?;
        let edition = self.make_edition(&recommender, &owner, &playlist, now, progress)?;
        let before = self.last_published(&playlist, u32::MAX)?;
        let turnover = Turnover::between(before.as_ref().map_or(&[], |before| &before.songs), &edition.songs);
        Ok((edition, turnover))
    }

    /// Makes a new edition now, asked for by hand, and brings it to its targets. One that could not be brought there within the last two days is
    /// gone on with instead of making another. The next run by itself is that of the schedule after now.
    ///
    /// # Errors
    /// Any error of reading back, making or writing; the playlist stays as it was then, or is finished by the next try.
    pub fn refresh_playlist(
        &mut self,
        listener: Option<&str>,
        name: &str,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Refreshed, AppError> {
        let _lock = self.data.lock_rounds()?;
        let recommender = self.recommender(None, clock.now(), progress)?;
        let refreshed = self.refresh_by(&recommender, listener, name, None, clock, progress)?;
        self.settle_refreshed(listener, name, clock.now())?;
        Ok(refreshed)
    }

    /// The same with a model that is open already, for a moment of the schedule; an edition that was made for it is gone on with.
    pub(crate) fn refresh_by(
        &mut self,
        recommender: &Recommender,
        listener: Option<&str>,
        name: &str,
        due_at: Option<Moment>,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Refreshed, AppError> {
        let (owner, playlist) = self.playlist_of(listener, name)?;
        if let Some(done) = self.done_already(&playlist, due_at)? {
            return Ok(done);
        }
        if let Some(unfinished) = self.unfinished(&playlist, due_at, clock.now())? {
            return self.publish_edition(&owner, &playlist, unfinished, clock, progress);
        }
        let recipe = Recipe::from_json(&playlist.recipe_json)?;
        let changed = if recipe.spotify { self.heed_changes(&owner, &playlist, clock, progress)? } else { (0, 0) };
        let edition = self.make_edition(recommender, &owner, &playlist, clock.now(), progress)?;
        if edition.songs.is_empty() {
            return Err(AppError::NoSongs { name: name.to_owned() });
        }
        let record = self.store.add_edition(playlist.id, &edition.to_new(due_at))?;
        let refreshed = self.publish_edition(&owner, &playlist, record, clock, progress)?;
        Ok(Refreshed { n_removed: changed.0, n_added: changed.1, ..refreshed })
    }

    fn make_edition(
        &self,
        recommender: &Recommender,
        owner: &Listener,
        playlist: &PlaylistRecord,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<Edition, AppError> {
        let recipe = Recipe::from_json(&playlist.recipe_json)?;
        let songs = self.pick(recommender, owner, playlist, &recipe, now, progress)?;
        Ok(Edition {
            number: 0,
            made_at: now,
            published_at: None,
            model: Some(recommender.model.id.number()),
            features_version: Some(recommender.model.model.snapshot_version),
            recipe,
            songs,
            note: String::new(),
        })
    }

    /// What was done, where the newest edition is at its targets and was made for this very moment: the process ended before it could say so.
    fn done_already(&self, playlist: &PlaylistRecord, due_at: Option<Moment>) -> Result<Option<Refreshed>, AppError> {
        let newest = self.store.editions(playlist.id, 1)?.into_iter().next();
        let is_done = |record: &EditionRecord| {
            due_at.is_some() && record.edition.due_at == due_at && record.published_at.is_some()
        };
        let Some(record) = newest.filter(is_done) else { return Ok(None) };
        let edition = Edition::from_record(&record)?;
        let turnover = self.turnover_of(playlist, &edition)?;
        let (name, file) = (playlist.name.clone(), edition.recipe.file.clone());
        Ok(Some(Refreshed {
            name,
            edition,
            turnover,
            published: None,
            has_cover: false,
            file,
            n_removed: 0,
            n_added: 0,
        }))
    }

    /// What an edition changed against the one that was at the targets before it.
    fn turnover_of(&self, playlist: &PlaylistRecord, edition: &Edition) -> Result<Turnover, AppError> {
        let before = self.last_published(playlist, edition.number)?;
        Ok(Turnover::between(before.as_ref().map_or(&[], |before| &before.songs), &edition.songs))
    }

    /// The newest edition, where it is for the same moment and not at its targets yet.
    fn unfinished(
        &self,
        playlist: &PlaylistRecord,
        due_at: Option<Moment>,
        now: Moment,
    ) -> Result<Option<EditionRecord>, AppError> {
        let newest = self.store.editions(playlist.id, 1)?.into_iter().next();
        Ok(newest.filter(|newest| {
            let is_same = match (due_at, newest.edition.due_at) {
                (Some(due), Some(before)) => due == before,
                (None, _) => true,
                (Some(_), None) => false,
            };
            newest.published_at.is_none() && is_same && now.days_since(newest.edition.made_at) < STALE_DAYS
        }))
    }

    /// Brings an edition to its targets and keeps that it is there.
    pub(super) fn publish_edition(
        &mut self,
        owner: &Listener,
        playlist: &PlaylistRecord,
        record: EditionRecord,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Refreshed, AppError> {
        let mut edition = Edition::from_record(&record)?;
        let recipe = Recipe::from_json(&playlist.recipe_json)?;
        let turnover = self.turnover_of(playlist, &edition)?;
        if let (Some(file), Some(format)) = (&recipe.file, recipe.file_format()?) {
            let songs: Vec<_> = edition.songs.iter().map(file_song).collect();
            let mut bytes = Vec::new();
            write_playlist(format, &recipe.title, &songs, &mut bytes).map_err(AppError::io(file))?;
            replace_file(file, &bytes)?;
        }
        let published = if recipe.spotify {
            let wish = WishedPlaylist {
                handle: handle(&playlist.name),
                title: recipe.title.clone(),
                description: description(owner, &recipe, &edition, turnover.stayed.len()),
                tracks: edition.track_ids(),
                make_again: false,
            };
            Some(self.publish(Some(&owner.name), &wish, clock, progress)?)
        } else {
            None
        };
        self.store.mark_published(playlist.id, edition.number, clock.now())?;
        let has_cover = published.is_some() && self.give_cover(owner, playlist, &edition, clock, progress);
        edition.published_at = Some(clock.now());
        let (name, file) = (playlist.name.clone(), recipe.file);
        Ok(Refreshed { name, edition, turnover, published, has_cover, file, n_removed: 0, n_added: 0 })
    }

    /// Gives a playlist at Spotify the edition's cover, where that was allowed. It is an ornament: that it did not work is no failure of a refresh.
    fn give_cover(
        &self,
        owner: &Listener,
        playlist: &PlaylistRecord,
        edition: &Edition,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> bool {
        let Some(jpeg) = cover_of(playlist, edition) else { return false };
        self.set_cover(owner, &handle(&playlist.name), &jpeg, clock, progress).unwrap_or(false)
    }

    fn last_published(&self, playlist: &PlaylistRecord, before: u32) -> Result<Option<Edition>, AppError> {
        self.store.last_published(playlist.id, before)?.as_ref().map(Edition::from_record).transpose()
    }

    /// Songs taken out at Spotify are disliked, songs added there stay; gives how many of each.
    pub(super) fn heed_changes(
        &mut self,
        owner: &Listener,
        playlist: &PlaylistRecord,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<(usize, usize), AppError> {
        let name = &playlist.name;
        match self.read_back(Some(&owner.name), &handle(name), clock, progress)? {
            ReadBack::Unchanged => Ok((0, 0)),
            ReadBack::Deleted => Err(AppError::DeletedThere { name: name.clone() }),
            ReadBack::Changed { removed, added } => {
                let before = self.last_published(playlist, u32::MAX)?;
                let song = |id: &TrackId, why: &str| {
                    let known = before.iter().flat_map(|edition| &edition.songs).find(|song| song.track_id == *id);
                    let (title, artists) =
                        known.map(|song| (song.title.clone(), song.artists.clone())).unwrap_or_default();
                    DecidedSong { track_id: *id, title, artists, at: clock.now(), why: why.to_owned() }
                };
                for id in &removed {
                    self.store.ban(owner.id, &song(id, "taken out at Spotify"))?;
                }
                for id in &added {
                    self.store.pin(owner.id, playlist.id, &song(id, "put it in at Spotify"))?;
                }
                Ok((removed.len(), added.len()))
            }
        }
    }
}

/// `Refreshed 23 Nov, next 30 Nov. 30 songs, 7 kept.`
fn description(owner: &Listener, recipe: &Recipe, edition: &Edition, n_kept: usize) -> String {
    let zone = zone(&owner.time_zone);
    let next = recipe.schedule().ok().and_then(|schedule| schedule.next_after(edition.made_at, &zone));
    let next = next.map(|next| format!(", next {}", day_in(next, &zone))).unwrap_or_default();
    let kept = if n_kept > 0 { format!(", {n_kept} kept") } else { String::new() };
    format!(
        "Refreshed {}{next}. {} songs{kept}. Made by Nearsong.",
        day_in(edition.made_at, &zone),
        edition.songs.len()
    )
}

fn file_song(song: &super::EditionSong) -> PlaylistSong {
    PlaylistSong {
        track_id: song.track_id,
        title: song.title.clone(),
        artists: song.artists.clone(),
        duration_ms: song.duration_ms,
        reason: song.reason.clone(),
    }
}

/// A file is the old one or the new one, never half of it.
fn replace_file(file: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let mut aside = file.as_os_str().to_owned();
    aside.push(".partial");
    let aside = PathBuf::from(aside);
    std::fs::write(&aside, bytes).map_err(AppError::io(&aside))?;
    std::fs::rename(&aside, file).map_err(AppError::io(file))
}

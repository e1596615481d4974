use nearsong_spotify::{Scopes, SignInReason, SpotifyError};
use nearsong_store::{JobRecord, JobState, Listener, PlaylistRecord};
use nearsong_types::{Moment, Silent};
use serde::Serialize;

use super::{Edition, Recipe};
use crate::{App, AppError, refresh::first_run, refresh::next_run};

/// A name may have so many characters.
const MAX_NAME: usize = 60;

/// A playlist as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaylistView {
    /// Its name.
    pub name: String,
    /// Its rules.
    pub recipe: Recipe,
    /// Whether it is paused, or waits for a sign-in: `waiting`, `signin`, `paused`.
    pub state: &'static str,
    /// When it is made anew.
    pub next_run: Option<Moment>,
    /// Why the last try did not go well.
    pub last_error: Option<String>,
    /// Its newest edition.
    pub newest: Option<Edition>,
    /// Its page at Spotify.
    pub url: Option<String>,
}

/// What was deleted with a playlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemovedPlaylist {
    /// Its name.
    pub name: String,
    /// Editions deleted.
    pub n_editions: u64,
    /// Its page at Spotify, where it stays.
    pub url: Option<String>,
}

impl App {
    /// Adds a playlist. Nothing is made yet: that is for the next round, or [`refresh_playlist`](Self::refresh_playlist).
    ///
    /// # Errors
    /// [`AppError::Unusable`] where the name or the recipe cannot be used, [`AppError::Spotify`] where it is to be written to Spotify and that was
    /// not allowed; then nothing was added.
    pub fn add_playlist(
        &mut self,
        listener: Option<&str>,
        name: &str,
        recipe: Recipe,
        now: Moment,
    ) -> Result<PlaylistView, AppError> {
        let listener = self.listener(listener)?;
        check_name(name)?;
        let recipe = self.checked(&listener, recipe)?;
        let _lock = self.lock("adding a playlist")?;
        let record = self.store.add_playlist(listener.id, name, &recipe.to_json(), now)?;
        self.store.keep_job(&JobRecord::new("refresh", &subject(&listener, name), Some(first_run(now))))?;
        self.view(&listener, &record)
    }

    /// Gives a playlist other rules, for its next edition.
    ///
    /// # Errors
    /// As [`add_playlist`](Self::add_playlist); then it keeps its rules.
    pub fn edit_playlist(
        &mut self,
        listener: Option<&str>,
        name: &str,
        recipe: Recipe,
        now: Moment,
    ) -> Result<PlaylistView, AppError> {
        let (listener, record) = self.playlist_of(listener, name)?;
        let recipe = self.checked(&listener, recipe)?;
        let _lock = self.lock("changing a playlist")?;
        self.store.set_recipe(record.id, &recipe.to_json())?;
        if let Some(mut job) = self.store.job("refresh", &subject(&listener, name))?
            && job.last_ok_at.is_some()
        {
            job.next_run = next_run(&listener, name, &recipe, now)?;
            self.store.keep_job(&job)?;
        }
        self.playlist(Some(&listener.name), name)
    }

    /// Pauses a playlist, or lets it go on. One that the listener deleted at Spotify is made again with `make_again`.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is no such playlist.
    pub fn pause_playlist(
        &mut self,
        listener: Option<&str>,
        name: &str,
        is_paused: bool,
        make_again: bool,
        now: Moment,
    ) -> Result<PlaylistView, AppError> {
        let (listener, record) = self.playlist_of(listener, name)?;
        let _lock = self.lock("pausing a playlist")?;
        let mut job = self.refresh_job(&listener, &record)?;
        job.state = if is_paused { JobState::Paused } else { JobState::Waiting };
        if !is_paused {
            (job.next_run, job.attempts, job.last_error) = (Some(now), 0, None);
        }
        if make_again {
            self.store.forget_spotify_playlist(listener.id, &handle(name))?;
        }
        self.store.keep_job(&job)?;
        self.view(&listener, &record)
    }

    /// A listener's playlists, in the order of adding.
    ///
    /// # Errors
    /// [`AppError::Missing`] where there is no listener.
    pub fn playlists(&self, listener: Option<&str>) -> Result<Vec<PlaylistView>, AppError> {
        let listener = self.listener(listener)?;
        self.store.playlists(listener.id)?.iter().map(|record| self.view(&listener, record)).collect()
    }

    /// One playlist.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is none of this name.
    pub fn playlist(&self, listener: Option<&str>, name: &str) -> Result<PlaylistView, AppError> {
        let (listener, record) = self.playlist_of(listener, name)?;
        self.view(&listener, &record)
    }

    /// Deletes a playlist with its editions and pins. At Spotify, and as a file, it stays.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where there is none of this name.
    pub fn remove_playlist(&mut self, listener: Option<&str>, name: &str) -> Result<RemovedPlaylist, AppError> {
        let (listener, record) = self.playlist_of(listener, name)?;
        let _lock = self.lock("removing a playlist")?;
        let url = self.view(&listener, &record)?.url;
        self.store.forget_job("refresh", &subject(&listener, name))?;
        self.store.forget_spotify_playlist(listener.id, &handle(name))?;
        let n_editions = self.store.remove_playlist(record.id)?;
        Ok(RemovedPlaylist { name: name.to_owned(), n_editions, url })
    }

    pub(crate) fn playlist_of(
        &self,
        listener: Option<&str>,
        name: &str,
    ) -> Result<(Listener, PlaylistRecord), AppError> {
        let listener = self.listener(listener)?;
        if let Some(found) = self.store.playlist(listener.id, name)? {
            return Ok((listener, found));
        }
        let names: Vec<_> = self.store.playlists(listener.id)?.into_iter().map(|playlist| playlist.name).collect();
        let known =
            if names.is_empty() { "there are none yet".to_owned() } else { format!("there are {}", names.join(", ")) };
        Err(AppError::Unusable(format!("there is no playlist “{name}”; {known}")))
    }

    /// The job that refreshes a playlist; a new one where it was lost.
    pub(crate) fn refresh_job(&self, listener: &Listener, record: &PlaylistRecord) -> Result<JobRecord, AppError> {
        let subject = subject(listener, &record.name);
        let kept = self.store.job("refresh", &subject)?;
        Ok(kept.unwrap_or_else(|| JobRecord::new("refresh", &subject, Some(record.added_at))))
    }

    fn view(&self, listener: &Listener, record: &PlaylistRecord) -> Result<PlaylistView, AppError> {
        let job = self.refresh_job(listener, record)?;
        let at_spotify = self.store.spotify_playlist(listener.id, &handle(&record.name))?;
        let newest = self.store.editions(record.id, 1)?.first().map(Edition::from_record).transpose()?;
        Ok(PlaylistView {
            name: record.name.clone(),
            recipe: Recipe::from_json(&record.recipe_json)?,
            state: job.state.name(),
            next_run: job.next_run.filter(|_| job.state == JobState::Waiting),
            last_error: job.last_error,
            newest,
            url: at_spotify
                .and_then(|list| list.spotify_id)
                .map(|id| format!("https://open.spotify.com/playlist/{id}")),
        })
    }

    /// A recipe that can be followed here: its words are understood, its file has a whole path, and Spotify was allowed where it is asked for.
    fn checked(&self, listener: &Listener, mut recipe: Recipe) -> Result<Recipe, AppError> {
        recipe.check()?;
        if let Some(latest) = self.catalogue_if_any()? {
            let table = self.table(latest.version, &Silent)?;
            recipe.wish(recipe.length).understand(&table, &self.config().recommend)?;
        }
        if let Some(file) = &recipe.file {
            recipe.file = Some(std::path::absolute(file).map_err(AppError::io(file))?);
        }
        if recipe.spotify {
            let connection = self.store.connection(listener.id)?;
            let scopes = connection.map(|connection| Scopes::parse(&connection.scopes));
            let scopes = scopes.ok_or(AppError::from(SpotifyError::SignInAgain(SignInReason::Never)))?;
            if !scopes.include(&Scopes::writing()) {
                return Err(SpotifyError::MissingScopes { needed: Scopes::writing() }.into());
            }
        }
        Ok(recipe)
    }
}

fn check_name(name: &str) -> Result<(), AppError> {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    if !name.is_empty() && name.chars().count() <= MAX_NAME && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(AppError::Unusable(format!(
        "“{name}” is no name for a playlist; expected 1 to {MAX_NAME} letters, digits, - and _, such as discovery-monday"
    )))
}

/// How the job of a playlist is called.
pub(crate) fn subject(listener: &Listener, name: &str) -> String {
    format!("{}/{name}", listener.name)
}

/// How a playlist is known among those made at Spotify.
pub(crate) fn handle(name: &str) -> String {
    format!("playlist/{name}")
}

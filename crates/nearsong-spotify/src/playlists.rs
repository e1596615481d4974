use nearsong_types::TrackId;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::{
    Client, Family, Page, Playlist, Scope, Scopes, SpotifyError,
    cover::encoded_cover,
    http::{Content, Request},
    playlist::entry_uri,
    wire::text,
};

/// Most tracks that one call puts into a playlist.
pub const MAX_ITEMS_A_CALL: usize = 100;
const PAGE: u32 = 50;

impl Client<'_> {
    /// The person's own playlists, 50 from `offset` on: `GET /me/playlists`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn own_playlists(&self, offset: u32) -> Result<Page<Playlist>, SpotifyError> {
        let url = self.url(&format!("/me/playlists?limit={PAGE}&offset={offset}"));
        let request = Request::get("your playlists", url);
        Page::read(request.what, &self.reading(&request)?, Playlist::read)
    }

    /// A playlist without what is in it: `GET /playlists/{id}`.
    ///
    /// # Errors
    /// [`SpotifyError::Gone`] where there is none, any other of [`SpotifyError`].
    pub fn playlist(&self, id: &str) -> Result<Playlist, SpotifyError> {
        let what = "playlist";
        let answer =
            self.reading(&Request::get(what, self.url(&format!("/playlists/{id}?fields=id,name,snapshot_id"))))?;
        Playlist::read(&answer).ok_or_else(|| unreadable(what))
    }

    /// The URIs in a playlist, 50 entries from `offset` on; withdrawn ones are passed over: `GET /playlists/{id}/items`.
    ///
    /// # Errors
    /// [`SpotifyError::Gone`] where there is none, any other of [`SpotifyError`].
    pub fn playlist_uris(&self, id: &str, offset: u32) -> Result<Page<String>, SpotifyError> {
        let url = self.url(&format!("/playlists/{id}/items?limit={PAGE}&offset={offset}"));
        let request = Request::get("playlist", url);
        Page::read(request.what, &self.reading(&request)?, entry_uri)
    }

    /// Makes an empty playlist that is not shown on the profile: `POST /me/playlists`. Not repeated where it may have happened.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn create_playlist(&self, name: &str, description: &str) -> Result<Playlist, SpotifyError> {
        let body = json!({"name": name, "description": description, "public": false});
        let answer = self.writing("making a playlist", Method::POST, "/me/playlists", body)?;
        Playlist::read(&answer).ok_or_else(|| unreadable("making a playlist"))
    }

    /// Changes a playlist's name and description: `PUT /playlists/{id}`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn change_details(&self, id: &str, name: &str, description: &str) -> Result<(), SpotifyError> {
        let body = json!({"name": name, "description": description});
        self.writing("naming a playlist", Method::PUT, &format!("/playlists/{id}"), body).map(|_| ())
    }

    /// Puts tracks in the place of all that a playlist holds; gives its new snapshot: `PUT /playlists/{id}/items`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    ///
    /// # Panics
    /// Where there are more than [`MAX_ITEMS_A_CALL`].
    pub fn replace_items(&self, id: &str, tracks: &[TrackId]) -> Result<Option<String>, SpotifyError> {
        let answer = self.writing("writing a playlist", Method::PUT, &items_of(id), json!({"uris": uris(tracks)}))?;
        Ok(text(&answer, "snapshot_id"))
    }

    /// Adds tracks to a playlist at `position`; gives its new snapshot: `POST /playlists/{id}/items`. Not repeated where it may have happened.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    ///
    /// # Panics
    /// Where there are more than [`MAX_ITEMS_A_CALL`].
    pub fn add_items(&self, id: &str, tracks: &[TrackId], position: u32) -> Result<Option<String>, SpotifyError> {
        let body = json!({"uris": uris(tracks), "position": position});
        let answer = self.writing("writing a playlist", Method::POST, &items_of(id), body)?;
        Ok(text(&answer, "snapshot_id"))
    }

    /// Gives a playlist a cover, a JPEG of at most [`MAX_COVER_BYTES`](crate::MAX_COVER_BYTES): `PUT /playlists/{id}/images`.
    ///
    /// # Errors
    /// [`SpotifyError::BadCover`], any other of [`SpotifyError`].
    pub fn set_cover(&self, id: &str, jpeg: &[u8]) -> Result<(), SpotifyError> {
        let (what, url) = ("a cover", self.url(&format!("/playlists/{id}/images")));
        let request = Request { what, method: Method::PUT, url, body: Content::Jpeg(encoded_cover(jpeg)?) };
        let needed = modifying().and(Scopes::covers());
        self.call(Family::Cover, &needed, &request).map(|_| ())
    }

    /// Whether a playlist is in the person's library; one that they deleted is not: `GET /me/library/contains`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn has_playlist(&self, id: &str) -> Result<bool, SpotifyError> {
        let (what, path) = ("your library", format!("/me/library/contains?uris=spotify%3Aplaylist%3A{id}"));
        let request = Request::get(what, self.url(&path));
        // Counted with playlists: a library that was locked for too many reads must not stop them.
        let answer = self.reading(&request)?;
        let is_there = answer.as_array().and_then(|answers| answers.first()).and_then(Value::as_bool);
        is_there.ok_or(SpotifyError::Unreadable { what, problem: "it is no list of yes and no".to_owned() })
    }

    /// Takes a playlist out of the person's library, which is how one is deleted: `DELETE /me/library`.
    ///
    /// # Errors
    /// Any of [`SpotifyError`].
    pub fn remove_playlist(&self, id: &str) -> Result<(), SpotifyError> {
        let (what, url) = ("removing a playlist", self.url(&format!("/me/library?uris=spotify%3Aplaylist%3A{id}")));
        let request = Request { what, method: Method::DELETE, url, body: Content::Nothing };
        self.call(Family::Library, &modifying(), &request).map(|_| ())
    }

    fn reading(&self, request: &Request) -> Result<Value, SpotifyError> {
        self.call(Family::PlaylistRead, &Scopes::of([Scope::PlaylistRead]), request)
    }

    fn writing(&self, what: &'static str, method: Method, path: &str, body: Value) -> Result<Value, SpotifyError> {
        let request = Request { what, method, url: self.url(path), body: Content::Json(body) };
        self.call(Family::PlaylistWrite, &modifying(), &request)
    }
}

fn modifying() -> Scopes {
    Scopes::of([Scope::PlaylistModifyPrivate, Scope::PlaylistModifyPublic])
}

fn items_of(id: &str) -> String {
    format!("/playlists/{id}/items")
}

fn uris(tracks: &[TrackId]) -> Vec<String> {
    assert!(tracks.len() <= MAX_ITEMS_A_CALL, "at most {MAX_ITEMS_A_CALL} tracks a call, found {}", tracks.len());
    tracks.iter().map(TrackId::uri).collect()
}

fn unreadable(what: &'static str) -> SpotifyError {
    SpotifyError::Unreadable { what, problem: "it names no playlist".to_owned() }
}

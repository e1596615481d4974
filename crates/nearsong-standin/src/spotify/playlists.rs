use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    answer::{Answer, ApiError, Body},
    fields,
    page::Page,
    playlist::Playlist,
    playlist_items,
    request::Request,
    visit::{Reply, Visit, ok},
};

const MAX_IMAGE_BYTES: usize = 256 * 1024;
const JPEG_BEGINS: [u8; 3] = [0xFF, 0xD8, 0xFF];
/// Items that come with a playlist; the rest is to be had page by page.
const N_EMBEDDED: usize = 50;

pub(crate) fn list(visit: &mut Visit<'_>) -> Reply {
    let page = Page::of(visit.request)?;
    let is_shown = |playlist: &&Playlist| playlist.owner == visit.caller && !playlist.is_removed;
    // The newest come first.
    let shown: Vec<&Playlist> = visit.state.playlists.iter().rev().filter(is_shown).collect();
    ok(page.object(&visit.url(), visit.request, &shown, |playlist| with_link_to_items(visit, playlist)))
}

pub(crate) fn create(visit: &mut Visit<'_>) -> Reply {
    let asked = visit.request.json()?;
    let name = asked["name"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| ApiError::new(400, "Missing required field: name"))?.to_owned();
    let is_public = asked["public"].as_bool().unwrap_or(true);
    let is_collaborative = asked["collaborative"].as_bool().unwrap_or(false);
    if is_public && is_collaborative {
        return Err(ApiError::new(400, "Collaborative playlists can only be private"));
    }
    visit.need_scope_to_change(is_public)?;
    let playlist = Playlist {
        id: visit.state.ids.next(crate::MADE_UP_ID_PREFIX, 22),
        owner: visit.caller,
        name,
        description: asked["description"].as_str().map(str::to_owned),
        is_public,
        is_collaborative,
        items: Vec::new(),
        snapshots: vec![visit.state.ids.next("AAAA", 32)],
        is_removed: false,
        cover_jpeg: None,
    };
    visit.state.playlists.push(playlist);
    let made = visit.state.playlists.last().expect("one was added");
    Ok(Answer::json(201, whole(visit, made)))
}

/// The old path, which names the user.
pub(crate) fn create_for(visit: &mut Visit<'_>) -> Reply {
    if visit.id == visit.account().user.id { create(visit) } else { Err(ApiError::forbidden()) }
}

pub(crate) fn read(visit: &mut Visit<'_>) -> Reply {
    let playlist = &visit.state.playlists[visit.playlist_index()?];
    let value = if playlist.owner == visit.caller { whole(visit, playlist) } else { without_items(visit, playlist) };
    ok(fields::select(value, visit.request.param("fields").as_deref()))
}

pub(crate) fn change(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_to_change()?;
    let asked = visit.request.json()?;
    let playlist = &visit.state.playlists[at];
    let is_public = asked["public"].as_bool().unwrap_or(playlist.is_public);
    let is_collaborative = asked["collaborative"].as_bool().unwrap_or(playlist.is_collaborative);
    if is_public && is_collaborative {
        return Err(ApiError::new(400, "Collaborative playlists can only be private"));
    }
    visit.need_scope_to_change(is_public)?;
    let snapshot_id = visit.state.ids.next("AAAA", 32);
    let playlist = &mut visit.state.playlists[at];
    (playlist.is_public, playlist.is_collaborative) = (is_public, is_collaborative);
    if let Some(name) = asked["name"].as_str().filter(|name| !name.is_empty()) {
        name.clone_into(&mut playlist.name);
    }
    if let Some(description) = asked["description"].as_str() {
        playlist.description = Some(description.to_owned());
    }
    playlist.snapshots.push(snapshot_id);
    Ok(Answer::new(200, Body::Empty))
}

/// The old path for taking a playlist out of one's library.
pub(crate) fn unfollow(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_to_change()?;
    visit.state.playlists[at].is_removed = true;
    Ok(Answer::new(200, Body::Empty))
}

pub(crate) fn images(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_index()?;
    ok(images_json(visit, &visit.state.playlists[at]))
}

pub(crate) fn set_image(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_to_change()?;
    let jpeg = jpeg_in(visit.request)?;
    visit.state.playlists[at].cover_jpeg = Some(jpeg);
    Ok(Answer::new(202, Body::Empty))
}

fn jpeg_in(request: &Request) -> Result<Vec<u8>, ApiError> {
    if request.content_type.as_deref() != Some("image/jpeg") {
        return Err(ApiError::new(400, "Content-Type must be image/jpeg"));
    }
    if request.body.len() > MAX_IMAGE_BYTES {
        return Err(ApiError::new(413, "The image is larger than 256 KB"));
    }
    let jpeg = STANDARD.decode(&request.body).ok().filter(|bytes| bytes.starts_with(&JPEG_BEGINS));
    jpeg.ok_or_else(|| ApiError::new(400, "Could not process image"))
}

/// The playlist with its first items.
fn whole(visit: &Visit<'_>, playlist: &Playlist) -> Value {
    let mut value = without_items(visit, playlist);
    let url = items_url(visit, playlist);
    let page = Page { limit: N_EMBEDDED, offset: 0 };
    let entry = playlist_items::entry_of(visit, playlist);
    value[items_key(visit)] = page.object(&url, &Request::default(), &playlist.items, entry);
    value
}

/// The playlist as it stands in lists: without items, but with their number.
fn with_link_to_items(visit: &Visit<'_>, playlist: &Playlist) -> Value {
    let mut value = without_items(visit, playlist);
    value[items_key(visit)] = json!({ "href": items_url(visit, playlist), "total": playlist.items.len() });
    value
}

fn without_items(visit: &Visit<'_>, playlist: &Playlist) -> Value {
    let id = &playlist.id;
    json!({
        "collaborative": playlist.is_collaborative,
        "description": playlist.description,
        "external_urls": { "spotify": format!("https://open.spotify.com/playlist/{id}") },
        "href": format!("{}/playlists/{id}", visit.api_url()),
        "id": id,
        "images": images_json(visit, playlist),
        "name": playlist.name,
        "owner": visit.state.accounts[playlist.owner].simple(visit.api_url()),
        "primary_color": null,
        "public": playlist.is_public,
        "snapshot_id": playlist.snapshot_id(),
        "type": "playlist",
        "uri": playlist.uri(),
    })
}

fn images_json(visit: &Visit<'_>, playlist: &Playlist) -> Value {
    match playlist.cover_jpeg {
        Some(_) => {
            json!([{ "url": format!("{}/image/{}", visit.state.accounts_url, playlist.id), "height": null, "width": null }])
        }
        None => json!([]),
    }
}

fn items_url(visit: &Visit<'_>, playlist: &Playlist) -> String {
    format!("{}/playlists/{}/{}", visit.api_url(), playlist.id, items_key(visit))
}

fn items_key(visit: &Visit<'_>) -> &'static str {
    if visit.state.setting.has_old_shapes { "tracks" } else { "items" }
}

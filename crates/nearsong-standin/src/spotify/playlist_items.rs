use nearsong_types::TrackId;
use serde_json::{Value, json};

use super::{
    answer::{Answer, ApiError},
    clock, fields,
    page::Page,
    playlist::{Playlist, PlaylistItem},
    state::State,
    visit::{Reply, Visit, ok},
};

const MAX_URIS: usize = 100;

pub(crate) fn read(visit: &mut Visit<'_>) -> Reply {
    let playlist = &visit.state.playlists[visit.own_playlist_index()?];
    let page = Page::of(visit.request)?;
    let value = page.object(&visit.url(), visit.request, &playlist.items, entry_of(visit, playlist));
    ok(fields::select(value, visit.request.param("fields").as_deref()))
}

/// How an item is written in answers.
pub(crate) fn entry_of(visit: &Visit<'_>, playlist: &Playlist) -> impl Fn(&PlaylistItem) -> Value {
    let key = if visit.state.setting.has_old_shapes { "track" } else { "item" };
    let owner = visit.state.accounts[playlist.owner].simple(visit.api_url());
    let added_by = json!({ "id": owner["id"], "type": "user", "uri": owner["uri"], "href": owner["href"], "external_urls": owner["external_urls"] });
    move |item| {
        json!({
            "added_at": clock::with_seconds(item.added_at),
            "added_by": added_by,
            "is_local": false,
            "primary_color": null,
            key: visit.state.track_json(item.track),
        })
    }
}

pub(crate) fn append(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_to_change()?;
    let (uris, body) = match visit.request.uris() {
        Some(uris) => (uris, Value::Null),
        None => {
            let body = visit.request.json()?;
            (uris_in(&body)?.unwrap_or_default(), body)
        }
    };
    if uris.is_empty() {
        return Err(ApiError::new(400, "No uris provided"));
    }
    let items = items_of(visit.state, &uris)?;
    let held = visit.state.playlists[at].items.len();
    let position = match (visit.request.param("position"), &body["position"]) {
        (Some(text), _) => text.parse().ok(),
        (None, Value::Null) => Some(held),
        (None, position) => position.as_u64().and_then(|position| usize::try_from(position).ok()),
    };
    let position = position.filter(|&position| position <= held);
    let position = position.ok_or_else(|| ApiError::new(400, "Index out of bounds."))?;
    visit.state.playlists[at].items.splice(position..position, items);
    Ok(Answer::json(201, new_snapshot(visit.state, at)))
}

pub(crate) fn replace_or_reorder(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_to_change()?;
    let body = visit.request.json()?;
    let uris = match visit.request.uris() {
        Some(uris) => Some(uris),
        None => uris_in(&body)?,
    };
    match (uris, body.get("range_start")) {
        (Some(_), Some(_)) => return Err(ApiError::new(400, "Cannot both replace and reorder")),
        (Some(uris), None) => visit.state.playlists[at].items = items_of(visit.state, &uris)?,
        (None, _) => reorder(&mut visit.state.playlists[at], &body)?,
    }
    ok(new_snapshot(visit.state, at))
}

fn reorder(playlist: &mut Playlist, body: &Value) -> Result<(), ApiError> {
    check_snapshot(playlist, body)?;
    let number = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok());
    let (Some(start), Some(before)) = (number("range_start"), number("insert_before")) else {
        return Err(ApiError::new(400, "Missing uris, or range_start and insert_before"));
    };
    playlist
        .reorder(start, number("range_length").unwrap_or(1), before)
        .ok_or_else(|| ApiError::new(400, "Index out of bounds."))
}

/// Takes out every occurrence of each track that is named.
pub(crate) fn remove(visit: &mut Visit<'_>) -> Reply {
    let at = visit.playlist_to_change()?;
    let body = visit.request.json()?;
    let is_old_path = visit.request.path.ends_with("/tracks");
    let named = body[if is_old_path { "tracks" } else { "items" }].as_array();
    let named = named.ok_or_else(|| ApiError::new(400, "No items provided"))?;
    if named.len() > MAX_URIS {
        return Err(ApiError::new(400, "You can remove a maximum of 100 tracks per request."));
    }
    let tracks = named.iter().map(|entry| track_of(entry["uri"].as_str().unwrap_or("null")));
    let gone = tracks.collect::<Result<Vec<_>, _>>()?;
    let playlist = &mut visit.state.playlists[at];
    check_snapshot(playlist, &body)?;
    playlist.items.retain(|item| !gone.contains(&item.track));
    ok(new_snapshot(visit.state, at))
}

/// A snapshot that the body names has to be one that the playlist has, or had.
fn check_snapshot(playlist: &Playlist, body: &Value) -> Result<(), ApiError> {
    let is_known = |named: &str| playlist.snapshots.iter().any(|snapshot| snapshot == named);
    if body["snapshot_id"].as_str().is_none_or(is_known) {
        Ok(())
    } else {
        Err(ApiError::new(400, "Invalid snapshot id"))
    }
}

fn new_snapshot(state: &mut State, at: usize) -> Value {
    let snapshot_id = state.ids.next("AAAA", 32);
    state.playlists[at].snapshots.push(snapshot_id.clone());
    json!({ "snapshot_id": snapshot_id })
}

/// The URIs of a JSON body, under `uris` or as a bare list; `None` where it has none.
fn uris_in(body: &Value) -> Result<Option<Vec<String>>, ApiError> {
    let uris = if body.is_array() { body } else { &body["uris"] };
    if uris.is_null() {
        return Ok(None);
    }
    let texts = uris.as_array().and_then(|uris| uris.iter().map(|uri| uri.as_str().map(str::to_owned)).collect());
    texts.map(Some).ok_or_else(|| ApiError::new(400, "uris must be a list of texts"))
}

/// New items for URIs, of which there are not too many and each names a track that there is.
fn items_of(state: &State, uris: &[String]) -> Result<Vec<PlaylistItem>, ApiError> {
    if uris.len() > MAX_URIS {
        return Err(ApiError::new(400, "You can add a maximum of 100 tracks per request."));
    }
    let added_at = state.now();
    let item = |uri: &String| {
        let track = track_of(uri)?;
        match state.music.track(track) {
            Some(_) => Ok(PlaylistItem { track, added_at }),
            None => Err(ApiError::new(400, "Payload contains a non-existing ID")),
        }
    };
    uris.iter().map(item).collect()
}

fn track_of(uri: &str) -> Result<TrackId, ApiError> {
    let id = uri.strip_prefix("spotify:track:").and_then(|id| id.parse().ok());
    id.ok_or_else(|| ApiError::new(400, format!("Invalid track uri: {uri}")))
}

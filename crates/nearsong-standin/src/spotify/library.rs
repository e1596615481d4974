use nearsong_types::TrackId;
use serde_json::{Value, json};

use super::{
    SpotifyTrack,
    account::insert_newest_first,
    answer::{Answer, ApiError, Body},
    page::Page,
    track::full_artist_json,
    visit::{Reply, Visit, ok},
};

const MAX_URIS: usize = 40;
const KINDS: [&str; 8] = ["track", "album", "episode", "show", "audiobook", "user", "playlist", "artist"];

pub(crate) fn save(visit: &mut Visit<'_>) -> Reply {
    let things = things(visit, false)?;
    let now = visit.state.now();
    for thing in things {
        match thing {
            Thing::Track(id) => {
                let account = visit.account_mut();
                if !account.saved.iter().any(|&(_, saved)| saved == id) {
                    insert_newest_first(&mut account.saved, now, id);
                }
            }
            Thing::OwnPlaylist(at) => visit.state.playlists[at].is_removed = false,
            Thing::Other(uri) => _ = visit.account_mut().others.insert(uri),
        }
    }
    Ok(Answer::new(200, Body::Empty))
}

pub(crate) fn remove(visit: &mut Visit<'_>) -> Reply {
    for thing in things(visit, false)? {
        match thing {
            Thing::Track(id) => visit.account_mut().saved.retain(|&(_, saved)| saved != id),
            Thing::OwnPlaylist(at) => visit.state.playlists[at].is_removed = true,
            Thing::Other(uri) => _ = visit.account_mut().others.remove(&uri),
        }
    }
    Ok(Answer::new(200, Body::Empty))
}

pub(crate) fn contains(visit: &mut Visit<'_>) -> Reply {
    let is_there = |thing: Thing| match thing {
        Thing::Track(id) => visit.account().saved.iter().any(|&(_, saved)| saved == id),
        Thing::OwnPlaylist(at) => !visit.state.playlists[at].is_removed,
        Thing::Other(uri) => visit.account().others.contains(&uri),
    };
    ok(things(visit, true)?.into_iter().map(is_there).collect())
}

enum Thing {
    Track(TrackId),
    /// Index of the playlist.
    OwnPlaylist(usize),
    Other(String),
}

/// What the `uris` of the query name, in their order, if the token allows it for each kind.
fn things(visit: &Visit<'_>, only_reads: bool) -> Result<Vec<Thing>, ApiError> {
    let uris = visit.request.uris().filter(|uris| !uris.is_empty());
    let uris = uris.ok_or_else(|| ApiError::new(400, "Missing required parameter: uris"))?;
    if uris.len() > MAX_URIS {
        return Err(ApiError::new(400, "Too many uris: 40 are the most"));
    }
    let thing = |uri: String| {
        let parts: Vec<&str> = uri.split(':').collect();
        let ["spotify", kind, id] = parts[..] else { return Err(invalid_uri(&uri)) };
        if id.is_empty() || !KINDS.contains(&kind) || (kind == "artist" && !only_reads) {
            return Err(invalid_uri(&uri));
        }
        if !scopes(kind, only_reads).iter().any(|scope| visit.has_scope(scope)) {
            return Err(ApiError::insufficient_scope());
        }
        match kind {
            "track" => {
                let id: TrackId = id.parse().map_err(|_| invalid_uri(&uri))?;
                visit.state.music.track(id).map(|track| Thing::Track(track.id)).ok_or_else(|| invalid_uri(&uri))
            }
            "playlist" => {
                let at = visit.state.playlist_index(id).ok_or_else(|| invalid_uri(&uri))?;
                let is_own = visit.state.playlists[at].owner == visit.caller;
                Ok(if is_own { Thing::OwnPlaylist(at) } else { Thing::Other(uri) })
            }
            _ => Ok(Thing::Other(uri)),
        }
    };
    uris.into_iter().map(thing).collect()
}

/// Any of these will do.
fn scopes(kind: &str, only_reads: bool) -> &'static [&'static str] {
    match (kind, only_reads) {
        ("playlist", true) => &["playlist-read-private"],
        ("playlist", false) => &["playlist-modify-public", "playlist-modify-private"],
        ("user" | "artist", true) => &["user-follow-read"],
        ("user" | "artist", false) => &["user-follow-modify"],
        (_, true) => &["user-library-read"],
        (_, false) => &["user-library-modify"],
    }
}

fn invalid_uri(uri: &str) -> ApiError {
    ApiError::new(400, format!("Invalid uri: {uri}"))
}

pub(crate) fn track(visit: &mut Visit<'_>) -> Reply {
    let id: TrackId = visit.id.parse().map_err(|_| ApiError::new(400, "Invalid base62 id"))?;
    match visit.state.track_json(id) {
        Value::Null => Err(ApiError::not_found()),
        track => ok(track),
    }
}

pub(crate) fn artist(visit: &mut Visit<'_>) -> Reply {
    let name = visit.state.music.artist(visit.id).ok_or_else(ApiError::not_found)?;
    ok(full_artist_json(name, visit.api_url()))
}

/// Finds tracks and artists; of every other type there is nothing to be found.
pub(crate) fn search(visit: &mut Visit<'_>) -> Reply {
    let page = Page::within(visit.request, 0, 10, 5)?;
    let wanted = visit.request.param("q").filter(|text| !text.trim().is_empty());
    let wanted = wanted.ok_or_else(|| ApiError::new(400, "No search query"))?.to_lowercase();
    let types = visit.request.param("type").ok_or_else(|| ApiError::new(400, "Missing parameter type"))?;
    let (music, api_url) = (&visit.state.music, visit.api_url());
    let mut found = json!({});
    for kind in types.split(',') {
        let object = match kind {
            "track" => {
                let tracks: Vec<&SpotifyTrack> = music.tracks().filter(|track| fits(track, &wanted)).collect();
                page.object(&visit.url(), visit.request, &tracks, |track| track.to_json(api_url))
            }
            "artist" => {
                let text = wanted.strip_prefix("artist:").unwrap_or(&wanted).trim_matches(['"', ' ']);
                let artists: Vec<&str> = music.artists().filter(|name| name.to_lowercase().contains(text)).collect();
                page.object(&visit.url(), visit.request, &artists, |name| full_artist_json(name, api_url))
            }
            "album" | "playlist" | "show" | "episode" | "audiobook" => {
                page.object::<()>(&visit.url(), visit.request, &[], |()| Value::Null)
            }
            _ => return Err(ApiError::new(400, "Bad search type field")),
        };
        found[format!("{kind}s")] = object;
    }
    ok(found)
}

/// Whether a track fits a lower-case query of words and of `isrc:`, `track:`, `artist:` and `album:` filters, whose values reach up
/// to the next filter. Years, genres and tags are passed over.
fn fits(track: &SpotifyTrack, wanted: &str) -> bool {
    let artists = track.artists.join(" ").to_lowercase();
    let (title, album) = (track.title.to_lowercase(), track.album.to_lowercase());
    filters(wanted).into_iter().all(|(filter, value)| match filter {
        "isrc" => track.isrc.as_ref().is_some_and(|isrc| isrc.to_lowercase() == value),
        "track" => title.contains(&value),
        "artist" => artists.contains(&value),
        "album" => album.contains(&value),
        "" => value.split(' ').all(|word| [&title, &artists, &album].iter().any(|text| text.contains(word))),
        _ => true,
    })
}

/// `boat artist:"no body"` as `("", boat)` and `(artist, no body)`.
fn filters(wanted: &str) -> Vec<(&str, String)> {
    let mut filters = vec![("", Vec::new())];
    for word in wanted.split_whitespace() {
        let (filter, value) = match word.split_once(':') {
            Some((filter, value)) => (Some(filter), value),
            None => (None, word),
        };
        if let Some(filter) = filter {
            filters.push((filter, Vec::new()));
        }
        filters.last_mut().expect("never empty").1.push(value.trim_matches('"'));
    }
    let joined = filters.into_iter().map(|(filter, words)| (filter, words.join(" ")));
    joined.filter(|(_, value)| !value.is_empty()).collect()
}

use nearsong_types::TrackId;

use super::{
    account::insert_newest_first,
    answer::{Answer, ApiError, Body},
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

use super::{
    answer::ApiError,
    catalogue, library, listening, playlist_items, playlists,
    request::Request,
    state::State,
    visit::{Reply, Visit},
};

/// Endpoints that share one allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Profile,
    Top,
    RecentlyPlayed,
    Library,
    Playlists,
    PlaylistItems,
    Images,
    Catalogue,
    Search,
}

struct Route {
    method: &'static str,
    /// After `/v1`; a `*` stands for one part.
    path: &'static str,
    family: Family,
    /// All of these are needed; what depends on the playlist or the kind of thing is asked for by the endpoint itself.
    scopes: &'static [&'static str],
    act: fn(&mut Visit<'_>) -> Reply,
}

macro_rules! routes {
    ($($method:literal $path:literal $family:ident [$($scope:literal),*] $act:expr;)*) => {
        &[$(Route { method: $method, path: $path, family: Family::$family, scopes: &[$($scope),*], act: $act }),*]
    };
}

/// What an app in Development Mode may call.
const ROUTES: &[Route] = routes! {
    "GET" "me" Profile [] listening::profile;
    "GET" "me/top/*" Top ["user-top-read"] listening::top;
    "GET" "me/player/recently-played" RecentlyPlayed ["user-read-recently-played"] listening::recently_played;
    "GET" "me/tracks" Library ["user-library-read"] listening::saved_tracks;
    "GET" "me/playlists" Playlists ["playlist-read-private"] playlists::list;
    "POST" "me/playlists" Playlists [] playlists::create;
    "GET" "playlists/*" Playlists [] playlists::read;
    "PUT" "playlists/*" Playlists [] playlists::change;
    "GET" "playlists/*/items" PlaylistItems ["playlist-read-private"] playlist_items::read;
    "POST" "playlists/*/items" PlaylistItems [] playlist_items::append;
    "PUT" "playlists/*/items" PlaylistItems [] playlist_items::replace_or_reorder;
    "DELETE" "playlists/*/items" PlaylistItems [] playlist_items::remove;
    "GET" "playlists/*/images" Images [] playlists::images;
    "PUT" "playlists/*/images" Images ["ugc-image-upload"] playlists::set_image;
    "PUT" "me/library" Library [] library::save;
    "DELETE" "me/library" Library [] library::remove;
    "GET" "me/library/contains" Library [] library::contains;
    "GET" "tracks/*" Catalogue [] catalogue::track;
    "GET" "artists/*" Catalogue [] catalogue::artist;
    "GET" "search" Search [] catalogue::search;
};

/// What client ids from before February 2026 may call besides.
const OLD_ROUTES: &[Route] = routes! {
    "POST" "users/*/playlists" Playlists [] playlists::create_for;
    "DELETE" "playlists/*/followers" Playlists [] playlists::unfollow;
    "GET" "playlists/*/tracks" PlaylistItems ["playlist-read-private"] playlist_items::read;
    "POST" "playlists/*/tracks" PlaylistItems [] playlist_items::append;
    "PUT" "playlists/*/tracks" PlaylistItems [] playlist_items::replace_or_reorder;
    "DELETE" "playlists/*/tracks" PlaylistItems [] playlist_items::remove;
};

const ANY: &[&str] = &["GET", "POST", "PUT", "DELETE"];
const WRITES: &[&str] = &["PUT", "DELETE"];

/// What was taken from such an app, and the status with which it is refused.
const REMOVED: [(&[&str], &str, u16); 37] = [
    (ANY, "albums", 403),
    (ANY, "artists", 403),
    (ANY, "artists/*/related-artists", 404),
    (ANY, "artists/*/top-tracks", 403),
    (ANY, "audio-analysis/*", 403),
    (ANY, "audio-features", 403),
    (ANY, "audio-features/*", 403),
    (ANY, "audiobooks", 403),
    (ANY, "browse/categories", 403),
    (ANY, "browse/categories/*", 403),
    (ANY, "browse/categories/*/playlists", 404),
    (ANY, "browse/featured-playlists", 404),
    (ANY, "browse/new-releases", 403),
    (ANY, "chapters", 403),
    (ANY, "episodes", 403),
    (ANY, "markets", 403),
    (WRITES, "me/albums", 403),
    (WRITES, "me/audiobooks", 403),
    (WRITES, "me/episodes", 403),
    (WRITES, "me/following", 403),
    (WRITES, "me/shows", 403),
    (WRITES, "me/tracks", 403),
    (ANY, "me/albums/contains", 403),
    (ANY, "me/audiobooks/contains", 403),
    (ANY, "me/episodes/contains", 403),
    (ANY, "me/following/contains", 403),
    (ANY, "me/shows/contains", 403),
    (ANY, "me/tracks/contains", 403),
    (ANY, "playlists/*/followers", 403),
    (ANY, "playlists/*/followers/contains", 403),
    (ANY, "playlists/*/tracks", 403),
    (ANY, "recommendations", 404),
    (ANY, "recommendations/available-genre-seeds", 404),
    (ANY, "shows", 403),
    (ANY, "tracks", 403),
    (ANY, "users/*", 403),
    (ANY, "users/*/playlists", 403),
];

/// Answers a call of the Web API: who calls, may they, is there such an endpoint, is the quota used up, does the token allow it.
pub(crate) fn answer(state: &mut State, request: &Request, segments: &[&str]) -> Reply {
    let consent = state.grants.access(request.bearer()?, state.now()).map_err(|said| ApiError::new(401, said))?;
    let (user_id, scopes) = (consent.user_id.clone(), consent.scopes.clone());
    let caller = state.account_index(&user_id).expect("consent was given by a user of the setting");
    if !state.accounts[caller].is_allowed {
        return Err(ApiError::not_allowed());
    }
    if state.has_lapsed {
        return Err(ApiError::owner_lapsed());
    }
    let (route, id) = find(state.setting.has_old_shapes, &request.method, segments)?;
    count(state, route.family)?;
    let mut visit = Visit { state, request, caller, scopes, id };
    for scope in route.scopes {
        visit.need_scope(scope)?;
    }
    (route.act)(&mut visit)
}

/// The route of a request, and what stands at its `*`.
fn find<'s>(has_old_shapes: bool, method: &str, segments: &[&'s str]) -> Result<(&'static Route, &'s str), ApiError> {
    let old = if has_old_shapes { OLD_ROUTES } else { &[] };
    for route in ROUTES.iter().chain(old).filter(|route| route.method == method) {
        if let Some(id) = id_in(route.path, segments) {
            return Ok((route, id));
        }
    }
    let is_asked_for = |(methods, path): (&[&str], &str)| methods.contains(&method) && id_in(path, segments).is_some();
    let removed = REMOVED.iter().find(|&&(methods, path, _)| is_asked_for((methods, path)));
    Err(match removed {
        Some((_, _, 403)) => ApiError::forbidden(),
        Some((_, _, status)) => ApiError::new(*status, "Not found."),
        None => ApiError::new(404, "Service not found"),
    })
}

/// What stands at the `*` of a path (nothing where there is none), if the segments are of that path.
fn id_in<'s>(path: &str, segments: &[&'s str]) -> Option<&'s str> {
    let mut id = "";
    let mut parts = path.split('/');
    for segment in segments {
        match parts.next()? {
            "*" => id = segment,
            part if part == *segment => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(id)
}

/// Counts a call against the quota of its family, over the last 24 hours.
fn count(state: &mut State, family: Family) -> Result<(), ApiError> {
    let now = state.now();
    let counted = state.counted.entry(family).or_default();
    counted.retain(|&at| at > now.minus_days(1));
    if state.setting.quota_per_family.is_some_and(|quota| counted.len() >= quota as usize) {
        return Err(ApiError::quota_exceeded());
    }
    counted.push(now);
    Ok(())
}

use nearsong_types::TrackId;
use serde_json::{Value, json};

use super::{
    SpotifyTrack,
    answer::ApiError,
    page::Page,
    track::full_artist_json,
    visit::{Reply, Visit, ok},
};

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
    if page.offset > 1000 {
        return Err(ApiError::new(400, "Invalid offset"));
    }
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

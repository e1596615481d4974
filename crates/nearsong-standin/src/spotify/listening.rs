use nearsong_types::{Moment, TrackId};
use serde_json::{Value, json};

use super::{
    account::TimeRange,
    answer::ApiError,
    clock,
    page::Page,
    track::full_artist_json,
    visit::{Reply, Visit, ok},
};

/// However far one walks back, no more plays than these are seen.
const MAX_RECENT: usize = 50;

pub(crate) fn profile(visit: &mut Visit<'_>) -> Reply {
    ok(visit.account().profile(visit.api_url()))
}

pub(crate) fn top(visit: &mut Visit<'_>) -> Reply {
    let range = match visit.request.param("time_range") {
        None => TimeRange::Medium,
        Some(name) => {
            let known = TimeRange::ALL.into_iter().find(|range| range.name() == name);
            known.ok_or_else(|| ApiError::new(400, "Invalid time range"))?
        }
    };
    let page = Page::of(visit.request)?;
    let (account, url) = (visit.account(), visit.url());
    ok(match visit.id {
        "tracks" => {
            let tracks = &account.top_tracks[range as usize];
            page.object(&url, visit.request, tracks, |&id| visit.state.track_json(id))
        }
        "artists" => {
            let artists = &account.top_artists[range as usize];
            page.object(&url, visit.request, artists, |name| full_artist_json(name, visit.api_url()))
        }
        _ => return Err(ApiError::new(400, "Invalid type")),
    })
}

pub(crate) fn recently_played(visit: &mut Visit<'_>) -> Reply {
    let page = Page::of(visit.request)?;
    let moment = |name: &str| match visit.request.param(name) {
        None => Ok(None),
        Some(text) => text.parse::<i64>().map(Some).map_err(|_| ApiError::new(400, format!("Invalid {name}"))),
    };
    let (after, before) = (moment("after")?, moment("before")?);
    if after.is_some() && before.is_some() {
        return Err(ApiError::new(400, "Only one of before and after may be specified"));
    }
    let is_asked_for = |&&(played_at, _): &&(Moment, TrackId)| {
        let millis = clock::millis(played_at);
        after.is_none_or(|after| millis > after) && before.is_none_or(|before| millis < before)
    };
    let reachable = visit.account().plays.iter().take(MAX_RECENT);
    let asked: Vec<_> = reachable.filter(is_asked_for).copied().collect();
    // The plays right after a moment are the oldest of those that are newer.
    let first = if after.is_some() { asked.len().saturating_sub(page.limit) } else { 0 };
    let shown = &asked[first..asked.len().min(first + page.limit)];
    let is_more = asked.len() > shown.len();
    ok(recent_object(visit, shown, &page, after.is_some(), is_more))
}

fn recent_object(visit: &Visit<'_>, shown: &[(Moment, TrackId)], page: &Page, walks_on: bool, is_more: bool) -> Value {
    let (url, limit) = (visit.url(), page.limit);
    let cursors = shown.first().zip(shown.last()).map(|(&(newest, _), &(oldest, _))| {
        json!({ "after": clock::millis(newest).to_string(), "before": clock::millis(oldest).to_string() })
    });
    let next = cursors.as_ref().filter(|_| is_more).map(|cursors| {
        let name = if walks_on { "after" } else { "before" };
        format!("{url}?{name}={}&limit={limit}", cursors[name].as_str().unwrap_or_default())
    });
    let entry = |&(played_at, id): &(Moment, TrackId)| json!({ "track": visit.state.track_json(id), "played_at": clock::with_millis(played_at), "context": null });
    json!({
        "href": format!("{url}?limit={limit}"),
        "limit": limit,
        "next": next,
        "cursors": cursors,
        "items": shown.iter().map(entry).collect::<Vec<_>>(),
    })
}

pub(crate) fn saved_tracks(visit: &mut Visit<'_>) -> Reply {
    let page = Page::of(visit.request)?;
    let entry = |&(added_at, id): &(Moment, TrackId)| json!({ "added_at": clock::with_seconds(added_at), "track": visit.state.track_json(id) });
    ok(page.object(&visit.url(), visit.request, &visit.account().saved, entry))
}

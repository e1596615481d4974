use jiff::tz::TimeZone;
use nearsong_app::{ConnectionStatus, Published, SpotifyStatus, WhatWasWritten, date_in, date_time_in};

use crate::render::{count, playlists};

/// What `nearsong status` says about Spotify.
pub fn describe(status: &SpotifyStatus, zone: &TimeZone) -> String {
    let mut text: String = status.connections.iter().map(|connection| connection_line(connection, zone)).collect();
    let calls: Vec<_> = status.calls_today.iter().map(|(what, n)| format!("{what} {}", count(*n))).collect();
    let n: u64 = status.calls_today.iter().map(|(_, n)| n).sum();
    let what = if calls.is_empty() { String::new() } else { format!(" ({})", calls.join(", ")) };
    text.push_str(&format!(
        "            {} calls in the last 24 hours{what}; a sync makes at most {}\n",
        count(n),
        status.calls_per_sync
    ));
    for cooldown in &status.cooldowns {
        text.push_str(&format!(
            "            {}: Spotify asked to wait until {}\n",
            cooldown.what,
            date_time_in(cooldown.until, zone)
        ));
    }
    text
}

fn connection_line(connection: &ConnectionStatus, zone: &TimeZone) -> String {
    let may = match (connection.may_read, connection.may_write) {
        (true, true) => "reading and writing",
        (true, false) => "reading only",
        (false, _) => "writing only",
    };
    let unfinished = match connection.n_unfinished {
        0 => String::new(),
        n => format!(", {} of them not written to the end yet", count(n)),
    };
    format!(
        "Spotify     {}: {may}, {} days left; {} saved and {} most played songs, {}{unfinished}\n{}",
        connection.listener,
        connection.days_left,
        count(connection.n_saved),
        count(connection.n_most_played),
        playlists(connection.n_playlists),
        indented(&warning(connection, zone))
    )
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("            {line}\n")).collect()
}

/// That the sign-in is over, or soon will be; nothing where there is time.
pub fn warning(connection: &ConnectionStatus, zone: &TimeZone) -> String {
    let ends = date_in(connection.ends_at, zone);
    match connection.warning {
        _ if connection.needs_sign_in => {
            "The sign-in at Spotify has ended. Sign in again: nearsong connect spotify --read --write\n".to_owned()
        }
        Some(7) => format!(
            "The sign-in at Spotify ends on {ends}, within a week. Renew it now: nearsong connect spotify --read --write\n"
        ),
        Some(_) => format!(
            "The sign-in at Spotify ends on {ends}. Renew it when you like: nearsong connect spotify --read --write\n"
        ),
        None => String::new(),
    }
}

/// What became of a playlist, in words.
pub fn published(published: &Published) -> String {
    let Published { title, url, n_tracks, n_calls, .. } = published;
    match published.written {
        WhatWasWritten::Made => {
            format!("Made the playlist “{title}” at Spotify with {n_tracks} songs ({n_calls} calls): {url}\n")
        }
        WhatWasWritten::Replaced => {
            format!("Replaced the playlist “{title}” at Spotify: {n_tracks} songs ({n_calls} calls): {url}\n")
        }
        WhatWasWritten::Nothing => {
            format!("The playlist “{title}” at Spotify holds these {n_tracks} songs already; no call was made: {url}\n")
        }
    }
}

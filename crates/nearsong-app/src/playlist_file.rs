use std::io::{self, Write};

use nearsong_types::TrackId;
use serde::Serialize;

use crate::csv_failure::csv_failure;

/// The forms in which a list of songs can be written for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaylistFormat {
    /// Comma-separated values with a header, RFC 4180.
    Csv,
    /// Extended M3U, UTF-8.
    M3u,
    /// JSPF, the JSON form of XSPF version 1.
    Jspf,
    /// `spotify:track:…`, one a line.
    Uris,
}

/// A song as a playlist file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistSong {
    /// The track.
    pub track_id: TrackId,
    /// Title.
    pub title: String,
    /// Artists, joined by commas.
    pub artists: String,
    /// Length in milliseconds.
    pub duration_ms: Option<u32>,
    /// Why it is in the list, in words.
    pub reason: String,
}

/// Writes a list of songs under a title.
///
/// # Errors
/// Those of the writer.
pub fn write_playlist(
    format: PlaylistFormat,
    title: &str,
    songs: &[PlaylistSong],
    to: &mut dyn Write,
) -> io::Result<()> {
    match format {
        PlaylistFormat::Csv => write_csv(songs, to),
        PlaylistFormat::M3u => write_m3u(title, songs, to),
        PlaylistFormat::Jspf => write_jspf(title, songs, to),
        PlaylistFormat::Uris => songs.iter().try_for_each(|song| writeln!(to, "{}", song.track_id.uri())),
    }
}

fn write_csv(songs: &[PlaylistSong], to: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    let header = ["rank", "track_id", "title", "artists", "duration_ms", "reason"];
    csv.write_record(header).map_err(csv_failure)?;
    for (rank, song) in (1..).zip(songs) {
        let rank: u32 = rank;
        let duration_ms = song.duration_ms.map(|ms| ms.to_string()).unwrap_or_default();
        let id = song.track_id.as_str();
        let row = [&rank.to_string(), id, &song.title, &song.artists, &duration_ms, &song.reason];
        csv.write_record(row).map_err(csv_failure)?;
    }
    csv.flush()
}

fn write_m3u(title: &str, songs: &[PlaylistSong], to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "#EXTM3U")?;
    writeln!(to, "#PLAYLIST:{}", one_line(title))?;
    for song in songs {
        let seconds = song.duration_ms.map_or(-1, |ms| i64::from(ms.div_ceil(1000)));
        writeln!(to, "#EXTINF:{seconds},{} - {}", one_line(&song.artists), one_line(&song.title))?;
        writeln!(to, "{}", song.track_id.url())?;
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[derive(Serialize)]
struct Jspf<'a> {
    playlist: JspfPlaylist<'a>,
}

#[derive(Serialize)]
struct JspfPlaylist<'a> {
    title: &'a str,
    creator: &'static str,
    track: Vec<JspfTrack<'a>>,
}

#[derive(Serialize)]
struct JspfTrack<'a> {
    location: [String; 1],
    identifier: [String; 1],
    title: &'a str,
    creator: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
    annotation: &'a str,
}

fn write_jspf(title: &str, songs: &[PlaylistSong], to: &mut dyn Write) -> io::Result<()> {
    let track = songs
        .iter()
        .map(|song| JspfTrack {
            location: [song.track_id.url()],
            identifier: [song.track_id.uri()],
            title: &song.title,
            creator: &song.artists,
            duration: song.duration_ms,
            annotation: &song.reason,
        })
        .collect();
    let playlist = JspfPlaylist { title, creator: "Nearsong", track };
    serde_json::to_writer_pretty(&mut *to, &Jspf { playlist })?;
    writeln!(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn songs() -> Vec<PlaylistSong> {
        vec![
            PlaylistSong {
                track_id: "5SuOikwiRyPMVoIQDJUgSV".parse().unwrap(),
                title: "Say \"Hi\", Stranger".to_owned(),
                artists: "Ana, Björk".to_owned(),
                duration_ms: Some(230_666),
                reason: "same artist".to_owned(),
            },
            PlaylistSong {
                track_id: "4qPNDBW1i3p13qLCt0Ki3A".parse().unwrap(),
                title: "Two\nLines".to_owned(),
                artists: "宇多田".to_owned(),
                duration_ms: None,
                reason: String::new(),
            },
        ]
    }

    fn written(format: PlaylistFormat) -> String {
        let mut bytes = Vec::new();
        write_playlist(format, "Next\nsongs", &songs(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let expected = "rank,track_id,title,artists,duration_ms,reason\n\
            1,5SuOikwiRyPMVoIQDJUgSV,\"Say \"\"Hi\"\", Stranger\",\"Ana, Björk\",230666,same artist\n\
            2,4qPNDBW1i3p13qLCt0Ki3A,\"Two\nLines\",宇多田,,\n";
        assert_eq!(written(PlaylistFormat::Csv), expected);
    }

    #[test]
    fn m3u_keeps_every_entry_on_its_line() {
        let expected = "#EXTM3U\n#PLAYLIST:Next songs\n\
            #EXTINF:231,Ana, Björk - Say \"Hi\", Stranger\nhttps://open.spotify.com/track/5SuOikwiRyPMVoIQDJUgSV\n\
            #EXTINF:-1,宇多田 - Two Lines\nhttps://open.spotify.com/track/4qPNDBW1i3p13qLCt0Ki3A\n";
        assert_eq!(written(PlaylistFormat::M3u), expected);
    }

    #[test]
    fn jspf_is_json_with_the_parts_the_format_names() {
        let value: serde_json::Value = serde_json::from_str(&written(PlaylistFormat::Jspf)).unwrap();
        let track = &value["playlist"]["track"][0];
        assert_eq!(track["title"], "Say \"Hi\", Stranger");
        assert_eq!(track["identifier"][0], "spotify:track:5SuOikwiRyPMVoIQDJUgSV");
        assert_eq!(track["duration"], 230_666);
        assert!(value["playlist"]["track"][1].get("duration").is_none());
    }

    #[test]
    fn uris_are_one_a_line() {
        assert_eq!(
            written(PlaylistFormat::Uris),
            "spotify:track:5SuOikwiRyPMVoIQDJUgSV\nspotify:track:4qPNDBW1i3p13qLCt0Ki3A\n"
        );
    }
}

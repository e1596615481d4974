//! Whatever the bytes: read in full or refused, never a panic, never a part in silence.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::*;
use nearsong_history::{LeftOut, Limits, ReadError};
use nearsong_types::{Listen, TrackId};
use proptest::prelude::*;
use serde_json::json;

#[derive(Debug, Clone)]
struct Play {
    second: i64,
    ms_played: u32,
    title: String,
    artist: String,
    album: Option<String>,
    id: Option<TrackId>,
    is_private: bool,
}

impl Play {
    fn row(&self, is_pretty: bool) -> String {
        let ts = jiff::Timestamp::from_second(self.second).unwrap().to_string();
        let row = json!({
            "ts": ts, "ms_played": self.ms_played, "platform": "android", "ip_addr": "192.0.2.1",
            "master_metadata_track_name": self.title, "master_metadata_album_artist_name": self.artist,
            "master_metadata_album_album_name": self.album, "spotify_track_uri": self.id.map(|id| id.uri()),
            "incognito_mode": self.is_private,
        });
        if is_pretty { serde_json::to_string_pretty(&row).unwrap() } else { row.to_string() }
    }

    fn is_told_by(&self, listen: &Listen) -> bool {
        let song = &listen.song;
        listen.ended_at.seconds() == self.second
            && listen.ms_played == self.ms_played
            && song.title == self.title.trim()
            && song.artist == self.artist.trim()
            && song.album.as_deref() == self.album.as_deref().map(str::trim)
            && song.track_id == self.id
    }
}

fn plays() -> impl Strategy<Value = Vec<Play>> {
    let text = r#"[\PC"\\\n]{0,12}[a-zé日]"#;
    let id = "[0-9A-Za-z]{22}".prop_map(|id| id.parse::<TrackId>().unwrap());
    let play = (
        (0..4_000_000_000i64, 0..=86_400_000u32),
        (text, text, prop::option::of(text)),
        prop::option::of(id),
        prop::bool::weighted(0.1),
    )
        .prop_map(|((second, ms_played), (title, artist, album), id, is_private)| Play {
            second,
            ms_played,
            title,
            artist,
            album,
            id,
            is_private,
        });
    prop::collection::vec(play, 0..20)
}

fn json_of(plays: &[Play], is_pretty: bool) -> String {
    let rows: Vec<String> = plays.iter().map(|play| play.row(is_pretty)).collect();
    format!("[{}]", rows.join(if is_pretty { ",\n  " } else { "," }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_play_comes_back(plays in plays(), is_pretty: bool, in_zip: bool, max_row_bytes in 2_000..300_000usize) {
        let folder = Folder::new();
        let json = json_of(&plays, is_pretty);
        let path = if in_zip {
            folder.put("a.zip", zip_of(&[("x/endsong_0.json", &json)]))
        } else {
            folder.put("endsong_0.json", &json)
        };
        let (report, listens) = read_with(&[&path], &Limits { max_row_bytes, ..Limits::default() }).unwrap();
        let public: Vec<&Play> = plays.iter().filter(|play| !play.is_private).collect();
        prop_assert_eq!(listens.len(), public.len());
        for (play, listen) in public.iter().zip(&listens) {
            prop_assert!(play.is_told_by(listen), "{:?} {:?}", play, listen);
        }
        let n_private = report.total.left_out.get(&LeftOut::PrivateSession).copied().unwrap_or(0);
        prop_assert_eq!(n_private as usize, plays.len() - public.len());
    }

    #[test]
    fn a_cut_at_any_byte_is_an_error(plays in plays(), is_pretty: bool, cut in any::<prop::sample::Index>()) {
        let json = json_of(&plays, is_pretty);
        let cut = cut.index(json.len());
        let result = read_file("endsong_0.json", &json.as_bytes()[..cut]);
        let is_told = matches!(result, Err(ReadError::Json { .. }));
        prop_assert!(is_told, "cut at {} of {}: {:?}", cut, json.len(), result);
    }

    #[test]
    fn a_cut_zip_is_an_error(plays in plays(), cut in any::<prop::sample::Index>()) {
        let archive = zip_of(&[("endsong_0.json", json_of(&plays, false))]);
        prop_assert!(read_file("a.zip", &archive[..cut.index(archive.len())]).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for name in ["endsong_0.json", "StreamingHistory0.json", "Streaming_History_Video_0.json", "mine", "a.zip"] {
            let _ = read_file(name, &bytes);
        }
    }

    #[test]
    fn any_json_like_text_is_read_or_refused(text in r#"\[(\{("ts"|"ms_played"|"a"):(-?[0-9.e]{1,5}|null|"[\PC]{0,5}"|\[*\]*)\}?,?){0,4}\]?"#) {
        let is_list_of_objects = serde_json::from_str::<Vec<serde_json::Map<String, serde_json::Value>>>(&text).is_ok();
        let result = read_file("endsong_0.json", &text);
        prop_assert!(is_list_of_objects || result.is_err(), "{}", text);
    }

    #[test]
    fn a_changed_byte_of_a_zip_never_changes_the_history_in_silence(
        plays in plays(), position in any::<prop::sample::Index>(), bit in 0..8u8,
    ) {
        let mut archive = zip_of(&[("endsong_0.json", json_of(&plays, false))]);
        let whole = read_file("a.zip", &archive).unwrap();
        let position = position.index(archive.len());
        archive[position] ^= 1 << bit;
        if let Ok((report, listens)) = read_file("a.zip", &archive) {
            prop_assert_eq!(listens, whole.1);
            prop_assert_eq!(report.total, whole.0.total);
        }
    }
}

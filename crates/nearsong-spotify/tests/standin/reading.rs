use std::time::Duration;

use nearsong_spotify::{Page, TimeRange, Track};
use nearsong_standin::{SpotifySetting, TimeRange as StandinRange};
use nearsong_types::TrackId;

use crate::{
    clock::START,
    fixture::{Fixture, track, track_id, track_ids},
};

/// A client id from before February 2026, and one from after.
fn both_shapes() -> [Fixture; 2] {
    [false, true].map(|has_old_shapes| Fixture::with(SpotifySetting { has_old_shapes, ..SpotifySetting::default() }))
}

fn ids(page: &Page<Track>) -> Vec<TrackId> {
    page.items.iter().map(|track| track.id).collect()
}

#[test]
fn a_profile_names_the_account_that_stays_the_same() {
    for fixture in both_shapes() {
        let profile = fixture.client().profile().unwrap();
        assert_eq!((profile.account.as_str(), profile.display_name.as_deref()), ("account-of-ana", Some("Ana")));
        assert_eq!(fixture.asked(), ["GET /v1/me 200"]);
        fixture.check_counted();
    }
}

#[test]
fn top_tracks_come_page_by_page_for_each_time() {
    for fixture in both_shapes() {
        for (range, numbers) in
            [(StandinRange::Short, 0..60), (StandinRange::Medium, 100..150), (StandinRange::Long, 0..0)]
        {
            fixture.spotify.set_top_tracks("ana", range, numbers.map(track));
        }
        let client = fixture.client();
        let first = client.top_tracks(TimeRange::Short, 0).unwrap();
        assert_eq!((ids(&first), first.total, first.has_next), (track_ids(0..50), Some(60), true));
        let song = &first.items[4];
        assert_eq!((song.title.as_str(), song.artists.as_slice()), ("Song 4", ["Band 1".to_owned()].as_slice()));
        assert_eq!((song.album.as_deref(), song.duration_ms), (Some("Song 4"), Some(180_000)));
        let second = client.top_tracks(TimeRange::Short, first.n_entries()).unwrap();
        assert_eq!((ids(&second), second.has_next), (track_ids(50..60), false));
        let medium = client.top_tracks(TimeRange::Medium, 0).unwrap();
        assert_eq!((ids(&medium), medium.has_next), (track_ids(100..150), false));
        assert_eq!(client.top_tracks(TimeRange::Long, 0).unwrap().n_entries(), 0);
        fixture.check_counted();
    }
}

#[test]
fn top_artists_come_page_by_page_for_each_time() {
    for fixture in both_shapes() {
        let name = |number: u32| format!("Band {number}");
        fixture.spotify.set_top_artists("ana", StandinRange::Short, (0..70).map(name));
        fixture.spotify.set_top_artists("ana", StandinRange::Long, (70..71).map(name));
        let client = fixture.client();
        let names = |range, offset| {
            let page = client.top_artists(range, offset).unwrap();
            assert!(page.items.iter().all(|artist| !artist.id.is_empty()));
            (page.items.into_iter().map(|artist| artist.name).collect::<Vec<_>>(), page.has_next)
        };
        assert_eq!(names(TimeRange::Short, 0), ((0..50).map(name).collect(), true));
        assert_eq!(names(TimeRange::Short, 50), ((50..70).map(name).collect(), false));
        assert_eq!(names(TimeRange::Medium, 0), (Vec::new(), false));
        assert_eq!(names(TimeRange::Long, 0), (vec![name(70)], false));
        fixture.check_counted();
    }
}

#[test]
fn recent_plays_are_the_latest_fifty_with_the_newest_first() {
    for fixture in both_shapes() {
        let at = |number: u32| START.plus(Duration::from_millis(200_123 * u64::from(number)));
        for number in 0..60 {
            fixture.spotify.add_play("ana", at(number), track(number));
        }
        let recent = fixture.client().recently_played().unwrap();
        let plays: Vec<_> = recent.items.iter().map(|play| (play.played_at, play.track.id)).collect();
        assert_eq!(plays, (10..60).rev().map(|number| (at(number), track_id(number))).collect::<Vec<_>>());
        assert_eq!(fixture.asked(), ["GET /v1/me/player/recently-played 200"]);
        fixture.check_counted();
    }
}

#[test]
fn who_played_nothing_has_no_recent_plays() {
    for fixture in both_shapes() {
        let recent = fixture.client().recently_played().unwrap();
        assert_eq!((recent.n_entries(), recent.has_next), (0, false));
    }
}

#[test]
fn saved_tracks_come_page_by_page_with_the_newest_first() {
    for fixture in both_shapes() {
        let at = |number: u32| START.plus(Duration::from_secs(u64::from(number)));
        for number in 0..120 {
            fixture.spotify.save_track("ana", at(number), track(number));
        }
        let client = fixture.client();
        let (mut found, mut pages) = (Vec::new(), Vec::new());
        loop {
            let page = client.saved_tracks(found.len() as u32).unwrap();
            pages.push((page.n_entries(), page.total, page.has_next));
            found.extend(page.items.iter().map(|saved| (saved.added_at, saved.track.id)));
            if !page.has_next {
                break;
            }
        }
        let all = Some(120);
        assert_eq!(pages, [(50, all, true), (50, all, true), (20, all, false)]);
        assert_eq!(found, (0..120).rev().map(|number| (at(number), track_id(number))).collect::<Vec<_>>());
        fixture.check_counted();
    }
}

#[test]
fn own_playlists_come_page_by_page() {
    for fixture in both_shapes() {
        let full = fixture.playlist(&track_ids(0..3));
        let client = fixture.client();
        for number in 0..51 {
            client.create_playlist(&format!("Mix {number}"), "").unwrap();
        }
        let first = client.own_playlists(0).unwrap();
        assert_eq!((first.items.len(), first.total, first.has_next), (50, Some(52), true));
        let second = client.own_playlists(50).unwrap();
        assert_eq!((second.items.len(), second.has_next), (2, false));
        let oldest = &second.items[1];
        assert_eq!((&oldest.id, oldest.name.as_str(), oldest.n_items), (&full, "Picks", Some(3)));
        assert_eq!(oldest.description.as_deref(), Some("Made by Nearsong"));
        assert_eq!(oldest.url, format!("https://open.spotify.com/playlist/{full}"));
        fixture.check_counted();
    }
}

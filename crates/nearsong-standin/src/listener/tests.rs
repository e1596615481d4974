use std::{
    collections::{HashMap, HashSet},
    fs,
    io::Read,
    path::Path,
};

use nearsong_types::Moment;
use serde_json::Value;

use super::*;
use crate::MadeUpAccount;

const FIELDS: [&str; 23] = [
    "ts",
    "platform",
    "ms_played",
    "conn_country",
    "ip_addr",
    "master_metadata_track_name",
    "master_metadata_album_artist_name",
    "master_metadata_album_album_name",
    "spotify_track_uri",
    "episode_name",
    "episode_show_name",
    "spotify_episode_uri",
    "audiobook_title",
    "audiobook_uri",
    "audiobook_chapter_uri",
    "audiobook_chapter_title",
    "reason_start",
    "reason_end",
    "shuffle",
    "skipped",
    "offline",
    "offline_timestamp",
    "incognito_mode",
];
const NEW_YEAR_2026: Moment = Moment::from_seconds(1_767_225_600);

fn plan(days: u32, n_plays: usize) -> ExportPlan {
    ExportPlan { ends_at: NEW_YEAR_2026, days, n_plays }
}

/// The files of a written export by name, in the order of the zip.
fn export(listener: &MadeUpListener<'_>, plan: &ExportPlan) -> (ExportSummary, Vec<(String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my_spotify_data.zip");
    let summary = listener.write_export(&path, plan).unwrap();
    let mut zip = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
    let files = (0..zip.len()).map(|at| {
        let mut file = zip.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    });
    (summary, files.collect())
}

fn rows(files: &[(String, String)], kind: &str) -> Vec<Value> {
    let named = files.iter().filter(|(name, _)| name.contains(kind));
    named.flat_map(|(_, text)| serde_json::from_str::<Vec<Value>>(text).unwrap()).collect()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (world, folder) = (World::new(1, 500), tempfile::tempdir().unwrap());
    let bytes = |name: &str, seed| {
        let path = folder.path().join(name);
        MadeUpListener::new(&world, seed).write_export(&path, &plan(90, 400)).unwrap();
        fs::read(path).unwrap()
    };
    assert_eq!(bytes("a", 4), bytes("b", 4));
    assert_ne!(bytes("a", 4), bytes("c", 5));
}

#[test]
fn an_export_has_the_layout_and_every_field_of_a_real_one() {
    let world = World::new(1, 1_000);
    let (summary, files) = export(&MadeUpListener::new(&world, 1), &ExportPlan::two_years(NEW_YEAR_2026));
    assert_eq!(files[0].0, "Spotify Extended Streaming History/ReadMeFirst_ExtendedStreamingHistory.pdf");
    assert_eq!(files[1].0, "Spotify Extended Streaming History/Streaming_History_Audio_2024-2025_0.json");
    assert_eq!(files.last().unwrap().0, "Spotify Extended Streaming History/Streaming_History_Video_2024-2025.json");
    assert_eq!(files.len(), 1 + summary.json_files);
    let all = rows(&files, "Streaming_History");
    assert_eq!(all.len(), summary.rows);
    for row in &all {
        let fields: HashSet<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, HashSet::from(FIELDS));
        assert!(row["ms_played"].is_u64() && row["shuffle"].is_boolean() && row["incognito_mode"].is_boolean());
        assert!(text(row, "ip_addr").starts_with("192.0.2."), "{row}");
    }
    assert!(all.iter().any(|row| row["skipped"].is_null()) && all.iter().any(|row| row["skipped"] == true));
}

#[test]
fn the_summary_counts_what_is_in_the_files() {
    for (n_tracks, days, n_plays) in [(500, 40, 900), (3_000, 730, 9_000)] {
        let world = World::new(2, n_tracks);
        let listener = MadeUpListener::new(&world, 3);
        let (summary, files) = export(&listener, &plan(days, n_plays));
        assert_eq!(summary.music_rows, n_plays);
        assert_eq!(rows(&files, "_Video_").len(), summary.video_rows);
        let mut audio = rows(&files, "_Audio_");
        let n_audio = audio.len();
        audio.dedup();
        assert_eq!(n_audio - audio.len(), summary.duplicate_rows);
        let (podcasts, music): (Vec<_>, Vec<_>) = audio.into_iter().partition(|row| row["episode_name"].is_string());
        assert_eq!(podcasts.len(), summary.podcast_rows);
        let (named, nameless): (Vec<_>, Vec<_>) =
            music.into_iter().partition(|row| row["master_metadata_track_name"].is_string());
        assert_eq!((named.len(), nameless.len()), (n_plays, summary.nameless_rows));
        assert_eq!(named.iter().filter(|row| row["reason_end"] == "fwdbtn").count(), summary.skipped_rows);
        assert_eq!(named.iter().filter(|row| row["incognito_mode"] == true).count(), summary.incognito_rows);
        assert_eq!(
            coverage(&world, &named),
            [summary.by_id_rows, summary.by_name_rows, summary.artist_only_rows, summary.unknown_rows]
        );
    }
}

/// Rows found by id, by title and artist, by artist alone, not at all; looked up the slow way.
fn coverage(world: &World, rows: &[Value]) -> [usize; 4] {
    let ids: HashSet<String> = world.tracks.iter().map(|track| track.id.uri()).collect();
    let names: HashSet<(&str, &str)> =
        world.tracks.iter().map(|track| (track.title.as_deref().unwrap(), track.artists[0].as_str())).collect();
    let artists: HashSet<&str> = world.tracks.iter().flat_map(|track| &track.artists).map(String::as_str).collect();
    let mut counts = [0; 4];
    for row in rows {
        let (title, artist) = (text(row, "master_metadata_track_name"), text(row, "master_metadata_album_artist_name"));
        let found = [
            ids.contains(text(row, "spotify_track_uri")),
            names.contains(&(title, artist)),
            artists.contains(artist),
            true,
        ];
        counts[found.iter().position(|&found| found).unwrap()] += 1;
    }
    counts
}

#[test]
fn plays_are_in_order_and_within_the_plan_also_when_it_is_full() {
    let world = World::new(1, 500);
    for (days, n_plays) in [(1, 5), (730, 4_000), (60, 7_200)] {
        let (summary, files) = export(&MadeUpListener::new(&world, 2), &plan(days, n_plays));
        let moments: Vec<jiff::Timestamp> =
            rows(&files, "_Audio_").iter().map(|row| text(row, "ts").parse().unwrap()).collect();
        assert!(moments.is_sorted());
        let first = NEW_YEAR_2026.minus_days(i64::from(days) + 3);
        assert!(summary.first_ended_at > Some(first) && summary.last_ended_at < Some(NEW_YEAR_2026), "{summary:?}");
        let last = summary.last_ended_at.unwrap();
        assert!(NEW_YEAR_2026.days_since(last) < 4.0, "{summary:?}");
    }
}

#[test]
fn plays_follow_the_planted_taste() {
    let world = World::new(1, 20_000);
    let listener = MadeUpListener::new(&world, 1);
    let (_, files) = export(&listener, &plan(730, 8_000));
    let favourites = listener.favourite_genres();
    assert_eq!(favourites.len(), 4);
    let genres: HashMap<String, &[String]> =
        world.tracks.iter().map(|track| (track.id.uri(), track.genres.as_slice())).collect();
    let plays = rows(&files, "_Audio_");
    let listed: Vec<(&Value, &[String])> =
        plays.iter().filter_map(|row| Some((row, *genres.get(text(row, "spotify_track_uri"))?))).collect();
    let share = |rows: &[(&Value, &[String])], names: &[&str]| {
        let hits = rows.iter().filter(|(_, genres)| genres.iter().any(|genre| names.contains(&genre.as_str()))).count();
        hits as f64 / rows.len() as f64
    };
    assert!(share(&listed, &favourites) > 0.8, "{}", share(&listed, &favourites));
    let tracks_of_favourites =
        world.tracks.iter().filter(|track| favourites.contains(&track.genres[0].as_str())).count();
    assert!(tracks_of_favourites * 5 < world.tracks.len(), "favourites are most of the catalogue: nothing to prove");
    let newest = favourites[3];
    let (early, late) = listed.split_at(listed.len() / 2);
    assert!(share(early, &[newest]) < 0.05 && share(&late[late.len() * 3 / 4..], &[newest]) > 0.25);
    let loved: HashSet<&str> = listener.favourite_artists().into_iter().collect();
    let by_loved = plays.iter().filter(|row| loved.contains(text(row, "master_metadata_album_artist_name"))).count();
    assert!(by_loved * 10 > plays.len() * 6, "{by_loved} of {}", plays.len());
    assert!(loved.is_subset(&listener.favourite_scenes().into_iter().collect()));
}

#[test]
fn strangers_are_skipped_more_than_loved_artists() {
    let world = World::new(1, 3_000);
    let listener = MadeUpListener::new(&world, 5);
    let (_, files) = export(&listener, &plan(365, 6_000));
    let plays = rows(&files, "_Audio_");
    let loved: HashSet<&str> = listener.favourite_artists().into_iter().collect();
    let (loved, other): (Vec<_>, Vec<_>) =
        plays.iter().partition(|row| loved.contains(text(row, "master_metadata_album_artist_name")));
    let skips =
        |rows: &[&Value]| rows.iter().filter(|row| row["reason_end"] == "fwdbtn").count() as f64 / rows.len() as f64;
    assert!(skips(&other) > 2.5 * skips(&loved), "{} {}", skips(&other), skips(&loved));
}

#[test]
fn a_long_history_is_split_into_files_of_real_size() {
    let world = World::new(1, 1_000);
    let (summary, files) = export(&MadeUpListener::new(&world, 1), &plan(1_000, 34_000));
    let sizes: Vec<usize> =
        files.iter().filter(|(name, _)| name.contains("_Audio_")).map(|(_, text)| text.len()).collect();
    assert!(sizes.len() >= 2 && sizes.iter().all(|&size| size < 12_100_000), "{sizes:?}");
    assert_eq!(rows(&files, "_Audio_").len() + summary.video_rows, summary.rows);
    assert!(files.iter().any(|(name, _)| name.ends_with("_1.json")));
}

#[test]
fn impossible_plans_are_refused_before_anything_is_written() {
    let (world, folder) = (World::new(1, 200), tempfile::tempdir().unwrap());
    let listener = MadeUpListener::new(&world, 1);
    let refused = |plan: ExportPlan| {
        let path = folder.path().join("export.zip");
        let error = listener.write_export(&path, &plan).unwrap_err();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        error.to_string()
    };
    assert!(refused(plan(10, 10_000)).contains("ask for at least 84 days"));
    assert!(refused(plan(40_000, 1)).contains("calendar"));
    assert!(refused(ExportPlan { ends_at: Moment::from_seconds(0), ..plan(1, 1) }).contains("calendar"));
    let nowhere = listener.write_export(Path::new("/nowhere/at/all.zip"), &plan(10, 10)).unwrap_err();
    assert!(nowhere.to_string().contains("/nowhere/at/all.zip"), "{nowhere}");
}

#[test]
fn an_empty_plan_gives_an_empty_history() {
    let world = World::new(1, 200);
    let (summary, files) = export(&MadeUpListener::new(&world, 1), &plan(0, 0));
    assert_eq!((summary.rows, files.len(), summary.first_ended_at), (0, 1, None));
}

#[test]
fn an_account_tells_of_the_same_plays_as_the_export() {
    let world = World::new(1, 1_000);
    let listener = MadeUpListener::new(&world, 4);
    let plan = plan(90, 2_000);
    let mut audio = rows(&export(&listener, &plan).1, "_Audio_");
    audio.dedup();
    audio.retain(|row| row["ms_played"].as_u64() >= Some(30_000) && row["incognito_mode"] == false);
    let played: Vec<(String, String)> = audio
        .iter()
        .rev()
        .filter(|row| row["master_metadata_track_name"].is_string())
        .map(|row| (text(row, "ts").to_owned(), text(row, "spotify_track_uri").to_owned()))
        .take(50)
        .collect();
    let account = MadeUpAccount::new(&listener, &plan).unwrap();
    let told = account.plays.iter().map(|&(at, id)| {
        let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap();
        (at.to_string(), id.uri())
    });
    assert_eq!(told.collect::<Vec<_>>(), played);
    let known: HashSet<_> = account.tracks.iter().map(|track| track.id).collect();
    assert!(account.plays.iter().chain(&account.saved).all(|(_, id)| known.contains(id)));
    assert_eq!(known.len(), account.tracks.len(), "no id twice");
}

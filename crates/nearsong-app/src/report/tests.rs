use std::{fs, path::PathBuf};

use nearsong_types::Silent;

use super::*;
use crate::{AboutInteractions, Origin};

const NOW: Moment = Moment::from_seconds(1_800_000_000);
/// 2026-08-01T00:00:00Z
const FROM: Moment = Moment::from_seconds(1_785_542_400);
const UNTIL: Moment = FROM.minus_days(-92);
const N_SONGS: u32 = 40;

/// A catalogue of songs by artists of four songs each.
fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let mut app = App::open(&folder.path().join("data")).unwrap();
    let mut csv =
        "artist_name,track_id,track_name,acousticness,danceability,duration_ms,energy,instrumentalness,key,liveness,\
                   loudness,mode,speechiness,tempo,time_signature,valence,popularity\n"
            .to_owned();
    for song in 0..N_SONGS {
        let sound = f64::from(song) / f64::from(N_SONGS);
        csv += &format!(
            "Artist {},{},Song {song},{sound},0.5,200000,{sound},0.1,1,0.1,-6.5,1,0.05,120.5,4,0.5,{}\n",
            song / 4,
            id(song),
            song % 50
        );
    }
    let path = folder.path().join("songs.csv");
    fs::write(&path, csv).unwrap();
    app.add_datasets(&[path], &Origin { is_made_up: true, source_url: None }, NOW, &Silent).unwrap();
    (folder, app)
}

fn id(song: u32) -> String {
    format!("{song:022}")
}

/// A play heard to the end: a song of the catalogue, or another with a name, so many seconds after the hidden time began.
fn row((id, title, artist): (&str, &str, &str), seconds: i64) -> String {
    let at = jiff::Timestamp::from_second(FROM.seconds() + seconds).unwrap();
    format!(
        r#"{{"ts":"{at}","ms_played":200000,"master_metadata_track_name":"{title}","spotify_track_uri":"spotify:track:{id}",
            "master_metadata_album_artist_name":"{artist}","reason_end":"trackdone"}}"#
    )
}

fn known(song: u32, seconds: i64) -> String {
    row((&id(song), &format!("Song {song}"), &format!("Artist {}", song / 4)), seconds)
}

fn import(app: &mut App, folder: &tempfile::TempDir, rows: &[String]) {
    let path: PathBuf = folder.path().join("endsong_0.json");
    fs::write(&path, format!("[{}]", rows.join(","))).unwrap();
    app.import(&[path], None, Some("UTC"), NOW, &Silent).unwrap();
}

fn request() -> ReportRequest {
    ReportRequest { since: Some(FROM), months: 3, until: Some(UNTIL), length: Some(10), models: vec![], seed: 1 }
}

fn offered(report: &Report) -> Vec<(String, Vec<ItemIdx>)> {
    report.lists.iter().map(|list| (list.name.clone(), list.offered.clone())).collect()
}

#[test]
fn a_play_at_the_first_moment_is_hidden_and_the_last_moment_ends_it() {
    let (folder, mut app) = app();
    let until = UNTIL.seconds() - FROM.seconds();
    let mut rows: Vec<String> = [-900, -600, -300, -1].map(|at| known(0, at)).to_vec();
    // First heard at the very beginning; heard at the last second before it; the third time too late.
    rows.extend([0, 300, 600].map(|at| known(4, at)));
    rows.extend([-2, 900, 1_200, 1_500].map(|at| known(8, at)));
    rows.extend([1_800, 2_100, until].map(|at| known(12, at)));
    import(&mut app, &folder, &rows);
    let report = app.report(None, &request(), NOW, &Silent).unwrap();
    let yours: Vec<&str> = report.yours.in_catalogue.iter().map(|&item| report.table.title(item)).collect();
    assert_eq!((yours, report.yours.n_outside, report.n_plays_before), (vec!["Song 4"], 0, 5));
    let favourites = &report.lists.last().unwrap().offered;
    assert_eq!(favourites.iter().map(|&item| report.table.title(item)).collect::<Vec<_>>(), ["Song 0", "Song 8"]);
    for list in report.lists.iter().filter(|list| list.kind != ListKind::Favourites) {
        assert!(list.offered.iter().all(|item| !favourites.contains(item)), "{} offers what is known", list.name);
    }
}

#[test]
fn songs_that_the_catalogue_lacks_are_counted_once_for_all_their_spellings() {
    let (folder, mut app) = app();
    let mut rows = vec![known(0, -900)];
    let (one, other) = (("a".repeat(22), "b".repeat(22)), "Elsewhere");
    for (at, (id, title)) in [(0, (&one.0, "Lost")), (300, (&one.1, "Lost - 2011 Remaster")), (600, (&one.0, "LOST"))] {
        rows.push(row((id, title, other), at));
    }
    import(&mut app, &folder, &rows);
    let message = app.report(None, &request(), NOW, &Silent).unwrap_err().to_string();
    assert!(message.starts_with("all 1 songs") && message.contains("missing in the catalogue"), "{message}");
    import(&mut app, &folder, &[900, 1_200, 1_500].map(|at| known(4, at)));
    let report = app.report(None, &request(), NOW, &Silent).unwrap();
    assert_eq!((report.yours.in_catalogue.len(), report.yours.n_outside), (1, 1));
}

#[test]
fn without_a_word_the_last_months_are_hidden_and_a_week_is_a_list() {
    let (folder, mut app) = app();
    let until = UNTIL.seconds() - FROM.seconds();
    import(&mut app, &folder, &[known(0, -200_000), known(4, 0), known(4, 300), known(4, until - 1)]);
    let asked = ReportRequest { since: None, until: None, length: None, ..request() };
    let report = app.report(None, &asked, NOW, &Silent).unwrap();
    // 93 days are 14 weeks, the last of them begun.
    assert_eq!((report.hidden.in_words().as_str(), report.length), ("31 July to 31 October 2026", 14 * 30));
    let later = ReportRequest { since: Some(UNTIL), until: Some(FROM), ..request() };
    assert!(app.report(None, &later, NOW, &Silent).unwrap_err().to_string().contains("ends before it begins"));
    let never = ReportRequest { since: Some(FROM.minus_days(300)), ..request() };
    assert!(app.report(None, &never, NOW, &Silent).unwrap_err().to_string().contains("nothing was heard before"));
}

#[test]
fn models_that_need_interactions_learn_from_those_of_then_or_are_left_out() {
    let (folder, mut app) = app();
    import(&mut app, &folder, &[known(0, -900), known(4, 0), known(4, 300), known(4, 600)]);
    let asked = ReportRequest { models: vec![Algorithm::ItemKnn, Algorithm::ContentKnn], ..request() };
    // Whoever has song 0 has song 4, too: known only afterwards.
    let at = FROM.seconds() + 86_400;
    let csv = format!("user,item,timestamp\n1,{0},{at}\n1,{1},{at}\n2,{0},{at}\n2,{1},{at}\n", id(0), id(4));
    let path = folder.path().join("later.csv");
    fs::write(&path, &csv).unwrap();
    let about = AboutInteractions { name: Some("later".to_owned()), ..AboutInteractions::default() };
    app.add_interactions(&[path], &about, NOW, &Silent).unwrap();
    let report = app.report(None, &asked, NOW, &Silent).unwrap();
    assert_eq!(report.interactions, None);
    assert_eq!(report.left_out.iter().map(|left_out| left_out.algorithm).collect::<Vec<_>>(), [Algorithm::ItemKnn]);

    let path = folder.path().join("undated.csv");
    fs::write(&path, format!("user,item\n1,{}\n1,{}\n", id(0), id(20))).unwrap();
    app.add_interactions(&[path], &AboutInteractions::default(), NOW, &Silent).unwrap();
    let report = app.report(None, &asked, NOW, &Silent).unwrap();
    assert_eq!(report.interactions, Some(KnownThen { n_owners: 1, n_entries: 2, n_undated: 2 }));
    let lists = offered(&report);
    assert_eq!(lists[0].0, "item-knn");
    assert_eq!(lists[0].1.iter().map(|&item| report.table.title(item)).collect::<Vec<_>>(), ["Song 20"]);
}

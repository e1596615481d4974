use std::collections::{BTreeSet, HashMap};

use nearsong_types::{AudioFeatures, CatalogTrack, Csr, ItemIdx, MatchKey, RecordingTable, TrackId};
use rayon::prelude::*;

use crate::{album::Albums, credit::Artists, match_key::folded_song_key, recording::precedence, title::fold_title};

const NO_POPULARITY: u8 = u8::MAX;
const NOT_KNOWN_WHETHER_EXPLICIT: u8 = u8::MAX;

/// Turns joined tracks, in any order, into the table that is recommended from.
///
/// A recording shows the title and artists of its representative track, the highest popularity and the earliest year
/// among its tracks, and the genres and albums of all of them. Audio features, duration and explicitness are the
/// representative's, or where it has none those of the next track in precedence. A recording without title and artist
/// stays in the table, so that its id is found; its title is empty.
///
/// # Panics
/// Where there are 2³² tracks or more.
pub fn compile(tracks: &[CatalogTrack]) -> RecordingTable {
    let mut order: Vec<u32> = (0..u32::try_from(tracks.len()).expect("fewer than 2^32 tracks")).collect();
    order.par_sort_unstable_by_key(|&position| {
        let track = &tracks[position as usize];
        (track.recording_id, track.track.id != track.recording_id, precedence(&track.track))
    });
    let recording = |position: &u32| tracks[*position as usize].recording_id;
    let groups: Vec<&[u32]> = order.chunk_by(|a, b| recording(a) == recording(b)).collect();

    let artists = Artists::number(tracks);
    let main_artists: Vec<Option<u32>> = artists.of_track.iter().map(|rows| rows.first().copied()).collect();
    let albums = Albums::number(tracks, &main_artists);
    let genres: BTreeSet<&str> = tracks.iter().flat_map(|track| &track.track.genres).map(String::as_str).collect();
    let genre_rows: HashMap<&str, u32> = genres.iter().copied().zip(0..).collect();

    let mut table = RecordingTable::default();
    for group in &groups {
        push_recording(&mut table, tracks, group);
        table.artists.push_row(artists.of_track[group[0] as usize].iter().copied());
        push_union(&mut table.albums, group.iter().filter_map(|&at| albums.of_track[at as usize]));
        let of_group = group.iter().flat_map(|&at| &tracks[at as usize].track.genres);
        push_union(&mut table.genres, of_group.map(|genre| genre_rows[genre.as_str()]));
    }
    table.genre_names = genres.into_iter().collect();
    table.album_names = albums.names;
    table.track_items = track_items(tracks, &groups);
    table.name_items = name_items(tracks, &groups, &artists);
    table.artist_names = artists.names;
    table.name_artists = artists.keys;
    table
}

/// Appends what a recording has of its own; `group` holds its tracks, the representative first.
fn push_recording(table: &mut RecordingTable, tracks: &[CatalogTrack], group: &[u32]) {
    let members = || group.iter().map(|&position| &tracks[position as usize].track);
    let first = &tracks[group[0] as usize];
    table.track_ids.push(first.recording_id);
    table.titles.push(first.track.title.as_deref().unwrap_or_default());
    table.popularities.push(members().filter_map(|track| track.popularity).max().unwrap_or(NO_POPULARITY));
    table.years.push(members().filter_map(|track| track.release_year()).min().unwrap_or(0));
    table.durations_ms.push(members().find_map(|track| track.duration_ms).unwrap_or(0));
    let explicit = members().find_map(|track| track.explicit);
    table.explicits.push(explicit.map_or(NOT_KNOWN_WHETHER_EXPLICIT, u8::from));
    let audio = || members().map(|track| track.audio);
    let complete = audio().find(AudioFeatures::is_complete);
    table.audio.push(complete.or_else(|| audio().find(|audio| !audio.is_empty())).unwrap_or_default());
}

fn push_union(csr: &mut Csr, rows: impl Iterator<Item = u32>) {
    let mut rows: Vec<u32> = rows.collect();
    rows.sort_unstable();
    rows.dedup();
    csr.push_row(rows);
}

fn track_items(tracks: &[CatalogTrack], groups: &[&[u32]]) -> Vec<(TrackId, ItemIdx)> {
    let items = groups.iter().zip(0..);
    let mut all: Vec<(TrackId, ItemIdx)> = items
        .flat_map(|(group, item)| group.iter().map(move |&at| (tracks[at as usize].track.id, ItemIdx(item))))
        .collect();
    all.par_sort_unstable();
    all
}

/// Every title that a track of the recording has, with every artist credited on that track.
fn name_items(tracks: &[CatalogTrack], groups: &[&[u32]], artists: &Artists) -> Vec<(MatchKey, ItemIdx)> {
    let names = |(item, group): (usize, &&[u32])| {
        let mut keys = Vec::with_capacity(group.len());
        for &at in group.iter() {
            let Some(title) = tracks[at as usize].track.title.as_deref() else { continue };
            let title = fold_title(title);
            let credited = artists.of_track[at as usize].iter();
            keys.extend(credited.map(|&artist| folded_song_key(&title, &artists.folded[artist as usize])));
        }
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().map(move |key| (key, ItemIdx(item as u32)))
    };
    let mut all: Vec<(MatchKey, ItemIdx)> = groups.par_iter().enumerate().flat_map_iter(names).collect();
    all.par_sort_unstable();
    all
}

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use nearsong_types::{MatchKey, Track};
use rayon::prelude::*;
use twox_hash::XxHash3_128;

use crate::{Fault, QualityReport, artist_key, artists::split_line, clean::CleanRow};

/// Splits artist lines whose artists are all known from the other rows.
pub(crate) fn split_artist_lines(rows: &mut [CleanRow], report: &mut QualityReport) {
    if !rows.iter().any(|row| row.is_artist_line) {
        return;
    }
    let single = rows.par_iter().filter(|row| !row.is_artist_line);
    let known: HashSet<MatchKey> =
        single.flat_map_iter(|row| row.track.artists.iter().map(|name| artist_key(name))).collect();
    let n_split: u64 = rows
        .par_iter_mut()
        .filter(|row| row.is_artist_line)
        .map(|row| match split_line(&row.track.artists[0], &known) {
            Some(names) => {
                row.track.artists = names;
                1
            }
            None => 0,
        })
        .sum();
    let n_lines = rows.iter().filter(|row| row.is_artist_line).count() as u64;
    report.add(Fault::CommaLineSplit, n_split);
    report.add(Fault::CommaLineKept, n_lines - n_split);
}

/// Makes one track of every id, ascending by id, and counts what the rows of one id and of different ids share.
///
/// Where rows of one id disagree the first row is believed and later rows fill its gaps; genres are united.
pub(crate) fn unite_rows(mut rows: Vec<CleanRow>, report: &mut QualityReport) -> Vec<Track> {
    for row in &rows {
        report.add_all(row.faults, false);
        report.longest_duration_ms = report.longest_duration_ms.max(row.track.duration_ms.unwrap_or(0));
        if let Some(loudness) = row.loudness_db {
            report.see_loudness(loudness);
        }
    }
    if !rows.is_sorted_by_key(|row| row.track.id) {
        rows.par_sort_by_key(|row| row.track.id);
    }
    let mut first_rows: Vec<CleanRow> = Vec::with_capacity(rows.len());
    let mut others: Vec<CleanRow> = Vec::new();
    for row in rows {
        match first_rows.last_mut() {
            Some(first) if first.track.id == row.track.id => others.push(row),
            Some(first) => {
                unite_id(first, &mut others, report);
                first_rows.push(row);
            }
            None => first_rows.push(row),
        }
    }
    if let Some(first) = first_rows.last_mut() {
        unite_id(first, &mut others, report);
    }
    count_by_id(&first_rows, report);
    first_rows.into_iter().map(|row| row.track).collect()
}

/// Moves what the other rows of an id know into its first row, and counts how they differ.
fn unite_id(first: &mut CleanRow, others: &mut Vec<CleanRow>, report: &mut QualityReport) {
    report.most_artists = report.most_artists.max(first.track.artists.len());
    if !others.is_empty() {
        report.add(Fault::RepeatedId, 1);
        report.add(Fault::SurplusRow, others.len() as u64);
        let mut digests = vec![first.row_digest];
        for other in others.iter() {
            report.add(Fault::IdenticalRow, u64::from(digests.contains(&other.row_digest)));
            digests.push(other.row_digest);
        }
        let differs = |differ: fn(&Track, &Track) -> bool| {
            u64::from(others.iter().any(|other| differ(&first.track, &other.track)))
        };
        report.add(Fault::PopularityDiffers, differs(|a, b| a.popularity != b.popularity));
        report.add(Fault::OtherwiseDiffers, differs(otherwise_differ));
        for other in others.drain(..) {
            fill_gaps(&mut first.track, other.track);
        }
    }
    report.add(Fault::SeveralGenres, u64::from(first.track.genres.len() > 1));
}

fn otherwise_differ(a: &Track, b: &Track) -> bool {
    a.title != b.title
        || a.artists != b.artists
        || a.album != b.album
        || a.release_date != b.release_date
        || a.duration_ms != b.duration_ms
        || a.explicit != b.explicit
        || a.audio != b.audio
        || (a.key, a.is_major, a.time_signature) != (b.key, b.is_major, b.time_signature)
}

/// Unites two accounts of one id: `believed` keeps what it knows, `other` fills its gaps, genres are united.
///
/// The sound is taken from one account where that knows any of it, so that no track is half of two analyses.
pub(crate) fn fill_gaps(believed: &mut Track, other: Track) {
    believed.title = believed.title.take().or(other.title);
    if believed.artists.is_empty() {
        believed.artists = other.artists;
    }
    believed.album = believed.album.take().or(other.album);
    believed.release_date = believed.release_date.take().or(other.release_date);
    believed.duration_ms = believed.duration_ms.or(other.duration_ms);
    believed.explicit = believed.explicit.or(other.explicit);
    believed.popularity = believed.popularity.or(other.popularity);
    if !other.genres.is_empty() {
        believed.genres.extend(other.genres);
        believed.genres.sort_unstable();
        believed.genres.dedup();
    }
    let is_better = other.audio.is_complete() && !believed.audio.is_complete();
    if believed.audio.is_empty() || is_better {
        believed.audio = other.audio;
        believed.key = other.key.or(believed.key);
        believed.is_major = other.is_major.or(believed.is_major);
        believed.time_signature = other.time_signature.or(believed.time_signature);
    } else {
        believed.key = believed.key.or(other.key);
        believed.is_major = believed.is_major.or(other.is_major);
        believed.time_signature = believed.time_signature.or(other.time_signature);
    }
}

fn count_by_id(rows: &[CleanRow], report: &mut QualityReport) {
    for row in rows {
        report.add_all(row.faults, true);
    }
    let names = rows.par_iter().filter_map(|row| names_digest(&row.track)).collect();
    let (groups, ids) = count_shared(names);
    report.add(Fault::SameNames, ids);
    report.add(Fault::SameNamesGroup, groups);
    let sounds = rows.par_iter().filter_map(|row| row.sound_digest).collect();
    report.add(Fault::SameSound, count_shared(sounds).1);
}

/// Fingerprint of title and artists, letter by letter.
fn names_digest(track: &Track) -> Option<u128> {
    let title = track.title.as_deref()?;
    if track.artists.is_empty() {
        return None;
    }
    let mut text = title.to_owned();
    for artist in &track.artists {
        text.push('\u{1f}');
        text.push_str(artist);
    }
    Some(XxHash3_128::oneshot(text.as_bytes()))
}

/// Number of values that occur more than once, and of their occurrences.
fn count_shared(mut values: Vec<u128>) -> (u64, u64) {
    values.par_sort_unstable();
    let groups = values.chunk_by(|a, b| a == b).filter(|group| group.len() > 1);
    groups.fold((0, 0), |(n_groups, n), group| (n_groups + 1, n + group.len() as u64))
}

#[cfg(test)]
mod tests {
    use nearsong_types::{AudioFeature, TrackId};

    use super::*;

    fn track() -> Track {
        Track::new("0000000000000000000001".parse::<TrackId>().unwrap())
    }

    #[test]
    fn gaps_are_filled_and_genres_united() {
        let mut believed = Track { title: Some("A".into()), genres: vec!["rock".into()], ..track() };
        let other = Track {
            title: Some("B".into()),
            album: Some("C".into()),
            genres: vec!["pop".into(), "rock".into()],
            ..track()
        };
        fill_gaps(&mut believed, other);
        assert_eq!(believed.title.as_deref(), Some("A"));
        assert_eq!(believed.album.as_deref(), Some("C"));
        assert_eq!(believed.genres, ["pop", "rock"]);
    }

    #[test]
    fn sound_is_never_half_of_two_analyses() {
        let mut believed = track();
        believed.audio.set(AudioFeature::Tempo, Some(90.0));
        let mut partial = track();
        partial.audio.set(AudioFeature::Energy, Some(0.5));
        fill_gaps(&mut believed, partial);
        assert_eq!(believed.audio.get(AudioFeature::Energy), None);
        let mut whole = track();
        for feature in AudioFeature::ALL {
            whole.audio.set(feature, Some(0.25));
        }
        fill_gaps(&mut believed, whole.clone());
        assert_eq!(believed.audio, whole.audio);
    }

    #[test]
    fn shared_values_are_counted_by_group_and_by_occurrence() {
        assert_eq!(count_shared(vec![1, 2, 1, 3, 3, 3]), (2, 5));
        assert_eq!(count_shared(vec![]), (0, 0));
    }
}

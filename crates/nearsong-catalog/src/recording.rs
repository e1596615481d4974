use std::cmp::Reverse;

use nearsong_types::{CatalogTrack, MatchKey, Track, TrackId};
use rayon::prelude::*;

use crate::song_key;

/// Gives every track the id of the track that represents its recording.
///
/// Tracks whose title and main artist have one key are one recording; a track without title or artist is its own.
pub(crate) fn join_recordings(tracks: &mut [CatalogTrack]) {
    let key = |(position, track): (usize, &CatalogTrack)| Some((recording_key(&track.track)?, position as u32));
    let mut keys: Vec<(MatchKey, u32)> = tracks.par_iter().enumerate().filter_map(key).collect();
    keys.par_sort_unstable();
    for group in keys.chunk_by(|a, b| a.0 == b.0) {
        let members = group.iter().map(|&(_, position)| &tracks[position as usize].track);
        let represents = members.min_by_key(|track| precedence(track)).expect("a group has a member").id;
        for &(_, position) in group {
            tracks[position as usize].recording_id = represents;
        }
    }
}

fn recording_key(track: &Track) -> Option<MatchKey> {
    Some(song_key(track.title.as_deref()?, track.artists.first()?))
}

/// Sorts the tracks of a recording: the most popular first, then those with audio features, then by id.
pub(crate) fn precedence(track: &Track) -> (Reverse<Option<u8>>, bool, bool, TrackId) {
    (Reverse(track.popularity), !track.audio.is_complete(), track.audio.is_empty(), track.id)
}

#[cfg(test)]
mod tests {
    use nearsong_types::AudioFeature;

    use super::*;

    fn track(last: char, title: &str, artist: &str, popularity: Option<u8>) -> CatalogTrack {
        let id: TrackId = format!("000000000000000000000{last}").parse().unwrap();
        let title = Some(title.to_owned()).filter(|title| !title.is_empty());
        let artists = if artist.is_empty() { vec![] } else { artist.split(';').map(str::to_owned).collect() };
        CatalogTrack { track: Track { title, artists, popularity, ..Track::new(id) }, recording_id: id, sources: 1 }
    }

    fn joined(mut tracks: Vec<CatalogTrack>) -> String {
        join_recordings(&mut tracks);
        tracks.iter().map(|track| track.recording_id.as_str().chars().last().unwrap()).collect()
    }

    #[test]
    fn editions_are_joined_under_the_most_popular() {
        let tracks = vec![
            track('1', "Karma Police", "Radiohead", Some(40)),
            track('2', "Karma Police - Remastered", "RADIOHEAD", Some(70)),
            track('3', "Karma Police (Live)", "Radiohead", Some(90)),
            track('4', "Karma Police", "Easy Star All-Stars", None),
        ];
        assert_eq!(joined(tracks), "2234");
    }

    #[test]
    fn ties_go_to_the_track_with_audio_then_to_the_smallest_id() {
        let mut tracks = vec![track('1', "A", "B", None), track('2', "A", "B", None), track('3', "A", "B", None)];
        tracks[2].track.audio.set(AudioFeature::Tempo, Some(90.0));
        assert_eq!(joined(tracks), "333");
        assert_eq!(joined(vec![track('2', "A", "B", Some(0)), track('1', "A", "B", Some(0))]), "11");
    }

    #[test]
    fn tracks_without_title_or_artist_stay_alone() {
        assert_eq!(joined(vec![track('1', "", "", None), track('2', "", "", None)]), "12");
        assert_eq!(joined(vec![track('1', "A", "", None), track('2', "A", "", None)]), "12");
    }
}

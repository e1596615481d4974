//! A small catalogue with planted groups, for tests: what is near is known in advance.

use nearsong_types::{
    AudioFeature, AudioFeatures, Interaction, Interactions, ItemIdx, MatchKey, MatchedInteractions, Names,
    RecordingTable, TrackId,
};

/// Groups of taste; each has its own artists, genre and sound.
pub(crate) const N_GROUPS: usize = 5;
/// Artists in a group.
pub(crate) const N_ARTISTS: usize = 4;
/// Recordings by an artist, all on one album.
pub(crate) const N_SONGS: usize = 7;

/// Group of an item.
pub(crate) fn group(item: ItemIdx) -> usize {
    item.at() / (N_ARTISTS * N_SONGS)
}

/// The item of a group, artist within the group, and song of the artist.
pub(crate) fn item(group: usize, artist: usize, song: usize) -> ItemIdx {
    ItemIdx(((group * N_ARTISTS + artist) * N_SONGS + song) as u32)
}

/// The catalogue. In each group artist 0 and artist 1 share the credit of the group's first recording.
pub(crate) fn table() -> RecordingTable {
    let n_items = N_GROUPS * N_ARTISTS * N_SONGS;
    let mut table = RecordingTable::default();
    for row in 0..n_items {
        let (artist, song) = (row / N_SONGS, row % N_SONGS);
        let group = artist / N_ARTISTS;
        let shares_credit = artist % N_ARTISTS == 0 && song == 0;
        let id: TrackId = format!("{row:022}").parse().expect("22 digits");
        table.track_ids.push(id);
        table.titles.push(&format!("Song {song} of artist {artist}"));
        let featured = shares_credit.then_some(artist as u32 + 1);
        table.artists.push_row([artist as u32].into_iter().chain(featured));
        table.genres.push_row([group as u32]);
        table.albums.push_row([artist as u32]);
        table.audio.push(sound(group, row));
        table.popularities.push((20 + (row * 7) % 60) as u8);
        table.years.push(1990 + 5 * group as u16);
        table.durations_ms.push(200_000);
        table.explicits.push((song == 6) as u8);
        table.track_items.push((id, ItemIdx(row as u32)));
        table.name_items.push((MatchKey(row as u128), ItemIdx(row as u32)));
    }
    table.artist_names = names("Artist", N_GROUPS * N_ARTISTS);
    table.genre_names = names("genre", N_GROUPS);
    table.album_names = names("Album", N_GROUPS * N_ARTISTS);
    table
}

/// Owners who each listen to one group, as many to each: two of every three of its songs, and one song of another group.
pub(crate) fn interactions() -> MatchedInteractions {
    let mut by_item = Interactions::new(N_GROUPS * N_ARTISTS * N_SONGS);
    let mut by_artist = Interactions::new(N_GROUPS * N_ARTISTS);
    for owner in 0..N_GROUPS * 12 {
        let (of_group, start) = (owner % N_GROUPS, owner / N_GROUPS);
        let liked = (0..N_ARTISTS * N_SONGS).filter(|place| place % 3 != start % 3);
        let mut rows: Vec<u32> = liked.map(|place| item(of_group, 0, 0).0 + place as u32).collect();
        rows.push(item((of_group + 1 + start) % N_GROUPS, start % N_ARTISTS, start % N_SONGS).0);
        let entry = |item: u32| Interaction { item, weight: 1.0, at: None };
        by_artist.push_owner(rows.iter().map(|&row| entry(row / N_SONGS as u32)));
        by_item.push_owner(rows.into_iter().map(entry));
    }
    MatchedInteractions { by_item, by_artist }
}

fn names(word: &str, n: usize) -> Names {
    let all: Vec<String> = (0..n).map(|number| format!("{word} {number}")).collect();
    all.iter().map(String::as_str).collect()
}

/// A sound near the centre of its group; every eleventh recording was not analysed.
fn sound(group: usize, row: usize) -> AudioFeatures {
    let mut audio = AudioFeatures::NONE;
    if row % 11 == 10 {
        return audio;
    }
    for (position, feature) in AudioFeature::ALL.into_iter().enumerate() {
        let centre = ((group * 3 + position * 2) % N_GROUPS) as f32 / N_GROUPS as f32;
        let unit = centre + ((row * 13 + position * 5) % 10) as f32 * 0.01;
        let (low, high) = feature.range();
        audio.set(feature, Some(low + unit * (high - low)));
    }
    audio
}

use std::collections::HashMap;

use nearsong_types::RecordingTable;

use crate::sparse::SparseRows;

/// Albums of a recording whose titles are read.
const MAX_ALBUMS: usize = 3;
/// A word on fewer recordings than this connects nothing.
const MIN_RECORDINGS: u32 = 5;

/// Words of album titles by recording, weighted by `ln(recordings / recordings with the word)`, rows of length 1.
///
/// Series, soundtracks and scenes show in album titles where nothing else in a catalogue tells of them.
///
/// # Shapes
/// `n_items` rows; the number of columns is returned too.
pub(super) fn album_words(table: &RecordingTable) -> (SparseRows, usize) {
    let (of_album, n_words) = words_of_albums(table);
    let words_of = |item: usize| {
        let albums = table.albums.row(item).iter().take(MAX_ALBUMS);
        let mut words: Vec<u32> = albums.flat_map(|&album| &of_album[album as usize]).copied().collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    let mut n_recordings = vec![0u32; n_words];
    for item in 0..table.n_items() {
        words_of(item).into_iter().for_each(|word| n_recordings[word as usize] += 1);
    }
    let weight = |word: u32| {
        let n = n_recordings[word as usize];
        (n >= MIN_RECORDINGS).then(|| (word, (table.n_items() as f32 / n as f32).ln()))
    };
    let mut rows = SparseRows::default();
    for item in 0..table.n_items() {
        rows.push_row(words_of(item).into_iter().filter_map(weight));
    }
    rows.normalize_rows();
    (rows, n_words)
}

/// The words of each album's title as numbers, in the order in which they first come up, and how many there are.
fn words_of_albums(table: &RecordingTable) -> (Vec<Vec<u32>>, usize) {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut of_album = Vec::with_capacity(table.n_albums());
    for title in table.album_names.iter() {
        let mut words = Vec::new();
        for word in title.to_lowercase().split(|character: char| !character.is_alphabetic()) {
            // A single letter is an initial or a volume.
            if word.chars().nth(1).is_some() {
                let next = numbers.len() as u32;
                words.push(*numbers.entry(word.to_owned()).or_insert(next));
            }
        }
        of_album.push(words);
    }
    (of_album, numbers.len())
}

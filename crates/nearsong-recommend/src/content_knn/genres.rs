use nearsong_types::RecordingTable;

use crate::sparse::{SparseRows, SparseSums, normalize};

/// Where artists and recordings stand among the genres.
///
/// # Shapes
/// `artists`: `n_artists × n_genres`, rows of length 1; `idf`: `n_genres`; `scales`: `n_items`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GenreSpace {
    pub artists: SparseRows,
    /// `ln(1 + artists / artists of the genre)`: a rare genre says more.
    pub idf: Vec<f32>,
    /// What makes a recording's own genres plus its main artist's a vector of length 1.
    pub scales: Vec<f32>,
}

/// A featured artist counts this much of a main one.
const FEATURED: f32 = 0.5;

impl GenreSpace {
    pub fn of(table: &RecordingTable) -> Self {
        let counts = artist_genres(table);
        let n_artists_of = (0..counts.n_rows()).flat_map(|artist| counts.row(artist)).fold(
            vec![0u32; table.n_genres()],
            |mut n, (genre, _)| {
                n[genre] += 1;
                n
            },
        );
        let idf: Vec<f32> =
            n_artists_of.iter().map(|&n| (1.0 + table.n_artists() as f32 / n.max(1) as f32).ln()).collect();
        let mut artists = SparseRows::default();
        for artist in 0..table.n_artists() {
            artists.push_row(counts.row(artist).map(|(genre, count)| (genre as u32, count.sqrt() * idf[genre])));
        }
        artists.normalize_rows();
        let mut space = Self { artists, idf, scales: Vec::new() };
        space.scales = table.items().map(|item| space.scale(table, item.at())).collect();
        space
    }

    /// The recording's own genres, length 1.
    pub fn own(&self, table: &RecordingTable, item: usize) -> Vec<(usize, f32)> {
        let genres = table.genres.row(item);
        let mut values: Vec<f32> = genres.iter().map(|&genre| self.idf[genre as usize]).collect();
        normalize(&mut values);
        genres.iter().map(|&genre| genre as usize).zip(values).collect()
    }

    fn scale(&self, table: &RecordingTable, item: usize) -> f32 {
        let mut squared = 0.0;
        let own = self.own(table, item);
        let main = table.artists.row(item).first().map(|&artist| artist as usize);
        let of_artist: Vec<(usize, f32)> = main.map(|artist| self.artists.row(artist).collect()).unwrap_or_default();
        for &(genre, value) in &of_artist {
            let both = own.iter().find(|&&(other, _)| other == genre).map_or(0.0, |&(_, value)| value);
            squared += (value + both) * (value + both);
        }
        for &(genre, value) in &own {
            if !of_artist.iter().any(|&(other, _)| other == genre) {
                squared += value * value;
            }
        }
        if squared > 0.0 { squared.sqrt().recip() } else { 0.0 }
    }
}

fn artist_genres(table: &RecordingTable) -> SparseRows {
    let mut sums = SparseSums::default();
    for item in table.items() {
        let genres = table.genres.row(item.at());
        let share = (genres.len() as f32).sqrt().recip();
        for (position, &artist) in table.artists.row(item.at()).iter().enumerate() {
            let share = if position == 0 { share } else { FEATURED * share };
            genres.iter().for_each(|&genre| sums.add(artist, genre, share));
        }
    }
    sums.into_rows(table.n_artists(), |value| value)
}

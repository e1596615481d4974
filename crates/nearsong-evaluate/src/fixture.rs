//! Small tables, interactions and a scorer, for tests.

use std::collections::BTreeSet;

use nearsong_recommend::{Contributions, Parts, ScoreRequest, Scorer};
use nearsong_types::{
    ArtistIdx, AudioFeatures, Cancelled, Interaction, Interactions, ItemIdx, MatchedInteractions, Moment,
    RecordingTable, TrackId,
};

/// Recordings of which only the main artist is known.
pub(crate) fn table_by_artists(artists: &[Option<u32>]) -> RecordingTable {
    let mut table = RecordingTable::default();
    for (row, &artist) in (0u32..).zip(artists) {
        let id: TrackId = format!("{row:022}").parse().expect("22 digits");
        table.track_ids.push(id);
        table.titles.push("Song");
        table.artists.push_row(artist);
        table.genres.push_row([]);
        table.albums.push_row([]);
        table.audio.push(AudioFeatures::NONE);
        table.popularities.push(u8::MAX);
        table.years.push(0);
        table.durations_ms.push(0);
        table.explicits.push(u8::MAX);
        table.track_items.push((id, ItemIdx(row)));
    }
    let n_artists = artists.iter().flatten().max().map_or(0, |artist| artist + 1);
    table.artist_names = (0..n_artists).map(|_| "Artist").collect();
    table
}

/// `n_items` recordings, ten by each artist.
pub(crate) fn table(n_items: u32) -> RecordingTable {
    table_by_artists(&(0..n_items).map(|row| Some(row / 10)).collect::<Vec<_>>())
}

/// Owners, each with the recordings named, all of weight 1 and in the catalogue.
pub(crate) fn interactions(table: &RecordingTable, owners: &[&[u32]]) -> MatchedInteractions {
    let entries = |items: &[u32]| items.iter().map(|&item| (item, 1.0, None)).collect::<Vec<_>>();
    of_entries(table, &owners.iter().map(|items| (entries(items), vec![])).collect::<Vec<_>>())
}

/// Item or artist, weight, and seconds since 1970.
pub(crate) type Entry = (u32, f32, Option<i64>);

/// Owners, each with entries of recordings, and of artists for songs beyond the catalogue.
pub(crate) fn of_entries(table: &RecordingTable, owners: &[(Vec<Entry>, Vec<Entry>)]) -> MatchedInteractions {
    let mut by_item = Interactions::new(table.n_items());
    let mut by_artist = Interactions::new(table.n_artists());
    let entry = |&(item, weight, at): &Entry| Interaction { item, weight, at: at.map(Moment::from_seconds) };
    for (items, beyond) in owners {
        by_item.push_owner(items.iter().map(entry));
        let of_items = items.iter().map(entry).filter_map(|entry| {
            table.main_artist(ItemIdx(entry.item)).map(|ArtistIdx(artist)| Interaction { item: artist, ..entry })
        });
        by_artist.push_owner(of_items.chain(beyond.iter().map(entry)));
    }
    MatchedInteractions { by_item, by_artist }
}

/// Scores recordings by the weight of their artist in a taste, the later ones of an artist a little lower; everything else
/// less than that, by row.
pub(crate) struct SameArtist(pub(crate) RecordingTable);

impl Scorer for SameArtist {
    fn table(&self) -> &RecordingTable {
        &self.0
    }

    fn scores(&self, request: &ScoreRequest<'_>) -> Result<Vec<f32>, Cancelled> {
        request.progress.check()?;
        let mut of_artist = vec![0.0; self.0.n_artists()];
        let liked =
            request.taste.items().iter().filter_map(|&(item, weight)| Some((self.0.main_artist(item)?, weight)));
        liked
            .chain(request.taste.artists().iter().copied())
            .for_each(|(artist, weight)| of_artist[artist.at()] += weight);
        let score = |item: ItemIdx| {
            let artist = self.0.main_artist(item).map_or(0.0, |artist| of_artist[artist.at()]);
            if request.allowed[item.at()] { artist + 1e-3 - 1e-6 * item.0 as f32 } else { 0.0 }
        };
        Ok(self.0.items().map(score).collect())
    }

    fn contributions(&self, _request: &ScoreRequest<'_>, items: &[ItemIdx]) -> Vec<Contributions> {
        items.iter().map(|_| Contributions { by_heard: vec![], own: Parts::default() }).collect()
    }
}

/// Without order.
pub(crate) fn set(items: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
    items.into_iter().collect()
}

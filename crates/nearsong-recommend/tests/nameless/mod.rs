use nearsong_types::{AudioFeatures, ItemIdx, RecordingTable, TrackId};

/// Recordings of which nothing is known.
pub fn table(n_items: u32) -> RecordingTable {
    let mut table = RecordingTable::default();
    for row in 0..n_items {
        let id: TrackId = format!("{row:022}").parse().unwrap();
        table.track_ids.push(id);
        table.titles.push("");
        table.artists.push_row([]);
        table.genres.push_row([]);
        table.albums.push_row([]);
        table.audio.push(AudioFeatures::NONE);
        table.popularities.push(u8::MAX);
        table.years.push(0);
        table.durations_ms.push(0);
        table.explicits.push(u8::MAX);
        table.track_items.push((id, ItemIdx(row)));
    }
    table
}

use nearsong_cover::Cover;
use nearsong_store::PlaylistRecord;

use super::Edition;

/// The cover of an edition, from the mood of its songs; none where nothing is known of it.
pub(super) fn cover_of(playlist: &PlaylistRecord, edition: &Edition) -> Option<Vec<u8>> {
    let moods: Vec<(f32, f32)> = edition.songs.iter().filter_map(|song| song.mood).collect();
    if moods.is_empty() {
        return None;
    }
    let n = moods.len() as f32;
    let valence = moods.iter().map(|mood| mood.0).sum::<f32>() / n;
    let energy = moods.iter().map(|mood| mood.1).sum::<f32>() / n;
    let variance = moods.iter().map(|mood| (mood.0 - valence).powi(2)).sum::<f32>() / n;
    let cover = Cover {
        valence: valence.clamp(0.0, 1.0),
        energy: energy.clamp(0.0, 1.0),
        spread: (2.0 * variance.sqrt()).min(1.0),
        playlist: playlist.id.number().unsigned_abs(),
        edition: u64::from(edition.number),
    };
    // A playlist without a picture of its own is better than none.
    cover.to_jpeg().ok()
}

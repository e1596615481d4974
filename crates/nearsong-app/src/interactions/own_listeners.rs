use std::collections::BTreeMap;

use nearsong_types::{Interaction, InteractionSet, Interactions, ItemKind, ListenSource, Moment, Outcome, Song};

use crate::{App, AppError};

impl App {
    /// The listeners of this instance as a set: one owner each, songs in the order of first hearing, weighted by the plays that
    /// were not skipped, with the moment of the last.
    pub(crate) fn own_listeners(&self, as_of: Option<Moment>) -> Result<InteractionSet, AppError> {
        let mut item_of: BTreeMap<Song, u32> = BTreeMap::new();
        let mut owners: Vec<Vec<Interaction>> = Vec::new();
        for listener in self.store.listeners()? {
            let listening = self.store.listening(listener.id, as_of)?;
            let counts =
                |play: &&nearsong_store::Play| play.outcome != Outcome::Skipped && may_be_learned_from(play.source);
            let mut entries = Vec::new();
            for play in listening.plays.iter().filter(counts) {
                let next = item_of.len() as u32;
                let item = *item_of.entry(listening.songs[play.song as usize].clone()).or_insert(next);
                entries.push(Interaction { item, weight: 1.0, at: Some(play.ended_at) });
            }
            owners.push(entries);
        }
        let mut interactions = Interactions::new(item_of.len());
        owners.into_iter().for_each(|entries| interactions.push_owner(entries));
        let mut songs: Vec<(Song, u32)> = item_of.into_iter().collect();
        songs.sort_unstable_by_key(|&(_, item)| item);
        Ok(InteractionSet {
            kind: ItemKind::Song,
            track_ids: songs.iter().map(|(song, _)| song.track_id).collect(),
            titles: songs.iter().map(|(song, _)| song.title.as_str()).collect(),
            artists: songs.iter().map(|(song, _)| song.artist.as_str()).collect(),
            interactions,
        })
    }
}

/// Spotify's terms forbid to train on what its Web API gave; what a listener was handed as a file is theirs.
///
/// Every new source has to be decided on here.
fn may_be_learned_from(source: ListenSource) -> bool {
    match source {
        ListenSource::ExtendedHistory | ListenSource::AccountData => true,
        ListenSource::SpotifyRecent => false,
    }
}

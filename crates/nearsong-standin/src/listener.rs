use std::{collections::HashSet, io, path::Path};

use nearsong_types::TrackId;

use crate::{
    ExportPlan, ExportSummary, StandinError, World,
    draw::Draw,
    export_zip::ExportZip,
    genre::GENRES,
    player::Player,
    rows::Rows,
    taste::{Song, Taste},
    track_ids::MADE_UP_ID_PREFIX,
    whole_file,
};

const TASTE: u64 = 10;
const PLAYS: u64 = 11;

/// Somebody who listens to the music of a [`World`], with a taste that was planted and can be asked for.
///
/// Up to four favourite genres of different families, each followed through one or two scenes whose artists are loved unequally.
/// The newest favourite is an obsession of the last hundred days.
pub struct MadeUpListener<'w> {
    pub(crate) world: &'w World,
    pub(crate) taste: Taste,
    seed: u64,
    /// For each artist, whether the catalogue credits them on any track.
    is_credited: Vec<bool>,
}

/// How much of a played song the catalogue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coverage {
    ById,
    ByName,
    ArtistOnly,
    Nothing,
}

impl<'w> MadeUpListener<'w> {
    /// Makes up a listener of this world; another seed likes other music.
    pub fn new(world: &'w World, seed: u64) -> Self {
        let credited: HashSet<&str> =
            world.tracks.iter().flat_map(|track| &track.artists).map(String::as_str).collect();
        let is_credited = world.artist_names().map(|name| credited.contains(name)).collect();
        Self { world, taste: Taste::new(world, &mut Draw::new(seed, TASTE)), seed, is_credited }
    }

    /// Names of the planted genres; the last is the newest. About nine plays in ten are of them.
    pub fn favourite_genres(&self) -> Vec<&'static str> {
        self.taste.favourites.iter().map(|favourite| GENRES[favourite.genre].name).collect()
    }

    /// Names of the loved artists, genre after genre, most loved first.
    pub fn favourite_artists(&self) -> Vec<&'w str> {
        let loved = self.taste.favourites.iter().flat_map(|favourite| &favourite.artists);
        loved.map(|loved| self.world.artists[loved.artist].name.as_str()).collect()
    }

    /// Names of everybody in the scenes that the listener follows, also of those not heard yet: good recommendations are by them.
    pub fn favourite_scenes(&self) -> Vec<&'w str> {
        let scenes = self.taste.favourites.iter().flat_map(|favourite| &favourite.scenes);
        let artists = scenes.flat_map(|&scene| &self.world.artists[self.world.scenes[scene].artists.clone()]);
        artists.map(|artist| artist.name.as_str()).collect()
    }

    /// Writes the listener's plays as the zip of Spotify's extended streaming history, with the oddities of real ones: podcasts,
    /// videos, private sessions, repeated rows, rows without names, unknown `skipped` in the older part, songs under other ids
    /// than the catalogue's or in no catalogue at all. Every IP address is one that is reserved for documentation (192.0.2.*).
    ///
    /// Memory: about 15 MB beside the world, whatever the number of plays. The JSON is the same on every machine; how it is
    /// compressed may depend on the processor.
    ///
    /// # Errors
    /// [`StandinError::PlanTooFull`] and [`StandinError::PlanOutsideCalendar`] before anything is written;
    /// [`StandinError::Io`], after which a file that was there before is still there.
    pub fn write_export(&self, path: &Path, plan: &ExportPlan) -> Result<ExportSummary, StandinError> {
        plan.check()?;
        whole_file::write(path, |file| {
            let mut zip = ExportZip::new(file)?;
            self.play(plan, &mut zip)?;
            zip.finish()
        })
    }

    /// Plays through a plan that was checked.
    pub(crate) fn play(&self, plan: &ExportPlan, rows: &mut impl Rows) -> io::Result<()> {
        Player::new(self, plan, Draw::new(self.seed, PLAYS)).play_all(rows)
    }

    pub(crate) fn coverage(&self, song: Song) -> Coverage {
        match song {
            Song::Listed(track) if self.has_other_id(track) => Coverage::ByName,
            Song::Listed(_) => Coverage::ById,
            Song::Unlisted(track) => {
                let by_artist = self.world.artists.partition_point(|artist| artist.unlisted.end <= track);
                if self.is_credited[by_artist] { Coverage::ArtistOnly } else { Coverage::Nothing }
            }
        }
    }

    /// The id under which this listener plays a song: one song in eight goes by another id than the catalogue's.
    pub(crate) fn played_id(&self, song: Song) -> TrackId {
        match song {
            Song::Listed(track) if self.has_other_id(track) => other_id(self.world.tracks[track].id),
            Song::Listed(track) => self.world.tracks[track].id,
            Song::Unlisted(track) => self.world.unlisted[track].id,
        }
    }

    fn has_other_id(&self, track: usize) -> bool {
        let id = self.world.tracks[track].id;
        let scattered = (track as u64 ^ self.seed.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        scattered >> 61 == 0 && other_id(id) != id
    }
}

/// Another id that no track of the world has: the random part backwards.
fn other_id(id: TrackId) -> TrackId {
    let mut bytes = *id.as_bytes();
    bytes[MADE_UP_ID_PREFIX.len()..TrackId::LEN - 5].reverse();
    TrackId::from_bytes(bytes).expect("letters and digits only, in another order")
}

#[cfg(test)]
mod tests;

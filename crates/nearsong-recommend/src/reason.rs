use nearsong_types::{AlbumIdx, ArtistIdx, AudioFeature, AudioFeatures, GenreIdx, ItemIdx, RecordingTable};

use crate::{Contributions, Heard, Part, Parts};

/// Why a song is in a list. Everything it says is read off the score: nothing is made up for the telling.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What was heard and contributed most, largest first.
    pub because: Vec<Because>,
    /// What each part adds to the score, over everything heard.
    pub parts: Parts,
}

/// One thing heard that speaks for a song.
#[derive(Debug, Clone, PartialEq)]
pub struct Because {
    /// What was heard.
    pub heard: Heard,
    /// What it adds to the score, above 0.
    pub adds: f32,
    /// What it has in common with the song, in the order of [`Part`]; only what added something.
    pub shared: Vec<Shared>,
}

/// Something that two recordings have in common.
#[derive(Debug, Clone, PartialEq)]
pub enum Shared {
    /// An artist on both.
    Artist(ArtistIdx),
    /// The artist of what was heard (first) and the song's (second) share credits or compilations, or partners on them.
    Circle(ArtistIdx, ArtistIdx),
    /// Genres of both.
    Genres(Vec<GenreIdx>),
    /// No genre of both, but genres that often go together.
    RelatedGenres,
    /// An album with both.
    Album(AlbumIdx),
    /// A compilation, series or soundtrack with both.
    Compilation(AlbumIdx),
    /// Those who listen to the one listen to the other, or put both on playlists.
    Together,
    /// Traits of the sound of both; may be empty where the sound is near but not striking.
    Sound(Vec<Trait>),
    /// From the same years.
    Years,
}

/// A word for a sound, true of a recording whose features lie in the region given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trait {
    /// Tempo up to 90 BPM.
    Slow,
    /// Tempo from 140 BPM.
    Fast,
    /// Energy up to 0.35.
    Quiet,
    /// Energy from 0.8.
    Energetic,
    /// Acousticness from 0.6.
    Acoustic,
    /// Instrumentalness from 0.5, as Spotify's documentation reads it.
    Instrumental,
    /// Danceability from 0.7.
    Danceable,
    /// Valence up to 0.25.
    Dark,
    /// Valence from 0.7.
    Bright,
    /// Liveness from 0.8, as Spotify's documentation reads it.
    Live,
    /// Speechiness from 0.33 (music with speech, such as rap), as Spotify's documentation reads it.
    Spoken,
}

impl Trait {
    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Fast => "fast",
            Self::Quiet => "quiet",
            Self::Energetic => "energetic",
            Self::Acoustic => "acoustic",
            Self::Instrumental => "instrumental",
            Self::Danceable => "danceable",
            Self::Dark => "dark",
            Self::Bright => "bright",
            Self::Live => "live",
            Self::Spoken => "spoken",
        }
    }

    /// The traits of a recording, in the order of the enum.
    pub fn of(audio: &AudioFeatures) -> Vec<Self> {
        use AudioFeature as F;
        let at_least = |feature, least| audio.get(feature).is_some_and(|value| value >= least);
        let at_most = |feature, most| audio.get(feature).is_some_and(|value| value <= most);
        // Tempo 0 means that none was detected.
        let has_tempo = audio.get(F::Tempo).is_some_and(|tempo| tempo > 0.0);
        [
            (Self::Slow, has_tempo && at_most(F::Tempo, 90.0)),
            (Self::Fast, at_least(F::Tempo, 140.0)),
            (Self::Quiet, at_most(F::Energy, 0.35)),
            (Self::Energetic, at_least(F::Energy, 0.8)),
            (Self::Acoustic, at_least(F::Acousticness, 0.6)),
            (Self::Instrumental, at_least(F::Instrumentalness, 0.5)),
            (Self::Danceable, at_least(F::Danceability, 0.7)),
            (Self::Dark, at_most(F::Valence, 0.25)),
            (Self::Bright, at_least(F::Valence, 0.7)),
            (Self::Live, at_least(F::Liveness, 0.8)),
            (Self::Spoken, at_least(F::Speechiness, 0.33)),
        ]
        .into_iter()
        .filter_map(|(name, holds)| holds.then_some(name))
        .collect()
    }
}

impl Reason {
    /// Reads the reason off a score's contributions; names up to `max_because` things heard.
    pub fn of(table: &RecordingTable, item: ItemIdx, contributions: &Contributions, max_because: usize) -> Self {
        let mut speaking: Vec<(Heard, Parts)> =
            contributions.by_heard.iter().filter(|(_, parts)| parts.sum() > 0.0).copied().collect();
        speaking.sort_by(|a, b| b.1.sum().total_cmp(&a.1.sum()));
        speaking.truncate(max_because);
        let because = speaking
            .into_iter()
            .map(|(heard, parts)| Because { heard, adds: parts.sum(), shared: shared(table, item, heard, &parts) })
            .collect();
        Self { because, parts: contributions.total() }
    }
}

fn shared(table: &RecordingTable, item: ItemIdx, heard: Heard, parts: &Parts) -> Vec<Shared> {
    parts.iter().filter(|&(_, value)| value > 0.0).filter_map(|(part, _)| shared_by(table, item, heard, part)).collect()
}

fn shared_by(table: &RecordingTable, item: ItemIdx, heard: Heard, part: Part) -> Option<Shared> {
    let heard_artists: Vec<ArtistIdx> = match heard {
        Heard::Item(heard) => table.artists_of(heard).collect(),
        Heard::Artist(artist) => vec![artist],
    };
    let heard_item = match heard {
        Heard::Item(heard) => Some(heard),
        Heard::Artist(_) => None,
    };
    match part {
        Part::Artist => table.artists_of(item).find(|artist| heard_artists.contains(artist)).map(Shared::Artist),
        // Nearness through credits includes the artist's own songs, which the artist part tells of already.
        Part::Circle => {
            let artist = table.main_artist(item).filter(|artist| !heard_artists.contains(artist))?;
            Some(Shared::Circle(*heard_artists.first()?, artist))
        }
        Part::Genre => Some(shared_genres(table, item, heard_item)),
        Part::Album => shared_album(table, item, heard_item?).map(Shared::Album),
        Part::Words => shared_title(table, item, heard_item?).map(Shared::Compilation),
        Part::Together => Some(Shared::Together),
        Part::Audio => Some(Shared::Sound(shared_traits(table, item, heard_item?))),
        Part::Year => Some(Shared::Years),
        Part::Prior | Part::Chance | Part::Known => None,
    }
}

fn shared_album(table: &RecordingTable, item: ItemIdx, heard: ItemIdx) -> Option<AlbumIdx> {
    let of_heard = table.albums.row(heard.at());
    table.albums.row(item.at()).iter().find(|album| of_heard.contains(album)).map(|&album| AlbumIdx(album))
}

/// An album title of so many words that two artists do not give it by chance.
const TELLING_WORDS: usize = 4;

/// An album of the item whose title an album of another artist, with what was heard, bears too.
fn shared_title(table: &RecordingTable, item: ItemIdx, heard: ItemIdx) -> Option<AlbumIdx> {
    if shared_album(table, item, heard).is_some() {
        return None;
    }
    let title = |album: u32| table.album_names.get(album as usize).to_lowercase();
    let of_heard: Vec<String> = table.albums.row(heard.at()).iter().map(|&album| title(album)).collect();
    let is_telling = |title: &String| title.split_whitespace().count() >= TELLING_WORDS && of_heard.contains(title);
    table.albums.row(item.at()).iter().find(|&&album| is_telling(&title(album))).map(|&album| AlbumIdx(album))
}

fn shared_genres(table: &RecordingTable, item: ItemIdx, heard: Option<ItemIdx>) -> Shared {
    let Some(heard) = heard else { return Shared::RelatedGenres };
    let both: Vec<GenreIdx> =
        table.genres_of(item).filter(|genre| table.genres_of(heard).any(|g| g == *genre)).collect();
    if both.is_empty() { Shared::RelatedGenres } else { Shared::Genres(both) }
}

fn shared_traits(table: &RecordingTable, item: ItemIdx, heard: ItemIdx) -> Vec<Trait> {
    let of_heard = Trait::of(&table.audio[heard.at()]);
    Trait::of(&table.audio[item.at()]).into_iter().filter(|name| of_heard.contains(name)).collect()
}

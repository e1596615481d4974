use nearsong_recommend::{Because, Heard, RankedSong, Shared};
use nearsong_types::{ItemIdx, RecordingTable};

use crate::{Basis, ListFor, date_in};

const MAX_NAMED: usize = 2;
const MAX_GENRES: usize = 2;
const MAX_SHARED: usize = 3;
const MAX_TRAITS: usize = 3;

/// Why a song is in the list, in one line.
pub fn reason_words(table: &RecordingTable, made_for: &ListFor, song: &RankedSong) -> String {
    let heard_before = song
        .last_heard
        .map(|at| format!("You know it: last heard {}. ", date_in(at, &made_for.time_zone)))
        .unwrap_or_default();
    if song.reason.because.is_empty() {
        return format!("{heard_before}Well known at large.");
    }
    let clause = |because: &Because| {
        let heard = heard_words(table, made_for, because.heard);
        format!("{heard}: {}", shared_in_words(table, song.item, because))
    };
    let clauses: Vec<String> = song.reason.because.iter().take(MAX_NAMED).map(clause).collect();
    format!("{heard_before}Because of {}.", clauses.join("; and of "))
}

/// `Title (Artist, heard 14 times)`.
fn heard_words(table: &RecordingTable, made_for: &ListFor, heard: Heard) -> String {
    match heard {
        Heard::Artist(artist) => table.artist_name(artist).to_owned(),
        Heard::Item(item) => {
            let artist = table.main_artist(item).map(|artist| table.artist_name(artist)).unwrap_or_default();
            let plays = match (&made_for.basis, made_for.n_plays.get(&item)) {
                (Basis::Listening { .. }, Some(1)) => ", heard once".to_owned(),
                (Basis::Listening { .. }, Some(2)) => ", heard twice".to_owned(),
                (Basis::Listening { .. }, Some(n)) => format!(", heard {n} times"),
                _ => String::new(),
            };
            let title = if table.title(item).is_empty() { "a song without a title" } else { table.title(item) };
            format!("{title} ({artist}{plays})")
        }
    }
}

fn shared_in_words(table: &RecordingTable, item: ItemIdx, because: &Because) -> String {
    let mut words = shared_words(table, item, because);
    words.truncate(MAX_SHARED);
    if words.is_empty() { "a little of everything".to_owned() } else { words.join(", ") }
}

/// What a song has in common with one thing heard, one phrase each.
pub fn shared_words(table: &RecordingTable, item: ItemIdx, because: &Because) -> Vec<String> {
    because.shared.iter().filter_map(|shared| one_shared(table, item, because.heard, shared)).collect()
}

fn one_shared(table: &RecordingTable, item: ItemIdx, heard: Heard, shared: &Shared) -> Option<String> {
    Some(match shared {
        Shared::Artist(artist) => match heard {
            Heard::Artist(_) => "same artist".to_owned(),
            Heard::Item(heard) if [item, heard].iter().all(|&of| table.main_artist(of) == Some(*artist)) => {
                "same artist".to_owned()
            }
            Heard::Item(_) => format!("with {}", table.artist_name(*artist)),
        },
        Shared::Circle(heard, artist) => {
            format!("{} and {} move in the same circles", table.artist_name(*artist), table.artist_name(*heard))
        }
        Shared::Genres(genres) => {
            genres.iter().take(MAX_GENRES).map(|&genre| table.genre_name(genre)).collect::<Vec<_>>().join(" and ")
        }
        Shared::RelatedGenres => "related genres".to_owned(),
        Shared::Album(album) => format!("on the same album, {}", table.album_names.get(album.at())),
        Shared::Compilation(album) => format!("both on {}", table.album_names.get(album.at())),
        Shared::Together => "often listened to together".to_owned(),
        Shared::Sound(traits) if traits.is_empty() => return None,
        Shared::Sound(traits) => {
            format!("both {}", traits.iter().take(MAX_TRAITS).map(|word| word.word()).collect::<Vec<_>>().join(", "))
        }
        Shared::Years => "from the same years".to_owned(),
    })
}

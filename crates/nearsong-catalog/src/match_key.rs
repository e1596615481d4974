use nearsong_types::MatchKey;
use twox_hash::XxHash3_128;

use crate::{
    fold::fold_name,
    title::{fold_title, fold_work},
};

const BETWEEN: char = '\u{1f}';

/// The key of a song: equal for all spellings and editions of one title by one artist.
///
/// Case, accents, punctuation, “(feat. X)”, “- 2011 Remaster” and the like make no difference; live, remix, karaoke,
/// acoustic and other versions have keys of their own. Stable across machines and runs.
pub fn song_key(title: &str, artist: &str) -> MatchKey {
    folded_song_key(&fold_title(title), &fold_name(artist))
}

/// The key of the work that a song is a version of: as [`song_key`], but live, remix, acoustic and other versions have the key
/// of the studio recording.
pub fn work_key(title: &str, artist: &str) -> MatchKey {
    folded_song_key(&fold_work(title), &fold_name(artist))
}

/// The key of an artist's name: case, accents and punctuation make no difference.
pub fn artist_key(name: &str) -> MatchKey {
    folded_artist_key(&fold_name(name))
}

pub(crate) fn folded_song_key(title: &str, artist: &str) -> MatchKey {
    let mut text = String::with_capacity(title.len() + artist.len() + 1);
    text.push_str(title);
    text.push(BETWEEN);
    text.push_str(artist);
    MatchKey(XxHash3_128::oneshot(text.as_bytes()))
}

pub(crate) fn folded_artist_key(name: &str) -> MatchKey {
    MatchKey(XxHash3_128::oneshot(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_have_one_key_and_songs_their_own() {
        assert_eq!(song_key("Ghost - 2011 Remaster", "BEYONCÉ"), song_key("ghost", "Beyonce"));
        assert_ne!(song_key("Ghost", "Beyoncé"), song_key("Ghost", "Ben Woodward"));
        assert_ne!(song_key("a b", "c"), song_key("a", "b c"));
        assert_eq!(artist_key("Simon & Garfunkel"), artist_key("SIMON AND GARFUNKEL"));
    }

    #[test]
    fn keys_stay_what_they_are() {
        // xxh3_128_intdigest of "comedy\x1fgen hoshino" and of "gen hoshino" by PyPI's xxhash.
        assert_eq!(song_key("Comedy", "Gen Hoshino").0, 0x02a4_835f_8f00_3d9a_f6cc_bdbd_b092_4f9f);
        assert_eq!(artist_key("Gen Hoshino").0, 0xa8a6_8955_945b_cba1_ac5f_17cd_16d7_b978);
    }
}

use unicode_normalization::UnicodeNormalization;

use crate::{
    fault::{Fault, Faults},
    python_list::parse_python_list,
};

/// A genre's name in the one form used everywhere: lower case, words joined by single hyphens.
///
/// `indie_rock`, `Indie Rock` and `indie-rock` are all `indie-rock`; a text without a word is empty.
pub fn genre_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '_' | '-')) {
        if word.is_empty() {
            continue;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }));
    }
    if name.is_ascii() { name } else { name.nfc().collect() }
}

/// The genres in one cell: one name, a Python list, or names joined by commas or semicolons. Sorted, no duplicates.
pub(crate) fn parse_genres(text: &str, faults: &mut Faults) -> Vec<String> {
    let mut genres: Vec<String> = match parse_python_list(text) {
        Some(list) => {
            if !list.is_whole {
                faults.add(Fault::CutOffList);
            }
            list.texts.iter().map(|genre| genre_name(genre)).collect()
        }
        None => text.split([',', ';']).map(genre_name).collect(),
    };
    genres.retain(|genre| !genre.is_empty());
    genres.sort_unstable();
    genres.dedup();
    genres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_genre_are_one() {
        for spelling in ["indie_rock", "Indie Rock", "indie-rock", " indie  rock "] {
            assert_eq!(genre_name(spelling), "indie-rock");
        }
        assert_eq!(genre_name("R&B"), "r&b");
        assert_eq!(genre_name("Children’s Music"), "children's-music");
        assert_eq!(genre_name(" - "), "");
    }

    #[test]
    fn cells_hold_one_genre_or_many() {
        let parse = |text: &str| parse_genres(text, &mut Faults::default());
        assert_eq!(parse("acoustic"), ["acoustic"]);
        assert_eq!(parse("['indie_folk', 'Folk-Pop', 'indie folk', '']"), ["folk-pop", "indie-folk"]);
        assert_eq!(parse("color noise; white noise"), ["color-noise", "white-noise"]);
        assert_eq!(parse("melodic rap,rap"), ["melodic-rap", "rap"]);
        assert!(parse("[]").is_empty());
    }

    #[test]
    fn a_list_that_is_cut_off_is_counted() {
        let mut faults = Faults::default();
        assert_eq!(parse_genres("['pop', 'ro", &mut faults), ["pop"]);
        assert!(faults.has(Fault::CutOffList));
    }
}

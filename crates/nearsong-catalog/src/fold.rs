use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A name reduced to what makes it that name: lower case, no accents, no punctuation, words parted by single spaces.
///
/// Full-width and other compatibility forms become plain ones, `&` becomes `and`, apostrophes vanish (`don’t` is
/// `dont`). Letters of every script stay, with the marks that spell words in them. Empty where there is no letter or
/// digit. Folding twice changes nothing.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = Folded { text: String::with_capacity(text.len()), is_apart: false };
    if text.is_ascii() {
        let bytes = text.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            let is_beside_letter = || {
                let is_letter =
                    |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'$');
                is_letter(at.wrapping_sub(1)) || is_letter(at + 1)
            };
            folded.push(char::from(byte), is_beside_letter);
        }
        return folded.text;
    }
    let chars: Vec<char> = text.nfkd().flat_map(char::to_lowercase).filter(|&c| !is_left_out(c)).collect();
    for (at, &c) in chars.iter().enumerate() {
        let is_beside_letter = || {
            let is_letter = |at: usize| chars.get(at).is_some_and(|c| c.is_alphabetic() || *c == '$');
            is_letter(at.wrapping_sub(1)) || is_letter(at + 1)
        };
        folded.push(c, is_beside_letter);
    }
    folded.text.nfc().collect()
}

/// As [`fold`], but a name without a letter or digit stays itself, in lower case.
pub(crate) fn fold_name(text: &str) -> String {
    let folded = fold(text);
    if !folded.is_empty() {
        return folded;
    }
    let plain: String = text.trim().nfkc().flat_map(char::to_lowercase).collect();
    let plain = plain.trim();
    if plain.is_empty() { text.to_owned() } else { plain.to_owned() }
}

struct Folded {
    text: String,
    is_apart: bool,
}

impl Folded {
    fn push(&mut self, c: char, is_beside_letter: impl FnOnce() -> bool) {
        match c {
            'a'..='z' | '0'..='9' => self.push_letter(c),
            'A'..='Z' => self.push_letter(c.to_ascii_lowercase()),
            '&' => {
                self.is_apart = true;
                "and".chars().for_each(|c| self.push_letter(c));
                self.is_apart = true;
            }
            '$' if is_beside_letter() => self.push_letter('s'),
            '\'' | '`' | '‘' | '’' | '´' | 'ʼ' | 'ʻ' | '′' => {}
            c if c.is_ascii() => self.is_apart = true,
            c => match plain_letters(c) {
                Some(letters) => letters.chars().for_each(|c| self.push_letter(c)),
                None if c.is_alphanumeric() || is_combining_mark(c) => self.push_letter(c),
                None => self.is_apart = true,
            },
        }
    }

    fn push_letter(&mut self, c: char) {
        if self.is_apart && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.is_apart = false;
        self.text.push(c);
    }
}

/// Accents of Latin, Greek and Cyrillic, optional vowel points of Hebrew and Arabic, and characters that show nothing.
///
/// Marks that spell words (vowel signs of Indic scripts, voicing marks of kana) stay.
fn is_left_out(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Plain letters for those that Unicode does not take apart.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (one, other) in [
            ("Beyoncé", "BEYONCE"),
            ("Bjo\u{308}rk", "Björk"),
            ("Simon & Garfunkel", "simon and garfunkel"),
            ("Don’t Stop", "Dont Stop"),
            ("ＡＢＣ　１２３", "abc 123"),
            ("A$AP Rocky", "asap rocky"),
            ("Sigur Rós", "sigur ros"),
            ("Mø", "MO"),
            ("STRASSE", "straße"),
            ("Άλφα ΣΟΦΟΣ", "αλφα σοφος"),
            ("Ёлка", "елка"),
            ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
            ("  P.O.D.  ", "p o d"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} / {other}");
        }
    }

    #[test]
    fn names_that_differ_stay_apart() {
        for (one, other) in [("か", "が"), ("हिन्दी", "हनद"), ("สวัสดี", "สวสด"), ("$100", "s100"), ("한국", "한극")]
        {
            assert_ne!(fold(one), fold(other), "{one} / {other}");
        }
    }

    #[test]
    fn a_name_without_letters_stays_itself() {
        assert_eq!(fold("!!!"), "");
        assert_eq!(fold_name("!!!"), "!!!");
        assert_eq!(fold_name(" ♥ "), "♥");
        assert_ne!(fold_name("..."), fold_name("!!!"));
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_empties_no_name(text in any::<String>()) {
            let once = fold_name(&text);
            prop_assert_eq!(fold_name(&once), once.clone());
            prop_assert_eq!(once.is_empty(), text.is_empty());
        }

        #[test]
        fn case_makes_no_difference(text in "[a-zA-Z0-9 &$'À-ÿ]{0,20}") {
            prop_assert_eq!(fold(&text), fold(&text.to_uppercase()));
        }
    }
}

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::fault::{Fault, Faults};

/// A text as the catalogue keeps it: without control characters, trimmed, NFC; `None` where nothing is left.
pub(crate) fn clean_text(raw: &str, faults: &mut Faults) -> Option<String> {
    let trimmed = raw.trim();
    if trimmed.len() != raw.len() {
        faults.add(Fault::EdgeSpaces);
    }
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.is_ascii() && !trimmed.bytes().any(|byte| byte.is_ascii_control()) {
        return Some(trimmed.to_owned());
    }
    let text = if trimmed.chars().any(char::is_control) {
        faults.add(Fault::ControlCharacters);
        trimmed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
    } else {
        trimmed.to_owned()
    };
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Some(text).filter(|text| !text.is_empty());
    }
    let normal: String = text.nfc().collect();
    if normal != text {
        faults.add(Fault::NotNfc);
    }
    Some(normal).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(raw: &str) -> (Option<String>, Faults) {
        let mut faults = Faults::default();
        (clean_text(raw, &mut faults), faults)
    }

    #[test]
    fn texts_are_trimmed_composed_and_freed_of_control_characters() {
        assert_eq!(clean("Terra ").0.as_deref(), Some("Terra"));
        assert!(clean("Terra ").1.has(Fault::EdgeSpaces));
        assert_eq!(clean("Bjo\u{308}rk").0.as_deref(), Some("Björk"));
        assert!(clean("Bjo\u{308}rk").1.has(Fault::NotNfc));
        assert_eq!(clean("a\u{1b}[2Jb").0.as_deref(), Some("a [2Jb"));
        assert_eq!(clean(" \u{7} ").0, None);
        assert_eq!(clean("宇多田ヒカル").1, Faults::default());
    }
}

use std::collections::HashMap;

use crate::draw::Draw;

const FILES: [&str; 5] = [
    include_str!("../words/english.txt"),
    include_str!("../words/names.txt"),
    include_str!("../words/titles.txt"),
    include_str!("../words/tongues.txt"),
    include_str!("../words/spoken.txt"),
];

/// The word lists of `words/*.txt`: sections of choices, in which `{section}` stands for a choice from another section.
///
/// A file has `[section]` headings, one choice a line, and `#` comments.
pub(crate) struct Lexicon {
    sections: HashMap<&'static str, Vec<&'static str>>,
}

impl Lexicon {
    pub(crate) fn new() -> Self {
        let mut sections: HashMap<_, Vec<_>> = HashMap::new();
        let mut name = "";
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                Some(heading) => name = heading,
                None => sections.entry(name).or_default().push(line),
            }
        }
        Self { sections }
    }

    /// A text of this section with every `{section}` in it chosen.
    ///
    /// # Panics
    /// Where the word lists name a section that they do not have.
    pub(crate) fn text(&self, section: &str, draw: &mut Draw) -> String {
        let mut text = String::new();
        self.expand(self.choice(section, draw), draw, &mut text);
        text
    }

    fn choice(&self, section: &str, draw: &mut Draw) -> &'static str {
        let choices =
            self.sections.get(section).unwrap_or_else(|| panic!("the word lists have no section [{section}]"));
        choices[draw.index(choices.len())]
    }

    fn expand(&self, template: &str, draw: &mut Draw, text: &mut String) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (section, tail) = after.split_once('}').unwrap_or((after, ""));
            self.expand(self.choice(section, draw), draw, text);
            rest = tail;
        }
        text.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_section_that_is_named_exists_and_every_choice_can_be_expanded() {
        let lexicon = Lexicon::new();
        for choices in lexicon.sections.values() {
            for choice in choices {
                let mut text = String::new();
                lexicon.expand(choice, &mut Draw::new(1, 0), &mut text);
                assert!(!text.contains(['{', '}']) && text.trim() == text && !text.is_empty(), "{choice} gave {text}");
            }
        }
    }

    #[test]
    fn a_section_of_plain_words_has_no_word_twice() {
        for (section, choices) in Lexicon::new().sections {
            let words: Vec<_> = choices.into_iter().filter(|choice| !choice.contains('{')).collect();
            let distinct: HashSet<_> = words.iter().collect();
            assert_eq!(distinct.len(), words.len(), "[{section}] repeats itself");
        }
    }

    #[test]
    fn titles_rarely_repeat() {
        let lexicon = Lexicon::new();
        let mut draw = Draw::new(1, 0);
        let titles: HashSet<String> = (0..10_000).map(|_| lexicon.text("title.any", &mut draw)).collect();
        assert!(titles.len() > 8_500, "{}", titles.len());
    }
}

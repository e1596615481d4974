/// Many texts in one allocation.
///
/// # Shapes
/// `offsets`: `len + 1` byte positions in `text`, ascending, each on a character boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    offsets: Vec<u32>,
    text: String,
}

impl Default for Names {
    fn default() -> Self {
        Self { offsets: vec![0], text: String::new() }
    }
}

impl Names {
    /// Takes stored parts; `None` where the offsets do not ascend through the text on character boundaries.
    pub fn from_parts(offsets: Vec<u32>, text: String) -> Option<Self> {
        let sound = offsets.first() == Some(&0)
            && offsets.last().is_some_and(|&last| last as usize == text.len())
            && offsets.is_sorted()
            && offsets.iter().all(|&offset| text.is_char_boundary(offset as usize));
        sound.then_some(Self { offsets, text })
    }

    /// Appends a text.
    pub fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.offsets.push(u32::try_from(self.text.len()).expect("under 4 GiB of names"));
    }

    /// The text at a position.
    pub fn get(&self, position: usize) -> &str {
        &self.text[self.offsets[position] as usize..self.offsets[position + 1] as usize]
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|position| self.get(position))
    }

    /// The byte positions, `len + 1` of them.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// All texts run together.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut all = Self::default();
        for name in names {
            all.push(name);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_any_script() {
        let texts = ["Talk Talk", "", "Björk", "宇多田ヒカル"];
        let names: Names = texts.into_iter().collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), texts);
        let again = Names::from_parts(names.offsets().to_vec(), names.text().to_owned());
        assert_eq!(again, Some(names));
    }

    #[test]
    fn an_offset_inside_a_character_is_refused() {
        assert!(Names::from_parts(vec![0, 1, 2], "é".to_owned()).is_none());
    }
}

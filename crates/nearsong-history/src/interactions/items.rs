use std::collections::HashMap;

use nearsong_types::{Names, TrackId};

/// No row: the item is left out.
pub(crate) const LEFT_OUT: u32 = u32::MAX;
const BETWEEN: char = '\u{1f}';

/// A key of a file: numbers in the order of numbers, then other texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(u64),
    Text(Box<str>),
}

impl Key {
    pub(crate) fn of(text: Box<str>) -> Self {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
        match text.parse() {
            Ok(number) if is_number => Self::Number(number),
            _ => Self::Text(text),
        }
    }
}

/// Distinct items with the names that the files have for them, in the order of their first sight.
///
/// An item is known by its track id, by its title and artist, or by a key. Where files give an item several names or ids, the
/// first in the order of texts is kept, so that the order of files does not matter.
#[derive(Default)]
pub(crate) struct Items {
    by_id: HashMap<TrackId, u32>,
    by_text: HashMap<Box<str>, u32>,
    ids: Vec<Option<TrackId>>,
    names: Vec<Span>,
    text: String,
    key: String,
}

/// Where title and artist of an item stand in the text of all names.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    title: u16,
    artist: u16,
}

/// The items in their final order: those known by a track id by that, then the others by name or key.
pub(crate) struct OrderedItems {
    /// For every row of [`Items`] its final row, or [`LEFT_OUT`].
    pub(crate) row_of: Vec<u32>,
    pub(crate) track_ids: Vec<Option<TrackId>>,
    pub(crate) titles: Names,
    pub(crate) artists: Names,
}

impl Items {
    /// Bytes of all names.
    pub(crate) fn name_bytes(&self) -> usize {
        self.text.len()
    }

    /// The item of a track id; title and artist may be empty.
    pub(crate) fn of_id(&mut self, id: TrackId, title: &str, artist: &str) -> u32 {
        let next = self.ids.len() as u32;
        let item = *self.by_id.entry(id).or_insert(next);
        if item == next {
            self.ids.push(Some(id));
            self.names.push(Span::default());
        }
        self.note_names(item, title, artist);
        item
    }

    /// The item of a title and an artist, whose id may be known too.
    pub(crate) fn of_names(&mut self, title: &str, artist: &str, id: Option<TrackId>) -> u32 {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        key.push_str(artist);
        key.push(BETWEEN);
        key.push_str(title);
        let item = self.of_text(&key);
        self.key = key;
        self.note_names(item, title, artist);
        let known = &mut self.ids[item as usize];
        *known = [*known, id].into_iter().flatten().min();
        item
    }

    /// The item of a key.
    pub(crate) fn of_key(&mut self, key: &str) -> u32 {
        let item = self.of_text(key);
        self.note_names(item, key, "");
        item
    }

    fn of_text(&mut self, text: &str) -> u32 {
        if let Some(&item) = self.by_text.get(text) {
            return item;
        }
        let next = self.ids.len() as u32;
        self.by_text.insert(text.into(), next);
        self.ids.push(None);
        self.names.push(Span::default());
        next
    }

    fn names_of(&self, item: u32) -> (&str, &str) {
        let Span { start, title, artist } = self.names[item as usize];
        let middle = start as usize + usize::from(title);
        (&self.text[start as usize..middle], &self.text[middle..middle + usize::from(artist)])
    }

    fn note_names(&mut self, item: u32, title: &str, artist: &str) {
        let known = self.names_of(item);
        if known == (title, artist) || known != ("", "") && (known < (title, artist) || (title, artist) == ("", "")) {
            return;
        }
        let start = u32::try_from(self.text.len()).expect("limits keep all names below 4 GiB");
        let length = |text: &str| u16::try_from(text.len()).expect("limits keep a name below 64 KiB");
        self.names[item as usize] = Span { start, title: length(title), artist: length(artist) };
        self.text.push_str(title);
        self.text.push_str(artist);
    }

    /// Takes the names of other items than songs: what the key of every item is called.
    pub(crate) fn rename(&mut self, name_of: impl Fn(&str) -> Option<String>) -> u64 {
        let mut n_unnamed = 0;
        for item in 0..self.ids.len() as u32 {
            let name = name_of(self.names_of(item).0);
            n_unnamed += u64::from(name.is_none());
            self.names[item as usize] = Span::default();
            self.note_names(item, "", &name.unwrap_or_default());
        }
        n_unnamed
    }

    /// For every item whether it is a song: known by its track id, or by title and artist.
    pub(crate) fn songs(&self) -> Vec<bool> {
        let is_song = |item: u32| self.ids[item as usize].is_some() || !self.names_of(item).1.is_empty();
        (0..self.ids.len() as u32).map(is_song).collect()
    }

    /// Puts the items that are kept into their final order.
    pub(crate) fn ordered(self, is_kept: impl Fn(u32) -> bool) -> OrderedItems {
        let mut by_id: Vec<(TrackId, u32)> = self.by_id.iter().map(|(&id, &item)| (id, item)).collect();
        by_id.sort_unstable();
        let by_text = self.by_text.iter().map(|(text, &item)| (Key::of(text.clone()), item));
        let mut by_text: Vec<(Key, u32)> = by_text.collect();
        by_text.sort_unstable();
        let order = by_id.into_iter().map(|(_, item)| item).chain(by_text.into_iter().map(|(_, item)| item));

        let mut row_of = vec![LEFT_OUT; self.ids.len()];
        let (mut track_ids, mut titles, mut artists) = (Vec::new(), Names::default(), Names::default());
        for item in order.filter(|&item| is_kept(item)) {
            row_of[item as usize] = track_ids.len() as u32;
            let (title, artist) = self.names_of(item);
            track_ids.push(self.ids[item as usize]);
            titles.push(title);
            artists.push(artist);
        }
        OrderedItems { row_of, track_ids, titles, artists }
    }
}

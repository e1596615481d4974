use nearsong_types::{Moment, TrackId};

/// A playlist as it is now, for tests and the demo to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotifyPlaylist {
    /// The id.
    pub id: String,
    /// The user id of who made it.
    pub owner_id: String,
    /// Its name.
    pub name: String,
    /// Its description; `None` where none was given.
    pub description: Option<String>,
    /// Whether it shows on the owner's profile.
    pub is_public: bool,
    /// `spotify:track:` URIs, in the playlist's order; one may stand in it several times.
    pub uris: Vec<String>,
    /// Changes with every write.
    pub snapshot_id: String,
    /// Whether the owner took it out of their library, which is what deleting a playlist means. It can still be read.
    pub is_removed: bool,
    /// The cover that was uploaded.
    pub cover_jpeg: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaylistItem {
    pub(crate) track: TrackId,
    pub(crate) added_at: Moment,
}

/// A playlist as it is kept.
pub(crate) struct Playlist {
    pub(crate) id: String,
    /// Index of the account.
    pub(crate) owner: usize,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) is_public: bool,
    pub(crate) is_collaborative: bool,
    pub(crate) items: Vec<PlaylistItem>,
    /// All there were, the one in force last.
    pub(crate) snapshots: Vec<String>,
    pub(crate) is_removed: bool,
    pub(crate) cover_jpeg: Option<Vec<u8>>,
}

impl Playlist {
    pub(crate) fn snapshot_id(&self) -> &str {
        self.snapshots.last().map_or("", String::as_str)
    }

    pub(crate) fn uri(&self) -> String {
        format!("spotify:playlist:{}", self.id)
    }

    /// Moves `length` items from `start` on in front of the item that is now at `before`. Nothing moves, and `None` is given,
    /// where a place lies outside of the playlist.
    pub(crate) fn reorder(&mut self, start: usize, length: usize, before: usize) -> Option<()> {
        let end = start.checked_add(length).filter(|&end| end <= self.items.len())?;
        if before > self.items.len() {
            return None;
        }
        if before > end {
            self.items[start..before].rotate_left(length);
        } else if before < start {
            self.items[before..end].rotate_right(length);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playlist(numbers: std::ops::Range<u32>) -> Playlist {
        let item = |number| PlaylistItem {
            track: format!("{number:022}").parse().unwrap(),
            added_at: Moment::from_seconds(0),
        };
        Playlist {
            id: "p".to_owned(),
            owner: 0,
            name: "p".to_owned(),
            description: None,
            is_public: true,
            is_collaborative: false,
            items: numbers.map(item).collect(),
            snapshots: Vec::new(),
            is_removed: false,
            cover_jpeg: None,
        }
    }

    #[test]
    fn items_move_in_front_of_the_one_named() {
        let check = |start, length, before, expected: Option<&str>| {
            let mut playlist = playlist(0..5);
            let moved = playlist.reorder(start, length, before);
            let order = playlist.items.iter().map(|item| item.track.as_str()[21..].to_owned()).collect::<String>();
            assert_eq!(moved.map(|()| order.as_str()), expected, "{start} {length} {before}");
        };
        check(1, 2, 5, Some("03412"));
        check(1, 1, 3, Some("02134"));
        check(3, 2, 0, Some("34012"));
        check(1, 2, 1, Some("01234"));
        check(1, 2, 3, Some("01234"));
        check(4, 2, 0, None);
        check(0, 1, 6, None);
    }
}

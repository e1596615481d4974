/// Names that columns are known by, without regard to case and to anything but letters and digits; the first that a table has
/// counts. `track` and `song` may name a title or an id, so they come last in both.
const USER: [&str; 12] = [
    "user",
    "userid",
    "username",
    "uid",
    "listener",
    "listenerid",
    "playlist",
    "playlistid",
    "pid",
    "owner",
    "session",
    "sessionid",
];
const ITEM: [&str; 10] =
    ["item", "itemid", "trackid", "trackuri", "spotifytrackuri", "spotifyid", "uri", "songid", "iid", "recordingid"];
const TITLE: [&str; 7] =
    ["title", "trackname", "tracktitle", "songname", "songtitle", "recordingname", "mastermetadatatrackname"];
const EITHER: [&str; 2] = ["track", "song"];
const ARTIST: [&str; 5] = ["artist", "artistname", "artists", "artistnames", "mastermetadataalbumartistname"];
const WEIGHT: [&str; 9] =
    ["weight", "count", "plays", "playcount", "nplays", "listens", "listencount", "rating", "value"];
const TIME: [&str; 11] = [
    "timestamp",
    "ts",
    "time",
    "at",
    "listenedat",
    "playedat",
    "datetime",
    "date",
    "addedat",
    "unixtimestamp",
    "unixtime",
];

/// Which columns of a table are used, by their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) user: usize,
    pub(crate) item: ItemColumns,
    pub(crate) weight: Option<usize>,
    pub(crate) time: Option<usize>,
}

/// What says which item a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemColumns {
    /// An id or key, and names where there are any.
    Key { key: usize, names: Option<(usize, usize)> },
    /// Title and artist.
    Names { title: usize, artist: usize },
    /// An artist alone.
    Artist(usize),
}

impl Columns {
    /// The columns of a table, where it has one for users and one for items.
    pub(crate) fn of(names: &[String]) -> Option<Self> {
        let plain = |name: &String| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let plain: Vec<String> = names.iter().map(plain).collect();
        let find = |known: &[&str]| known.iter().find_map(|known| plain.iter().position(|name| name == known));
        let artist = find(&ARTIST);
        let title = find(&TITLE).or_else(|| find(&EITHER));
        let names = title.zip(artist);
        let item = match (find(&ITEM), names, find(&EITHER), artist) {
            (Some(key), names, ..) => ItemColumns::Key { key, names },
            (None, Some((title, artist)), ..) => ItemColumns::Names { title, artist },
            (None, None, Some(key), _) => ItemColumns::Key { key, names: None },
            (None, None, None, Some(artist)) => ItemColumns::Artist(artist),
            (None, None, None, None) => return None,
        };
        Some(Self { user: find(&USER)?, item, weight: find(&WEIGHT), time: find(&TIME) })
    }

    /// The positions of all columns that are used, in no order.
    pub(crate) fn positions(&self) -> Vec<usize> {
        let item = match self.item {
            ItemColumns::Key { key, names: None } => vec![key],
            ItemColumns::Key { key, names: Some((title, artist)) } => vec![key, title, artist],
            ItemColumns::Names { title, artist } => vec![title, artist],
            ItemColumns::Artist(artist) => vec![artist],
        };
        item.into_iter().chain([self.user]).chain(self.weight).chain(self.time).collect()
    }

    /// The same columns at other positions.
    pub(crate) fn moved(self, to: impl Fn(usize) -> usize) -> Self {
        let item = match self.item {
            ItemColumns::Key { key, names } => {
                ItemColumns::Key { key: to(key), names: names.map(|(title, artist)| (to(title), to(artist))) }
            }
            ItemColumns::Names { title, artist } => ItemColumns::Names { title: to(title), artist: to(artist) },
            ItemColumns::Artist(artist) => ItemColumns::Artist(to(artist)),
        };
        Self { user: to(self.user), item, weight: self.weight.map(&to), time: self.time.map(&to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Option<Columns> {
        Columns::of(&header.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn usual_names_are_known() {
        let key = |key, names| ItemColumns::Key { key, names };
        let of = |user, item, weight, time| Some(Columns { user, item, weight, time });
        assert_eq!(columns("user,item"), of(0, key(1, None), None, None));
        assert_eq!(columns("ts,User ID,Play-Count,track_uri"), of(1, key(3, None), Some(2), Some(0)));
        assert_eq!(columns("pid,pos,artist_name,track_uri,track_name"), of(0, key(3, Some((4, 2))), None, None));
        assert_eq!(columns("playlist,artist,track"), of(0, ItemColumns::Names { title: 2, artist: 1 }, None, None));
        assert_eq!(columns("userId,song"), of(0, key(1, None), None, None));
        assert_eq!(columns("user,artist,plays"), of(0, ItemColumns::Artist(1), Some(2), None));
    }

    #[test]
    fn without_user_or_item_it_is_another_table() {
        assert_eq!(columns("track_id,artists,album_name"), None, "a dataset of tracks");
        assert_eq!(columns("user,age,country"), None);
    }
}

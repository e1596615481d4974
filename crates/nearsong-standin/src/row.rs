use serde::Serialize;

/// One row of the extended streaming history, with every field that Spotify's newer exports have, in their order.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) ts: String,
    pub(crate) platform: &'a str,
    pub(crate) ms_played: u32,
    pub(crate) conn_country: &'a str,
    pub(crate) ip_addr: &'a str,
    pub(crate) master_metadata_track_name: Option<&'a str>,
    pub(crate) master_metadata_album_artist_name: Option<&'a str>,
    pub(crate) master_metadata_album_album_name: Option<&'a str>,
    pub(crate) spotify_track_uri: Option<String>,
    pub(crate) episode_name: Option<&'a str>,
    pub(crate) episode_show_name: Option<&'a str>,
    pub(crate) spotify_episode_uri: Option<String>,
    pub(crate) audiobook_title: Option<&'a str>,
    pub(crate) audiobook_uri: Option<&'a str>,
    pub(crate) audiobook_chapter_uri: Option<&'a str>,
    pub(crate) audiobook_chapter_title: Option<&'a str>,
    pub(crate) reason_start: &'a str,
    pub(crate) reason_end: &'a str,
    pub(crate) shuffle: bool,
    pub(crate) skipped: Option<bool>,
    pub(crate) offline: bool,
    pub(crate) offline_timestamp: Option<i64>,
    pub(crate) incognito_mode: bool,
}

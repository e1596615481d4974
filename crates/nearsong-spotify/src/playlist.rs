use serde_json::Value;

use crate::wire::{count, either, plain_id, text};

/// A playlist as Spotify tells of it, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Changes with every change of what is in it.
    pub snapshot_id: Option<String>,
    /// How many entries it has, where Spotify says.
    pub n_items: Option<u32>,
    /// Its page on open.spotify.com.
    pub url: String,
}

impl Playlist {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let id = plain_id(value, "id")?;
        let url = value.get("external_urls").and_then(|urls| text(urls, "spotify"));
        Some(Self {
            name: text(value, "name").unwrap_or_default(),
            description: text(value, "description"),
            snapshot_id: text(value, "snapshot_id"),
            n_items: count(either(value, ["items", "tracks"]), "total"),
            url: url.unwrap_or_else(|| format!("https://open.spotify.com/playlist/{id}")),
            id,
        })
    }
}

/// The URI of an entry of a playlist; `None` where it was withdrawn.
pub(crate) fn entry_uri(value: &Value) -> Option<String> {
    text(either(value, ["item", "track"]), "uri")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn old_and_new_shapes_are_read_alike() {
        for field in ["items", "tracks"] {
            let playlist = Playlist::read(&json!({"id": "37i", "name": "Mix", field: {"total": 42}})).unwrap();
            assert_eq!((playlist.n_items, playlist.url.as_str()), (Some(42), "https://open.spotify.com/playlist/37i"));
        }
        for field in ["item", "track"] {
            assert_eq!(entry_uri(&json!({field: {"uri": "spotify:track:x"}})).as_deref(), Some("spotify:track:x"));
        }
        assert_eq!(entry_uri(&json!({"item": null})), None);
        assert_eq!(Playlist::read(&json!({"name": "Mix"})), None);
    }
}

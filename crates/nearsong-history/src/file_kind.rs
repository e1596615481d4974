use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file of an export holds.
///
/// # Order
/// The order in which files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Extended streaming history of music and podcasts.
    ExtendedHistory,
    /// Account data: music, and in older exports podcasts too, which look the same.
    AccountData,
    /// Videos of either package.
    Video,
    /// Podcasts of the account data.
    Podcast,
    /// Audiobooks of the account data.
    Audiobook,
}

/// Beginnings of file names in lower case; the first that fits decides.
const BEGINNINGS: [(&str, FileKind); 8] = [
    ("streaming_history_audio", FileKind::ExtendedHistory),
    ("endsong", FileKind::ExtendedHistory),
    ("streaming_history_video", FileKind::Video),
    ("endvideo", FileKind::Video),
    ("streaminghistory_podcast", FileKind::Podcast),
    ("streaminghistory_audiobook", FileKind::Audiobook),
    ("streaminghistory_video", FileKind::Video),
    ("streaminghistory", FileKind::AccountData),
];

impl FileKind {
    /// What a file of this name holds, by its last component; `None` for every file that is no history.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let base = base_name(name).to_lowercase();
        if !base.ends_with(".json") {
            return None;
        }
        BEGINNINGS.iter().find(|(beginning, _)| base.starts_with(beginning)).map(|&(_, kind)| kind)
    }
}

/// The part of a path after the last separator of any system.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExtendedHistory => "extended streaming history",
            Self::AccountData => "account data",
            Self::Video => "videos",
            Self::Podcast => "podcasts",
            Self::Audiobook => "audiobooks",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_at_any_depth_and_in_any_case() {
        for (name, kind) in [
            ("Streaming_History_Audio_2016-2019_0.json", Some(FileKind::ExtendedHistory)),
            ("a/b/c/STREAMING_HISTORY_AUDIO_2020_3.JSON", Some(FileKind::ExtendedHistory)),
            ("MyData\\endsong_11.json", Some(FileKind::ExtendedHistory)),
            ("endsong (1).json", Some(FileKind::ExtendedHistory)),
            ("Streaming_History_Video_2018-2026.json", Some(FileKind::Video)),
            ("MyData/StreamingHistory0.json", Some(FileKind::AccountData)),
            ("Spotify Account Data/StreamingHistory_music_1.json", Some(FileKind::AccountData)),
            ("StreamingHistory_podcast_0.json", Some(FileKind::Podcast)),
            ("StreamingHistory_audiobook_0.json", Some(FileKind::Audiobook)),
            ("Playlist1.json", None),
            ("endsong_0.json.txt", None),
            ("__MACOSX/MyData/._endsong_0.json", None),
            ("Streaming_History_Audio_2020_3.json/Payments.json", None),
            ("", None),
        ] {
            assert_eq!(FileKind::of_name(name), kind, "{name}");
        }
    }
}

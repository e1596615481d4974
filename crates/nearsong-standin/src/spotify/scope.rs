/// Every scope that may be asked for, in words for the consent page.
pub(crate) const SCOPES: [(&str, &str); 19] = [
    ("user-top-read", "See your top artists and tracks"),
    ("user-read-recently-played", "See what you played recently"),
    ("user-library-read", "See what you saved in your library"),
    ("user-library-modify", "Add to and remove from your library"),
    ("playlist-read-private", "See your private playlists"),
    ("playlist-read-collaborative", "See your collaborative playlists"),
    ("playlist-modify-private", "Create and change your private playlists"),
    ("playlist-modify-public", "Create and change your public playlists"),
    ("ugc-image-upload", "Upload pictures for your playlists"),
    ("user-follow-read", "See whom you follow"),
    ("user-follow-modify", "Change whom you follow"),
    ("user-read-private", "See your subscription"),
    ("user-read-email", "See your e-mail address"),
    ("user-read-playback-state", "See your devices and what is playing"),
    ("user-modify-playback-state", "Control playback on your devices"),
    ("user-read-currently-playing", "See what is playing"),
    ("user-read-playback-position", "See how far you got in an episode"),
    ("app-remote-control", "Control the app on your phone"),
    ("streaming", "Play music in the app"),
];

/// The scope in words; `None` where there is no such scope.
pub(crate) fn in_words(scope: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(name, _)| *name == scope).map(|&(_, words)| words)
}

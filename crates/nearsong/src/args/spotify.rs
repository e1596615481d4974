use clap::ValueEnum;

/// `nearsong connect`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Spotify is asked through an app of your own, for which you need a client id; without one, this command says how to get it.
Its rules: you need Spotify Premium, and an app serves you and at most four others whom you name in its dashboard.
Examples:
  nearsong connect spotify --read --write
  nearsong connect spotify --write                only write playlists; listening comes from your export
  nearsong --listener ana connect spotify --read
On a server without a screen: open the address on any machine, agree, and paste the address you land on (the page itself will
not load there). A sign-in lasts six months; `nearsong status` counts them down.")]
#[group(id = "what", required = true, multiple = true, args = ["read", "write"])]
pub struct ConnectArgs {
    /// What to connect with
    pub service: Service,
    /// Allow reading: recent plays, most played and saved songs
    #[arg(long)]
    pub read: bool,
    /// Allow writing: make and change playlists of its own
    #[arg(long)]
    pub write: bool,
    /// Allow giving those playlists a cover
    #[arg(long, requires = "write")]
    pub covers: bool,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
}

/// A music service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// Spotify
    Spotify,
}

/// `nearsong disconnect`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  nearsong disconnect                  deletes the sign-in and every play and song that came through it; imports stay
Playlists stay at Spotify, they are yours. To take back the permission itself: https://www.spotify.com/account/apps/")]
pub struct DisconnectArgs {
    /// Print the receipt as JSON
    #[arg(long)]
    pub json: bool,
}

use std::path::PathBuf;

/// `nearsong recommend`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nearsong recommend                                       from your listening
  nearsong recommend --mood calm --tempo 60..100 --limit 20
  nearsong recommend --like \"Radiohead - Creep\" --like 5SuOikwiRyPMVoIQDJUgSV --not-like \"Artist - Song\"
  nearsong recommend --genre jazz --not-genre smooth-jazz --adventurous 0.8
  nearsong recommend --m3u > next.m3u8
  nearsong recommend --spotify \"Next up\"                   into a playlist at Spotify
  nearsong recommend --batch seeds.jsonl > lists.jsonl     for programs: {\"id\":1,\"seeds\":[\"<track id>\"],\"n\":500} a line
Moods: calm, happy, energetic, melancholy, angry, party, focus.
By default: nothing you heard in the last 60 days, at most 2 songs per artist, never two in a row by one artist,
and no second version of a song. What you heard longer ago comes rarely, and never with --adventurous 1 or --new-only.")]
pub struct RecommendArgs {
    #[command(flatten)]
    pub wish: WishArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    /// Answer many requests: JSON lines in (a file, or - for standard input), JSON lines out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["like", "not_like", "json", "csv", "m3u", "jspf", "uris", "spotify"])]
    pub batch: Option<PathBuf>,
    /// Make the playlist for --spotify again where you deleted it
    #[arg(long, requires = "spotify")]
    pub again: bool,
    /// Use this model instead of the one in use
    #[arg(long, value_name = "ID")]
    pub model: Option<u32>,
    /// As it would have been then, with the listening up to then (2026-11-01, 2026-11-01T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    pub as_of: Option<String>,
}

/// What is wanted.
#[derive(Debug, clap::Args)]
pub struct WishArgs {
    /// A song to start from instead of your listening: "artist - title", a track id or a link (repeatable)
    #[arg(long, value_name = "SONG")]
    pub like: Vec<String>,
    /// A song to keep away from (repeatable)
    #[arg(long, value_name = "SONG")]
    pub not_like: Vec<String>,
    /// Only this genre (repeatable: any of them)
    #[arg(long, value_name = "GENRE")]
    pub genre: Vec<String>,
    /// Not this genre (repeatable)
    #[arg(long, value_name = "GENRE")]
    pub not_genre: Vec<String>,
    /// Only songs of this mood
    #[arg(long, value_name = "MOOD")]
    pub mood: Option<String>,
    /// Only songs with this energy, 0..1, such as 0.6..0.9
    #[arg(long, value_name = "FROM..TO")]
    pub energy: Option<String>,
    /// Only songs with this tempo in BPM, such as 90..120
    #[arg(long, value_name = "FROM..TO")]
    pub tempo: Option<String>,
    /// Only songs released in these years, such as 1990..1999
    #[arg(long, value_name = "FROM..TO")]
    pub years: Option<String>,
    /// From familiar (0) to adventurous (1)
    #[arg(long, value_name = "0..1")]
    pub adventurous: Option<f32>,
    /// Most songs by one artist; 0 for no limit
    #[arg(long, value_name = "N")]
    pub max_per_artist: Option<usize>,
    /// Explicit lyrics: yes (no matter), no, only
    #[arg(long, value_name = "yes|no|only")]
    pub explicit: Option<String>,
    /// Nothing heard in the last N days
    #[arg(long, value_name = "DAYS")]
    pub not_heard_for: Option<u32>,
    /// Nothing you have ever heard
    #[arg(long)]
    pub new_only: bool,
    /// How many songs
    #[arg(long, short = 'n', value_name = "N")]
    pub limit: Option<usize>,
}

/// How the list is written.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub struct OutputArgs {
    /// As JSON, with every part of every score
    #[arg(long)]
    pub json: bool,
    /// As CSV
    #[arg(long)]
    pub csv: bool,
    /// As an M3U playlist
    #[arg(long)]
    pub m3u: bool,
    /// As a JSPF playlist
    #[arg(long)]
    pub jspf: bool,
    /// Into a playlist of this title at Spotify, which Nearsong makes and later replaces (needs `nearsong connect spotify --write`)
    #[arg(long, value_name = "TITLE")]
    pub spotify: Option<String>,
    /// As Spotify URIs, one a line (can be pasted into a playlist in Spotify's desktop app)
    #[arg(long)]
    pub uris: bool,
}

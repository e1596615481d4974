use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use nearsong_app::{ListOrder, RecipeKind};

use super::JsonArgs;

/// `nearsong playlists …`
#[derive(Debug, Subcommand)]
pub enum PlaylistsCommand {
    /// Add a playlist: a ready-made one by its name, or one of your own rules
    #[command(after_help = "\
Examples:
  nearsong playlists ready-made                                        what there is for a start
  nearsong playlists add discovery-monday --spotify
  nearsong playlists add calm --file calm.m3u8 --when \"daily 21:00\"
  nearsong playlists add jazz --kind genre --genre jazz --spotify --length 40
  nearsong playlists add like-creep --kind more-like --like \"Radiohead - Creep\" --file creep.m3u8
Schedules, in your time zone: \"every monday 06:00\", \"every tuesday, friday 18:30\", \"daily 07:00\", \"never\", or cron (\"0 6 * * 1\").
Then: nearsong playlists refresh NAME makes it at once; nearsong serve, or nearsong refresh run by a timer, keep it fresh.")]
    Add {
        /// Name, of letters, digits, - and _; that of a ready-made recipe brings its rules
        name: String,
        #[command(flatten)]
        rules: Box<RuleArgs>,
    },
    /// Recipes for a start
    ReadyMade(JsonArgs),
    /// All playlists, with their next run and last result
    List(JsonArgs),
    /// One playlist: rules, songs with their reasons, pins
    Show {
        /// Name
        name: String,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Change rules; what is not named stays
    #[command(
        after_help = "Example:\n  nearsong playlists edit discovery-monday --when \"every friday 17:00\" --length 50"
    )]
    Edit {
        /// Name
        name: String,
        #[command(flatten)]
        rules: Box<RuleArgs>,
    },
    /// What a refresh would make now, and why; nothing is written or called
    Preview {
        /// Name
        name: String,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Make a new edition now and bring it to its targets
    Refresh {
        /// Name
        name: String,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Leave a playlist as it is until it is resumed
    Pause {
        /// Name
        name: String,
    },
    /// Let a paused playlist go on
    Resume {
        /// Name
        name: String,
        /// Make it again at Spotify, where you deleted it
        #[arg(long)]
        again: bool,
    },
    /// Keep a song in a playlist, whatever comes
    #[command(
        after_help = "Example:\n  nearsong playlists pin discovery-monday 3       the third song of its newest edition"
    )]
    Pin {
        /// Name
        name: String,
        /// Place in the newest edition, title, "artist - title", or track id
        song: String,
    },
    /// Let a pinned song go with the next edition
    Unpin {
        /// Name
        name: String,
        /// Place in the newest edition, title, "artist - title", or track id
        song: String,
    },
    /// Keep a song out of all your playlists, and what is like it further away
    Ban {
        /// Name
        name: String,
        /// Place in the newest edition, title, "artist - title", or track id
        song: String,
    },
    /// Let a banned song in again
    Unban {
        /// Title, "artist - title", or track id
        song: String,
    },
    /// Songs that you banned, or took out of a playlist at Spotify
    Bans(JsonArgs),
    /// Editions, the newest first
    History {
        /// Name
        name: String,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// What came, stayed and went from one edition to another
    Diff {
        /// Name
        name: String,
        /// Edition to compare from
        from: u32,
        /// Edition to compare with
        to: u32,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Bring an earlier edition back, also at Spotify: the one before, or the one named
    Undo {
        /// Name
        name: String,
        /// Number of the edition
        edition: Option<u32>,
    },
    /// Delete a playlist with its editions; at Spotify, and as a file, it stays
    Remove {
        /// Name
        name: String,
    },
}

/// The rules of a playlist; what is not named stays as it is.
#[derive(Debug, Args)]
pub struct RuleArgs {
    /// What it is called where people see it
    #[arg(long)]
    pub title: Option<String>,
    /// What kind of list
    #[arg(long)]
    pub kind: Option<KindName>,
    /// A song to start from, for more-like (repeatable)
    #[arg(long, value_name = "SONG")]
    pub like: Vec<String>,
    /// Only this genre (repeatable)
    #[arg(long, value_name = "GENRE")]
    pub genre: Vec<String>,
    /// Not this genre (repeatable)
    #[arg(long, value_name = "GENRE")]
    pub not_genre: Vec<String>,
    /// Only songs of this mood
    #[arg(long, value_name = "MOOD")]
    pub mood: Option<String>,
    /// Only songs with this energy, 0..1
    #[arg(long, value_name = "FROM..TO")]
    pub energy: Option<String>,
    /// Only songs with this tempo in BPM
    #[arg(long, value_name = "FROM..TO")]
    pub tempo: Option<String>,
    /// Only songs released in these years
    #[arg(long, value_name = "FROM..TO")]
    pub years: Option<String>,
    /// Explicit lyrics: yes (no matter), no, only
    #[arg(long, value_name = "yes|no|only")]
    pub explicit: Option<String>,
    /// From familiar (0) to adventurous (1)
    #[arg(long, value_name = "0..1")]
    pub adventurous: Option<f32>,
    /// Songs, 1 to 500
    #[arg(long, value_name = "N")]
    pub length: Option<usize>,
    /// Most songs by one artist; 0 for no limit
    #[arg(long, value_name = "N")]
    pub max_per_artist: Option<usize>,
    /// Nothing heard in the last N days
    #[arg(long, value_name = "DAYS")]
    pub not_heard_for: Option<u32>,
    /// Whether songs of earlier editions may come again
    #[arg(long, value_name = "true|false")]
    pub may_repeat: Option<bool>,
    /// Order of the songs: as-ranked, smooth-energy, rise-and-fall, tempo-steps
    #[arg(long, value_name = "ORDER")]
    pub order: Option<ListOrder>,
    /// When it is made anew, in your time zone
    #[arg(long, value_name = "SCHEDULE")]
    pub when: Option<String>,
    /// Write it to Spotify (after `nearsong connect spotify --write`)
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    pub spotify: Option<bool>,
    /// Write it to this file: .m3u8, .jspf or .csv
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Kinds of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindName {
    /// Songs near to your taste that you never heard
    Discovery,
    /// Songs near to some that you name
    MoreLike,
    /// Songs of a mood
    Mood,
    /// Songs of genres
    Genre,
    /// What you heard much once and not lately
    Forgotten,
    /// New to you, by artists you love
    LovedArtists,
}

impl From<KindName> for RecipeKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Discovery => Self::Discovery,
            KindName::MoreLike => Self::MoreLike,
            KindName::Mood => Self::Mood,
            KindName::Genre => Self::Genre,
            KindName::Forgotten => Self::Forgotten,
            KindName::LovedArtists => Self::LovedArtists,
        }
    }
}

/// `nearsong jobs …`
#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// What is done again and again, when next, and how it went
    #[command(after_help = "Example:\n  nearsong jobs list")]
    List(JsonArgs),
    /// Have a job run in the next round
    #[command(after_help = "Example:\n  nearsong jobs retry refresh me/discovery-monday")]
    Retry {
        /// sync, train or refresh
        kind: String,
        /// Subject, as `jobs list` shows it
        subject: String,
    },
    /// Keep a job from running until it is retried
    Cancel {
        /// sync, train or refresh
        kind: String,
        /// Subject, as `jobs list` shows it
        subject: String,
    },
}

use std::path::PathBuf;

use clap::ValueEnum;

/// `nearsong evaluate`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Some of what people put into playlists, or listen to, is hidden; each algorithm learns from the rest and has to find it among all
recordings of the catalogue. Baselines (random, popular, artist-popular) stand in the same table. Nothing is kept.
Examples:
  nearsong evaluate                                       on the interactions in the data directory
  nearsong evaluate --shown 1,5,10,25,100 --choice first  with that many songs of a playlist shown
  nearsong evaluate playlists.json --models popular,content-knn,blend
  nearsong evaluate user_artists.dat --protocol per-owner --n 20
  nearsong evaluate listens.tar.zst --protocol time --at 2026-08-01
  nearsong evaluate --models als,item-knn --set als.factors=64 --set als.alpha=5 --max-questions 1000
Protocols:
  playlist    playlists are held out whole, of each some songs are shown (as in the RecSys Challenge 2018)
  per-owner   a random fifth of what each playlist or listener has is hidden
  time        what was last heard after a moment is hidden; needs dated interactions")]
pub struct EvaluateArgs {
    /// Files, folders or archives to measure on; they are not kept [default: what is in the data directory]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How interactions become questions
    #[arg(long, value_enum, default_value = "playlist")]
    pub protocol: ProtocolName,
    /// How many songs of a playlist are shown; several numbers give several tables
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "10")]
    pub shown: Vec<usize>,
    /// Which of them are shown
    #[arg(long, value_enum, default_value = "random")]
    pub choice: ChoiceName,
    /// The moment of --protocol time, such as 2026-08-01
    #[arg(long, value_name = "WHEN", required_if_eq("protocol", "time"))]
    pub at: Option<String>,
    /// Length of the lists [default: 500 for playlists, else 100]
    #[arg(long, short, value_name = "N")]
    pub n: Option<usize>,
    /// Which algorithms [default: all that can be trained]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub models: Vec<String>,
    /// Change a parameter of an algorithm (repeatable)
    #[arg(long = "set", value_name = "ALGORITHM.NAME=VALUE")]
    pub set: Vec<String>,
    /// Another seed hides other songs
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Ask at most so many questions
    #[arg(long, value_name = "N")]
    pub max_questions: Option<usize>,
    /// Print as JSON, every figure with its interval
    #[arg(long)]
    pub json: bool,
}

/// How interactions become questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProtocolName {
    /// Continue playlists that were held out
    Playlist,
    /// Find a random fifth of what each owner has
    PerOwner,
    /// Find what came later
    Time,
}

/// Which songs of a playlist are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChoiceName {
    /// The first ones
    First,
    /// Any ones
    Random,
}

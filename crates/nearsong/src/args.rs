//! What can be typed. Every command's help teaches by example.

mod recommend;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use recommend::{OutputArgs, RecommendArgs, WishArgs};

/// Finds the songs nearest to your taste that you do not know yet, and says why.
///
/// Everything stays on this machine. No account, no key and no network are needed, but for `catalog fetch`.
#[derive(Debug, Parser)]
#[command(name = "nearsong", version, max_term_width = 110, after_help = FIRST_STEPS)]
pub struct Cli {
    /// Where Nearsong keeps everything [default: $XDG_DATA_HOME/nearsong or ~/.local/share/nearsong]
    #[arg(long, global = true, env = "NEARSONG_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// Whose listening it is; several people can share one data directory
    #[arg(long, global = true, env = "NEARSONG_LISTENER", value_name = "NAME")]
    pub listener: Option<String>,
    /// Say only what was asked for: no progress, no hints
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const FIRST_STEPS: &str = "\
First steps:
  nearsong demo                                  see it work with made-up music, no data needed
  nearsong catalog add dataset.csv               bring a dataset of tracks (or: nearsong catalog fetch --all)
  nearsong import my_spotify_data.zip            bring your listening
  nearsong recommend                             what to listen to next, and why

Exit codes: 0 done, 1 failed, 2 wrong usage or bad input, 4 busy or temporarily unavailable.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// See everything work in one go, with made-up music and a made-up listener
    Demo(DemoArgs),
    /// Bring, look at or download datasets of tracks
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Bring your listening history: the zip that Spotify sends you, a folder, or JSON files
    Import(ImportArgs),
    /// Songs to listen to next, each with its reason
    Recommend(Box<RecommendArgs>),
    /// Versions of the track features
    #[command(subcommand)]
    Features(FeaturesCommand),
    /// Train a model on the newest track features
    Train(TrainArgs),
    /// Trained models: list, compare, promote, roll back
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Who listens here, and in which time zone
    #[command(subcommand)]
    Listeners(ListenersCommand),
    /// What there is, what is missing, and what to do next
    Status(JsonArgs),
    /// Look for damage and say how to mend it
    Doctor(JsonArgs),
    /// Write everything into one zip file
    Backup(BackupArgs),
    /// Bring a backup back, into an empty data directory
    Restore(RestoreArgs),
    /// Look at the settings or write a settings file to edit
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for your shell
    Completions(CompletionsArgs),
}

/// `nearsong demo`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nearsong demo                        about ten seconds; keeps to its own folder, which it makes anew
  nearsong demo --tracks 100000        a larger made-up catalogue
  nearsong --data-dir FOLDER recommend --mood calm     go on with what the demo made (it prints FOLDER)")]
pub struct DemoArgs {
    /// How many made-up tracks the catalogue has
    #[arg(long, default_value_t = 24_000, value_parser = clap::value_parser!(u32).range(1_000..=500_000))]
    pub tracks: u32,
    /// How many made-up plays the listener has
    #[arg(long, default_value_t = 16_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub plays: u32,
    /// Another seed makes other music and another listener
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `nearsong catalog …`
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Add datasets of tracks: CSV, CSV.gz, Parquet, or a zip with a CSV in it
    #[command(after_help = "\
Datasets are recognised by their columns: Spotify Tracks Dataset (114k), Spotify Audio Features (tomigelo),
the 1.2M-track dataset, and the wide Parquet. Several can be added; where two disagree the one added first is believed.
Examples:
  nearsong catalog add dataset.csv
  nearsong catalog add SpotifyAudioFeaturesApril2019.csv tracks_features.csv.gz
  nearsong catalog add ~/Downloads/archive.zip")]
    Add {
        /// Files to read
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Only bring the features up to date; train no model
        #[arg(long)]
        no_train: bool,
    },
    /// Download public datasets; the only command that uses the network
    #[command(after_help = "\
Examples:
  nearsong catalog fetch               list what can be fetched, from where, under which licence; downloads nothing
  nearsong catalog fetch --all         download all three and add them
  nearsong catalog fetch maharshipandya
A broken download goes on where it stopped when the command is run again.")]
    Fetch {
        /// Names of datasets, as the list shows them
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// All of them
        #[arg(long, conflicts_with = "names")]
        all: bool,
        /// Largest download accepted, in megabytes
        #[arg(long, default_value_t = 2_000, value_name = "MB")]
        max_mb: u64,
        /// Kaggle user name, where Kaggle asks for one
        #[arg(long, env = "KAGGLE_USERNAME", value_name = "NAME", requires = "kaggle_key")]
        kaggle_username: Option<String>,
        /// Kaggle API key; better given in the environment than typed
        #[arg(long, env = "KAGGLE_KEY", hide_env_values = true, value_name = "KEY", requires = "kaggle_username")]
        kaggle_key: Option<String>,
    },
    /// What the catalogue holds, and the faults found in each dataset
    Status(JsonArgs),
    /// Take a dataset out again
    Remove {
        /// Name of the file, as `catalog status` shows it
        name: String,
    },
}

/// `nearsong import`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ask for your data at https://www.spotify.com/account/privacy: best the “Extended streaming history” (up to 30 days),
or the “Account data” (about 5 days, the last year only). Give the zip as it came.
Examples:
  nearsong import my_spotify_data.zip
  nearsong import \"Spotify Extended Streaming History\"/
  nearsong --listener ana import --time-zone Europe/Madrid ana.zip
  nearsong import --undo               take the last import back
The same file again, or overlapping exports, add nothing. IP addresses, user agents and user names are never kept.")]
pub struct ImportArgs {
    /// The zip, a folder at any depth, or JSON files
    #[arg(value_name = "PATH", required_unless_present = "undo")]
    pub paths: Vec<PathBuf>,
    /// Take the listener's last import back
    #[arg(long, conflicts_with = "paths")]
    pub undo: bool,
    /// Time zone of the listener, such as Europe/Berlin [default: this machine's]
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// `nearsong features …`
#[derive(Debug, Subcommand)]
pub enum FeaturesCommand {
    /// All versions, newest first
    List(JsonArgs),
    /// One version: what went in, what came out, which faults were found
    Show(VersionArgs),
    /// What changed between two versions
    Diff {
        /// The earlier version
        from: u64,
        /// The later version
        to: u64,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write one version as CSV
    Export {
        #[command(flatten)]
        version: VersionArgs,
        /// File to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
}

/// Names a version of the track features.
#[derive(Debug, clap::Args)]
pub struct VersionArgs {
    /// Number of the version [default: the newest]
    #[arg(conflicts_with = "as_of")]
    pub version: Option<u64>,
    /// The version that was current then: a date or a date and time (2026-11-01, 2026-11-01T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    pub as_of: Option<String>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// `nearsong train`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nearsong train                       content-knn, the default
  nearsong train audio-knn --promote
  nearsong train knn-regressor --set max_neighbors=20
Algorithms:
  content-knn     neighbours in a space of artists, shared credits, genres, albums, popularity and sound
  audio-knn       nearest neighbours over standardised audio features
  knn-regressor   preference of a track = distance-weighted mean of the preferences of its nearest listened tracks")]
pub struct TrainArgs {
    /// Which algorithm
    #[arg(default_value = "content-knn")]
    pub algorithm: String,
    /// Use the model at once
    #[arg(long)]
    pub promote: bool,
    /// Change a parameter (repeatable); `nearsong models show` lists them
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Seed recorded with the model
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}

/// `nearsong models …`
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// All models, newest first
    List(JsonArgs),
    /// One model: parameters, lineage, size, hash
    Show {
        /// Number of the model [default: the one in use]
        id: Option<u32>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// What two models have and do differently
    Diff {
        /// One model
        from: u32,
        /// The other
        to: u32,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Use this model from now on
    Promote {
        /// Number of the model
        id: u32,
        /// Why, for the record
        #[arg(long, default_value = "by hand")]
        reason: String,
    },
    /// Go back to the model that was in use before
    Rollback,
}

/// `nearsong listeners …`
#[derive(Debug, Subcommand)]
pub enum ListenersCommand {
    /// Everyone who listens here
    List(JsonArgs),
    /// Change a listener's time zone
    SetTimeZone {
        /// Name of the listener
        name: String,
        /// Time zone, such as Europe/Berlin
        time_zone: String,
    },
}

/// `nearsong backup`
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// Zip file to write; an existing file is never overwritten
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `nearsong restore`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  nearsong --data-dir new-folder restore nearsong-backup.zip")]
pub struct RestoreArgs {
    /// Backup to bring back
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `nearsong config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// The settings in force
    Show,
    /// Write config.toml with every setting explained
    Init,
}

/// `nearsong completions`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  nearsong completions bash > ~/.local/share/bash-completion/completions/nearsong")]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: clap_complete::Shell,
}

/// For commands that can print JSON.
#[derive(Debug, clap::Args)]
pub struct JsonArgs {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }
}

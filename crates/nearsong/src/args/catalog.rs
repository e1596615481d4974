use std::path::PathBuf;

use clap::Subcommand;

use super::JsonArgs;

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
        #[arg(long, env = "KAGGLE_USERNAME", value_name = "NAME")]
        kaggle_username: Option<String>,
        /// Kaggle API key or token; better given in the environment than typed
        #[arg(long, env = "KAGGLE_KEY", hide_env_values = true, value_name = "KEY")]
        kaggle_key: Option<String>,
    },
    /// What the catalogue holds, and the faults found in each dataset
    #[command(after_help = "Example:\n  nearsong catalog status")]
    Status(JsonArgs),
    /// Take a dataset out again
    #[command(after_help = "Example:\n  nearsong catalog remove dataset.csv")]
    Remove {
        /// Name of the file, as `catalog status` shows it
        name: String,
    },
}

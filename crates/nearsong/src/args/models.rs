use clap::Subcommand;

use super::JsonArgs;

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
    #[command(after_help = "Example:\n  nearsong models list")]
    List(JsonArgs),
    /// One model: parameters, lineage, size, hash
    #[command(after_help = "\
Examples:
  nearsong models show                        the one in use
  nearsong models show 2 --json")]
    Show {
        /// Number of the model [default: the one in use]
        id: Option<u32>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// What two models have and do differently
    #[command(after_help = "Example:\n  nearsong models diff 1 2")]
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
    #[command(after_help = "Example:\n  nearsong models promote 2 --reason \"better on my own listening\"")]
    Promote {
        /// Number of the model
        id: u32,
        /// Why, for the record
        #[arg(long, default_value = "by hand")]
        reason: String,
    },
    /// Go back to the model that was in use before
    #[command(after_help = "Example:\n  nearsong models rollback")]
    Rollback,
}

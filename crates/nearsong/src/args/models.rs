use std::sync::LazyLock;

use clap::Subcommand;
use nearsong_app::Algorithm;

use super::JsonArgs;

/// `nearsong train`
#[derive(Debug, clap::Args)]
#[command(after_help = TRAIN_HELP.as_str())]
pub struct TrainArgs {
    /// Which algorithm [default: blend where there are interactions to learn from, else content-knn]
    pub algorithm: Option<String>,
    /// Use the model at once where it is better than the one in use
    #[arg(long)]
    pub promote: bool,
    /// Use the model at once, better or not, for this reason, which is recorded
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
    /// Change a parameter (repeatable); `nearsong models show` lists them
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Seed recorded with the model
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}

static TRAIN_HELP: LazyLock<String> = LazyLock::new(|| {
    let algorithms: Vec<String> =
        Algorithm::ALL.iter().map(|algorithm| format!("  {:<15} {}", algorithm.name(), algorithm.about())).collect();
    format!(
        "Examples:\n  nearsong train\n  nearsong train item-knn --set max_neighbors=100\n  \
         nearsong train audio-knn --reason \"trying sound only\"\nAlgorithms:\n{}",
        algorithms.join("\n")
    )
});

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
    /// Use this model from now on, where it is better than the one in use
    #[command(after_help = "\
Examples:
  nearsong models promote 2
  nearsong models promote 2 --reason \"trying sound only\"     better or not")]
    Promote {
        /// Number of the model
        id: u32,
        /// Why to use it even if it is not better, for the record
        #[arg(long, value_name = "WHY")]
        reason: Option<String>,
    },
    /// Go back to the model that was in use before
    #[command(after_help = "Example:\n  nearsong models rollback")]
    Rollback,
}

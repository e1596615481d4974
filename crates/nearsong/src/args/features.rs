use std::path::PathBuf;

use clap::Subcommand;

use super::JsonArgs;

/// `nearsong features …`
#[derive(Debug, Subcommand)]
pub enum FeaturesCommand {
    /// All versions, newest first
    #[command(after_help = "Example:\n  nearsong features list")]
    List(JsonArgs),
    /// One version: what went in, what came out, which faults were found
    #[command(after_help = "\
Examples:
  nearsong features show                      the newest
  nearsong features show 3
  nearsong features show --as-of 2026-11-01   the one that was current then")]
    Show(VersionArgs),
    /// What changed between two versions
    #[command(after_help = "Example:\n  nearsong features diff 2 3")]
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
    #[command(after_help = "\
Examples:
  nearsong features export --output features.csv
  nearsong features export 3 --output third.csv")]
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

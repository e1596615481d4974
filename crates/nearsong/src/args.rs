//! What can be typed. Every command's help teaches by example.

mod catalog;
mod evaluate;
mod features;
mod interactions;
mod models;
mod playlists;
mod recommend;
mod report;
mod spotify;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use catalog::CatalogCommand;
pub use evaluate::{ChoiceName, EvaluateArgs, ProtocolName};
pub use features::{FeaturesCommand, VersionArgs};
pub use interactions::{AddInteractionsArgs, InteractionsCommand};
pub use models::{ModelsCommand, TrainArgs};
pub use playlists::{JobsCommand, PlaylistsCommand, RuleArgs};
pub use recommend::{OutputArgs, RecommendArgs, WishArgs};
pub use report::ReportArgs;
pub use spotify::{ConnectArgs, DisconnectArgs};

/// Finds the songs nearest to your taste that you do not know yet, and says why.
///
/// Everything stays on this machine. No account, no key and no network are needed, but for `catalog fetch` and where you connect Spotify.
#[derive(Debug, Parser)]
#[command(name = "nearsong", version, max_term_width = 110, after_help = FIRST_STEPS)]
pub struct Cli {
    /// Where Nearsong keeps everything [default: $XDG_DATA_HOME/nearsong or ~/.local/share/nearsong]
    #[arg(long, global = true, env = "NEARSONG_DATA_DIR", value_name = "FOLDER", help_heading = EVERYWHERE)]
    pub data_dir: Option<PathBuf>,
    /// Whose listening it is; several people can share one data directory
    #[arg(long, global = true, env = "NEARSONG_LISTENER", value_name = "NAME", help_heading = EVERYWHERE)]
    pub listener: Option<String>,
    /// Say only what was asked for: no progress, no hints
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const EVERYWHERE: &str = "For every command";
const FIRST_STEPS: &str = "\
First steps:
  nearsong demo                                  see it work with made-up music, no data needed
  nearsong catalog add dataset.csv               bring a dataset of tracks (or: nearsong catalog fetch --all)
  nearsong import my_spotify_data.zip            bring your listening
  nearsong recommend                             what to listen to next, and why

Exit codes: 0 done, 1 failed, 2 wrong usage or bad input, 3 sign in first, 4 busy or temporarily unavailable,
130 stopped by Ctrl-C.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// See everything work in one go, with made-up music and a made-up listener
    Demo(DemoArgs),
    /// Bring, look at or download datasets of tracks
    #[command(subcommand, after_help = "Example:\n  nearsong catalog add dataset.csv")]
    Catalog(CatalogCommand),
    /// Bring your listening history: the zip that Spotify sends you, a folder, or JSON files
    Import(ImportArgs),
    /// Playlists and listening histories of others, for models to learn from
    #[command(subcommand, after_help = "Example:\n  nearsong interactions add playlists.zip")]
    Interactions(InteractionsCommand),
    /// Songs to listen to next, each with its reason
    Recommend(Box<RecommendArgs>),
    /// Report card: what each model would have found of the songs that became yours
    Report(ReportArgs),
    /// Sign in at Spotify, to bring in listening or to write playlists there
    Connect(ConnectArgs),
    /// Bring in recent plays, most played and saved songs from Spotify
    #[command(after_help = "\
Example:
  nearsong sync                        at most `calls_per_sync` calls (config.toml); run it every hour or two if you like
Spotify tells of the latest 50 plays, so what was heard between two syncs further apart is missing; an export has everything.
Nothing that came this way is ever learned from by a model. `nearsong disconnect` deletes all of it.")]
    Sync(JsonArgs),
    /// Sign out at Spotify and delete everything that came from there, with a receipt
    Disconnect(DisconnectArgs),
    /// Playlists that keep themselves fresh
    #[command(subcommand, after_help = "Example:\n  nearsong playlists add discovery-monday --spotify")]
    Playlists(PlaylistsCommand),
    /// Do what is due, once: listening comes in, playlists are made anew (for cron and timers)
    #[command(after_help = "Example, as a line of crontab: */15 * * * * nearsong --quiet refresh")]
    Refresh,
    /// Keep playlists fresh until Ctrl-C
    #[command(after_help = "Example:\n  nearsong serve")]
    Serve,
    /// What is done again and again: list, retry, cancel
    #[command(subcommand, after_help = "Example:\n  nearsong jobs list")]
    Jobs(JobsCommand),
    /// Print how things stand for Prometheus
    #[command(after_help = "Example:\n  nearsong metrics > /var/lib/node_exporter/nearsong.prom")]
    Metrics,
    /// Versions of the track features
    #[command(subcommand, after_help = "Example:\n  nearsong features list")]
    Features(FeaturesCommand),
    /// Train a model on the newest track features
    Train(TrainArgs),
    /// Trained models: list, compare, promote, roll back
    #[command(subcommand, after_help = "Example:\n  nearsong models list")]
    Models(ModelsCommand),
    /// How good the algorithms are, measured on playlists or listening histories
    Evaluate(Box<EvaluateArgs>),
    /// Who listens here, and in which time zone
    #[command(subcommand, after_help = "Example:\n  nearsong listeners list")]
    Listeners(ListenersCommand),
    /// What there is, what is missing, and what to do next
    #[command(after_help = "Example:\n  nearsong status")]
    Status(JsonArgs),
    /// Look for damage and say how to mend it
    #[command(after_help = "Example:\n  nearsong doctor")]
    Doctor(JsonArgs),
    /// Write everything into one zip file
    Backup(BackupArgs),
    /// Bring a backup back, into an empty data directory
    Restore(RestoreArgs),
    /// Look at the settings or write a settings file to edit
    #[command(subcommand, after_help = "Example:\n  nearsong config init")]
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
    #[arg(long, default_value_t = 16_000, value_parser = clap::value_parser!(u32).range(100..=87_600))]
    pub plays: u32,
    /// Another seed makes other music and another listener
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
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

/// `nearsong listeners …`
#[derive(Debug, Subcommand)]
pub enum ListenersCommand {
    /// Everyone who listens here
    #[command(after_help = "Example:\n  nearsong listeners list")]
    List(JsonArgs),
    /// Change a listener's time zone
    #[command(after_help = "Example:\n  nearsong listeners set-time-zone ana Europe/Madrid")]
    SetTimeZone {
        /// Name of the listener
        name: String,
        /// Time zone, such as Europe/Berlin
        time_zone: String,
    },
}

/// `nearsong backup`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  nearsong backup nearsong-backup.zip")]
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
    #[command(after_help = "Example:\n  nearsong config show")]
    Show,
    /// Write config.toml with every setting explained
    #[command(after_help = "Example:\n  nearsong config init")]
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
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }

    /// Commands of `nearsong` in a file that says how to run it: those after `ExecStart=`, and those of a workflow's `run:`.
    fn commands(text: &str) -> Vec<Vec<String>> {
        let of_line = |line: &str| {
            let line = line.trim();
            let line = line.strip_prefix("ExecStart=").or_else(|| line.strip_prefix("run: "))?;
            let command = line.rsplit(" || ").next()?;
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            words.first().is_some_and(|program| program.ends_with("nearsong")).then_some(words)
        };
        text.lines().filter_map(of_line).collect()
    }

    #[test]
    fn the_files_that_say_how_to_run_it_say_commands_that_there_are() {
        for (file, text, n) in [
            ("nearsong.service", include_str!("../../../docs/running/nearsong.service"), 1),
            ("nearsong-refresh.service", include_str!("../../../docs/running/nearsong-refresh.service"), 1),
            ("refresh.yml", include_str!("../../../docs/running/refresh.yml"), 3),
        ] {
            let commands = commands(text);
            assert_eq!(commands.len(), n, "{file}: {commands:?}");
            for command in commands {
                super::Cli::try_parse_from(&command).unwrap_or_else(|error| panic!("{file}: {command:?}: {error}"));
            }
        }
        // What has to be waited for is kept also where a run did not go well.
        let workflow = include_str!("../../../docs/running/refresh.yml");
        assert!(workflow.contains("cache/save@v4\n        if: always()"));
        let timer = include_str!("../../../docs/running/nearsong-refresh.timer");
        assert!(timer.contains("OnCalendar=*:0/15"));
    }
}

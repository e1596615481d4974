//! What can I type? The command line of Nearsong: reads what was typed, calls one use-case, prints what came of it.
//!
//! No logic lives here.

mod args;
mod clock;
mod commands;
mod interrupt;
mod panic_report;
mod progress;
mod reasons;
mod render;

use std::{io::ErrorKind, process::ExitCode};

use clap::Parser;
use nearsong_app::{AppError, ErrorKind as Kind};
use nearsong_types::{Clock, Moment, Secret};

use crate::{
    args::{Cli, Command},
    clock::MachineClock,
    interrupt::Interrupt,
    progress::Bars,
};

/// What every command is given.
pub(crate) struct Context {
    pub data_dir: std::path::PathBuf,
    pub listener: Option<String>,
    pub is_quiet: bool,
    pub now: Moment,
    pub key: Option<Secret>,
    pub bars: Bars,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = panic_report::install();
    let interrupt = Interrupt::default();
    let of_run = interrupt.clone();
    match std::panic::catch_unwind(|| run(cli, of_run)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Ok(Err(error)) if interrupt.is_asked() => {
            eprintln!("nearsong: {}", in_words(&error));
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Ok(Err(error)) => {
            eprintln!("nearsong: {}", in_words(&error));
            ExitCode::from(exit_code(&error))
        }
        Err(_) => {
            eprintln!(
                "nearsong: a mistake in Nearsong, not in your data: {}\nPlease report it with what you typed.",
                report.last()
            );
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, interrupt: Interrupt) -> anyhow::Result<()> {
    // A list is never long in the making, and a batch may wait for its next line: there Ctrl-C ends the process as it always does.
    if !matches!(cli.command, Command::Recommend(_)) {
        interrupt.listen()?;
    }
    let data_dir = match cli.data_dir {
        Some(folder) => folder,
        None => default_data_dir()?,
    };
    let context = Context {
        data_dir,
        listener: cli.listener,
        is_quiet: cli.quiet,
        now: MachineClock.now(),
        key: sealing_key(),
        bars: Bars::new(cli.quiet, interrupt),
    };
    match cli.command {
        Command::Demo(args) => commands::demo::run(&context, &args),
        Command::Catalog(command) => commands::catalog::run(&context, command),
        Command::Import(args) => commands::import::run(&context, &args),
        Command::Interactions(command) => commands::interactions::run(&context, command),
        Command::Recommend(args) => commands::recommend::run(&context, &args),
        Command::Report(args) => commands::report::run(&context, &args),
        Command::Connect(args) => commands::connect::run(&context, &args),
        Command::Sync(args) => commands::sync::run(&context, &args),
        Command::Disconnect(args) => commands::disconnect::run(&context, &args),
        Command::Playlists(command) => commands::playlists::run(&context, command),
        Command::Refresh => commands::refresh::run(&context),
        Command::Serve => commands::serve::run(&context),
        Command::Jobs(command) => commands::refresh::jobs(&context, &command),
        Command::Metrics => commands::refresh::metrics(&context),
        Command::Features(command) => commands::features::run(&context, command),
        Command::Train(args) => commands::models::train(&context, &args),
        Command::Models(command) => commands::models::run(&context, command),
        Command::Evaluate(args) => commands::evaluate::run(&context, &args),
        Command::Listeners(command) => commands::listeners::run(&context, command),
        Command::Status(args) => commands::status::run(&context, &args),
        Command::Doctor(args) => commands::care::doctor(&context, &args),
        Command::Backup(args) => commands::care::backup(&context, &args),
        Command::Restore(args) => commands::care::restore(&context, &args),
        Command::Config(command) => commands::config::run(&context, &command),
        Command::Completions(args) => commands::completions::run(&args),
    }
}

/// `$XDG_DATA_HOME/nearsong`, `~/.local/share/nearsong`, or on Windows `%LOCALAPPDATA%\nearsong`.
#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
fn default_data_dir() -> anyhow::Result<std::path::PathBuf> {
    let from = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(std::path::PathBuf::from);
    from("XDG_DATA_HOME")
        .or_else(|| from("LOCALAPPDATA"))
        .or_else(|| from("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("nearsong"))
        .ok_or_else(|| {
            let words = "there is no home folder to keep things in: say where with --data-dir FOLDER";
            AppError::Unusable(words.to_owned()).into()
        })
}

/// `$NEARSONG_KEY`: the key that tokens are sealed with, where it is not to lie in the data directory.
#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
fn sealing_key() -> Option<Secret> {
    std::env::var("NEARSONG_KEY").ok().filter(|key| !key.is_empty()).map(Secret::new)
}

/// The error and its causes, those left out that it tells of already.
fn in_words(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match () {
        () if told.is_empty() => cause,
        () if told.contains(&cause) => told,
        () => format!("{told}: {cause}"),
    })
}

/// A reader such as `head` that has seen enough is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |error: &std::io::Error| error.kind() == ErrorKind::BrokenPipe;
    error.chain().any(|cause| match cause.downcast_ref::<AppError>() {
        Some(AppError::Io { source, .. }) => is_pipe(source),
        _ => cause.downcast_ref::<std::io::Error>().is_some_and(is_pipe),
    })
}

fn exit_code(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<AppError>().map(AppError::kind) {
        Some(Kind::BadInput) => 2,
        Some(Kind::NeedsSignIn) => 3,
        Some(Kind::Temporary) => 4,
        Some(Kind::Failed) | None => 1,
    }
}

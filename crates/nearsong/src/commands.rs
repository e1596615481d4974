//! One file per command: what was typed, the use-case, what is printed.

pub mod care;
pub mod catalog;
pub mod completions;
pub mod config;
pub mod connect;
pub mod demo;
pub mod disconnect;
pub mod evaluate;
pub mod features;
pub mod import;
pub mod interactions;
pub mod listeners;
pub mod models;
pub mod playlists;
pub mod recommend;
pub mod refresh;
pub mod report;
pub mod serve;
pub mod spotify;
pub mod status;
pub mod sync;

use nearsong_app::App;
use serde::Serialize;

use crate::Context;

/// Opens the data directory of this run.
fn open(context: &Context) -> anyhow::Result<App> {
    Ok(App::open(&context.data_dir)?.with_key(context.key.clone()))
}

/// Prints a value as JSON.
fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let out = std::io::stdout().lock();
    // As an io::Error, so that a reader that went away is known as such.
    serde_json::to_writer_pretty(out, value).map_err(std::io::Error::from)?;
    println()
}

/// Prints a text as it is.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

fn println() -> anyhow::Result<()> {
    print("\n")
}

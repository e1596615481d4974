use std::{path::PathBuf, time::Duration};

use nearsong_app::{DemoPlan, DemoStep, PlaylistAtStandin, run_demo};

use super::{catalog, connect, import, models, print, sync};
use crate::{
    Context,
    args::DemoArgs,
    reasons::list_table,
    render::{count, duration, files},
};

pub fn run(context: &Context, args: &DemoArgs) -> anyhow::Result<()> {
    let root = demo_folder(context);
    let plan = DemoPlan { n_tracks: args.tracks as usize, n_plays: args.plays as usize, seed: args.seed };
    print("Everything in this demo is made up: artists, songs and the listener. Nothing leaves this machine.\n")?;
    let mut total = Duration::ZERO;
    let mut printed = Ok(());
    run_demo(&root, &plan, &context.bars, &mut |step, took| {
        context.bars.clear();
        total += took;
        if printed.is_ok() {
            printed = print(&describe(&step, took));
        }
    })?;
    printed?;
    let data_dir = root.join("data");
    print(&format!(
        "\nDone in {}. Everything is in {}\nGo on from here:\n  \
         nearsong --data-dir {data} recommend --mood calm --adventurous 0.8\n  \
         nearsong --data-dir {data} status\n\
         With your own music:\n  \
         nearsong catalog fetch               datasets that can be downloaded\n  \
         nearsong import my_spotify_data.zip  the zip that Spotify sends you\n",
        duration(total),
        root.display(),
        data = data_dir.display()
    ))
}

/// Beside the data directory, never in it.
fn demo_folder(context: &Context) -> PathBuf {
    let mut name = context.data_dir.file_name().unwrap_or_default().to_owned();
    name.push("-demo");
    context.data_dir.with_file_name(name)
}

fn describe(step: &DemoStep, took: Duration) -> String {
    let (title, text) = match step {
        DemoStep::Catalogue(path, summary) => (
            "A catalogue is made up",
            format!(
                "{} tracks in {} rows, as {}\n",
                count(summary.tracks as u64),
                count(summary.rows as u64),
                path.display()
            ),
        ),
        DemoStep::Added(added) => ("It is read, cleaned and joined into recordings", catalog::describe(added)),
        DemoStep::Export(path, summary) => (
            "A listener is made up, and two years of plays",
            format!("{} rows in {}, as {}\n", count(summary.rows as u64), files(summary.json_files), path.display()),
        ),
        DemoStep::Imported(report) => ("The zip is imported", import::describe(report, "Europe/Berlin")),
        DemoStep::Connected(connected) => (
            "The listener signs in at a stand-in for Spotify on this machine",
            without_next(&connect::describe(connected, "Europe/Berlin")),
        ),
        DemoStep::Synced(report) => ("What Spotify tells comes in too", sync::describe(report, "Europe/Berlin")),
        DemoStep::Trained(trained) => ("A model is trained", models::trained_lines(trained)),
        DemoStep::Recommended(recommender, list) => ("What to listen to next, and why", list_table(recommender, list)),
        DemoStep::Published(published, held) => {
            ("The list becomes a playlist at the stand-in", held_there(held, published.n_calls))
        }
    };
    format!("\n{title} ({})\n{}", duration(took), indented(&text, matches!(step, DemoStep::Recommended(..))))
}

/// The demo goes on by itself.
fn without_next(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("Next: ")).map(|line| format!("{line}\n")).collect()
}

fn held_there(playlist: &PlaylistAtStandin, n_calls: u32) -> String {
    format!(
        "“{}” ({}) was made there with {n_calls} calls and holds {} songs, from {} to {}\n",
        playlist.name,
        playlist.description.as_deref().unwrap_or("no description"),
        playlist.uris.len(),
        playlist.uris.first().map_or("none", String::as_str),
        playlist.uris.last().map_or("none", String::as_str)
    )
}

fn indented(text: &str, is_list: bool) -> String {
    if is_list { text.to_owned() } else { text.lines().map(|line| format!("  {line}\n")).collect() }
}

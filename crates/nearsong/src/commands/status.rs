use jiff::tz::TimeZone;
use nearsong_app::{ListenerStatus, Status, date_in, zone};

use super::{open, print, print_json, spotify};
use crate::{
    Context,
    args::JsonArgs,
    render::{count, percent},
};

pub fn run(context: &Context, args: &JsonArgs) -> anyhow::Result<()> {
    let app = open(context)?;
    let status = app.status(context.now)?;
    if args.json {
        return print_json(&status);
    }
    print(&describe(&status, &app.time_zone_of(context.listener.as_deref())?))
}

fn describe(status: &Status, zone: &TimeZone) -> String {
    let mut text = format!("Everything is kept in {}\n\n", status.data_dir);
    text.push_str(&match &status.catalog {
        None => "Catalogue   empty\n".to_owned(),
        Some(catalog) => format!(
            "Catalogue   {} recordings ({} tracks, {} with audio features) from {}; features version {}{}\n",
            count(catalog.n_recordings),
            count(catalog.n_tracks),
            percent(catalog.n_with_audio, catalog.n_tracks),
            catalog.datasets.join(", "),
            catalog.version,
            if catalog.is_made_up { "; made up" } else { "" }
        ),
    });
    if status.listeners.is_empty() {
        text.push_str("Listening   none\n");
    }
    for listener in &status.listeners {
        text.push_str(&listener_line(listener));
    }
    if let Some(spotify) = &status.spotify {
        text.push_str(&spotify::describe(spotify, zone));
    }
    text.push_str(&match &status.model {
        None => "Model       none yet; the first recommendation trains one\n".to_owned(),
        Some(model) => {
            format!("Model       {} ({}) on features version {}\n", model.id, model.algorithm, model.features_version)
        }
    });
    if !status.next_steps.is_empty() {
        text.push_str("\nNext\n");
    }
    let width = status.next_steps.iter().map(|step| step.command.chars().count()).max().unwrap_or(0);
    for step in &status.next_steps {
        text.push_str(&format!("  {:width$}  {}\n", step.command, step.why));
    }
    text
}

fn listener_line(listener: &ListenerStatus) -> String {
    let zone = zone(&listener.time_zone);
    let mut line = format!(
        "Listening   {}: {} plays of {} songs",
        listener.name,
        count(listener.n_plays),
        count(listener.n_songs)
    );
    if let (Some(first), Some(last)) = (listener.first, listener.last) {
        line.push_str(&format!(", {} to {}", date_in(first, &zone), date_in(last, &zone)));
    }
    if let Some(matched) = listener.matched.as_ref().filter(|matched| matched.total() > 0) {
        line.push_str(&format!(
            "; {} of the plays are songs in the catalogue",
            percent(matched.covered(), matched.total())
        ));
    }
    line + "\n"
}

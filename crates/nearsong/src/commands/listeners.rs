use super::{open, print, print_json};
use crate::{
    Context,
    args::ListenersCommand,
    render::{columns, count},
};

pub fn run(context: &Context, command: ListenersCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    match command {
        ListenersCommand::List(args) => {
            let listeners = app.status(context.now)?.listeners;
            if args.json {
                return print_json(&listeners);
            }
            if listeners.is_empty() {
                return print(
                    "Nobody listens here yet. Bring a listening history: nearsong import my_spotify_data.zip\n",
                );
            }
            let mut rows = vec![["name", "plays", "songs", "time zone"].map(str::to_owned).to_vec()];
            rows.extend(listeners.into_iter().map(|listener| {
                vec![listener.name, count(listener.n_plays), count(listener.n_songs), listener.time_zone]
            }));
            print(&columns(&rows, &[1, 2]))
        }
        ListenersCommand::SetTimeZone { name, time_zone } => {
            app.set_time_zone(&name, &time_zone)?;
            print(&format!("The time zone of {name} is {time_zone} now.\n"))
        }
    }
}

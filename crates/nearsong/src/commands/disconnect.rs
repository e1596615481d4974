use nearsong_app::{Receipt, date_time_in, zone};

use super::{open, print, print_json};
use crate::{
    Context,
    args::DisconnectArgs,
    render::{count, playlists},
};

pub fn run(context: &Context, args: &DisconnectArgs) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let receipt = app.disconnect(context.listener.as_deref(), context.now)?;
    if args.json {
        return print_json(&receipt);
    }
    let Some(receipt) = receipt else {
        return print("There was no connection with Spotify, and nothing that came from there.\n");
    };
    let time_zone = app.listener(Some(&receipt.listener))?.time_zone;
    print(&describe(&receipt, &time_zone))
}

fn describe(receipt: &Receipt, time_zone: &str) -> String {
    let sign_in = if receipt.had_tokens { "the sign-in and its tokens" } else { "no sign-in (there was none)" };
    format!(
        "Deleted on {} ({time_zone}) for {}:\n  {sign_in}\n  {} plays that Spotify told of\n  {} saved and most played songs\n  \
         {} songs that you put into playlists or took out there\n  the memory of {} (at Spotify they stay: they are yours)\n\
         Listening that you imported from an export stays.\n\
         To take back the permission itself: https://www.spotify.com/account/apps/\n",
        date_time_in(receipt.at, &zone(time_zone)),
        receipt.listener,
        count(receipt.n_plays),
        count(receipt.n_favourites),
        count(receipt.n_heeded),
        playlists(receipt.n_playlists)
    )
}

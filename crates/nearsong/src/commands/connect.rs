use std::{
    io::{BufRead, IsTerminal},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use nearsong_app::{App, AppError, Connected, PendingSignIn, Scopes, SignInError, SpotifyError, date_in, zone};
use nearsong_types::{Clock, Progress};

use super::{open, print};
use crate::{Context, args::ConnectArgs, clock::MachineClock, render::plain};

/// Who has not come back by then has given up.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
const PAUSE: Duration = Duration::from_millis(100);

pub fn run(context: &Context, args: &ConnectArgs) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let pending = app.begin_sign_in(context.listener.as_deref(), &scopes(args))?;
    print(&format!("Sign in at Spotify, on this page:\n\n  {}\n\n", pending.address()))?;
    let has_opened =
        !args.no_browser && std::io::stdout().is_terminal() && open::that_detached(pending.address()).is_ok();
    print(if has_opened { "It was opened in your browser. " } else { "" })?;
    print(&format!(
        "Waiting for it to come back to {}.\nIf it cannot (another machine, a server), paste the address you landed on here:\n",
        pending.redirect_uri()
    ))?;
    let connected = wait(context, &mut app, &pending)?;
    context.bars.clear();
    let time_zone = app.listener(Some(&connected.listener))?.time_zone;
    print(&describe(&connected, &time_zone))
}

fn scopes(args: &ConnectArgs) -> Scopes {
    let mut scopes = Scopes::default();
    for (is_wanted, more) in
        [(args.read, Scopes::reading()), (args.write, Scopes::writing()), (args.covers, Scopes::covers())]
    {
        scopes = if is_wanted { scopes.and(more) } else { scopes };
    }
    scopes
}

/// Until the browser comes back, or an address is pasted; a wrong one is said so and waited on.
fn wait(context: &Context, app: &mut App, pending: &PendingSignIn) -> anyhow::Result<Connected> {
    let pasted = pasted_lines();
    let deadline = context.now.plus(PATIENCE);
    while MachineClock.now() < deadline {
        context.bars.check().map_err(AppError::from)?;
        let Some(landed) = pending.landed().or_else(|| pasted.try_recv().ok()) else {
            MachineClock.sleep(PAUSE);
            continue;
        };
        match app.finish_sign_in(context.listener.as_deref(), pending, &landed, &MachineClock, &context.bars) {
            Err(error) if may_try_again(&error) => eprintln!("{error}"),
            done => return Ok(done?),
        }
    }
    let words = "nobody came back from Spotify within 15 minutes; nothing was changed. Begin again when you like";
    Err(AppError::Unusable(words.to_owned()).into())
}

fn may_try_again(error: &AppError) -> bool {
    let AppError::Spotify { source: SpotifyError::SignIn(error), .. } = error else { return false };
    matches!(error, SignInError::NotALanding { .. } | SignInError::WrongState)
}

/// Lines of standard input, heard beside the browser; they end with it.
fn pasted_lines() -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// A connection in words.
pub fn describe(connected: &Connected, time_zone: &str) -> String {
    let name = connected.display_name.as_ref().map(|name| format!(" as {}", plain(name))).unwrap_or_default();
    let may = match (connected.may_read, connected.may_write) {
        (true, true) => "read listening and write playlists",
        (true, false) => "read listening",
        (false, true) => "write playlists",
        (false, false) => "do nothing: no permission was given",
    };
    let mut text = format!(
        "Connected with Spotify{name}. Nearsong may {may}, until {} (six months; then sign in again).\n",
        date_in(connected.ends_at, &zone(time_zone))
    );
    if connected.may_read {
        text.push_str("Next: nearsong sync\n");
    } else if connected.may_write {
        text.push_str("Next: nearsong recommend --spotify \"Next up\"\n");
    }
    text
}

use std::time::Duration;

use nearsong_app::{AppError, ErrorKind, date_time_in};
use nearsong_types::{Clock, Moment, Progress};

use super::{open, print, refresh};
use crate::{Context, clock::MachineClock};

/// Looks for what is due at least so often: clocks jump, and other processes add playlists.
const LOOK: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

/// `nearsong serve`: rounds, until it is stopped. What it was doing then goes on with the next start.
pub fn run(context: &Context) -> anyhow::Result<()> {
    let zone = open(context)?.time_zone_of(context.listener.as_deref())?;
    print("Keeping playlists fresh until Ctrl-C.\n")?;
    let mut said = None;
    loop {
        let next = match refresh::round(context) {
            Ok(report) => report.next_run,
            Err(error) if is_busy(&error) => None,
            Err(error) => return Err(error),
        };
        if next != said {
            said = next;
            let words = next.map_or_else(
                || "Nothing is planned.\n".to_owned(),
                |next| format!("Next: {}\n", date_time_in(next, &zone)),
            );
            print(&words)?;
        }
        wait(context, next)?;
    }
}

fn is_busy(error: &anyhow::Error) -> bool {
    error.downcast_ref::<AppError>().is_some_and(|error| error.kind() == ErrorKind::Temporary)
}

fn wait(context: &Context, next: Option<Moment>) -> anyhow::Result<()> {
    let now = MachineClock.now();
    let until = now.plus(next.map_or(LOOK, |next| now.until(next).clamp(Duration::from_secs(1), LOOK)));
    while MachineClock.now() < until && MachineClock.now() >= now {
        context.bars.check().map_err(AppError::from)?;
        MachineClock.sleep(PAUSE);
    }
    Ok(())
}

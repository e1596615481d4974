use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The exit code of a run that was stopped by the person, as shells have it.
pub const EXIT_CODE: u8 = 130;

/// Hears Ctrl-C, and the request to end that a system sends before it kills.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    is_asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on the first Ctrl-C asks the work at hand to end and take back what it began; the second ends the process at once.
    pub fn listen(&self) -> anyhow::Result<()> {
        let is_asked = Arc::clone(&self.is_asked);
        ctrlc::set_handler(move || {
            if is_asked.swap(true, Ordering::Relaxed) {
                process::exit(EXIT_CODE.into());
            }
        })?;
        Ok(())
    }

    /// Whether the work is to end.
    pub fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }
}

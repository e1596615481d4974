use std::{sync::Mutex, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nearsong_types::{Cancelled, Progress};

use crate::interrupt::Interrupt;

/// Draws bars on standard error while it is a terminal; says nothing when piped or asked to be quiet. Tells long work of Ctrl-C.
pub struct Bars {
    bar: Mutex<ProgressBar>,
    is_quiet: bool,
    interrupt: Interrupt,
}

impl Bars {
    /// Bars, or silence.
    pub fn new(is_quiet: bool, interrupt: Interrupt) -> Self {
        Self { bar: Mutex::new(ProgressBar::hidden()), is_quiet, interrupt }
    }

    /// Takes the bar away, so that what is printed next stands alone.
    pub fn clear(&self) {
        self.current().finish_and_clear();
    }

    fn current(&self) -> ProgressBar {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Progress for Bars {
    fn begin(&self, step: &str, total: Option<u64>, unit: &'static str) {
        self.clear();
        if self.is_quiet {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(style(total.is_some(), unit));
        bar.set_message(step.to_owned());
        bar.enable_steady_tick(Duration::from_millis(250));
        *self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = bar;
    }

    fn advance(&self, done: u64) {
        self.current().set_position(done);
    }

    fn check(&self) -> Result<(), Cancelled> {
        if self.interrupt.is_asked() { Err(Cancelled) } else { Ok(()) }
    }
}

fn style(has_total: bool, unit: &str) -> ProgressStyle {
    let template = match (has_total, unit) {
        (true, "bytes") => "{msg}  {wide_bar:.dim} {bytes}/{total_bytes}, {eta} left",
        (false, "bytes") => "{msg}  {bytes}",
        (true, _) => "{msg}  {wide_bar:.dim} {human_pos}/{human_len}, {eta} left",
        (false, _) => "{msg}  {human_pos}",
    };
    ProgressStyle::with_template(template).expect("the templates above are sound").progress_chars("━╸─")
}

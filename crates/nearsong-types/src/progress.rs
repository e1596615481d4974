/// The work was asked to stop; nothing it began is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled; what was under way was taken back")]
pub struct Cancelled;

/// Hears how far long work has come. The binary draws bars from it; tests and pipes use [`Silent`].
pub trait Progress: Sync {
    /// A new step begins; `total` in `unit`s where it is known.
    fn begin(&self, step: &str, total: Option<u64>, unit: &'static str);
    /// The step has come to `done` units.
    fn advance(&self, done: u64);
    /// Fails where the person asked to stop; long loops ask now and then.
    ///
    /// # Errors
    /// [`Cancelled`].
    fn check(&self) -> Result<(), Cancelled> {
        Ok(())
    }
}

/// Hears nothing and never cancels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _step: &str, _total: Option<u64>, _unit: &'static str) {}
    fn advance(&self, _done: u64) {}
}

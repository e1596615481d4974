use std::sync::{Arc, Mutex, PoisonError};

/// What the last panic said.
///
/// The Parquet library panics on some damaged files; the reader catches that and says so in words of its own. The usual
/// message at the moment of the panic would only confuse, so it is kept until it is known whether anybody caught it.
#[derive(Clone, Default)]
pub struct PanicReport(Arc<Mutex<String>>);

/// Keeps panics quiet and remembers them.
pub fn install() -> PanicReport {
    let report = PanicReport::default();
    let kept = report.clone();
    std::panic::set_hook(Box::new(move |info| {
        *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
    report
}

impl PanicReport {
    /// The message and place of the last panic.
    pub fn last(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

use nearsong_types::Moment;

use crate::{Family, SignInReason, Tokens, WaitReason};

/// Why something could not be remembered; the caller's own error.
pub type MemoryError = Box<dyn std::error::Error + Send + Sync>;

/// What has to outlive a call, and the process: the caller keeps it, for one person who signed in.
///
/// Each method is one step that happens entirely or not at all. The caller sees to it that only one [`Client`](crate::Client) of a person is at
/// work at a time, so that one refresh of tokens is under way at most.
pub trait Memory {
    /// The tokens, or why there are none.
    ///
    /// # Errors
    /// Where memory fails.
    fn tokens(&self) -> Result<Result<Tokens, SignInReason>, MemoryError>;
    /// Keeps tokens in place of those before.
    ///
    /// # Errors
    /// Where memory fails; then those before are still there.
    fn keep_tokens(&self, tokens: &Tokens) -> Result<(), MemoryError>;
    /// Forgets tokens that are of no use any more, and keeps why.
    ///
    /// # Errors
    /// Where memory fails.
    fn drop_tokens(&self, why: SignInReason) -> Result<(), MemoryError>;
    /// Until when a family must not be called, also where that is over by now.
    ///
    /// # Errors
    /// Where memory fails.
    fn cooldown(&self, family: Family) -> Result<Option<Cooldown>, MemoryError>;
    /// Keeps until when a family must not be called.
    ///
    /// # Errors
    /// Where memory fails.
    fn cool_down(&self, family: Family, cooldown: &Cooldown) -> Result<(), MemoryError>;
    /// Counts a call that is about to be made; gives its number.
    ///
    /// # Errors
    /// Where memory fails; then the call is not made.
    fn call_begins(&self, family: Family, at: Moment) -> Result<i64, MemoryError>;
    /// Keeps how a call ended.
    ///
    /// # Errors
    /// Where memory fails.
    fn call_ended(&self, number: i64, outcome: CallOutcome) -> Result<(), MemoryError>;
}

/// Until when a family must not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cooldown {
    /// When it is over.
    pub until: Moment,
    /// Why.
    pub reason: WaitReason,
    /// How often in a row Spotify refused for its quota without saying for how long.
    pub n_in_a_row: u32,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    /// With an answer of this HTTP status.
    Answered(u16),
    /// Without an answer.
    Broken,
}

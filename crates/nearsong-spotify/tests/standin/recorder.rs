use std::{
    cell::{Cell, Ref, RefCell, RefMut},
    collections::BTreeMap,
};

use nearsong_spotify::{CallOutcome, Cooldown, Family, Memory, MemoryError, SignInReason, Tokens};
use nearsong_types::Moment;

/// A memory that keeps everything it was ever told.
#[derive(Debug)]
pub(crate) struct Recorder {
    kept: RefCell<Kept>,
    /// Whether nothing more can be written down.
    pub(crate) is_full: Cell<bool>,
}

#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) tokens: Result<Tokens, SignInReason>,
    /// All tokens that were ever kept, in order.
    pub(crate) all_tokens: Vec<Tokens>,
    pub(crate) drops: Vec<SignInReason>,
    pub(crate) cooldowns: BTreeMap<Family, Cooldown>,
    pub(crate) calls: Vec<Call>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) family: Family,
    pub(crate) at: Moment,
    /// `None` until it ended.
    pub(crate) outcome: Option<CallOutcome>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        let kept = Kept {
            tokens: Err(SignInReason::Never),
            all_tokens: Vec::new(),
            drops: Vec::new(),
            cooldowns: BTreeMap::new(),
            calls: Vec::new(),
        };
        Self { kept: RefCell::new(kept), is_full: Cell::new(false) }
    }

    pub(crate) fn kept(&self) -> Ref<'_, Kept> {
        self.kept.borrow()
    }

    fn to_write(&self) -> Result<RefMut<'_, Kept>, MemoryError> {
        if self.is_full.get() { Err("the disk is full".into()) } else { Ok(self.kept.borrow_mut()) }
    }

    pub(crate) fn held_tokens(&self) -> Tokens {
        self.kept().tokens.clone().unwrap()
    }

    pub(crate) fn cooldown_of(&self, family: Family) -> Option<Cooldown> {
        self.kept().cooldowns.get(&family).copied()
    }
}

impl Memory for Recorder {
    fn tokens(&self) -> Result<Result<Tokens, SignInReason>, MemoryError> {
        Ok(self.kept().tokens.clone())
    }

    fn keep_tokens(&self, tokens: &Tokens) -> Result<(), MemoryError> {
        let mut kept = self.to_write()?;
        kept.all_tokens.push(tokens.clone());
        kept.tokens = Ok(tokens.clone());
        Ok(())
    }

    fn drop_tokens(&self, why: SignInReason) -> Result<(), MemoryError> {
        let mut kept = self.to_write()?;
        kept.drops.push(why);
        kept.tokens = Err(why);
        Ok(())
    }

    fn cooldown(&self, family: Family) -> Result<Option<Cooldown>, MemoryError> {
        Ok(self.cooldown_of(family))
    }

    fn cool_down(&self, family: Family, cooldown: &Cooldown) -> Result<(), MemoryError> {
        self.to_write()?.cooldowns.insert(family, *cooldown);
        Ok(())
    }

    fn call_begins(&self, family: Family, at: Moment) -> Result<i64, MemoryError> {
        let calls = &mut self.to_write()?.calls;
        calls.push(Call { family, at, outcome: None });
        Ok(i64::try_from(calls.len())? - 1)
    }

    fn call_ended(&self, number: i64, outcome: CallOutcome) -> Result<(), MemoryError> {
        let call = &mut self.to_write()?.calls[usize::try_from(number)?];
        assert_eq!(call.outcome.replace(outcome), None, "a call ends once");
        Ok(())
    }
}

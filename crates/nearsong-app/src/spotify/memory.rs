use std::cell::RefCell;

use nearsong_spotify::{CallOutcome, Cooldown, Family, Memory, MemoryError, Scopes, SignInReason, Tokens, WaitReason};
use nearsong_store::{FoundTokens, ListenerId, SealingKey, Store, StoredCooldown, StoredTokens};
use nearsong_types::Moment;

/// What the client remembers, in the database: tokens of one listener, calls and cooldowns of the whole installation.
pub(super) struct ListenerMemory<'a> {
    pub(super) store: &'a Store,
    pub(super) key: &'a SealingKey,
    pub(super) listener: ListenerId,
}

impl Memory for ListenerMemory<'_> {
    fn tokens(&self) -> Result<Result<Tokens, SignInReason>, MemoryError> {
        Ok(match self.store.tokens(self.listener, self.key)? {
            FoundTokens::Here(stored) => Ok(from_stored(stored)),
            FoundTokens::Dropped => Err(SignInReason::Ended),
            FoundTokens::Sealed => Err(SignInReason::Sealed),
            FoundTokens::NotConnected => Err(SignInReason::Never),
        })
    }

    fn keep_tokens(&self, tokens: &Tokens) -> Result<(), MemoryError> {
        Ok(self.store.keep_tokens(self.listener, &to_stored(tokens), self.key)?)
    }

    fn drop_tokens(&self, _why: SignInReason) -> Result<(), MemoryError> {
        Ok(self.store.drop_tokens(self.listener)?)
    }

    fn cooldown(&self, family: Family) -> Result<Option<Cooldown>, MemoryError> {
        Ok(self.store.cooldown(family.name())?.map(|cooldown| from_stored_cooldown(&cooldown)))
    }

    fn cool_down(&self, family: Family, cooldown: &Cooldown) -> Result<(), MemoryError> {
        Ok(cool_down(self.store, family, cooldown)?)
    }

    fn call_begins(&self, family: Family, at: Moment) -> Result<i64, MemoryError> {
        Ok(self.store.call_begins(family.name(), at)?)
    }

    fn call_ended(&self, number: i64, outcome: CallOutcome) -> Result<(), MemoryError> {
        Ok(call_ended(self.store, number, outcome)?)
    }
}

/// The same for somebody who is just signing in: the tokens are in memory until it is known whose they are.
pub(super) struct NewcomerMemory<'a> {
    pub(super) store: &'a Store,
    pub(super) tokens: RefCell<Tokens>,
}

impl Memory for NewcomerMemory<'_> {
    fn tokens(&self) -> Result<Result<Tokens, SignInReason>, MemoryError> {
        Ok(Ok(self.tokens.borrow().clone()))
    }

    fn keep_tokens(&self, tokens: &Tokens) -> Result<(), MemoryError> {
        self.tokens.replace(tokens.clone());
        Ok(())
    }

    fn drop_tokens(&self, _why: SignInReason) -> Result<(), MemoryError> {
        Ok(())
    }

    fn cooldown(&self, family: Family) -> Result<Option<Cooldown>, MemoryError> {
        Ok(self.store.cooldown(family.name())?.map(|cooldown| from_stored_cooldown(&cooldown)))
    }

    fn cool_down(&self, family: Family, cooldown: &Cooldown) -> Result<(), MemoryError> {
        Ok(cool_down(self.store, family, cooldown)?)
    }

    fn call_begins(&self, family: Family, at: Moment) -> Result<i64, MemoryError> {
        Ok(self.store.call_begins(family.name(), at)?)
    }

    fn call_ended(&self, number: i64, outcome: CallOutcome) -> Result<(), MemoryError> {
        Ok(call_ended(self.store, number, outcome)?)
    }
}

pub(super) fn to_stored(tokens: &Tokens) -> StoredTokens {
    StoredTokens {
        access: tokens.access.clone(),
        access_expires_at: tokens.access_expires_at,
        refresh: tokens.refresh.clone(),
        scopes: tokens.scopes.to_string(),
    }
}

fn from_stored(stored: StoredTokens) -> Tokens {
    Tokens {
        access: stored.access,
        access_expires_at: stored.access_expires_at,
        refresh: stored.refresh,
        scopes: Scopes::parse(&stored.scopes),
    }
}

fn cool_down(store: &Store, family: Family, cooldown: &Cooldown) -> Result<(), nearsong_store::StoreError> {
    store.cool_down(&StoredCooldown {
        family: family.name().to_owned(),
        until: cooldown.until,
        reason: cooldown.reason.name().to_owned(),
        n_in_a_row: cooldown.n_in_a_row,
    })
}

fn from_stored_cooldown(stored: &StoredCooldown) -> Cooldown {
    let reason = WaitReason::of_name(&stored.reason).unwrap_or(WaitReason::Quota);
    Cooldown { until: stored.until, reason, n_in_a_row: stored.n_in_a_row }
}

fn call_ended(store: &Store, number: i64, outcome: CallOutcome) -> Result<(), nearsong_store::StoreError> {
    let status = match outcome {
        CallOutcome::Answered(status) => status,
        CallOutcome::Broken => 0,
    };
    store.call_ended(number, status)
}

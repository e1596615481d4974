use std::cell::RefCell;

use nearsong_spotify::{CallOutcome, Cooldown, Family, Memory, MemoryError, Scopes, SignInReason, Tokens, WaitReason};
use nearsong_store::{FoundTokens, ListenerId, SealingKey, Store, StoredCooldown, StoredTokens};
use nearsong_types::Moment;

/// What the client remembers: calls and cooldowns of the whole installation in the database, and somebody's tokens.
pub(super) struct StoreMemory<'a> {
    pub(super) store: &'a Store,
    pub(super) tokens: TokensOf<'a>,
}

/// Whose tokens they are, and where.
pub(super) enum TokensOf<'a> {
    /// A listener's, sealed in the database.
    Listener(ListenerId, &'a SealingKey),
    /// Those of somebody who is just signing in: in hand until it is known whose they are.
    Newcomer(&'a RefCell<Tokens>),
}

impl Memory for StoreMemory<'_> {
    fn tokens(&self) -> Result<Result<Tokens, SignInReason>, MemoryError> {
        let (listener, key) = match &self.tokens {
            TokensOf::Listener(listener, key) => (*listener, key),
            TokensOf::Newcomer(tokens) => return Ok(Ok(tokens.borrow().clone())),
        };
        Ok(match self.store.tokens(listener, key)? {
            FoundTokens::Here(stored) => Ok(from_stored(stored)),
            FoundTokens::Dropped => Err(SignInReason::Ended),
            FoundTokens::Sealed => Err(SignInReason::Sealed),
            FoundTokens::NotConnected => Err(SignInReason::Never),
        })
    }

    fn keep_tokens(&self, tokens: &Tokens) -> Result<(), MemoryError> {
        match &self.tokens {
            TokensOf::Listener(listener, key) => self.store.keep_tokens(*listener, &to_stored(tokens), key)?,
            TokensOf::Newcomer(before) => drop(before.replace(tokens.clone())),
        }
        Ok(())
    }

    fn drop_tokens(&self, _why: SignInReason) -> Result<(), MemoryError> {
        match self.tokens {
            TokensOf::Listener(listener, _) => Ok(self.store.drop_tokens(listener)?),
            TokensOf::Newcomer(_) => Ok(()),
        }
    }

    fn cooldown(&self, family: Family) -> Result<Option<Cooldown>, MemoryError> {
        let stored = self.store.cooldown(family.name())?;
        Ok(stored.map(|stored| {
            let reason = WaitReason::of_name(&stored.reason).unwrap_or(WaitReason::Quota);
            Cooldown { until: stored.until, reason, n_in_a_row: stored.n_in_a_row }
        }))
    }

    fn cool_down(&self, family: Family, cooldown: &Cooldown) -> Result<(), MemoryError> {
        let (family, reason) = (family.name().to_owned(), cooldown.reason.name().to_owned());
        let Cooldown { until, n_in_a_row, .. } = *cooldown;
        Ok(self.store.cool_down(&StoredCooldown { family, until, reason, n_in_a_row })?)
    }

    fn call_begins(&self, family: Family, at: Moment) -> Result<i64, MemoryError> {
        Ok(self.store.call_begins(family.name(), at)?)
    }

    fn call_ended(&self, number: i64, outcome: CallOutcome) -> Result<(), MemoryError> {
        let status = match outcome {
            CallOutcome::Answered(status) => status,
            CallOutcome::Broken => 0,
        };
        Ok(self.store.call_ended(number, status)?)
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

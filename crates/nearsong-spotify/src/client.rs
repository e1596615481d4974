use std::{cell::Cell, time::Duration};

use nearsong_types::{Clock, Moment, Progress, Secret};
use serde_json::Value;

use crate::{
    App, CallOutcome, Cooldown, Family, Memory, OwnerProblem, Scopes, SignInReason, SpotifyError, Tokens, WaitReason,
    accounts,
    backoff::backoff,
    error::wait_for_quota,
    http::{Answer, Broken, Http, Request},
    judge::{Verdict, judge},
};

/// An access token that dies within this time is exchanged before it is used.
const ABOUT_TO_DIE: Duration = Duration::from_secs(60);

/// How much, how long and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Calls of the Web API in the life of a client, tries included.
    pub max_calls: u32,
    /// Tries of one call where Spotify fails or the connection breaks.
    pub max_attempts: u32,
    /// The first pause between them; each further one is twice as long.
    pub first_pause: Duration,
    /// Longest wait that a client sits out when asked to; longer ones become a cooldown.
    pub max_wait: Duration,
    /// Time to reach the host.
    pub connect_timeout: Duration,
    /// Time until an answer begins; the whole may take twice as long.
    pub answer_timeout: Duration,
    /// Largest answer that is read.
    pub max_answer_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_calls: 10,
            max_attempts: 3,
            first_pause: Duration::from_secs(1),
            max_wait: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            max_answer_bytes: 8 << 20,
        }
    }
}

/// Makes calls for one person: keeps to quota and budget, exchanges tokens when they die, tries again where that can help.
pub struct Client<'a> {
    app: &'a App,
    memory: &'a dyn Memory,
    clock: &'a dyn Clock,
    progress: &'a dyn Progress,
    limits: Limits,
    http: Http,
    n_calls: Cell<u32>,
}

impl<'a> Client<'a> {
    /// A client that has made no call yet.
    ///
    /// # Errors
    /// [`SpotifyError::BadAddress`].
    pub fn new(
        app: &'a App,
        memory: &'a dyn Memory,
        clock: &'a dyn Clock,
        progress: &'a dyn Progress,
        limits: Limits,
    ) -> Result<Self, SpotifyError> {
        app.hosts.check()?;
        let http = Http::new(&limits);
        Ok(Self { app, memory, clock, progress, limits, http, n_calls: Cell::new(0) })
    }

    /// Calls of the Web API made so far.
    pub fn n_calls(&self) -> u32 {
        self.n_calls.get()
    }

    /// Calls of the Web API that may still be made.
    pub fn n_calls_left(&self) -> u32 {
        self.limits.max_calls.saturating_sub(self.n_calls.get())
    }

    /// Fails where a permission is missing, without a call.
    ///
    /// # Errors
    /// [`SpotifyError::MissingScopes`], [`SpotifyError::SignInAgain`] where nobody is signed in.
    pub fn needs(&self, scopes: &Scopes) -> Result<(), SpotifyError> {
        let tokens = self.tokens()?;
        if tokens.scopes.include(scopes) { Ok(()) } else { Err(SpotifyError::MissingScopes { needed: scopes.clone() }) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.hosts.api)
    }

    /// Makes a call and reads its answer as JSON; `Null` where it is empty.
    pub(crate) fn call(&self, family: Family, needed: &Scopes, request: &Request) -> Result<Value, SpotifyError> {
        self.needs(needed)?;
        let answer = self.answered(family, needed, request)?;
        if answer.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        let read = serde_json::from_slice(&answer.body);
        read.map_err(|error| SpotifyError::Unreadable { what: request.what, problem: error.to_string() })
    }

    /// Repeats a request until it is done, or it is clear what has to happen first.
    fn answered(&self, family: Family, needed: &Scopes, request: &Request) -> Result<Answer, SpotifyError> {
        let (mut attempt, mut has_refreshed, mut has_waited, mut may_have_happened) = (1, false, false, false);
        loop {
            self.progress.check()?;
            self.refuse_while_cooling(family)?;
            let token = self.access_token()?;
            let (reason, was_heard) = match self.once(family, request, &token)? {
                Ok(answer) => match judge(&answer) {
                    Verdict::Done => return Ok(answer),
                    Verdict::Unauthorized if !has_refreshed => {
                        has_refreshed = true;
                        self.refresh()?;
                        continue;
                    }
                    Verdict::Wait { after, reason } if self.sits_out(after) && !has_waited => {
                        has_waited = true;
                        self.cool_down(family, after, reason)?;
                        self.wait(after.unwrap_or_default(), reason)?;
                        continue;
                    }
                    Verdict::Faulty => (format!("status {}", answer.status), true),
                    verdict => return Err(self.final_word(verdict, family, needed, request, answer.status)?),
                },
                Err(broken) => (broken.reason, broken.may_have_arrived),
            };
            may_have_happened |= was_heard;
            let may_repeat = (request.is_repeatable() || !may_have_happened) && self.n_calls_left() > 0;
            if attempt >= self.limits.max_attempts || !may_repeat {
                return Err(SpotifyError::TryLater {
                    what: request.what,
                    reason,
                    attempts: attempt,
                    may_have_happened,
                });
            }
            self.clock.sleep(backoff(self.limits.first_pause, attempt));
            attempt += 1;
        }
    }

    /// Sends a request once, counted before and after.
    fn once(&self, family: Family, request: &Request, token: &Secret) -> Result<Result<Answer, Broken>, SpotifyError> {
        if self.n_calls_left() == 0 {
            return Err(SpotifyError::BudgetSpent { max_calls: self.limits.max_calls });
        }
        self.n_calls.set(self.n_calls.get() + 1);
        self.counted(family, request, Some(token))
    }

    fn counted(
        &self,
        family: Family,
        request: &Request,
        token: Option<&Secret>,
    ) -> Result<Result<Answer, Broken>, SpotifyError> {
        let number = self.memory.call_begins(family, self.now()).map_err(SpotifyError::Memory)?;
        let sent = self.http.send(request, token);
        let outcome = match &sent {
            Ok(answer) => CallOutcome::Answered(answer.status),
            Err(_) => CallOutcome::Broken,
        };
        self.memory.call_ended(number, outcome).map_err(SpotifyError::Memory)?;
        Ok(sent)
    }

    /// What a refusal comes to, with what has to be kept of it.
    fn final_word(
        &self,
        verdict: Verdict,
        family: Family,
        needed: &Scopes,
        request: &Request,
        status: u16,
    ) -> Result<SpotifyError, SpotifyError> {
        let what = request.what;
        Ok(match verdict {
            Verdict::Unauthorized => {
                self.memory.drop_tokens(SignInReason::Ended).map_err(SpotifyError::Memory)?;
                SpotifyError::SignInAgain(SignInReason::Ended)
            }
            Verdict::MissingScope => SpotifyError::MissingScopes { needed: needed.clone() },
            Verdict::PremiumLapsed => SpotifyError::AskOwner(OwnerProblem::PremiumLapsed),
            Verdict::NotAllowListed => SpotifyError::AskOwner(OwnerProblem::NotAllowListed),
            Verdict::Forbidden(message) => self.why_forbidden(family, request, message)?,
            Verdict::Wait { after, reason } => self.cool_down(family, after, reason)?,
            Verdict::Gone => SpotifyError::Gone { what },
            Verdict::Rejected(message) => SpotifyError::Rejected { what, status, message },
            Verdict::Done | Verdict::Faulty => SpotifyError::Unreadable { what, problem: format!("status {status}") },
        })
    }

    /// Spotify says no more than “Forbidden” to people whom the app may not serve. They are refused everything, so one look at their own profile
    /// tells.
    fn why_forbidden(&self, family: Family, request: &Request, message: String) -> Result<SpotifyError, SpotifyError> {
        let rejected = SpotifyError::Rejected { what: request.what, status: 403, message };
        let is_forbidden_all = family == Family::Profile || self.is_refused_profile()?;
        Ok(if is_forbidden_all { SpotifyError::AskOwner(OwnerProblem::NotAllowListed) } else { rejected })
    }

    /// Looks once at the person's own profile, if a call is left and that family may be called.
    fn is_refused_profile(&self) -> Result<bool, SpotifyError> {
        match self.refuse_while_cooling(Family::Profile) {
            Ok(()) if self.n_calls_left() > 0 => {}
            Ok(()) | Err(SpotifyError::Wait { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        let profile = Request::get("your profile", self.url("/me"));
        let Ok(answer) = self.once(Family::Profile, &profile, &self.access_token()?)? else { return Ok(false) };
        if let Verdict::Wait { after, reason } = judge(&answer) {
            self.cool_down(Family::Profile, after, reason)?;
        }
        Ok(answer.status == 403)
    }

    /// A wait that the program sits out rather than ending.
    fn sits_out(&self, after: Option<Duration>) -> bool {
        after.is_some_and(|after| after <= self.limits.max_wait) && self.n_calls_left() > 0
    }

    /// Sleeps in pieces between which the person can stop it, and a few times more where the clock has fallen behind.
    fn wait(&self, wait: Duration, reason: WaitReason) -> Result<(), SpotifyError> {
        let (seconds, until) = (wait.as_secs(), self.now().plus(wait));
        self.progress.begin(&format!("Waiting as Spotify asked ({reason})"), Some(seconds), "s");
        for second in 0..seconds + 10 {
            let left = self.now().until(until);
            if left.is_zero() {
                break;
            }
            self.progress.check()?;
            self.clock.sleep(left.min(Duration::from_secs(1)));
            self.progress.advance(seconds.min(second + 1));
        }
        Ok(())
    }

    fn refuse_while_cooling(&self, family: Family) -> Result<(), SpotifyError> {
        match self.memory.cooldown(family).map_err(SpotifyError::Memory)? {
            Some(Cooldown { until, reason, .. }) if until > self.now() => {
                Err(SpotifyError::Wait { until, family, reason })
            }
            _ => Ok(()),
        }
    }

    fn cool_down(
        &self,
        family: Family,
        after: Option<Duration>,
        reason: WaitReason,
    ) -> Result<SpotifyError, SpotifyError> {
        let before = self.memory.cooldown(family).map_err(SpotifyError::Memory)?;
        let recent = before.filter(|before| is_recent(before.until, self.now()));
        let is_one_more = reason == WaitReason::Quota && after.is_none();
        let n_in_a_row = recent.map_or(0, |before| before.n_in_a_row) + u32::from(is_one_more);
        let until = self.now().plus(after.unwrap_or_else(|| match reason {
            WaitReason::RateLimit => self.limits.max_wait,
            WaitReason::Quota => wait_for_quota(n_in_a_row),
        }));
        let cooldown = Cooldown { until, reason, n_in_a_row };
        self.memory.cool_down(family, &cooldown).map_err(SpotifyError::Memory)?;
        Ok(SpotifyError::Wait { until, family, reason })
    }

    fn tokens(&self) -> Result<Tokens, SpotifyError> {
        self.memory.tokens().map_err(SpotifyError::Memory)?.map_err(SpotifyError::SignInAgain)
    }

    fn access_token(&self) -> Result<Secret, SpotifyError> {
        let tokens = self.tokens()?;
        if tokens.access_expires_at > self.now().plus(ABOUT_TO_DIE) { Ok(tokens.access) } else { self.refresh() }
    }

    /// Exchanges the access token, and keeps what came. The old refresh token stays where no new one comes.
    fn refresh(&self) -> Result<Secret, SpotifyError> {
        self.refuse_while_cooling(Family::Accounts)?;
        let tokens = self.tokens()?;
        let request = accounts::refresh_request(self.app, &tokens);
        let mut attempt = 1;
        let answer = loop {
            self.progress.check()?;
            let (reason, may_have_happened) = match self.counted(Family::Accounts, &request, None)? {
                Ok(answer) if answer.status < 500 => break answer,
                Ok(answer) => (format!("status {}", answer.status), true),
                Err(broken) => (broken.reason, broken.may_have_arrived),
            };
            if attempt >= self.limits.max_attempts {
                let what = request.what;
                return Err(SpotifyError::TryLater { what, reason, attempts: attempt, may_have_happened });
            }
            self.clock.sleep(backoff(self.limits.first_pause, attempt));
            attempt += 1;
        };
        if answer.status == 429 {
            return Err(self.cool_down(Family::Accounts, answer.retry_after, WaitReason::RateLimit)?);
        }
        match accounts::read_tokens(&answer, self.now(), Some(&tokens)) {
            Ok(tokens) => {
                self.memory.keep_tokens(&tokens).map_err(SpotifyError::Memory)?;
                Ok(tokens.access)
            }
            Err(error) => {
                if let SpotifyError::SignInAgain(why) = error {
                    self.memory.drop_tokens(why).map_err(SpotifyError::Memory)?;
                }
                Err(error)
            }
        }
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }
}

/// Whether a cooldown ended within the last day, so that the next refusal belongs to it.
fn is_recent(until: Moment, now: Moment) -> bool {
    now.days_since(until) < 1.0
}

use nearsong_standin::{Fault, FaultRule, SpotifyStandin};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{Plan, STEPS_A_DAY, drift::scopes};
use crate::fixture::{ANA, Fixture};

/// The days at the end without faults, in which all must come right.
const FAIR_DAYS: u32 = 8;
/// The first day is a Tuesday.
const SUNDAY: u32 = 5;
/// Chance of a fault on other days.
const DRIZZLE_PERCENT: u32 = 30;
const DAY_S: u64 = 86_400;

/// Faults by a seed: every Sunday some for Monday's refreshes, on other days now and then one for any call; and sign-ins that die.
pub struct Rain {
    rng: ChaCha8Rng,
    last_step: u32,
    /// When the listener takes the access back.
    revoked_at: [u32; 2],
    signs_in_at: Option<u32>,
    /// Rules given.
    pub n_given: usize,
    /// Times that the listener signed in anew.
    pub n_sign_ins: usize,
}

impl Rain {
    pub fn new(plan: &Plan, spotify: &SpotifyStandin) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        let steps = plan.days * STEPS_A_DAY;
        // In the second half: what began at the start dies of itself after six months.
        let revoked_at = [(60, 66), (78, 84)].map(|(from, to)| rng.random_range(steps * from / 100..steps * to / 100));
        // From the start: playlists that are made without the client hearing of it.
        for fault in [Fault::CutAfter, Fault::HalfAnswer] {
            spotify.fault(FaultRule::new(fault).on("POST", "/v1/me/playlists").times(2));
        }
        let last_step = steps - FAIR_DAYS * STEPS_A_DAY;
        Self { rng, last_step, revoked_at, signs_in_at: None, n_given: 2, n_sign_ins: 0 }
    }

    pub fn fall(&mut self, step: u32, spotify: &SpotifyStandin) {
        if self.revoked_at.contains(&step) {
            spotify.revoke(ANA);
            spotify.expire_access_tokens();
        }
        if step == self.last_step {
            spotify.clear_faults();
        }
        if !step.is_multiple_of(STEPS_A_DAY) || step >= self.last_step {
            return;
        }
        if step / STEPS_A_DAY % 7 == SUNDAY {
            for _ in 0..self.rng.random_range(1..=2) {
                let (method, path) = [
                    ("PUT", "/v1/playlists/*/items"),
                    ("PUT", "/v1/playlists/**"),
                    ("*", "/v1/playlists/**"),
                    ("POST", "/api/token"),
                ][self.rng.random_range(0..4)];
                let from = self.rng.random_range(1..=4);
                spotify.fault(self.rule().on(method, path).from_call(from));
                self.n_given += 1;
            }
        } else if self.rng.random_range(0..100) < DRIZZLE_PERCENT {
            let path = ["/v1/**", "/v1/me/**", "/**"][self.rng.random_range(0..3)];
            spotify.fault(self.rule().on("*", path));
            self.n_given += 1;
        }
    }

    fn rule(&mut self) -> FaultRule {
        let times = self.rng.random_range(1..=6);
        match self.rng.random_range(0..8) {
            0 => FaultRule::new(Fault::TooManyRequests { retry_after_s: DAY_S }),
            1 => FaultRule::new(Fault::TooManyRequests { retry_after_s: 20 }).times(times),
            2 => FaultRule::new(Fault::QuotaExceeded),
            3 => FaultRule::new(Fault::InternalError).times(times),
            4 => FaultRule::new(Fault::BadGateway).times(times),
            5 => FaultRule::new(Fault::CutBefore).times(times),
            6 => FaultRule::new(Fault::CutAfter).times(times),
            _ => FaultRule::new(Fault::HalfAnswer).times(times),
        }
    }

    /// One to four days after the sign-in died the listener signs in; where that is struck by a fault too, half an hour later again.
    pub fn sign_in(&mut self, step: u32, fixture: &mut Fixture) {
        match self.signs_in_at {
            None => {
                let is_dead = fixture.app.jobs().unwrap().iter().any(|job| job.state == "signin");
                self.signs_in_at = is_dead.then(|| step + STEPS_A_DAY * self.rng.random_range(1..=4));
            }
            Some(at) if step >= at && fixture.connect(&scopes(), ANA).is_ok() => {
                (self.signs_in_at, self.n_sign_ins) = (None, self.n_sign_ins + 1);
            }
            Some(_) => {}
        }
    }
}

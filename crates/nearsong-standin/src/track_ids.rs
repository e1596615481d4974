use nearsong_types::TrackId;

use crate::draw::Draw;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LEN: usize = 9;
const COUNTER_LEN: usize = 5;
const COUNTER_RANGE: u64 = 62_u64.pow(COUNTER_LEN as u32);
/// Has no factor in common with 62, so that it scatters the counter without collisions.
const SCATTER: u64 = 389_435_513;

/// How every made-up track id begins, so that it is never taken for a real one.
pub const MADE_UP_ID_PREFIX: &str = "0made0up";

/// Gives out track ids, each once.
#[derive(Default)]
pub(crate) struct TrackIds {
    given: u64,
}

impl TrackIds {
    pub(crate) fn next(&mut self, draw: &mut Draw) -> TrackId {
        let mut bytes = [b'0'; TrackId::LEN];
        let (prefix, rest) = bytes.split_at_mut(MADE_UP_ID_PREFIX.len());
        prefix.copy_from_slice(MADE_UP_ID_PREFIX.as_bytes());
        let (random, counter) = rest.split_at_mut(RANDOM_LEN);
        random.fill_with(|| *draw.pick(DIGITS));
        let mut scattered = self.given * SCATTER % COUNTER_RANGE;
        counter.fill_with(|| {
            let digit = DIGITS[(scattered % 62) as usize];
            scattered /= 62;
            digit
        });
        self.given += 1;
        TrackId::from_bytes(bytes).expect("letters and digits only")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_recognisable_and_their_counters_never_repeat() {
        let (mut ids, mut draw) = (TrackIds::default(), Draw::new(1, 0));
        let given: Vec<TrackId> = (0..20_000).map(|_| ids.next(&mut draw)).collect();
        assert!(given.iter().all(|id| id.as_str().starts_with(MADE_UP_ID_PREFIX)));
        let counters: HashSet<&str> = given.iter().map(|id| &id.as_str()[TrackId::LEN - COUNTER_LEN..]).collect();
        assert_eq!(counters.len(), given.len());
    }
}

use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};

/// Where all chance in this crate comes from: a seeded stream of integers, the same on every machine.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The numbers of one purpose: each `stream` of a seed is independent of the others, so that work can be shared out.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// `0..n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Which of `n` things are chosen, `n_chosen` of them or all, each choice equally likely.
    ///
    /// # Shapes
    /// `n` entries.
    pub(crate) fn choose(&mut self, n: usize, n_chosen: usize) -> Vec<bool> {
        let mut order: Vec<usize> = (0..n).collect();
        let mut is_chosen = vec![false; n];
        for place in 0..n_chosen.min(n) {
            order.swap(place, place + self.below(n - place));
            is_chosen[order[place]] = true;
        }
        is_chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_stream_fix_the_choice() {
        let choose = |seed, stream| Draw::new(seed, stream).choose(50, 10);
        assert_eq!(choose(1, 0), choose(1, 0));
        assert_ne!(choose(1, 0), choose(1, 1));
        assert_ne!(choose(1, 0), choose(2, 0));
        assert_eq!(choose(1, 0).iter().filter(|chosen| **chosen).count(), 10);
        assert_eq!(Draw::new(1, 0).choose(3, 9), [true; 3]);
    }

    #[test]
    fn everything_is_chosen_equally_often() {
        let mut counts = [0; 6];
        for stream in 0..6000 {
            let chosen = Draw::new(4, stream).choose(6, 2);
            counts.iter_mut().zip(chosen).for_each(|(count, chosen)| *count += u32::from(chosen));
        }
        assert!(counts.iter().all(|count| (1850..2150).contains(count)), "{counts:?}");
    }
}

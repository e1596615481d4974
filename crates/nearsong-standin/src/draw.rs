use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};

/// Where all chance in this crate comes from: a seeded stream of integers.
///
/// Only integer arithmetic follows from a draw, so that a seed means the same music on every machine.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The numbers of one purpose: each `stream` of a seed is independent of the others.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 0..n; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A position in something of length `n`.
    pub(crate) fn index(&mut self, n: usize) -> usize {
        self.below(n as u64) as usize
    }

    /// `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// True `percent` times in a hundred.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// True `permille` times in a thousand.
    pub(crate) fn permille(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// A bell shape around 0 with a standard deviation of about 1000, never beyond ±3464.
    pub(crate) fn bell(&mut self) -> i64 {
        let sum: i64 = (0..4).map(|_| self.between(-500, 500)).sum();
        sum * 1732 / 1000
    }

    /// One of them.
    ///
    /// # Panics
    /// Where there is none.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// All of them, in any order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }
}

/// Choices of unequal weight.
#[derive(Default)]
pub(crate) struct Weighted {
    sums: Vec<u64>,
}

impl Weighted {
    /// The position of a choice, as often as its weight says; `None` where every weight is 0.
    pub(crate) fn draw(&self, draw: &mut Draw) -> Option<usize> {
        let total = *self.sums.last()?;
        let at = draw.below(total);
        (total > 0).then(|| self.sums.partition_point(|&sum| sum <= at))
    }
}

impl FromIterator<u64> for Weighted {
    fn from_iter<I: IntoIterator<Item = u64>>(weights: I) -> Self {
        let sums = weights.into_iter().scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_stream_fix_the_numbers() {
        let numbers = |seed, stream| {
            let mut draw = Draw::new(seed, stream);
            (0..8).map(|_| draw.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(1, 0), numbers(1, 0));
        assert_ne!(numbers(1, 0), numbers(1, 1));
        assert_ne!(numbers(1, 0), numbers(2, 0));
    }

    #[test]
    fn the_bell_is_centred_and_about_a_thousand_wide() {
        let mut draw = Draw::new(3, 0);
        let values: Vec<i64> = (0..10_000).map(|_| draw.bell()).collect();
        let mean = values.iter().sum::<i64>() / 10_000;
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<i64>() / 10_000;
        assert!(mean.abs() < 40, "{mean}");
        assert!((900_000..1_100_000).contains(&variance), "{variance}");
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut draw = Draw::new(5, 0);
        let weighted: Weighted = [0, 3, 0, 1, 0].into_iter().collect();
        let mut counts = [0; 5];
        for _ in 0..4000 {
            counts[weighted.draw(&mut draw).unwrap()] += 1;
        }
        assert_eq!((counts[0], counts[2], counts[4]), (0, 0, 0));
        assert!((2800..3200).contains(&counts[1]), "{counts:?}");
        assert_eq!([0, 0].into_iter().collect::<Weighted>().draw(&mut draw), None);
        assert_eq!(Weighted::default().draw(&mut draw), None);
    }
}

/// The three-letter pieces of a folded name's words: how alike two names are is how many of them they share.
///
/// Words stand for themselves, so their order makes no difference, and the pieces of two names together are the pieces
/// of the one and of the other.
#[derive(Debug, Clone)]
pub(crate) struct Trigrams {
    n: u32,
    /// One bit for every piece, by hash: 2¹⁶ bits make a false hit rare.
    bits: Box<[u64; Self::N_BITS / 64]>,
}

/// How many pieces a name has, and how many of them another name shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shared {
    n: u32,
    n_shared: u32,
}

impl Trigrams {
    const N_BITS: usize = 1 << 16;

    pub(crate) fn of(folded: &str) -> Self {
        let mut trigrams = Self { n: 0, bits: Box::new([0; Self::N_BITS / 64]) };
        for piece in pieces(folded) {
            trigrams.n += 1;
            let bit = Self::bit(piece);
            trigrams.bits[bit / 64] |= 1 << (bit % 64);
        }
        trigrams
    }

    pub(crate) fn shared_with(&self, folded: &str) -> Shared {
        let mut shared = Shared::default();
        for piece in pieces(folded) {
            let bit = Self::bit(piece);
            shared.n += 1;
            shared.n_shared += (self.bits[bit / 64] >> (bit % 64) & 1) as u32;
        }
        shared
    }

    /// Dice coefficient with a name.
    ///
    /// # Range
    /// 0 (nothing shared) ..= 1 (all shared).
    pub(crate) fn likeness(&self, shared: Shared) -> f32 {
        let dice = 2.0 * shared.n_shared as f32 / (self.n + shared.n).max(1) as f32;
        dice.min(1.0)
    }

    fn bit(piece: u64) -> usize {
        // Fibonacci hashing: the upper bits of the product are well mixed.
        (piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
    }
}

impl std::ops::Add for Shared {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { n: self.n + other.n, n_shared: self.n_shared + other.n_shared }
    }
}

/// Every word counts as if it had two spaces in front and one behind, so that beginnings weigh more.
fn pieces(folded: &str) -> impl Iterator<Item = u64> {
    const SPACE: u64 = ' ' as u64;
    let mut window = (SPACE, SPACE);
    folded.chars().chain([' ']).filter_map(move |c| {
        let c = u64::from(c);
        let piece = (window.0 << 42) | (window.1 << 21) | c;
        let is_between_words = c == SPACE && window.1 == SPACE;
        window = if c == SPACE { (SPACE, SPACE) } else { (window.1, c) };
        (!is_between_words).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &str, other: &str) -> f32 {
        let one = Trigrams::of(one);
        one.likeness(one.shared_with(other))
    }

    #[test]
    fn likeness_is_1_for_the_same_words_and_0_for_nothing_shared() {
        assert_eq!(likeness("paranoid android", "paranoid android"), 1.0);
        assert_eq!(likeness("paranoid android", "android paranoid"), 1.0);
        assert_eq!(likeness("abc", "xyz"), 0.0);
        assert_eq!(likeness("", ""), 0.0);
    }

    #[test]
    fn a_slip_of_the_pen_costs_little() {
        assert!(likeness("paranoid andoid", "paranoid android") > 0.75);
        assert!(likeness("paranoid andoid", "paris") < 0.3);
    }

    #[test]
    fn two_names_together_are_the_sum_of_their_parts() {
        let typed = Trigrams::of("radiohed creep");
        let sum = typed.shared_with("radiohead") + typed.shared_with("creep");
        assert_eq!(sum, typed.shared_with("radiohead creep"));
    }
}

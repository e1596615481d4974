//! The nearest points found so far.

use crate::simd::{LANES, Simd};

/// Distance and row in one number that sorts by distance, then row: the bits of numbers that are not negative sort as
/// the numbers do, and those of negative ones do once all but the sign are turned over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct Key(i64);

impl Key {
    const LAST: Self = Self(i64::MAX);

    /// # Range
    /// `distance`: not NaN, and not the negative zero, which no metric computes.
    #[inline(always)]
    pub(crate) fn new(distance: f32, row: u32) -> Self {
        Self(i64::from(sortable(distance.to_bits() as i32)) << 32 | i64::from(row))
    }

    #[inline(always)]
    pub(crate) fn distance(self) -> f32 {
        f32::from_bits(sortable((self.0 >> 32) as i32) as u32)
    }

    #[inline(always)]
    pub(crate) fn row(self) -> u32 {
        self.0 as u32
    }
}

/// Turns over all bits but the sign of what is negative; twice is as before.
#[inline(always)]
fn sortable(bits: i32) -> i32 {
    bits ^ ((bits >> 31) & i32::MAX)
}

/// So many keys more than wanted are gathered before the farthest are cut off.
const MIN_SLACK: usize = 32;

/// Gathers keys, and cuts them back to the `n` least whenever there are many more: each costs a constant time,
/// whatever `n` is.
#[derive(Debug, Default)]
pub(crate) struct Nearest {
    n: usize,
    limit: f32,
    len: usize,
    /// The first `len` are gathered; the others are room.
    keys: Vec<Key>,
}

impl Nearest {
    /// Starts over, for `n` keys, at least 1.
    pub(crate) fn clear(&mut self, n: usize) {
        self.n = n;
        self.limit = f32::INFINITY;
        self.len = 0;
    }

    #[inline(always)]
    pub(crate) fn n(&self) -> usize {
        self.n
    }

    /// At least `n` points lie no farther than this, as far as is known: what lies farther need not be pushed.
    #[inline(always)]
    pub(crate) fn limit(&self) -> f32 {
        self.limit
    }

    /// Tells that `n` points are known to lie no farther than `limit`.
    #[inline(always)]
    pub(crate) fn lower_limit(&mut self, limit: f32) {
        if limit < self.limit {
            self.limit = limit;
        }
    }

    /// Room to write `more` keys to; [`Nearest::keep`] then tells how many of them count.
    #[inline(always)]
    pub(crate) fn room(&mut self, more: usize) -> &mut [Key] {
        if self.keys.len() < self.len + more {
            self.keys.resize((self.len + more) * 2, Key::LAST);
        }
        &mut self.keys[self.len..][..more]
    }

    /// Gathers the first `n` keys that were written to the room.
    #[inline(always)]
    pub(crate) fn keep(&mut self, n: usize) {
        self.len += n;
    }

    /// Cuts back where that is due.
    #[inline(always)]
    pub(crate) fn tighten(&mut self) {
        if self.len >= self.n + self.n.max(MIN_SLACK) {
            self.cut();
        }
    }

    /// Keeps the `n` least keys, and lowers the limit to the last of them.
    #[inline(never)]
    pub(crate) fn cut(&mut self) {
        if self.len < self.n {
            return;
        }
        let (_, last, _) = self.keys[..self.len].select_nth_unstable(self.n - 1);
        let limit = last.distance();
        self.lower_limit(limit);
        self.len = self.n;
    }

    /// The `n` least keys, or all where there are fewer, ascending.
    #[inline(always)]
    pub(crate) fn sort<S: Simd>(&mut self) {
        if self.len <= 2 * LANES {
            self.sort_few::<S>();
        } else {
            self.cut();
            self.keys[..self.len].sort_unstable();
        }
        self.len = self.len.min(self.n);
    }

    /// Puts each key where the number of lesser ones says. No two are equal.
    #[inline(always)]
    fn sort_few<S: Simd>(&mut self) {
        let keys = &mut self.keys[..self.len];
        let mut unsorted = [[Key::LAST.0; LANES]; 2];
        for (unsorted, key) in unsorted.as_flattened_mut().iter_mut().zip(keys.iter()) {
            *unsorted = key.0;
        }
        for &key in unsorted.as_flattened().iter().take(keys.len()) {
            keys[S::count_less(&unsorted[0], key) + S::count_less(&unsorted[1], key)] = Key(key);
        }
    }

    /// The keys gathered.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys[..self.len]
    }
}

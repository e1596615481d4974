//! The few operations on sixteen numbers at a time that searching needs, once for each kind of processor.
//!
//! Each step rounds by itself and none is fused with the next, so that all implementations compute the same bits.

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

/// Numbers in one [`Lanes`].
pub(crate) const LANES: usize = 16;
/// Of these in a block.
pub(crate) const VECTORS: usize = 4;
/// Points in a block.
pub(crate) const BLOCK: usize = VECTORS * LANES;

/// Sixteen numbers in memory, aligned to a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Lanes(pub(crate) [f32; LANES]);

impl Lanes {
    pub(crate) const fn splat(value: f32) -> Self {
        Self([value; LANES])
    }
}

/// Four small columns of sixteen points in memory: those of the first point, then those of the second.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Fours(pub(crate) [[u8; 4]; LANES]);

/// Sixteen numbers in registers.
pub(crate) trait Simd: Copy {
    fn load(from: &Lanes) -> Self;
    fn store(self, to: &mut Lanes);
    fn splat(value: f32) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// `self + value * value`.
    fn add_square(self, value: Self) -> Self;
    /// The smaller of each pair; `other` where one of them is NaN.
    fn min(self, other: Self) -> Self;
    /// The larger of each pair; `other` where one of them is NaN.
    fn max(self, other: Self) -> Self;
    /// One bit per lane, the first lane lowest: whether it is at most `limit`. NaN is not.
    fn at_most(self, limit: Self) -> u16;

    /// One bit for each of sixty-four points, the first lowest: whether twice the product of its small columns and
    /// `query`, less its norm, is at least `least`. All sums fit.
    fn alike(points: &[[Fours; VECTORS]], query: &[[i8; 4]], norms: &[i32; BLOCK], least: i32) -> u64;

    /// How many of `keys` are less than `key`.
    fn count_less(keys: &[i64; LANES], key: i64) -> usize;

    /// Writes `first` plus the position of each bit of `mask`, ascending, to the front of `to`; what follows there is
    /// overwritten with anything.
    #[inline(always)]
    fn positions(mut mask: u16, first: u32, to: &mut [u32; LANES]) {
        for position in to {
            if mask == 0 {
                break;
            }
            *position = first + mask.trailing_zeros();
            mask &= mask - 1;
        }
    }
}

/// For any processor: plain loops, which the compiler vectorises with what every processor of its kind has.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; LANES]);

impl Portable {
    #[inline(always)]
    fn with(mut self, other: Self, combine: impl Fn(f32, f32) -> f32) -> Self {
        for lane in 0..LANES {
            self.0[lane] = combine(self.0[lane], other.0[lane]);
        }
        self
    }
}

impl Simd for Portable {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        Self(from.0)
    }

    #[inline(always)]
    fn store(self, to: &mut Lanes) {
        to.0 = self.0;
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }

    #[inline(always)]
    fn add_square(self, value: Self) -> Self {
        self.with(value, |sum, value| sum + value * value)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.with(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.with(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn at_most(self, limit: Self) -> u16 {
        let mut bits = [0u16; LANES];
        for (lane, bit) in bits.iter_mut().enumerate() {
            *bit = if self.0[lane] <= limit.0[lane] { 1 << lane } else { 0 };
        }
        bits.iter().fold(0, |mask, bit| mask | bit)
    }

    #[inline(always)]
    fn alike(points: &[[Fours; VECTORS]], query: &[[i8; 4]], norms: &[i32; BLOCK], least: i32) -> u64 {
        let mut sums = [0; BLOCK];
        for (vectors, values) in points.iter().zip(query) {
            let values = values.map(i32::from);
            for (vector, sums) in vectors.iter().zip(sums.as_chunks_mut::<LANES>().0) {
                for (point, sum) in vector.0.iter().zip(sums) {
                    *sum += (0..4).map(|column| i32::from(point[column]) * values[column]).sum::<i32>();
                }
            }
        }
        let alike = sums.iter().zip(norms).map(|(sum, norm)| 2 * sum - norm >= least);
        alike.enumerate().fold(0, |mask, (point, alike)| mask | u64::from(alike) << point)
    }

    #[inline(always)]
    fn count_less(keys: &[i64; LANES], key: i64) -> usize {
        keys.iter().filter(|&&other| other < key).count()
    }
}

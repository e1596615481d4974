//! AVX2 and AVX-512.
//!
//! SAFETY of every block here: the intrinsics need a processor that has the instructions. Values of [`Avx2`] and
//! [`Avx512`] are made and used only below the entries of [`crate::kernel`], which are called where the processor was
//! found to have them. Loads and stores go through references to [`Lanes`] (64 bytes, aligned to 64) or to arrays of
//! the size that is read or written; where such an array may not be aligned, the unaligned form is used.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::{BLOCK, Fours, LANES, Lanes, Simd, VECTORS};

/// Two registers of eight.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256, __m256);

impl Simd for Avx2 {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        let from = from.0.as_ptr();
        // SAFETY: see the top; both halves are aligned to 32.
        unsafe { Self(_mm256_load_ps(from), _mm256_load_ps(from.add(8))) }
    }

    #[inline(always)]
    fn store(self, to: &mut Lanes) {
        let to = to.0.as_mut_ptr();
        // SAFETY: see the top; both halves are aligned to 32.
        unsafe {
            _mm256_store_ps(to, self.0);
            _mm256_store_ps(to.add(8), self.1);
        }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm256_set1_ps(value), _mm256_set1_ps(value)) }
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm256_sub_ps(self.0, other.0), _mm256_sub_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm256_mul_ps(self.0, other.0), _mm256_mul_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn add_square(self, value: Self) -> Self {
        // SAFETY: see the top.
        unsafe {
            let (low, high) = (_mm256_mul_ps(value.0, value.0), _mm256_mul_ps(value.1, value.1));
            Self(_mm256_add_ps(self.0, low), _mm256_add_ps(self.1, high))
        }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm256_min_ps(self.0, other.0), _mm256_min_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm256_max_ps(self.0, other.0), _mm256_max_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn at_most(self, limit: Self) -> u16 {
        // SAFETY: see the top.
        let (low, high) = unsafe {
            let low = _mm256_cmp_ps::<_CMP_LE_OQ>(self.0, limit.0);
            let high = _mm256_cmp_ps::<_CMP_LE_OQ>(self.1, limit.1);
            (_mm256_movemask_ps(low), _mm256_movemask_ps(high))
        };
        (low | high << 8) as u16
    }

    /// Widens to sixteen bits, in which products are exact and pairs of them add up without overflow.
    #[inline(always)]
    fn alike(points: &[[Fours; VECTORS]], query: &[[i8; 4]], norms: &[i32; BLOCK], least: i32) -> u64 {
        let mut mask = 0;
        for (vector, norms) in norms.as_chunks::<LANES>().0.iter().enumerate() {
            // SAFETY: see the top; each part of a `Fours` that is loaded is 16 of its 64 bytes, each of the norms 32.
            unsafe {
                let mut sums = [_mm256_setzero_si256(); 4];
                for (vectors, values) in points.iter().zip(query) {
                    let values = _mm256_cvtepi8_epi16(_mm_set1_epi32(i32::from_le_bytes(values.map(|v| v as u8))));
                    for (part, sum) in vectors[vector].0.as_chunks::<4>().0.iter().zip(&mut sums) {
                        let part = _mm256_cvtepu8_epi16(_mm_load_si128(part.as_ptr().cast()));
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(part, values));
                    }
                }
                for (half, norms) in norms.as_chunks::<8>().0.iter().enumerate() {
                    // Adding neighbours goes by halves of a register: the order of points is put right afterwards.
                    let sums = _mm256_hadd_epi32(sums[2 * half], sums[2 * half + 1]);
                    let sums = _mm256_permute4x64_epi64::<0b11_01_10_00>(sums);
                    let value =
                        _mm256_sub_epi32(_mm256_add_epi32(sums, sums), _mm256_loadu_si256(norms.as_ptr().cast()));
                    let less = _mm256_cmpgt_epi32(_mm256_set1_epi32(least), value);
                    let alike = !_mm256_movemask_ps(_mm256_castsi256_ps(less)) as u8;
                    mask |= u64::from(alike) << (vector * LANES + half * 8);
                }
            }
        }
        mask
    }

    #[inline(always)]
    fn count_less(keys: &[i64; LANES], key: i64) -> usize {
        let mut mask = 0;
        for (at, four) in keys.as_chunks::<4>().0.iter().enumerate() {
            // SAFETY: see the top; `four` is 32 bytes.
            mask |= unsafe {
                let less = _mm256_cmpgt_epi64(_mm256_set1_epi64x(key), _mm256_loadu_si256(four.as_ptr().cast()));
                _mm256_movemask_pd(_mm256_castsi256_pd(less)) << (4 * at)
            };
        }
        mask.count_ones() as usize
    }
}

/// One register of sixteen.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512);

impl Simd for Avx512 {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_load_ps(from.0.as_ptr())) }
    }

    #[inline(always)]
    fn store(self, to: &mut Lanes) {
        // SAFETY: see the top.
        unsafe { _mm512_store_ps(to.0.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_set1_ps(value)) }
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_sub_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_mul_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn add_square(self, value: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_add_ps(self.0, _mm512_mul_ps(value.0, value.0))) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_min_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the top.
        unsafe { Self(_mm512_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn at_most(self, limit: Self) -> u16 {
        // SAFETY: see the top.
        unsafe { _mm512_cmp_ps_mask::<_CMP_LE_OQ>(self.0, limit.0) }
    }

    #[inline(always)]
    fn alike(points: &[[Fours; VECTORS]], query: &[[i8; 4]], norms: &[i32; BLOCK], least: i32) -> u64 {
        // SAFETY: see the top; a `Fours` is 64 bytes, and so is each part of the norms.
        unsafe {
            let mut sums = [_mm512_setzero_si512(); VECTORS];
            for (vectors, values) in points.iter().zip(query) {
                let values = _mm512_set1_epi32(i32::from_le_bytes(values.map(|value| value as u8)));
                for (vector, sum) in vectors.iter().zip(&mut sums) {
                    *sum = _mm512_dpbusd_epi32(*sum, _mm512_load_si512(vector.0.as_ptr().cast()), values);
                }
            }
            let mut mask = 0;
            for (vector, norms) in norms.as_chunks::<LANES>().0.iter().enumerate() {
                let value = _mm512_sub_epi32(_mm512_slli_epi32::<1>(sums[vector]), _mm512_loadu_epi32(norms.as_ptr()));
                mask |= u64::from(_mm512_cmpge_epi32_mask(value, _mm512_set1_epi32(least))) << (vector * LANES);
            }
            mask
        }
    }

    #[inline(always)]
    fn count_less(keys: &[i64; LANES], key: i64) -> usize {
        // SAFETY: see the top; both halves are 64 bytes.
        let (low, high) = unsafe {
            let key = _mm512_set1_epi64(key);
            let low = _mm512_cmplt_epi64_mask(_mm512_loadu_epi64(keys.as_ptr()), key);
            (low, _mm512_cmplt_epi64_mask(_mm512_loadu_epi64(keys.as_ptr().add(8)), key))
        };
        (u16::from(low) | u16::from(high) << 8).count_ones() as usize
    }

    #[inline(always)]
    fn positions(mask: u16, first: u32, to: &mut [u32; LANES]) {
        // SAFETY: see the top; `to` is 64 bytes.
        unsafe {
            let lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
            let positions = _mm512_add_epi32(_mm512_set1_epi32(first as i32), lanes);
            _mm512_storeu_epi32(to.as_mut_ptr().cast(), _mm512_maskz_compress_epi32(mask, positions));
        }
    }
}

//! Which instructions to search with, and the entries compiled for each.
#![allow(unsafe_code)]

use crate::scratch::Work;
#[cfg(target_arch = "x86_64")]
use crate::simd::x86::{Avx2, Avx512};
use crate::simd::{Portable, Simd};

/// Something to do that is written once and compiled for every set of instructions.
pub(crate) trait Job {
    fn run<S: Simd>(&self, work: &mut Work);
}

/// A set of instructions. All give the same answer, bit for bit.
///
/// The processor has what a value names: only [`Kernel::detected`] makes values other than `Portable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kernel(Instructions);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instructions {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// All kernels that this processor can run, the fastest last.
    pub(crate) fn detected() -> impl DoubleEndedIterator<Item = Self> {
        let portable = Some(Instructions::Portable);
        #[cfg(target_arch = "x86_64")]
        let found = {
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt")
                && is_x86_feature_detected!("lzcnt");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            [portable, avx2.then_some(Instructions::Avx2), avx512.then_some(Instructions::Avx512)]
        };
        #[cfg(not(target_arch = "x86_64"))]
        let found = [portable];
        found.into_iter().flatten().map(Self)
    }

    /// The fastest kernel.
    pub(crate) fn fastest() -> Self {
        Self::detected().next_back().unwrap_or(Self(Instructions::Portable))
    }

    #[inline]
    pub(crate) fn run(self, job: &impl Job, work: &mut Work) {
        match self.0 {
            Instructions::Portable => job.run::<Portable>(work),
            // SAFETY: the processor was found to have the instructions, or there would be no such value.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe { run_avx2(job, work) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe { run_avx512(job, work) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
fn run_avx2(job: &impl Job, work: &mut Work) {
    job.run::<Avx2>(work);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,bmi1,bmi2,popcnt,lzcnt")]
fn run_avx512(job: &impl Job, work: &mut Work) {
    job.run::<Avx512>(work);
}

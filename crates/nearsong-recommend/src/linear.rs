//! Dense linear algebra, as little as the factor models need.
//!
//! Plain Rust that the compiler turns into vector instructions. Sums run in one order whatever the number of threads and the
//! width of the vectors, and a product is rounded before it is added, so that neither changes the bytes of a model.

mod cholesky;
mod inverse;
mod panels;
mod vector;

pub(crate) use cholesky::Cholesky;
pub(crate) use inverse::invert;
pub(crate) use panels::{Area, LEFT, Panels, RIGHT, add_product};
pub(crate) use vector::{TOGETHER, add_all_scaled, add_scaled, dot};

/// Does something with the widest vectors that the processor has, as far as it is inlined.
#[inline]
pub(crate) fn wide<T>(work: impl FnOnce() -> T) -> T {
    pulp::Arch::new().dispatch(work)
}

//! Dense linear algebra, as little as the factor models need.
//!
//! Plain Rust that the compiler turns into vector instructions. Sums run in one order whatever the number of threads and the
//! processor, so the bytes of a model are the same on every machine.

mod cholesky;
mod inverse;
mod panels;
mod vector;

pub(crate) use cholesky::Cholesky;
pub(crate) use inverse::invert;
pub(crate) use panels::{Area, LEFT, Panels, RIGHT, add_product};
pub(crate) use vector::{add_scaled, dot};
